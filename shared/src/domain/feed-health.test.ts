import { expect, test } from 'vitest';
import { assess, type FeedFacts } from './feed-health.ts';

const now = 1_760_000_000_000;
const good: FeedFacts = {
  linkUp: true,
  lastEventAt: now - 5000,
  lastCompletePollAt: now - 20_000,
  pollFailures: 0,
  directoryReady: true,
  troubles: [],
};

test('[H1] before the first complete poll the board is starting, whatever else is well', () => {
  const { lastCompletePollAt: _none, ...facts } = good;
  expect(assess(facts, now)).toMatchObject({ state: 'starting', troubles: ['catchingUp'] });
});

test('[H2] both sources proved: live, with the ages of the proofs', () => {
  expect(assess(good, now)).toEqual({ state: 'live', troubles: [], eventAgeMs: 5000, pollAgeMs: 20_000 });
});

test('[H2] one source missing: degraded, and named', () => {
  expect(assess({ ...good, linkUp: false }, now)).toMatchObject({ state: 'degraded', troubles: ['eventsDown'] });
  expect(assess({ ...good, lastEventAt: now - 50_000 }, now)).toMatchObject({
    state: 'degraded',
    troubles: ['eventsSilent'],
  });
  expect(assess({ ...good, lastCompletePollAt: now - 90_000 }, now)).toMatchObject({
    state: 'degraded',
    troubles: ['pollFailing'],
  });
  expect(assess({ ...good, troubles: ['rateLimited'] }, now)).toMatchObject({
    state: 'degraded',
    troubles: ['rateLimited'],
  });
});

test('[H2] neither source proved within 45 s: stale', () => {
  expect(assess({ ...good, linkUp: false, lastCompletePollAt: now - 46_000 }, now).state).toBe('stale');
});

test('a clock that was set back never makes an age negative', () => {
  expect(assess({ ...good, lastEventAt: now + 60_000 }, now).eventAgeMs).toBe(0);
});

test('[H2] own calls only is told, degraded and never stale; what makes the picture late is named first', () => {
  expect(assess({ ...good, troubles: ['ownCallsOnly'] }, now)).toMatchObject({
    state: 'degraded',
    troubles: ['ownCallsOnly'],
  });
  expect(assess({ ...good, linkUp: false, troubles: ['clockOff', 'ownCallsOnly'] }, now).troubles).toEqual([
    ...['eventsDown', 'clockOff', 'ownCallsOnly'],
  ]);
});
