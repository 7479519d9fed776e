import type { Clock } from '../runtime/clock.ts';

/** Asks for the list once more when what a gap hid must have reached it. */
export interface SecondLook {
  /** Events may have been lost up to now. */
  gap(): void;
  stop(): void;
}

/** The list of active calls is up to 10 s behind: a call that began in the gap may be missing from the first poll after it. */
const lagMs = 12_000;
/** A link that comes and goes must not eat the Heavy budget. */
const shortestGapMs = 30_000;

export function createSecondLook(clock: Clock, look: () => void): SecondLook {
  let lastAt = -Infinity;
  let cancel: (() => void) | undefined;
  return {
    gap() {
      cancel?.();
      const waitMs = Math.max(lagMs, lastAt + shortestGapMs - clock.monotonic());
      cancel = clock.after(waitMs, () => {
        cancel = undefined;
        lastAt = clock.monotonic();
        look();
      });
    },
    stop: () => cancel?.(),
  };
}
