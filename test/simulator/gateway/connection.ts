import type { FaultRegistry } from '../faults/registry.ts';
import type { FirstWords, Link, SocketFrame } from '../faults/model.ts';
import type { Clock, FrameAbout, OutFrame, WireResponse } from '../wire/model.ts';
import { decodeClientFrame, encodeFrame, encodeFrameWithText, type ClientRequest, type FrameMeta } from './frames.ts';
import type { SocketSession } from './session.ts';

/** Where frames go; the thin binding to a real socket, or a test. */
export interface Sink {
  /** One call is one TCP chunk. */
  write(chunk: readonly SocketFrame[]): void;
  /** `close`: close frame and FIN · `reset`: TCP reset. */
  end(how: 'close' | 'reset'): void;
  /** Stop reading and writing; the TCP connection stays. */
  freeze(): void;
}

/** What a connection asks of the gateway. */
export interface ConnectionHost {
  readonly clock: Clock;
  readonly faults: FaultRegistry;
  /** An id for `messageId` and `RCRequestId`. */
  nextId(): string;
  request(connection: Connection, request: ClientRequest): WireResponse;
  /** The link is gone; `forget` when nothing may be recovered. */
  lost(connection: Connection, forget: boolean): void;
}

interface Outgoing {
  readonly frame: OutFrame;
  readonly about: FrameAbout;
}

/** The platform takes this long to answer over the socket, ms. */
export const ANSWER_MS = 15;
/** The first replayed message leaves this long after ConnectionDetails, ms: a client needs a turn to attach its listener. */
const REPLAY_MS = 20;
/** An answer withheld for a first notification leaves alone after this, ms. */
const WITHHOLD_MS = 5_000;

/** One open socket: frames in, frames out, its timers. Knows no TCP and no subscription rules. */
export class Connection implements Link {
  readonly openedAt: number;
  readonly session: SocketSession;
  readonly #host: ConnectionHost;
  readonly #sink: Sink;
  readonly #timers = new Set<() => void>();
  #cancelIdle: () => void = () => undefined;
  #state: 'open' | 'frozen' | 'ended' = 'open';
  #activeRequests = 0;
  /** A new link hears nothing live before this, ms: its reader needs a turn too, and a replay comes first. */
  #liveFrom = 0;
  #withheld: { readonly outgoing: Outgoing; readonly how: FirstWords } | undefined;
  #firstWords: FirstWords | undefined;

  constructor(host: ConnectionHost, sink: Sink, session: SocketSession) {
    this.#host = host;
    this.#sink = sink;
    this.session = session;
    this.openedAt = host.clock.now();
  }

  /** True while a message written now reaches the wire. */
  get hears(): boolean {
    return this.#state === 'open';
  }

  /** Speaks first: ConnectionDetails, then what was missed. */
  open(details: string, missed: readonly OutFrame[]): void {
    const replay = missed.map((frame): Outgoing => ({
      frame: { ...frame, delayMs: REPLAY_MS },
      about: { kind: 'replay' },
    }));
    this.#emit([{ frame: { text: details }, about: { kind: 'connectionDetails' } }, ...replay]);
    this.#liveFrom = this.openedAt + REPLAY_MS + 1;
    this.#armIdle();
    const left = this.session.startedAt + this.session.limits.absoluteTimeout * 1000 - this.openedAt;
    this.after(left, () => this.fail('WSG-903', false));
    this.#host.faults.opened(this);
  }

