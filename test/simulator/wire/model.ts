/**
 * In:  nothing; the seams between the simulated cloud's parts.
 * Out: clock, request and response as values, and what a fault may do to them.
 * Never: sockets. Everything here runs in one process under a virtual clock as well as behind a real HTTP server.
 */

/** Time as a dependency, so that ten minutes of platform behaviour can be run in a second. */
export interface Clock {
  /** ms since the epoch. */
  now(): number;
  /** Runs `task` once after `ms`; the returned function cancels it. */
  after(ms: number, task: () => void): () => void;
}

export interface WireRequest {
  readonly method: string;
  /** Path without query, e.g. `/restapi/v1.0/account/~/active-calls`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** `http://host:port` under which the client reached us; absolute links are built from it. */
  readonly origin: string;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** The answer leaves this many ms late. */
  readonly delayMs?: number;
  /** Instead of answering: cut the connection, never finish the body, or send it one byte a second. */
  readonly broken?: 'reset' | 'hang' | 'truncate' | 'dribble';
}

/** One frame to one viewer socket; `cut` ends the connection after it (with or without FIN). */
export interface OutFrame {
  readonly text: string | Uint8Array;
  readonly delayMs?: number;
  /** Write in the same TCP chunk as the frame before. */
  readonly glued?: boolean;
}

export interface FaultContext {
  readonly now: number;
  /** Seeded, 0 ≤ x < 1. */
  random(): number;
  /** Numbers a test gives: `name:key=value;key=value` in `--faults`. */
  readonly options: Readonly<Record<string, number>>;
  /** Persistent scratch of this fault instance. */
  readonly memory: Map<string, number>;
}

/** A named, stackable misbehaviour. Every hook is optional; the first `answer` wins, `alter` and `frames` chain. */
export interface Fault {
  readonly name: string;
  /** One line for `--help` and the docs, with the id of the row it reproduces. */
  readonly about: string;
  answer?(request: WireRequest, context: FaultContext): WireResponse | undefined;
  alter?(request: WireRequest, response: WireResponse, context: FaultContext): WireResponse;
  /** Refuse the socket's upgrade with this status. */
  upgrade?(context: FaultContext): number | undefined;
  /** Called for every frame the gateway is about to send; returns what is really sent (none, several, late, altered). */
  frames?(frame: OutFrame, about: FrameAbout, context: FaultContext): readonly OutFrame[];
}

export interface FrameAbout {
  readonly kind: 'connectionDetails' | 'response' | 'notification' | 'heartbeat' | 'error' | 'replay';
  /** Path of the request a `response` answers. */
  readonly path?: string;
}
