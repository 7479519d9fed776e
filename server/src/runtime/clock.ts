/**
 * In:  the machine's clock and timers.
 * Out: time as a dependency, supervised loops and log lines that every room may use.
 * Never: a word of the business. Nothing here knows what a call is.
 */

/** Time as a dependency, so that hours can be tested in milliseconds. */
export interface Clock {
  /** Wall clock, ms since the epoch. May jump. */
  now(): number;
  /** ms since an arbitrary start. Never jumps; use it for ages and deadlines. */
  monotonic(): number;
  /** Runs `task` once after `ms`; the returned function cancels it and may be called at any time. */
  after(ms: number, task: () => void): () => void;
}

/** Node fires a longer timer at once, so longer waits are cut here; whoever needs more must look again on waking. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, task) {
    const handle = setTimeout(task, Math.min(Math.max(0, ms), longestTimerMs));
    return () => {
      clearTimeout(handle);
    };
  },
};

/** A clock whose `now` never jumps, whatever is done to the machine's. */
export interface SteadyClock extends Clock {
  /** The machine's own wall clock, ms since the epoch. */
  wall(): number;
  /** It is `byMs` later than `now` says (earlier when negative): time is caught up with by running faster or slower. */
  steer(byMs: number): void;
}

/** Fast enough to make good minutes within the hour, slow enough that no lease notices. */
const slewRate = 0.1;

/**
 * Time for a picture that must stay right when somebody sets the machine's clock, or it sleeps: the wall clock of the
 * start plus what has passed since, never backwards. A better time is approached, not jumped to.
 */
export function steadyClock(machine: Clock): SteadyClock {
  let base = machine.now();
  let since = machine.monotonic();
  let owedMs = 0;

  const slewed = (passedMs: number): number =>
    Math.sign(owedMs) * Math.min(Math.abs(owedMs), Math.max(0, passedMs) * slewRate);
  const now = (): number => {
    const passedMs = machine.monotonic() - since;
    return Math.round(base + passedMs + slewed(passedMs));
  };
  return {
    now,
    monotonic: () => machine.monotonic(),
    after: (ms, task) => machine.after(ms, task),
    wall: () => machine.now(),
    steer(byMs) {
      const at = machine.monotonic();
      base = base + (at - since) + slewed(at - since);
      since = at;
      owedMs = byMs;
    },
  };
}

/** Resolves true after `ms`, or false as soon as `signal` aborts. Never rejects. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve(false);
      return;
    }
    const aborted = () => {
      cancel();
      resolve(false);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', aborted);
      resolve(true);
    });
    signal?.addEventListener('abort', aborted, { once: true });
  });
}
