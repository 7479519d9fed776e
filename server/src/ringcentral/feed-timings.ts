import { defaultPatience } from './feed-machine.ts';
import type { FeedPatience } from './feed-machine.ts';

/** Every pace of the event link; tests shorten them in proportion. */
export interface FeedTimings extends FeedPatience {
  /** Silence after which a heartbeat asks for a sign of life, ms. */
  readonly probeAfterMs: number;
  /** Silence after which the link counts as dead, ms. */
  readonly deadAfterMs: number;
  /** Between two link tokens, ms: keeps to 4 a minute of the Auth group's 5. */
  readonly tokenSpacingMs: number;
  readonly restartBaseMs: number;
  readonly restartCapMs: number;
}

export const defaultTimings: FeedTimings = {
  ...defaultPatience,
  probeAfterMs: 30_000,
  deadAfterMs: 40_000,
  tokenSpacingMs: 15_000,
  restartBaseMs: 1_000,
  restartCapMs: 120_000,
};
