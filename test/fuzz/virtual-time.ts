import type { Overrides } from '@ringside/server/app';

type Clock = NonNullable<Overrides['clock']>;

/** One clock for the platform and the product. It moves only when told, and lets promises settle after each step. */
export interface VirtualTime extends Clock {
  /** Moves on by `ms`, running what falls due in order of time, then of arming. */
  advance(ms: number): Promise<void>;
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly task: () => void;
}

const earlier = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A clock that starts at `startAt`, ms since the epoch. Wall clock and monotonic clock move together. */
export function virtualTime(startAt: number): VirtualTime {
  const timers = new Set<Timer>();
  let elapsed = 0;
  let order = 0;

  function takeDue(until: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of timers) if (timer.at <= until && (first === undefined || earlier(timer, first))) first = timer;
    if (first !== undefined) timers.delete(first);
    return first;
  }

  return {
    now: () => startAt + elapsed,
    monotonic: () => elapsed,
    after(ms, task) {
      const timer = { at: elapsed + Math.max(0, ms), order: order++, task };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const until = elapsed + ms;
      await turn();
      for (let due = takeDue(until); due !== undefined; due = takeDue(until)) {
        elapsed = Math.max(elapsed, due.at);
        due.task();
        await turn();
      }
      elapsed = until;
    },
  };
}

/** Everything already resolved runs; two turns, because an answer's body is read in a turn of its own. */
async function turn(): Promise<void> {
  for (let turns = 0; turns < 2; turns++) await new Promise((resolve) => setImmediate(resolve));
}
