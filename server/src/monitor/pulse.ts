import { defer, Observable, repeat } from 'rxjs';
import type { Clock } from '../runtime/clock.ts';

/** Emits once, `ms` after it is subscribed to, and completes. On the given clock, so that tests own the time. */
export function after$(clock: Clock, ms: number): Observable<void> {
  return new Observable((subscriber) =>
    clock.after(ms, () => {
      subscriber.next();
      subscriber.complete();
    }),
  );
}

/** Emits every `ms`, for the first time after `ms`. */
export function every$(clock: Clock, ms: number): Observable<void> {
  return defer(() => after$(clock, ms)).pipe(repeat());
}
