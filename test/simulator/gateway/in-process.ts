import type { SocketFrame } from '../faults/model.ts';
import type { Clock, WireRequest, WireResponse } from '../wire/model.ts';
import type { Connection } from './connection.ts';
import type { Upgrade } from './gateway.ts';

/** The client's end of a socket that never leaves the process. */
export interface InProcessSocket {
  /** HTTP status of a refused upgrade; 0 when the connection was reset. */
  readonly refused: number | undefined;
  /** Every TCP chunk received so far, each with its frames, parsed where they are JSON. */
  readonly chunks: readonly (readonly ReceivedFrame[])[];
  /** `chunks` without the boundaries. */
  readonly frames: readonly ReceivedFrame[];
  /** How the gateway ended it. */
  readonly ended: 'close' | 'reset' | undefined;
  readonly frozen: boolean;
  /** Sends one frame; a value is sent as JSON. */
  send(frame: unknown): void;
  /** The client goes away. */
  close(): void;
}

export interface ReceivedFrame {
  readonly raw: string | Uint8Array;
  readonly binary: boolean;
  /** `[meta, body]` when it can be read as that. */
  readonly meta: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

function received({ text, binary }: SocketFrame): ReceivedFrame {
  const [meta, body] = parsed(text);
  return { raw: text, binary: binary === true, meta, body };
}

function parsed(text: string | Uint8Array): [Record<string, unknown>, unknown] {
  try {
    const frame: unknown = typeof text === 'string' ? JSON.parse(text) : undefined;
    return Array.isArray(frame) && typeof frame[0] === 'object' && frame[0] ? [frame[0], frame[1]] : [{}, undefined];
  } catch {
    return [{}, undefined];
  }
}

/** Opens a socket without TCP. Frames arrive synchronously when the clock brings them. */
export function connectInProcess(upgrade: Upgrade): InProcessSocket {
  const chunks: ReceivedFrame[][] = [];
  let ended: 'close' | 'reset' | undefined;
  let frozen = false;
  let connection: Connection | undefined;
  if ('accept' in upgrade) {
    connection = upgrade.accept({
      write: (chunk) => void chunks.push(chunk.map(received)),
      end: (how) => void (ended = how),
      freeze: () => void (frozen = true),
    });
  }
  return {
    refused: 'accept' in upgrade ? undefined : upgrade.refused,
    chunks,
    get frames() {
      return chunks.flat();
    },
    get ended() {
      return ended;
    },
    get frozen() {
      return frozen;
    },
    send: (frame) => connection?.received(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    close: () => connection?.gone(),
  };
}

/** A `fetch` request in the simulator's own words. `url` is absolute; only string bodies are taken. */
export function wireRequest(url: string | URL, init: RequestInit = {}): WireRequest {
  const { origin, pathname, searchParams } = new URL(url);
  const body =
    init.body instanceof URLSearchParams ? init.body.toString() : ((init.body as string | null | undefined) ?? '');
  const headers = Object.fromEntries(new Headers(init.headers));
  if (init.body instanceof URLSearchParams)
    headers['content-type'] ??= 'application/x-www-form-urlencoded;charset=UTF-8';
  return { method: (init.method ?? 'GET').toUpperCase(), path: pathname, query: searchParams, headers, body, origin };
}

/**
 * The answer as `fetch` would give it, after its delay on the given clock. A reset rejects with TypeError, a hang
 * never settles, a truncated body rejects when it is read; an aborted signal rejects with its reason.
 */
export function fetchResponse(reply: WireResponse, clock: Clock, signal?: AbortSignal | null): Promise<Response> {
  return new Promise((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    if (reply.broken === 'hang') return;
    const settle = () =>
      reply.broken === 'reset' ? reject(new TypeError('fetch failed')) : resolve(toResponse(reply, clock));
    if ((reply.delayMs ?? 0) > 0) clock.after(reply.delayMs ?? 0, settle);
    else settle();
  });
}

function toResponse(reply: WireResponse, clock: Clock): Response {
  const bytes = new Uint8Array(typeof reply.body === 'string' ? new TextEncoder().encode(reply.body) : reply.body);
  const init = { status: reply.status, headers: { ...reply.headers } };
  if (reply.status === 204 || reply.status === 304) return new Response(null, init);
  if (reply.broken === 'dribble') return new Response(dribble(bytes, clock), init);
  if (reply.broken !== 'truncate') return new Response(bytes, init);
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(bytes.slice(0, Math.floor(bytes.length / 2)));
      controller.error(new TypeError('terminated'));
    },
  });
  return new Response(stream, init);
}

/** One byte a second. */
function dribble(bytes: Uint8Array, clock: Clock): ReadableStream<Uint8Array> {
  let sent = 0;
  let cancel = (): void => undefined;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent >= bytes.length) return controller.close();
      return new Promise((resolve) => {
        cancel = clock.after(1_000, () => {
          controller.enqueue(bytes.slice(sent, ++sent));
          resolve();
        });
      });
    },
    cancel: () => cancel(),
  });
}
