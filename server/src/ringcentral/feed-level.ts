import type { Clock } from '../runtime/clock.ts';
import type { Failure } from './answer.ts';

/** A missing permission does not come back within seconds. */
const deniedRetryMs = 300_000;
/** How long the own extension's events stand in for the account's before those are asked for again. */
const deniedForMs = 600_000;

/** Whose events are asked for: everybody's or, while that is denied, those of the own extension. */
export interface FeedLevel {
  present(): 'account' | 'extension';
  /** A permission is missing: steps down if it can. Returns the least wait before the next try, ms. */
  deny(failure: Failure): number;
  /** Why the account's events are not asked for. Stays told until a new worker asks for them again. */
  denial(): Failure | undefined;
  /** Until the account's events are to be asked for again, ms; undefined when they are. */
  askAgainMs(): number | undefined;
  /** A new worker starts: a denial whose time is over is forgotten. */
  renew(): void;
}

/** `hopeless`: the user is known to have no right to them, so that asking again would only cut a link that works. */
export function createFeedLevel(clock: Clock, hopeless: () => boolean): FeedLevel {
  let denied: { readonly failure: Failure; readonly until: number } | undefined;
  const present = () => (denied && (clock.monotonic() < denied.until || hopeless()) ? 'extension' : 'account');
  return {
    present,
    deny(failure) {
      if (present() === 'extension') return deniedRetryMs;
      denied = { failure, until: clock.monotonic() + deniedForMs };
      return 0;
    },
    denial: () => denied?.failure,
    askAgainMs: () => denied && (hopeless() ? deniedForMs : Math.max(0, denied.until - clock.monotonic())),
    renew() {
      if (present() === 'account') denied = undefined;
    },
  };
}
