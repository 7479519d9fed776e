import type { Call } from './call.ts';

/**
 * What an observation did to the board. Per call exactly one `callStarted` and one `callEnded`, in that order; a
 * `callMissed` at most once, with or after the end; `callCorrected` is the only thing that may follow.
 */
export interface Change {
  readonly type: 'callStarted' | 'callChanged' | 'callEnded' | 'callMissed' | 'callCorrected';
  /** Local time of the observation that caused it, ms since the epoch. */
  readonly at: number;
  readonly call: Call;
}
