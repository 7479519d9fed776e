import type { Clock } from './clock.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly task: () => void;
}

/** For tests of this workspace, as everything in this file: a clock that moves only when told. */
export interface VirtualClock extends Clock {
  /** Moves time forward by `ms`, running due tasks in order and letting promises settle after each. */
  advance(ms: number): Promise<void>;
  /** Moves only the wall clock, as an administrator or NTP would. */
  jump(ms: number): void;
  /** Timers that wait. */
  pending(): number;
}

/** Lets everything that is already resolved run; a few turns of the event loop, no time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A virtual clock starting at `startAt` (ms since the epoch). */
export function virtualClock(startAt = Date.UTC(2026, 2, 3, 14)): VirtualClock {
  let elapsed = 0;
  let skew = 0;
  let order = 0;
  let timers: readonly Timer[] = [];

  return {
    now: () => startAt + skew + elapsed,
    monotonic: () => elapsed,
    after(ms, task) {
      const timer: Timer = { at: elapsed + Math.max(0, ms), order: order++, task };
      timers = [...timers, timer];
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async advance(ms) {
      const until = elapsed + ms;
      await settle();
      for (let due = nextDue(timers, until); due; due = nextDue(timers, until)) {
        const ran = due;
        timers = timers.filter((other) => other !== ran);
        elapsed = Math.max(elapsed, ran.at);
        ran.task();
        await settle();
      }
      elapsed = until;
    },
    jump(ms) {
      skew += ms;
    },
    pending: () => timers.length,
  };
}

/** The first of the timers that are due by `until`; those of one moment in the order they were set. */
function nextDue(timers: readonly Timer[], until: number): Timer | undefined {
  let found: Timer | undefined;
  for (const timer of timers) {
    if (timer.at > until) continue;
    if (!found || timer.at < found.at || (timer.at === found.at && timer.order < found.order)) found = timer;
  }
  return found;
}
