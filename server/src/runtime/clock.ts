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
