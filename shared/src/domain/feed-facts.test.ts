import { expect, test } from 'vitest';
import type { ProofBound } from './feed-health-bound.ts';
import { assess, type FeedFacts, type FeedHealth } from './feed-health.ts';

const now = 1_760_000_000_000;
const bound: ProofBound = { provedWithinMs: 60_000 };
const good: FeedFacts = {
  linkUp: true,
  lastEventAt: now - 5000,
  lastCompletePollAt: now - 20_000,
  pollFailures: 0,
  directoryReady: true,
  troubles: [],
};
const judged = (facts: Partial<FeedFacts>, held: ProofBound = bound): FeedHealth =>
  assess({ ...good, ...facts }, now, held);

test('[H2] the event link is proved for 45 s, a list for 75 s and up to two failures', () => {
  expect(judged({ lastEventAt: now - 45_000 })).toMatchObject({ state: 'live', troubles: [] });
  expect(judged({ lastEventAt: now - 45_001 })).toMatchObject({ state: 'degraded', troubles: ['eventsSilent'] });
  expect(judged({ lastCompletePollAt: now - 75_000 })).toMatchObject({ state: 'live', troubles: [] });
  expect(judged({ lastCompletePollAt: now - 75_001 })).toMatchObject({ state: 'degraded', troubles: ['pollFailing'] });
  expect(judged({ pollFailures: 2 })).toMatchObject({ state: 'live' });
  expect(judged({ pollFailures: 3 })).toMatchObject({ state: 'degraded', troubles: ['pollFailing'] });
});

test('[H2] a link that is open and was never heard proves nothing', () => {
  const { lastEventAt: _never, ...facts } = good;
  expect(assess(facts, now, bound)).toMatchObject({ state: 'degraded', troubles: ['eventsSilent'] });
  expect(assess(facts, now, bound).eventAgeMs).toBeUndefined();
});

test('[H2] stale from 45 s after the last list, if the events prove nothing either', () => {
  const down = { linkUp: false, lastCompletePollAt: now - 45_000 };
  expect(judged(down)).toMatchObject({ state: 'degraded', troubles: ['eventsDown'] });
  expect(judged({ ...down, lastCompletePollAt: now - 45_001 }).state).toBe('stale');
  expect(judged({ lastEventAt: now - 60_000, lastCompletePollAt: now - 45_001 }).state).toBe('stale');
  expect(judged({ lastCompletePollAt: now - 500_000 }).state).toBe('degraded');
});

test('[H2] without a directory nobody can tell a person from a menu', () => {
  expect(judged({ directoryReady: false })).toMatchObject({ state: 'degraded', troubles: ['directoryMissing'] });
});

test('[H2] a list that the limits let be read but rarely is not late for that', () => {
  const byList: ProofBound = { provedWithinMs: 100_000, boundBy: 'list' };
  expect(judged({ lastCompletePollAt: now - 100_000 }, byList)).toMatchObject({ state: 'live' });
  expect(judged({ lastCompletePollAt: now - 100_001 }, byList)).toMatchObject({ troubles: ['pollFailing'] });
  expect(judged({ lastCompletePollAt: now - 75_000 }, { ...byList, provedWithinMs: 60_000 })).toMatchObject({
    state: 'live',
  });
  expect(judged({ lastCompletePollAt: now - 76_000 }, { ...byList, boundBy: 'probes' }).troubles).toEqual([
    'pollFailing',
  ]);
});

test('[H2] the ages of all proofs, the cause and the bound are passed on; what is not known is not there', () => {
  expect(judged({})).toEqual({
    state: 'live',
    troubles: [],
    eventAgeMs: 5000,
    pollAgeMs: 20_000,
    provedWithinMs: 60_000,
  });
  const whole = judged(
    { lastLogAt: now - 7000, lastDirectoryAt: now - 8000, detail: 'ReadCallLog', limitedUntil: now + 9000 },
    { provedWithinMs: 90_000, boundBy: 'probes' },
  );
  expect(whole).toMatchObject({
    logAgeMs: 7000,
    directoryAgeMs: 8000,
    detail: 'ReadCallLog',
    limitedUntil: now + 9000,
  });
  expect(whole).toMatchObject({ provedWithinMs: 90_000, boundBy: 'probes' });
});

test('[H2] of several troubles the mild ones come last, each once', () => {
  const troubles = ['memoryFailing', 'ownCallsOnly', 'eventsDown', 'clockOff', 'rateLimited'] as const;
  expect(judged({ linkUp: false, troubles })).toMatchObject({
    state: 'degraded',
    troubles: ['eventsDown', 'rateLimited', 'memoryFailing', 'ownCallsOnly', 'clockOff'],
  });
});

test('[H1] before the first list it is starting, and says so before anything else is judged', () => {
  const { lastCompletePollAt: _none, ...facts } = good;
  expect(assess({ ...facts, linkUp: false }, now, bound)).toMatchObject({
    state: 'starting',
    troubles: ['catchingUp', 'eventsDown'],
  });
});