  /** A text frame came in. */
  received(text: string): void {
    if (this.#state !== 'open') return;
    this.#armIdle();
    const frame = decodeClientFrame(text);
    if (frame.kind === 'request') return this.#answer(frame.request);
    if (frame.kind === 'heartbeat') {
      const echo = encodeFrame({ type: 'Heartbeat', messageId: frame.messageId });
      return this.#emit([{ frame: { text: echo }, about: { kind: 'heartbeat' } }]);
    }
    this.#error(frame.messageId || this.#host.nextId(), 400, {
      errorCode: 'CMN-101',
      message: 'Message is not readable',
    });
  }

  /** The other side is gone. */
  gone = (): void => this.#finish(false);

  /** Tells a notification, or keeps it for a recovery when nobody hears. */
  notify(text: string): void {
    const wait = this.#liveFrom - this.#host.clock.now();
    const frame: OutFrame = wait > 0 ? { text, delayMs: wait } : { text };
    const notification: Outgoing = { frame, about: { kind: 'notification' } };
    if (!this.hears) return this.#keep({ text });
    const withheld = this.#withheld;
    this.#withheld = undefined;
    if (!withheld) return this.#emit([notification]);
    if (withheld.how === 'oneChunk') {
      return this.#emit([withheld.outgoing, { ...notification, frame: { text, glued: true } }]);
    }
    this.#emit([notification]);
    this.after(REPLAY_MS, () => this.#emit([withheld.outgoing]));
  }

  /** The next answer waits for a notification. */
  withholdAnswer(how: FirstWords): void {
    this.#firstWords = how;
  }

  cut(fin: boolean): void {
    if (this.#state === 'ended') return;
    this.#sink.end(fin ? 'close' : 'reset');
    this.#finish(false);
  }

  freeze(): void {
    if (this.#state !== 'open') return;
    this.#state = 'frozen';
    // The platform soon misses the pongs and takes the link for lost.
    this.session.detachedAt = this.#host.clock.now();
    this.#cancelIdle();
    this.#sink.freeze();
  }

  fail(code: 'WSG-902' | 'WSG-903', leaveOpen: boolean): void {
    const message = code === 'WSG-902' ? 'Idle timeout expired' : 'Absolute timeout expired';
    if (this.hears) this.#error(this.#host.nextId(), 408, { errorCode: code, message });
    if (leaveOpen || this.#state === 'ended') return;
    this.#sink.end('close');
    // The absolute life is that of the recoverable session too: there is nothing left to recover.
    this.#finish(code === 'WSG-903');
  }

  after(ms: number, task: () => void): void {
    const cancel = this.#host.clock.after(ms, () => {
      this.#timers.delete(cancel);
      task();
    });
    this.#timers.add(cancel);
  }

  #finish(forget: boolean): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#cancelIdle();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#host.faults.closed(this);
    this.#host.lost(this, forget);
  }

  #answer(request: ClientRequest): void {
    const { maxActiveRequests } = this.session.limits;
    const response = this.#activeRequests < maxActiveRequests ? this.#host.request(this, request) : tooMany();
    if (response.broken === 'reset') return this.cut(false);
    this.#activeRequests += 1;
    if (response.broken === 'hang') return;
    this.after(ANSWER_MS + (response.delayMs ?? 0), () => {
      this.#activeRequests -= 1;
      this.#respond(request, response);
    });
  }

  #respond(request: ClientRequest, response: WireResponse): void {
    const headers = { ...response.headers, RCRequestId: this.#host.nextId() };
    const { wsc } = this.session;
    const renewed = request.method === 'POST' && request.path.includes('/subscription') ? { wsc } : {};
    const meta: FrameMeta = {
      type: 'ClientRequest',
      messageId: request.messageId,
      status: response.status,
      ...renewed,
      headers,
    };
    const whole = encodeFrameWithText(meta, bodyText(response));
    const text = response.broken === 'truncate' ? whole.slice(0, whole.length / 2) : whole;
    const outgoing: Outgoing = { frame: { text }, about: { kind: 'response', path: request.path } };
    const how = this.#firstWords;
    this.#firstWords = undefined;
    if (how === undefined) return this.#emit([outgoing]);
    const withheld = { outgoing, how };
    this.#withheld = withheld;
    this.after(WITHHOLD_MS, () => {
      if (this.#withheld !== withheld) return;
      this.#withheld = undefined;
      this.#emit([outgoing]);
    });
  }

  #error(messageId: string, status: number, body: { errorCode: string; message: string }): void {
    const meta: FrameMeta = { type: 'Error', messageId, status, headers: { RCRequestId: messageId } };
    this.#emit([{ frame: { text: encodeFrame(meta, body) }, about: { kind: 'error' } }]);
  }

  /** Lets the faults have their way, then writes; frames marked `glued` join the chunk of the frame before. */
  #emit(outgoing: readonly Outgoing[]): void {
    const chunks: SocketFrame[][] = [];
    for (const { frame, about } of outgoing) {
      for (const real of this.#host.faults.frames(frame, about)) {
        const last = chunks.at(-1);
        if ((real.delayMs ?? 0) > 0) this.#later(real, about);
        else if (real.glued === true && last) last.push(real);
        else chunks.push([real]);
      }
    }
    for (const chunk of chunks) if (this.hears) this.#sink.write(chunk);
  }

  /** A delayed message that no longer finds its link is kept for a recovery, as it has not been told. */
  #later(frame: SocketFrame, about: FrameAbout): void {
    const { delayMs = 0, ...prompt } = frame;
    this.#host.clock.after(delayMs, () => {
      if (this.hears) this.#sink.write([prompt]);
      else if (about.kind === 'notification' || about.kind === 'replay') this.#keep(prompt);
    });
  }

  #keep(frame: OutFrame): void {
    this.session.keep(frame);
  }

  #armIdle(): void {
    this.#cancelIdle();
    this.#cancelIdle = this.#host.clock.after(this.session.limits.idleTimeout * 1000, () =>
      this.fail('WSG-902', false),
    );
  }
}

function bodyText({ body }: WireResponse): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}

/** Which code the platform uses past `maxActiveRequests` is not documented; the general rate error is the likeliest. */
function tooMany(): WireResponse {
  const error = { errorCode: 'CMN-301', message: 'Request rate exceeded' };
  return { status: 429, headers: {}, body: JSON.stringify({ ...error, errors: [error] }) };
}
