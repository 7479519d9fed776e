import { Observable } from 'rxjs';
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
}

/** What one turn of a loop brought. */
export interface Turn<T> {
  readonly says: readonly T[];
  /** The turn did not reach what it was for: counted until one does. */
  readonly failed: boolean;
  /** Waits for the next turn, after this many failures in a row. Must end when the loop's signal aborts. */
  rest(failures: number): Promise<unknown>;
}

/**
 * Runs turn after turn and tells what each brought. Cold; ends only by unsubscribing, which aborts the signal: what a
 * turn brings after that is dropped. A turn that throws has a fault of ours: it is logged and tried again after a
 * back-off, so that it takes no other source with it. A short wait is a warning, a long one an error: a blip is no outage.
 */
export function supervisedLoop$<T>(
  options: LoopOptions,
  turn: (signal: AbortSignal) => Promise<Turn<T>>,
): Observable<T> {
  return new Observable((subscriber) => {
    const stop = new AbortController();
    void runTurns(options, turn, { signal: stop.signal, say: (value) => subscriber.next(value) });
    return () => stop.abort();
  });
}

interface Run<T> {
  readonly signal: AbortSignal;
  readonly say: (value: T) => void;
}

async function runTurns<T>(
  { name, clock, log, backOff, random }: LoopOptions,
  turn: (signal: AbortSignal) => Promise<Turn<T>>,
  { signal, say }: Run<T>,
): Promise<void> {
  for (let failures = 0; !signal.aborted;) {
    try {
      const { says, failed, rest } = await turn(signal);
      if (isAborted(signal)) return;
      says.forEach(say);
      failures = failed ? failures + 1 : 0;
      await rest(failures);
    } catch (error) {
      failures += 1;
      const delayMs = backOffMs(failures, backOff, random);
      const write = delayMs < 10_000 ? log.warn : log.error;
      write('loop.failed', { name, attempt: failures, delayMs, error: describeError(error) });
      await pause(clock, delayMs, signal);
    }
  }
}

/** Read afresh: the compiler believes that a signal cannot change while we wait. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

/** One line about an unexpected error, safe to log. */
export function describeError(error: unknown): string {
  return scrub(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}
