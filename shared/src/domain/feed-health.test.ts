import { expect, test } from 'vitest';
import { assess, type FeedFacts } from './feed-health.ts';

const bound = { provedWithinMs: 60_000 };
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
  expect(assess(facts, now, bound)).toMatchObject({ state: 'starting', troubles: ['catchingUp'] });
});

test('[H2] both sources proved: live, with the ages of the proofs', () => {
  expect(assess(good, now, bound)).toEqual({
    ...{ state: 'live', troubles: [], eventAgeMs: 5000, pollAgeMs: 20_000 },
    ...bound,
  });
});

test('[H2] one source missing: degraded, and named', () => {
  expect(assess({ ...good, linkUp: false }, now, bound)).toMatchObject({ state: 'degraded', troubles: ['eventsDown'] });
  expect(assess({ ...good, lastEventAt: now - 50_000 }, now, bound)).toMatchObject({
    state: 'degraded',
    troubles: ['eventsSilent'],
  });
  expect(assess({ ...good, lastCompletePollAt: now - 90_000 }, now, bound)).toMatchObject({
    state: 'degraded',
    troubles: ['pollFailing'],
  });
  expect(assess({ ...good, troubles: ['rateLimited'] }, now, bound)).toMatchObject({
    state: 'degraded',
    troubles: ['rateLimited'],
  });
});

test('[H2] neither source proved within 45 s: stale', () => {
  expect(assess({ ...good, linkUp: false, lastCompletePollAt: now - 46_000 }, now, bound).state).toBe('stale');
});

test('[H2] the age of every source is told, of the call log and the directory too', () => {
  const facts = { ...good, lastLogAt: now - 30_000, lastDirectoryAt: now - 3_600_000 };
  expect(assess(facts, now, bound)).toMatchObject({ logAgeMs: 30_000, directoryAgeMs: 3_600_000 });
});

test('a clock that was set back never makes an age negative', () => {
  expect(assess({ ...good, lastEventAt: now + 60_000 }, now, bound).eventAgeMs).toBe(0);
});

test('a list that the limits let be read but rarely is not late for that', () => {
  const facts = { ...good, lastCompletePollAt: now - 100_000 };
  expect(assess(facts, now, bound).troubles).toEqual(['pollFailing']);
  expect(assess(facts, now, { provedWithinMs: 105_000, boundBy: 'probes' }).troubles).toEqual(['pollFailing']);
  expect(assess(facts, now, { provedWithinMs: 105_000, boundBy: 'list' }).troubles).toEqual([]);
});

test('[H2] own calls only is told, degraded and never stale; what makes the picture late is named first', () => {
  expect(assess({ ...good, troubles: ['ownCallsOnly'] }, now, bound)).toMatchObject({
    state: 'degraded',
    troubles: ['ownCallsOnly'],
  });
  expect(assess({ ...good, linkUp: false, troubles: ['clockOff', 'ownCallsOnly'] }, now, bound).troubles).toEqual([
    ...['eventsDown', 'clockOff', 'ownCallsOnly'],
  ]);
});
