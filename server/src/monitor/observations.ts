/**
 * In:  the streams of Observations of all sources, as arguments.
 * Out: one stream of Observations with the passing of time in it, and the live board that it makes.
 * Never: an import of a source, or an error that ends the stream.
 */
import { map, merge, type Observable, retry } from 'rxjs';
import type { LinkObservation, Observation } from '@ringside/shared/domain/observation';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { describeError } from '../runtime/worker-loop.ts';
import { after$, every$ } from './pulse.ts';

/** The reducer's graces and leases are tens of seconds, so one second is fine enough. */
const TICK_MS = 1_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

export interface ObservationDeps {
  readonly clock: Clock;
  readonly log: Logger;
}

/** Merges all sources with a tick per second. A source that errs is subscribed to again, later each time. */
export function observations(
  sources: readonly Observable<Observation>[],
  deps: ObservationDeps,
): Observable<Observation> {
  const { clock } = deps;
  const ticks$ = every$(clock, TICK_MS).pipe(map((): Observation => ({ kind: 'tick', at: clock.now() })));
  return merge(...sources.map((source$) => supervised(source$, deps)), ticks$);
}

/** The source, subscribed to again whenever it errs: later each time, and logged. */
export function supervised(source$: Observable<Observation>, { clock, log }: ObservationDeps): Observable<Observation> {
  return source$.pipe(
    retry({
      resetOnSuccess: true,
      delay: (error: unknown, attempt) => {
        const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempt - 1));
        log.error('source.failed', { attempt, delayMs, error: describeError(error) });
        return after$(clock, delayMs);
      },
    }),
  );
}

/** Events may have been lost: the picture must be listed anew. */
export function isGap(observation: Observation): observation is LinkObservation {
  return observation.kind === 'link' && observation.gap;
}
