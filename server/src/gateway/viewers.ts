import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { ServerToViewer, ViewerToServer } from '@ringside/shared/protocol/messages';
import type { Logger } from '../runtime/logger.ts';
import { refuseOrigin } from './origin.ts';

/** An honest viewer sends a resync now and then; more than this many messages in ten seconds is a fault or an attack. */
const MESSAGES_PER_WINDOW = 50;
const WINDOW_MS = 10_000;
/** Frames waiting for a viewer that does not read; beyond it no more are added, and it starts anew once it reads again. */
const LONGEST_QUEUE = 64;
const STALLED_MS = 30_000;
const LARGEST_MESSAGE_BYTES = 16 * 1024;

/** What the server keeps of one viewer. Times are monotonic ms. */
export interface Viewer {
  snapshotAt: number;
  messages: number;
  windowFrom: number;
  /** Since when it reads too slowly; absent while it keeps up. */
  stalledSince?: number | undefined;
}

export type WallServer = Server<ViewerToServer, ServerToViewer, Record<string, never>, Viewer>;
export type WallSocket = Socket<ViewerToServer, ServerToViewer, Record<string, never>, Viewer>;

/**
 * The socket server, as strict as it goes: no polling, no client file, no compression (it costs memory per socket), and no
 * connection state recovery, which is off by default and would let a viewer skip the checks of a new connection.
 */
export function openSocketServer(http: HttpServer, log: Logger): WallServer {
  const io: WallServer = new Server(http, {
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
    maxHttpBufferSize: LARGEST_MESSAGE_BYTES,
    allowRequest: (request, answer) => {
      const reason = refuseOrigin(request);
      if (reason !== undefined) log.warn('viewer.refused', { reason });
      answer(reason, reason === undefined);
    },
  });
  // The upgrade request would otherwise be kept in memory for the life of the socket.
  io.engine.on('connection', (raw: { request: unknown }) => {
    raw.request = null;
  });
  return io;
}

export function newViewer(now: number): Viewer {
  return { snapshotAt: -Infinity, messages: 0, windowFrom: now };
}

/** Counts a message; false when the viewer sends too many. */
export function admitMessage(viewer: Viewer, now: number): boolean {
  if (now - viewer.windowFrom > WINDOW_MS) {
    viewer.windowFrom = now;
    viewer.messages = 0;
  }
  viewer.messages += 1;
  return viewer.messages <= MESSAGES_PER_WINDOW;
}

/** How a viewer with `queued` unsent frames keeps up; `stalled` and `recovered` are said once each. */
export function judgePace(
  viewer: Viewer,
  queued: number,
  now: number,
): 'fine' | 'stalled' | 'waiting' | 'recovered' | 'lost' {
  if (viewer.stalledSince === undefined) {
    if (queued <= LONGEST_QUEUE) return 'fine';
    viewer.stalledSince = now;
    return 'stalled';
  }
  if (queued === 0) {
    viewer.stalledSince = undefined;
    return 'recovered';
  }
  return now - viewer.stalledSince > STALLED_MS ? 'lost' : 'waiting';
}

/** Frames handed to the socket and not yet to the network. engine.io keeps them in a field its types call private. */
export function queuedFrames(socket: WallSocket): number {
  return (socket.conn as unknown as { readonly writeBuffer: readonly unknown[] }).writeBuffer.length;
}
