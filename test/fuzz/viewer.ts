import { apply } from '@ringside/shared/domain/patch';
import type { ServerToViewer, Snapshot, ViewerToServer, WallCall } from '@ringside/shared/protocol/messages';
import { io, type Socket } from 'socket.io-client';

/** A wall that follows the protocol to the letter, on a real socket. */
export interface Viewer {
  /** Its picture, once it stands on the server's latest frame. Rejects when a frame was missed. */
  settled(): Promise<ReadonlyMap<string, WallCall>>;
  leave(): void;
}

/** How long the machine, not the virtual clock, may take to answer. */
const ANSWER_MS = 20_000;

/** Opens a wall on the server at `url`. */
export function watchWall(url: string): Viewer {
  const socket: Socket<ServerToViewer, ViewerToServer> = io(url, { transports: ['websocket'], reconnection: false });
  let calls = new Map<string, WallCall>();
  let revision = -1;
  let awaiting: ((snapshot: Snapshot) => void) | undefined;
  socket.on('snapshot', (snapshot) => {
    awaiting?.(snapshot);
    calls = new Map(snapshot.calls.map((call) => [call.id, call]));
    revision = snapshot.revision;
  });
  socket.on('patch', (patch) => {
    if (patch.from !== revision) throw new Error(`viewer at ${revision} got a patch from ${patch.from}`);
    calls = apply(calls, patch);
    revision = patch.to;
  });
  return {
    leave: () => void socket.disconnect(),
    // Frames come in order, so whatever the patches made is complete when the answer to a resync arrives.
    settled: () =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('the viewer got no snapshot')), ANSWER_MS);
        awaiting = (snapshot) => {
          clearTimeout(timer);
          const whole = new Map(snapshot.calls.map((call) => [call.id, call]));
          if (snapshot.revision !== revision && revision >= 0) return reject(new Error('the viewer missed a frame'));
          resolve(revision < 0 ? whole : calls);
        };
        socket.emit('resync', {});
      }),
  };
}
