import { concat, NEVER, of, Subject, throwError, defer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Observation } from '@ringside/shared/domain/observation';
import { silentLogger } from '../runtime/logger.ts';
import { virtualClock } from '../runtime/virtual-clock.ts';
import { isGap, observations } from './observations.ts';

const link = (up: boolean, gap: boolean): Observation => ({ kind: 'link', at: 0, up, gap });

describe('observations', () => {
  it('merges all sources with one tick per second of the given clock', async () => {
    const clock = virtualClock(1_000_000);
    const events$ = new Subject<Observation>();
    const seen: string[] = [];
    const running = observations([events$, NEVER], { clock, log: silentLogger }).subscribe(({ kind, at }) =>
      seen.push(`${kind} ${at}`),
    );
    await clock.advance(1_000);
    events$.next(link(true, false));
    await clock.advance(2_500);
    running.unsubscribe();
    expect(seen).toEqual(['tick 1001000', 'link 0', 'tick 1002000', 'tick 1003000']);
    expect(clock.pending()).toBe(0);
  });

  it('subscribes again, later each time, to a source that errs, and leaves the others alone', async () => {
    const clock = virtualClock(0);
    const tries: number[] = [];
    const broken$ = defer(() => {
      tries.push(clock.now());
      return throwError(() => new Error('canary'));
    });
    const seen: Observation[] = [];
    const running = observations([broken$, concat(of(link(true, true)), NEVER)], {
      clock,
      log: silentLogger,
    }).subscribe((each) => seen.push(each));
    await clock.advance(20_000);
    running.unsubscribe();
    expect(tries).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
    expect(seen.filter(isGap)).toHaveLength(1);
    expect(seen.filter(({ kind }) => kind === 'tick')).toHaveLength(20);
  });
});

describe('isGap', () => {
  it('is a link that may have lost events', () => {
    expect([link(true, true), link(true, false), link(false, false)].map(isGap)).toEqual([true, false, false]);
  });
});
