import { pause } from './clock.ts';
import type { Clock } from './clock.ts';
import { scrub } from './logger.ts';
import type { Logger } from './logger.ts';

export interface BackOff {
  /** Upper bound of the first wait, ms. */
  readonly baseMs: number;
  /** Upper bound of every wait, ms. */
  readonly capMs: number;
}

/**
 * How long to wait after failure number `attempt` (1 is the first): exponential with full jitter, so that many clients
 * that failed together do not come back together. Never 0, so that a failing loop cannot spin.
 */
export function backOffMs(attempt: number, { baseMs, capMs }: BackOff, random: () => number): number {
  const bound = Math.min(capMs, baseMs * 2 ** Math.min(30, Math.max(0, attempt - 1)));
  return Math.max(Math.min(100, bound), Math.round(bound * random()));
}

export interface LoopOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  readonly backOff: BackOff;
  readonly signal: AbortSignal;
}

/**
 * Runs `work` again and again until `signal` aborts. `work` returns the ms to wait before the next turn; when it throws,
 * the wait is a back-off that grows with each failure in a row. A short wait is logged as a warning, a long one as an
 * error: a blip is not an outage. Never rejects.
 */
export async function superviseLoop(
  options: LoopOptions,
  work: (signal: AbortSignal) => Promise<number>,
): Promise<void> {
  const { clock, log, signal, name } = options;
  for (let failures = 0; !signal.aborted;) {
    let delayMs: number;
    try {
      delayMs = await work(signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      delayMs = backOffMs(failures, options.backOff, options.random);
      const write = delayMs < 10_000 ? log.warn : log.error;
      write('loop.failed', { name, attempt: failures, delayMs, error: describeError(error) });
    }
    await pause(clock, delayMs, signal);
  }
}

/** One line about an unexpected error, safe to log. */
export function describeError(error: unknown): string {
  return scrub(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}
