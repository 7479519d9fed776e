import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settle, virtualClock } from '../runtime/virtual-clock.ts';
import type { VirtualClock } from '../runtime/virtual-clock.ts';
import { createRateBudget } from './rate-budget.ts';
import type { BudgetRequest, Place, Priority, RateBudget, Refusal } from './rate-budget.ts';
import type { RateGroup } from './rate-window.ts';
import { parseRetryAfter } from './retry-after.ts';

const answer = (clock: VirtualClock, status: number, headers: Record<string, string> = {}) => ({
  status,
  receivedAt: clock.now(),
  header: (name: string) => headers[name] ?? null,
});
const heavy = { 'x-rate-limit-group': 'heavy', 'x-rate-limit-limit': '10', 'x-rate-limit-window': '60' };

function request(group: RateGroup, priority: Priority = 'poll', maxWaitMs = 600_000): BudgetRequest {
  return { group, priority, maxWaitMs };
}

interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
}

/** Acquires and settles at once with the given answer; resolves to the time of sending, or undefined when refused. */
async function send(budget: RateBudget, clock: VirtualClock, wanted: BudgetRequest, reply: Reply = {}) {
  const place = await budget.acquire(wanted);
  if (!place.granted) return undefined;
  const at = clock.monotonic();
  place.settle(answer(clock, reply.status ?? 200, reply.headers));
  return at;
}

describe('Retry-After', () => {
  const now = Date.UTC(2026, 2, 3, 14);
  it.each([
    ['60', 60_000],
    ['0.5', 500],
    [null, 60_000],
    ['', 60_000],
    ['-1', 60_000],
    ['0', 60_000],
    ['NaN', 60_000],
    ['soon', 60_000],
    ['1e9', 3_600_000],
    ['Infinity', 3_600_000],
    // A date is cut to its second: the answer may mean the last moment of it.
    [new Date(now + 90_000).toUTCString(), 90_999],
    [new Date(now - 90_000).toUTCString(), 60_000],
  ])('[I-20] %s gives %i ms', (value, ms) => {
    expect(parseRetryAfter({ value, now })).toBe(ms);
  });

  it('[I-20] reads a date against the clock of its sender', () => {
    const theirs = now + 86_400_000;
    const value = new Date(theirs + 30_000).toUTCString();
    expect(parseRetryAfter({ value, date: new Date(theirs).toUTCString(), now })).toBe(30_000);
  });

  it('[I-20] always waits, and never longer than an hour', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String)), (value) => {
        const ms = parseRetryAfter({ value, now });
        expect(ms).toBeGreaterThan(0);
        expect(ms).toBeLessThanOrEqual(3_600_000);
      }),
    );
  });
});

