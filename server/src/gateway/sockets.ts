import type { Server as HttpServer } from 'node:http';
import type { Change } from '@ringside/shared/domain/change';
import type { Directory } from '@ringside/shared/domain/directory';
import type { FeedHealth } from '@ringside/shared/domain/feed-health';
import { PROTOCOL_VERSION, type Tick, viewerMessages } from '@ringside/shared/protocol/messages';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { describeError } from '../runtime/worker-loop.ts';
import { type WallFrames, wallFrames } from './frames.ts';
import { admitMessage, judgePace, newViewer, openSocketServer, queuedFrames } from './viewers.ts';
import type { WallServer, WallSocket } from './viewers.ts';

/** Whoever is in it has been given a picture and lives on patches from there. */
const WALL = 'wall';
/** A viewer gets at most one whole picture per this time, however often it asks. */
const SNAPSHOT_EVERY_MS = 1_000;

export interface SocketDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly epoch: string;
  /** Id of the page this server serves. */
  readonly build: string;
  readonly feed: () => FeedHealth;
}

export interface WallSockets {
  /** Takes in changes; nothing is sent before the next flush. */
  note(changes: readonly Change[], directory: Directory): void;
  /** Sends what changed since the last flush, as one frame. The caller sets the pace, at least one flush per second. */
  flush(): void;
  /** Sends proof of life, with how far the picture can be trusted. */
  tick(): void;
  /** Closes every socket and the HTTP server under them. */
  close(): Promise<void>;
}

/** Serves walls on the sockets of an HTTP server: hello → snapshot → patches, and a tick. */
export function serveSockets(http: HttpServer, deps: SocketDeps): WallSockets {
  const io = openSocketServer(http, deps.log);
  const frames = wallFrames();
  const pictures = pictureDesk(io, frames, deps);
  io.on('connection', (socket) => greet(socket, pictures, deps));
  return {
    note: frames.note,
    flush() {
      for (const socket of io.sockets.sockets.values()) keepPace(socket, pictures, deps.clock.monotonic());
      const serverTime = deps.clock.now();
      const frame = frames.flush(serverTime);
      if (frame !== undefined) io.to(WALL).emit('patch', { epoch: deps.epoch, serverTime, ...frame });
      pictures.serve();
    },
    tick() {
      const { epoch, clock } = deps;
      const { revision } = frames.picture();
      io.to(WALL).emit('tick', { epoch, revision, serverTime: clock.now(), feed: wallFeed(deps.feed()) });
    },
    close: () => io.close(),
  };
}

/** Hands out whole pictures to those who wait for one. */
interface PictureDesk {
  queue(socket: WallSocket): void;
  leave(socket: WallSocket): void;
  serve(): void;
}

function pictureDesk(io: WallServer, frames: WallFrames, { clock, epoch, feed }: SocketDeps): PictureDesk {
  const waiting = new Set<WallSocket>();
  let called = false;

  /**
   * Everybody whose turn it is gets the picture of the last frame, encoded once, and the next frame continues it: this
   * runs in one go, so none falls between. It makes no frame of its own, or a rush of viewers would break their pace.
   */
  function serve(): void {
    called = false;
    const now = clock.monotonic();
    const due = [...waiting].filter(
      ({ data }) => now - data.snapshotAt >= SNAPSHOT_EVERY_MS && data.stalledSince === undefined,
    );
    if (due.length === 0) return;
    const { revision, calls } = frames.picture();
    const snapshot = { epoch, revision, serverTime: clock.now(), feed: wallFeed(feed()), calls };
    io.to(due.map(({ id }) => id)).emit('snapshot', snapshot);
    for (const socket of due) {
      waiting.delete(socket);
      socket.data.snapshotAt = now;
      void socket.join(WALL);
    }
  }

  return {
    queue(socket) {
      waiting.add(socket);
      if (called) return;
      called = true;
      setImmediate(serve);
    },
    leave: (socket) => waiting.delete(socket),
    serve,
  };
}

/** A new viewer: hello at once, its picture in turn, and whatever it sends is counted before it is read. */
function greet(socket: WallSocket, pictures: PictureDesk, { clock, log, epoch, build }: SocketDeps): void {
  socket.data = newViewer(clock.monotonic());
  socket.on('error', (error) => log.warn('viewer.failed', { error: describeError(error) }));
  socket.on('disconnect', () => pictures.leave(socket));
  socket.use((_packet, next) => {
    if (admitMessage(socket.data, clock.monotonic())) next();
    else socket.disconnect(true);
  });
  socket.on('resync', (message: unknown) => {
    if (viewerMessages.resync.safeParse(message).success) pictures.queue(socket);
  });
  socket.emit('hello', { protocol: PROTOCOL_VERSION, build, epoch, serverTime: clock.now() });
  pictures.queue(socket);
}

/** A viewer that stops reading gets no more frames, starts anew when it reads again, and is let go after a while. */
function keepPace(socket: WallSocket, pictures: PictureDesk, now: number): void {
  switch (judgePace(socket.data, queuedFrames(socket), now)) {
    case 'stalled':
      void socket.leave(WALL);
      return;
    case 'recovered':
      pictures.queue(socket);
      return;
    case 'lost':
      socket.disconnect(true);
      return;
    case 'fine':
    case 'waiting':
  }
}

function wallFeed({ troubles, ...rest }: FeedHealth): Tick['feed'] {
  return { ...rest, troubles: [...troubles] };
}
