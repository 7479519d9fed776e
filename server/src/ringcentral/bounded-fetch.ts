import type { Clock } from '../runtime/clock.ts';

export type Fetch = (input: Request, init?: RequestInit) => Promise<Response>;

/** Why no usable answer came. `oversize`: the body passed the cap and was cut. */
export class TransportError extends Error {
  readonly kind: 'timeout' | 'network' | 'aborted' | 'oversize';

  constructor(kind: TransportError['kind'], message: string) {
    super(message);
    this.name = 'TransportError';
    this.kind = kind;
  }
}

export interface FetchBounds {
  readonly clock: Clock;
  /** From the start to the last byte of the body. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

const endings = { network: 'request failed', timeout: 'no whole answer in time', aborted: 'no longer wanted' };

const bodiless: ReadonlySet<number> = new Set([101, 204, 205, 304]);

/**
 * Fetches with the whole body read before it returns, so that a server that hangs after its headers or dribbles bytes
 * cannot hold anything up. Redirects are not followed: the bearer token goes to one host only.
 * @throws TransportError when there is no whole answer in time and size.
 */
export async function boundedFetch(fetch: Fetch, request: Request, bounds: FetchBounds): Promise<Response> {
  const abort = new AbortController();
  let why: 'network' | 'timeout' | 'aborted' = 'network';
  const stop = (kind: 'timeout' | 'aborted') => {
    why = kind;
    abort.abort();
  };
  const aborted = () => {
    stop('aborted');
  };
  const cancel = bounds.clock.after(bounds.timeoutMs, () => {
    stop('timeout');
  });
  bounds.signal?.addEventListener('abort', aborted, { once: true });
  try {
    if (bounds.signal?.aborted) stop('aborted');
    return await Promise.race([readWhole(fetch, request, abort.signal, bounds.maxBytes), rejectOnAbort(abort.signal)]);
  } catch (error) {
    if (error instanceof TransportError) throw error;
    throw new TransportError(why, abort.signal.aborted ? endings[why] : networkCause(error));
  } finally {
    cancel();
    bounds.signal?.removeEventListener('abort', aborted);
  }
}

async function readWhole(fetch: Fetch, request: Request, signal: AbortSignal, maxBytes: number): Promise<Response> {
  const response = await fetch(request, { signal, redirect: 'manual' });
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  if (response.body) {
    for await (const chunk of response.body as AsyncIterable<Uint8Array<ArrayBuffer>>) {
      size += chunk.byteLength;
      // Leaving the loop cancels the stream.
      if (size > maxBytes) throw new TransportError('oversize', `body larger than ${String(maxBytes)} bytes`);
      chunks.push(chunk);
    }
  }
  const { status, statusText, headers } = response;
  const body = bodiless.has(status) || size === 0 ? null : Buffer.concat(chunks);
  return new Response(body, { status: status >= 200 ? status : 502, statusText, headers });
}

/** A fetch that ignores its signal must not outlive it. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => {
      reject(new Error('aborted'));
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}

/** undici hides the reason ("ECONNREFUSED") in the cause. */
function networkCause(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code = cause !== null && typeof cause === 'object' && 'code' in cause ? String(cause.code) : '';
  return code || (error instanceof Error ? error.message : 'request failed');
}