describe('the rate budget', () => {
  it('[I-19] keeps one in reserve and waits for the window', async () => {
    const clock = virtualClock();
    const budget = createRateBudget(clock);
    const sent: (number | undefined)[] = [];
    for (let n = 0; n < 11; n++) void send(budget, clock, request('heavy')).then((at) => sent.push(at));
    await settle();
    expect(sent).toHaveLength(9);
    await clock.advance(59_000);
    expect(sent).toHaveLength(9);
    await clock.advance(1_001);
    expect(sent).toHaveLength(11);
  });

  it('[I-19] never exceeds a group in any window, whatever is asked when, and however late answers come', async () => {
    const steps = fc.array(fc.record({ waitMs: fc.nat(20_000), takesMs: fc.nat(15_000) }), {
      minLength: 20,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const clock = virtualClock();
        const budget = createRateBudget(clock);
        const seen: number[] = [];
        for (const { waitMs, takesMs } of plan) {
          void budget.acquire(request('heavy')).then((place) => {
            if (!place.granted) return;
            // Upstream may count it at any moment until the answer.
            clock.after(takesMs / 2, () => seen.push(clock.monotonic()));
            clock.after(takesMs, () => place.settle(answer(clock, 200)));
          });
          await clock.advance(waitMs);
        }
        await clock.advance(600_000);
        expect(seen).toHaveLength(plan.length);
        for (const end of seen) expect(seen.filter((at) => at > end - 60_000 && at <= end).length).toBeLessThan(10);
      }),
      { numRuns: 15 },
    );
  });

  it('[I-19] sends nothing inside a penalty, and one at a time after it; other groups go on', async () => {
    const clock = virtualClock();
    const budget = createRateBudget(clock);
    await send(budget, clock, request('heavy'), { status: 429, headers: { ...heavy, 'retry-after': '60' } });
    expect(await budget.acquire(request('heavy', 'poll', 10_000))).toEqual({
      ...{ granted: false, because: 'limited', retryAt: clock.now() + 60_250 },
    });
    expect(await send(budget, clock, request('light'))).toBe(0);
    const places: Place[] = [];
    for (let n = 0; n < 3; n++)
      void budget.acquire(request('heavy')).then((place) => place.granted && places.push(place));
    await clock.advance(60_000);
    expect(places).toHaveLength(0);
    await clock.advance(300);
    expect(places).toHaveLength(1);
    places[0]?.settle(answer(clock, 200, heavy));
    await settle();
    expect(places).toHaveLength(3);
  });

  it('a penalty without a group stops everything for at least 30 s', async () => {
    const clock = virtualClock();
    const budget = createRateBudget(clock);
    await send(budget, clock, request('medium'), { status: 429, headers: { 'retry-after': '1' } });
    const refused = (await budget.acquire(request('light', 'login', 0))) as Refusal;
    expect(refused).toEqual({ granted: false, because: 'limited', retryAt: clock.now() + 30_000 });
  });

  it('learns limits, and counts what strangers spent', async () => {
    const clock = virtualClock();
    const budget = createRateBudget(clock);
    const headers = { 'x-rate-limit-group': 'light', 'x-rate-limit-limit': '5', 'x-rate-limit-window': '30' };
    await send(budget, clock, request('light'), { headers: { ...headers, 'x-rate-limit-remaining': '1' } });
    expect(await send(budget, clock, request('light', 'probe', 0))).toBeUndefined();
    await clock.advance(30_001);
    expect(await send(budget, clock, request('light', 'probe', 0))).toBe(30_001);
  });

  it('ignores limits that make no sense', async () => {
    const clock = virtualClock();
    const budget = createRateBudget(clock);
    for (const limit of ['0', '-3', 'x', '', '1e99']) {
      await send(budget, clock, request('light'), {
        headers: { 'x-rate-limit-group': 'light', 'x-rate-limit-limit': limit, 'x-rate-limit-window': limit },
      });
    }
    const known = 44;
    for (let n = 0; n < known; n++) expect(await send(budget, clock, request('light', 'probe', 0))).toBe(0);
    expect(await send(budget, clock, request('light', 'probe', 0))).toBeUndefined();
  });

  it('serves by priority, then by age', async () => {
    const clock = virtualClock();
    const budget = createRateBudget(clock);
    for (let n = 0; n < 9; n++) await send(budget, clock, request('heavy'));
    const order: string[] = [];
    const wait = (priority: Priority, name: string) =>
      void send(budget, clock, request('heavy', priority)).then((at) => order.push(`${name}@${String(at)}`));
    wait('unclassified', 'stray');
    wait('directory', 'directory');
    wait('poll', 'poll');
    wait('poll', 'poll2');
    await clock.advance(60_000);
    expect(order).toEqual(['poll@60000', 'poll2@60000', 'directory@60000', 'stray@60000']);
  });

  it('gives up at the deadline and on abort, and leaves no timer behind', async () => {
    const clock = virtualClock();
    const budget = createRateBudget(clock);
    for (let n = 0; n < 9; n++) await send(budget, clock, request('heavy'));
    const late = budget.acquire(request('heavy', 'poll', 5_000));
    const stop = new AbortController();
    const aborted = budget.acquire({ ...request('heavy'), signal: stop.signal });
    stop.abort();
    expect(await aborted).toMatchObject({ granted: false, because: 'aborted' });
    await clock.advance(5_000);
    expect(await late).toMatchObject({ granted: false, because: 'limited', retryAt: clock.now() + 55_000 });
    await clock.advance(60_000);
    expect(clock.pending()).toBe(0);
  });
});
