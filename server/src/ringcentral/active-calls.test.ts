import { describe, expect, it } from 'vitest';
import { settle, virtualClock } from '../runtime/virtual-clock.ts';
import { silentLogger } from '../runtime/logger.ts';
import { createWake } from '../runtime/wake.ts';
import { activeCalls$ } from './active-calls.ts';
import type { Failure } from './answer.ts';
import type { PollCost } from './poll-pace.ts';
import { scriptedClient } from './scripted-upstream.ts';
import type { SourceStatus } from './source-status.ts';
import type { PollObservation } from '@ringside/shared/domain/observation';

const account = '/restapi/v1.0/account/~/active-calls';
const extension = '/restapi/v1.0/account/~/extension/~/active-calls';
const record = (id: string) => ({ id, telephonySessionId: `s-${id}`, direction: 'Inbound', result: 'In Progress' });
const page = (ids: readonly string[], next?: string) => ({
  records: ids.map(record),
  navigation: next ? { nextPage: { uri: next } } : {},
});
const fails = (kind: Failure['kind'], more: Partial<Failure> = {}): Failure => ({
  ok: false,
  kind,
  detail: kind,
  ...more,
});

const administrator = { refused: () => Promise.resolve(), granted: () => undefined, ownCallsOnly: () => false };

type EventLevel = 'account' | 'extension';

function polling(
  respond: (path: string, nth: number) => unknown,
  nextDelay = () => 30_000,
  eventLevel = (): EventLevel => 'account',
  reach = administrator,
) {
  const clock = virtualClock();
  const wake = createWake(clock);
  const client = scriptedClient((path) => respond(path, client.paths.length));
  const polls: PollObservation[] = [];
  const statuses: SourceStatus[] = [];
  const costs: PollCost[] = [];
  const pace = { everyMs: nextDelay, polled: (cost: PollCost) => void costs.push(cost) };
  const deps = { client, clock, wake, random: () => 0.5, log: silentLogger, pace, reach, eventLevel };
  const stream$ = activeCalls$(deps);
  const subscription = stream$.subscribe((value) => (value.kind === 'poll' ? polls.push(value) : statuses.push(value)));
  return { clock, wake, client, polls, statuses, subscription, costs };
}

const ids = (poll: PollObservation | undefined) => poll?.records.map(({ sessionId }) => sessionId);

