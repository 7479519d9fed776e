import type { Failure } from './answer.ts';
import type { Frame } from './decode-frame.ts';
import { failureOf } from './decode-error.ts';

/**
 * Where the event link stands. `off`: no worker · `starting`: no greeting yet · `joining`: greeted, not subscribed ·
 * `ready`: events flow · `recovering`: the socket is lost and the SDK asks for its session back, once.
 */
export type FeedPhase = 'off' | 'starting' | 'joining' | 'ready' | 'recovering';

export interface FeedState {
  readonly phase: FeedPhase;
  /** The present socket asked for the lost session back. */
  readonly asked: boolean;
  /** The phase must end within this many ms of the last step, or the worker is started anew. Absent: no limit. */
  readonly patienceMs?: number;
}

export type FeedInput =
  | { readonly kind: 'launched' }
  | { readonly kind: 'socket'; readonly recovering: boolean }
  /** A link token was asked for; it may take `waitMs` until the budget lets the request out. */
  | { readonly kind: 'tokenAsked'; readonly waitMs: number }
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'closed'; readonly code: number }
  | { readonly kind: 'broken'; readonly reason: string; readonly failure?: Failure };

export type FeedAct =
  | { readonly act: 'up'; readonly gap: boolean }
  | { readonly act: 'down'; readonly reason: string }
  /** Kill the worker and start anew; whatever came up to now counts as lost. */
  | { readonly act: 'restart'; readonly reason: string; readonly failure?: Failure };

export interface FeedStep {
  readonly state: FeedState;
  readonly acts: readonly FeedAct[];
}

/** How long each step towards a working link may take, ms. */
export interface FeedPatience {
  /** From the start of the worker to its first wish for a token. */
  readonly launchMs: number;
  /** For the answer to that wish, once the budget lets it out. */
  readonly tokenMs: number;
  /** From opening a socket to the server's greeting. */
  readonly greetingMs: number;
  readonly subscribeMs: number;
  /** From losing a link to opening the next socket. */
  readonly recoveryMs: number;
}

export const defaultPatience: FeedPatience = {
  launchMs: 20_000,
  tokenMs: 16_000,
  greetingMs: 10_000,
  subscribeMs: 20_000,
  recoveryMs: 20_000,
};

export const feedOff: FeedState = { phase: 'off', asked: false };

function stay(state: FeedState): FeedStep {
  return { state, acts: [] };
}

function restart(reason: string, failure?: Failure): FeedStep {
  return { state: feedOff, acts: [{ act: 'restart', reason, ...(failure ? { failure } : {}) }] };
}

/**
 * The next state of the link and what to do about it; pure. The rule behind every line: a lost socket whose session was
 * not provably given back whole is a gap, and anything odd is answered by a new worker.
 */
export function stepFeed(state: FeedState, input: FeedInput, patience: FeedPatience): FeedStep {
  if (input.kind === 'launched') return stay({ phase: 'starting', asked: false, patienceMs: patience.launchMs });
  if (state.phase === 'off') return stay(state);
  switch (input.kind) {
    case 'socket':
      return stay({ ...state, asked: input.recovering, patienceMs: patience.greetingMs });
    case 'tokenAsked':
      return stay({ ...state, patienceMs: input.waitMs + patience.tokenMs });
    case 'closed':
      return closed(state, input.code, patience);
    case 'broken':
      return restart(input.reason, input.failure);
    case 'frame':
      return onFrame(state, input.frame, patience);
  }
}

function closed(state: FeedState, code: number, patience: FeedPatience): FeedStep {
  const reason = `closed with code ${String(code)}`;
  // The SDK gets one try at recovery, and only for a link that worked.
  if (state.phase !== 'ready') return restart(reason);
  const lost: FeedState = { phase: 'recovering', asked: false, patienceMs: patience.recoveryMs };
  return { state: lost, acts: [{ act: 'down', reason }] };
}

function onFrame(state: FeedState, frame: Frame, patience: FeedPatience): FeedStep {
  if (frame.type === 'details') return greeted(state, frame.recovery, patience);
  if (frame.type === 'reply') return replied(state, frame);
  if (frame.type === 'error') return restart(`error frame ${frame.code}`);
  return stay(state);
}

function greeted(state: FeedState, recovery: string | undefined, patience: FeedPatience): FeedStep {
  const joining: FeedState = { phase: 'joining', asked: false, patienceMs: patience.subscribeMs };
  if (state.phase === 'starting') return stay(joining);
  if (state.phase !== 'recovering') return stay(state);
  if (recovery === 'successful') return { state: { phase: 'ready', asked: false }, acts: [{ act: 'up', gap: false }] };
  // The SDK subscribes anew after "Failed" and on a fresh session, but waits for ever when the answer is missing.
  if (recovery === 'failed' || !state.asked) return stay(joining);
  return restart('recovery without an answer');
}

function replied(state: FeedState, { status, refused }: Extract<Frame, { type: 'reply' }>): FeedStep {
  if (state.phase === 'ready') return stay(state);
  if (status >= 200 && status < 300 && refused === undefined) {
    return { state: { phase: 'ready', asked: false }, acts: [{ act: 'up', gap: true }] };
  }
  const failure = failureOf(status >= 200 && status < 300 ? 403 : status, { message: refused });
  return restart(`subscription refused: ${failure.detail}`, failure);
}
