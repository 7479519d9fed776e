import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { Change } from '@ringside/shared/domain/change';
import type { Directory } from '@ringside/shared/domain/directory';
import type { FeedHealth } from '@ringside/shared/domain/feed-health';
import { PROTOCOL_VERSION, type ServerToViewer, type Tick, viewerMessages, type ViewerToServer } from '@ringside/shared/protocol/messages';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { describeError } from '../runtime/worker-loop.ts';
import { wallFrames } from './frames.ts';
import { refuseOrigin } from './origin.ts';

/** Whoever is in it has been given a picture and lives on patches from there. */
const WALL = 'wall';
/** A viewer gets at most one whole picture per this time, however often it asks. */
const SNAPSHOT_EVERY_MS = 1_000;
/** An honest viewer sends a resync now and then; more than this many messages in ten seconds is a fault or an attack. */
const MESSAGES_PER_WINDOW = 50;
const WINDOW_MS = 10_000;
/** Frames waiting for a viewer that does not read; beyond it no more are added, and it starts anew once it reads again. */
const LONGEST_QUEUE = 64;
const STALLED_MS = 30_000;
const LARGEST_MESSAGE_BYTES = 16 * 1024;

interface Viewer {
  readonly snapshotAt: number;
  readonly messages: number;
  readonly windowFrom: number;
  /** Since when it reads too slowly; absent while it keeps up. */
  readonly stalledSince?: number;
}

type WallServer = Server<ViewerToServer, ServerToViewer, Record<string, never>, Viewer>;
type WallSocket = Socket<ViewerToServer, ServerToViewer, Record<string, never>, Viewer>;

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
  /** Sends what changed since the last flush, as one frame. The caller sets the pace. */
  flush(): void;
  /** Sends proof of life, with how far the picture can be trusted. */
  tick(): void;
  viewers(): number;
  /** Closes every socket and the HTTP server under them. */
  close(): Promise<void>;
}

/** Serves walls on the sockets of an HTTP server: hello → snapshot → patches, and a tick. */
export function serveSockets(http: HttpServer, deps: SocketDeps): WallSockets {
  const { clock, log, epoch } = deps;
  const io = openServer(http, log);
  const frames = wallFrames();
  const waiting = new Set<WallSocket>();
  let serving = false;

  /**
   * Everybody who waits gets the picture of the last frame, encoded once, and the next frame continues it: this runs in
   * one go, so none falls between. It makes no frame of its own, or a rush of viewers would break their pace.
   */
  function servePictures(): void {
    serving = false;
    const now = clock.monotonic();
    const due = [...waiting].filter(({ data }) => now - data.snapshotAt >= SNAPSHOT_EVERY_MS && data.stalledSince === undefined);
    if (due.length === 0) return;
    const { revision, calls } = frames.picture();
    const snapshot = { epoch, revision, serverTime: clock.now(), feed: wallFeed(deps.feed()), calls: [...calls] };
    io.to(due.map(({ id }) => id)).emit('snapshot', snapshot);
    for (const socket of due) {
      waiting.delete(socket);
      socket.data = { ...socket.data, snapshotAt: now };
      void socket.join(WALL);
    }
  }

  function wantPicture(socket: WallSocket): void {
    waiting.add(socket);
    if (serving) return;
    serving = true;
    setImmediate(servePictures);
  }

  function flushFrame(): void {
    const now = clock.now();
    const frame = frames.flush(now);
    if (frame === undefined) return;
    const { from, to, upsert, remove } = frame;
    io.to(WALL).emit('patch', { epoch, from, to, serverTime: now, upsert: [...upsert], remove: [...remove] });
  }

  io.on('connection', (socket) => {
    const now = clock.monotonic();
    socket.data = { snapshotAt: -Infinity, messages: 0, windowFrom: now };
    socket.on('error', (error) => log.warn('viewer.failed', { error: describeError(error) }));
    socket.on('disconnect', () => waiting.delete(socket));
    socket.use((_packet, next) => {
      if (countMessage(socket, clock.monotonic())) next();
      else socket.disconnect(true);
    });
    socket.on('resync', (message: unknown) => {
      if (viewerMessages.resync.safeParse(message).success) wantPicture(socket);
    });
    socket.emit('hello', { protocol: PROTOCOL_VERSION, build: deps.build, epoch, serverTime: clock.now() });
    wantPicture(socket);
  });

  return {
    note: frames.note,
    flush() {
      for (const socket of io.sockets.sockets.values()) pace(socket, clock.monotonic(), wantPicture);
      flushFrame();
      servePictures();
    },
    tick() {
      const now = clock.now();
      const message: Tick = { epoch, revision: frames.picture().revision, serverTime: now, feed: wallFeed(deps.feed()) };
      io.to(WALL).emit('tick', message);
    },
    viewers: () => io.engine.clientsCount,
    close: () => io.close(),
  };
}

function openServer(http: HttpServer, log: Logger): WallServer {
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

/** Counts a message of a viewer; false when it sends too many. */
function countMessage(socket: WallSocket, now: number): boolean {
  const { messages, windowFrom } = socket.data;
  const fresh = now - windowFrom > WINDOW_MS;
  socket.data = { ...socket.data, messages: fresh ? 1 : messages + 1, windowFrom: fresh ? now : windowFrom };
  return socket.data.messages <= MESSAGES_PER_WINDOW;
}

/** A viewer that stops reading gets no more frames, starts anew when it reads again, and is let go after a while. */
function pace(socket: WallSocket, now: number, wantPicture: (socket: WallSocket) => void): void {
  const queued = (socket.conn as unknown as { writeBuffer: readonly unknown[] }).writeBuffer.length;
  const { stalledSince, ...rest } = socket.data;
  if (stalledSince === undefined) {
    if (queued <= LONGEST_QUEUE) return;
    socket.data = { ...rest, stalledSince: now };
    void socket.leave(WALL);
  } else if (queued === 0) {
    socket.data = rest;
    wantPicture(socket);
  } else if (now - stalledSince > STALLED_MS) {
    socket.disconnect(true);
  }
}

function wallFeed({ state, troubles, detail, eventAgeMs, pollAgeMs }: FeedHealth): Tick['feed'] {
  return {
    state,
    troubles: [...troubles],
    ...(detail !== undefined && { detail }),
    ...(eventAgeMs !== undefined && { eventAgeMs }),
    ...(pollAgeMs !== undefined && { pollAgeMs }),
  };
}