describe('the poll', () => {
  it('comes at once, then after the delay that is asked for each time', async () => {
    let delay = 15_000;
    const { clock, polls, statuses } = polling(
      () => page(['1']),
      () => delay,
    );
    await settle();
    expect(polls).toHaveLength(1);
    expect(statuses).toEqual([{ kind: 'status', source: 'poll', at: clock.now() }]);
    await clock.advance(15_000);
    expect(polls).toHaveLength(2);
    delay = 30_000;
    await clock.advance(15_000);
    await clock.advance(29_999);
    expect(polls).toHaveLength(3);
  });

  it('reads all pages; a record shown again on the next page is one', async () => {
    const { polls, client } = polling((path) =>
      path.endsWith('page=2') ? page(['2', '3']) : page(['1', '2'], `${account}?page=2`),
    );
    await settle();
    expect(client.paths).toEqual([account, `${account}?page=2`]);
    expect(polls[0]).toMatchObject({ complete: true });
    expect(ids(polls[0])).toEqual(['s-1', 's-2', 's-3']);
  });

  it('with a failing page is incomplete and tells why', async () => {
    const { polls, statuses } = polling((path) =>
      path.endsWith('page=2') ? fails('server') : page(['1'], `${account}?page=2`),
    );
    await settle();
    expect(polls[0]).toMatchObject({ complete: false });
    expect(ids(polls[0])).toEqual(['s-1']);
    expect(statuses[0]).toMatchObject({ trouble: 'pollFailing' });
  });

  it('with an unreadable record has gaps, and is no poll at all when nothing could be read', async () => {
    const first = polling(() => ({ records: [record('1'), { result: 'In Progress' }] }));
    const second = polling(() => '<html>');
    await settle();
    expect(first.polls[0]).toMatchObject({ complete: true, gaps: true, records: [{}] });
    expect(second.polls).toEqual([]);
    expect(second.statuses[0]).toMatchObject({ trouble: 'pollFailing' });
  });

  it('ends with links that go in a circle', async () => {
    const { polls, client } = polling(() => page([], `${account}?page=1`));
    await settle();
    expect(client.paths).toHaveLength(2);
    expect(polls[0]?.complete).toBe(false);
  });

  it('backs off from a server in trouble, up to a minute, and comes back', async () => {
    const { clock, client, statuses } = polling((_, nth) => (nth <= 10 ? fails('server') : page([])));
    await clock.advance(600_000);
    expect(client.paths.length).toBeGreaterThan(10);
    expect(client.paths.length).toBeLessThan(40);
    expect(statuses.at(-1)).not.toHaveProperty('trouble');
  });

  it('waits for the end of a rate limit', async () => {
    const start = virtualClock().now();
    const { clock, client, statuses } = polling((_, nth) =>
      nth === 1 ? fails('rateLimited', { retryAt: start + 60_000 }) : page([]),
    );
    await clock.advance(59_999);
    expect(client.paths).toHaveLength(1);
    expect(statuses[0]).toMatchObject({ trouble: 'rateLimited', until: clock.now() + 1 });
    await clock.advance(1_001);
    expect(client.paths).toHaveLength(2);
  });

  it('names a login that is refused', async () => {
    const { statuses } = polling(() => fails('auth', { detail: 'check RINGCENTRAL_JWT' }));
    await settle();
    expect(statuses[0]).toMatchObject({ trouble: 'loginFailed', detail: 'check RINGCENTRAL_JWT' });
  });

  it('without the account-wide permission reads the own calls and says which permission is missing', async () => {
    const denied = fails('forbidden', { permission: 'FullCompanyCallLog' });
    const { clock, client, polls, statuses } = polling((path) => (path === account ? denied : page(['1'])));
    await clock.advance(60_000);
    expect(client.paths.slice(0, 3)).toEqual([account, extension, extension]);
    expect(ids(polls[0])).toEqual(['s-1']);
    expect(new Set(statuses.map(({ trouble }) => trouble))).toEqual(new Set(['permissionMissing']));
    expect(statuses[0]?.detail).toContain('FullCompanyCallLog');
    await clock.advance(600_000);
    expect(client.paths.filter((path) => path === account)).toHaveLength(2);
  });

  it('of the own calls alone proves no absence while events tell of everybody', async () => {
    let level: EventLevel = 'account';
    const { clock, polls } = polling(
      (path) => (path === account ? fails('forbidden') : page(['1'])),
      undefined,
      () => level,
    );
    await clock.advance(30_000);
    level = 'extension';
    await clock.advance(30_000);
    expect(polls.map(({ complete, gaps }) => [complete, gaps])).toEqual([
      [true, true],
      [true, true],
      [true, undefined],
    ]);
  });

  it('of a user who is no administrator reads the own calls, which is told as such and no fault', async () => {
    const denied = fails('forbidden', { permission: 'FullCompanyCallLog' });
    const plain = { ...administrator, ownCallsOnly: () => true };
    const level = (): EventLevel => 'extension';
    const respond = (path: string) => (path === account ? denied : page(['1']));
    const { clock, client, polls, statuses } = polling(respond, undefined, level, plain);
    await clock.advance(60_000);
    expect(client.paths.filter((path) => path === account)).toHaveLength(1);
    expect(polls.every(({ complete, gaps }) => complete && gaps === undefined)).toBe(true);
    expect(new Set(statuses.map(({ trouble }) => trouble))).toEqual(new Set(['ownCallsOnly']));
    expect(statuses[0]?.detail).toContain('no administrator');
  });

  it('comes sooner when the pace quickens while it waits', async () => {
    let delay = 30_000;
    const { clock, polls, costs } = polling(
      () => page([]),
      () => delay,
    );
    await clock.advance(10_000);
    delay = 15_000;
    await clock.advance(5_000);
    expect(polls).toHaveLength(2);
    expect(costs[0]).toEqual({ pages: 1, lastedMs: 0 });
  });

  it('without any permission asks once a minute', async () => {
    const { clock, client } = polling(() => fails('forbidden', { permission: 'ReadCallLog' }));
    await clock.advance(540_000);
    expect(client.paths.length).toBeLessThanOrEqual(12);
  });

  it('says how many entries it could not read, and that the list has gaps', async () => {
    const { polls, statuses } = polling(() => ({ records: [record('1'), { from: 'nobody' }, null] }));
    await settle();
    expect(polls[0]).toMatchObject({ complete: true, gaps: true, records: [{ sessionId: 's-1' }] });
    expect(statuses[0]).toMatchObject({
      trouble: 'pollFailing',
      detail: "RingCentral's list of calls: 2 entries that could not be read",
    });
  });

  it('comes at once when rung, also when rung while one runs, but not in a storm', async () => {
    const { clock, wake, polls } = polling(() => page([]));
    await clock.advance(10_000);
    wake.ring();
    await settle();
    expect(polls).toHaveLength(2);
    for (let n = 0; n < 100; n++) {
      wake.ring();
      await clock.advance(100);
    }
    expect(polls.length).toBeLessThanOrEqual(2 + 4);
    expect(polls.length).toBeGreaterThan(4);
  });

  it('stops when nobody listens', async () => {
    const { clock, subscription, client } = polling(() => page([]));
    await settle();
    subscription.unsubscribe();
    await clock.advance(600_000);
    expect(client.paths).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });
});
