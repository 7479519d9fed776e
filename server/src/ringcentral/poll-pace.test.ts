import { describe, expect, it } from 'vitest';
import { silentLogger } from '../runtime/logger.ts';
import { virtualClock } from '../runtime/virtual-clock.ts';
import { createWake } from '../runtime/wake.ts';
import { activeCalls$ } from './active-calls.ts';
import { createPollPace, pollEveryMs } from './poll-pace.ts';
import { createRateBudget } from './rate-budget.ts';
import type { RateGroup } from './rate-window.ts';
import { json, scriptedUpstream, token } from './scripted-upstream.ts';

const usual = { count: 9, perMs: 60_000 };
const cost = (pages: number, lastedMs = 500) => ({ pages, lastedMs });

describe('the pace of polls', () => {
  it.each([
    [1, 30_000, 15_000],
    [2, 30_000, 24_000],
    [3, 36_000, 36_000],
    [5, 60_000, 60_000],
    [6, 45_000, 45_000],
    [10, 75_000, 75_000],
  ])('of %i pages: %i ms beside a healthy link, %i ms without', (pages, healthy, lonely) => {
    expect(pollEveryMs(cost(pages), usual, true)).toBe(healthy);
    expect(pollEveryMs(cost(pages), usual, false)).toBe(lonely);
  });

  it('follows an account’s own limits, and what strangers leave of them', () => {
    expect(pollEveryMs(cost(10), { count: 49, perMs: 60_000 }, true)).toBe(30_000);
    expect(pollEveryMs(cost(1), { count: 2, perMs: 60_000 }, false)).toBe(60_000);
    expect(pollEveryMs(cost(3, 90_000), usual, true)).toBe(90_000);
  });

  it('is told once, and again whenever it changes', () => {
    let linkUp = false;
    let light = 49;
    const allows = (group: RateGroup) => (group === 'light' ? { count: light, perMs: 60_000 } : usual);
    const pace = createPollPace({ allows }, () => linkUp);
    expect(pace.news(1)).toEqual({ kind: 'budget', at: 1, pollEveryMs: 15_000, probesPerMinute: 49 });
    expect(pace.news(2)).toBeUndefined();
    linkUp = true;
    expect(pace.news(3)).toMatchObject({ at: 3, pollEveryMs: 30_000 });
    light = 199;
    expect(pace.news(4)).toMatchObject({ probesPerMinute: 199 });
    pace.polled(cost(10));
    expect(pace.news(5)).toMatchObject({ pollEveryMs: 75_000 });
    expect(pace.news(6)).toBeUndefined();
  });
});

const path = '/restapi/v1.0/account/~/active-calls';
const minutes = 15;

/** Polls of so many pages under the real budget, beside somebody who needs so many places a minute. */
async function polled(pages: number, linkUp: boolean, othersPerMinute: number) {
  const clock = virtualClock();
  const upstream = scriptedUpstream(clock, ({ url }) => {
    if (url.pathname.endsWith('/token')) return token('t');
    const page = Number(url.searchParams.get('page') ?? 1);
    const more = page < pages ? { nextPage: { uri: `${path}?page=${String(page + 1)}` } } : {};
    return json({ records: [], navigation: more });
  });
  const pace = createPollPace(upstream.budget, () => linkUp);
  const reach = { refused: () => Promise.resolve(), granted: () => undefined, ownCallsOnly: () => false };
  const { client } = upstream;
  const begun: number[] = [];
  const deps = { client, clock, wake: createWake(clock), random: () => 0.5, log: silentLogger, pace, reach };
  const subscription = activeCalls$({ ...deps, eventLevel: () => 'account' }).subscribe((value) => {
    if (value.kind === 'poll' && value.complete) begun.push(value.startedAt);
  });
  const waits: number[] = [];
  const everyMs = 60_000 / othersPerMinute;
  for (let asked = 0; asked < minutes * othersPerMinute; asked++) {
    await clock.advance(everyMs);
    const at = clock.monotonic();
    const wanted = { group: 'heavy', priority: 'unclassified', maxWaitMs: 600_000 } as const;
    void upstream.budget.acquire(wanted).then((place) => {
      waits.push(clock.monotonic() - at);
      if (place.granted) place.settle(undefined);
    });
  }
  await clock.advance(60_000);
  subscription.unsubscribe();
  // The first poll is made before anybody knows how long the list is.
  const gaps = begun.slice(2).map((at, n) => at - (begun[n + 1] ?? at));
  return { gaps, waits, told: pace.everyMs() };
}

describe('polls beside others', { timeout: 30_000 }, () => {
  it.each([
    [1, true, 4, 30_000],
    [1, false, 4, 15_000],
    [3, true, 4, 36_000],
    [10, true, 1, 75_000],
  ])(
    'of %i pages (link up: %s) leave room for %i others a minute and come every %i ms',
    async (pages, linkUp, others, ms) => {
      const { gaps, waits, told } = await polled(pages, linkUp, others);
      expect(waits).toHaveLength(minutes * others);
      expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
      expect(gaps.length).toBeGreaterThan(10);
      const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
      expect([told, Math.round(mean / 1_000)]).toEqual([ms, ms / 1_000]);
    },
  );
});

it('a budget learns its limits from the answers', () => {
  const clock = virtualClock();
  const budget = createRateBudget(clock);
  expect([budget.allows('heavy').count, budget.allows('light').count]).toEqual([9, 49]);
});
