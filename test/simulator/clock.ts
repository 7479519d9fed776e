import type { Clock } from './wire/model.ts';

/** A clock that moves only when told to. */
export interface VirtualClock extends Clock {
  /** Moves time on by `ms`, running what falls due on the way, in order of time and then of arming. */
  advance(ms: number): void;
  /** When the next armed task is due, ms since the epoch. */
  nextAt(): number | undefined;
}

/** The machine's clock. Its timers do not keep a process alive: a server that listens does. */
export function realClock(): Clock {
  return {
    now: () => Date.now(),
    after(ms, task) {
      const due = Date.now() + Math.max(0, ms);
      let timer: NodeJS.Timeout;
      // A timer may fire a millisecond before the wall clock says so; a task that asks "is it due?" would then sleep for ever.
      const arm = () => {
        timer = setTimeout(() => (Date.now() < due ? arm() : task()), due - Date.now()).unref();
      };
      arm();
      return () => clearTimeout(timer);
    },
  };
}

interface Armed {
  readonly at: number;
  readonly order: number;
  readonly task: () => void;
}

/** A virtual clock starting at `startAt` (ms since the epoch). */
export function virtualClock(startAt: number): VirtualClock {
  const armed = new Set<Armed>();
  let now = startAt;
  let order = 0;

  const next = (): Armed | undefined => {
    let first: Armed | undefined;
    for (const one of armed) {
      if (!first || one.at < first.at || (one.at === first.at && one.order < first.order)) first = one;
    }
    return first;
  };

  return {
    now: () => now,
    nextAt: () => next()?.at,
    after(ms, task) {
      const one: Armed = { at: now + Math.max(0, ms), order: order++, task };
      armed.add(one);
      return () => void armed.delete(one);
    },
    advance(ms) {
      const until = now + ms;
      for (let due = next(); due && due.at <= until; due = next()) {
        armed.delete(due);
        now = Math.max(now, due.at);
        due.task();
      }
      now = until;
    },
  };
}
