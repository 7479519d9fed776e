import { describe, expect, it } from 'vitest';
import type { LogObservation } from '@ringside/shared/domain/observation';
import { silentLogger } from '../runtime/logger.ts';
import { virtualClock } from '../runtime/virtual-clock.ts';
import { createWake } from '../runtime/wake.ts';
import type { Failure, RequestOptions } from './answer.ts';
import { callLog$ } from './call-log.ts';
import { scriptedClient } from './scripted-upstream.ts';
import type { SourceStatus } from './source-status.ts';

const root = '/restapi/v1.0/account/~';
const account = `${root}/call-log-sync`;
const extension = `${root}/extension/~/call-log-sync`;
const list = `${root}/call-log`;
const start = virtualClock().now();
const minute = 60_000;

interface Asked {
  readonly path: string;
  readonly query: Readonly<Record<string, string | number>>;
  readonly options: RequestOptions;
  /** ms since the start. */
  readonly at: number;
}

function following(respond: (asked: Asked, nth: number) => unknown) {
  const clock = virtualClock();
  const wake = createWake(clock);
  const asked: Asked[] = [];
  const client = scriptedClient((path, options) => {
    const one = { path, query: options.query ?? {}, options, at: clock.monotonic() };
    asked.push(one);
    return respond(one, asked.length);
  });
  const logs: LogObservation[] = [];
  const statuses: SourceStatus[] = [];
  const stream$ = callLog$({ client, clock, wake, random: () => 0.5, log: silentLogger });
  const subscription = stream$.subscribe((value) => (value.kind === 'log' ? logs.push(value) : statuses.push(value)));
  const told = () => logs.flatMap(({ records }) => records.map(({ recordId }) => recordId));
  const kinds = () => asked.map(({ path, query }) => query['syncType'] ?? path);
  /** Lets the first poll come in, which opens the log. */
  const open = async () => {
    wake.ring();
    await clock.advance(0);
  };
  return { clock, wake, asked, kinds, logs, told, statuses, open, subscription };
}

interface Made {
  /** Minutes before the start. */
  readonly ago?: number;
  readonly changed?: number;
  readonly [field: string]: unknown;
}

const record = (id: string, { ago = 5, changed = 1, ...more }: Made = {}) => ({
  ...{ id, telephonySessionId: `s-${id}`, direction: 'Inbound', result: 'Missed', type: 'Voice', durationMs: 1_000 },
  startTime: new Date(start - ago * minute).toISOString(),
  lastModifiedTime: `change ${changed}`,
  ...more,
});
const sync = (records: readonly unknown[], syncToken = 'token') => ({ records, syncInfo: { syncToken } });
const many = (count: number, name: string, ago: number) =>
  Array.from({ length: count }, (_, index) => record(`${name}${index}`, { ago: ago - index / 10_000 }));
const fails = (kind: Failure['kind'], more: Partial<Failure> = {}): Failure => ({
  ...{ ok: false, kind, detail: kind },
  ...more,
});
const badToken = fails('garbage', { status: 400, detail: '400 Parameter [syncToken] is invalid' });

describe('the call log', () => {
  it('is opened after the first poll, or after a minute without one', async () => {
    const first = following(() => sync([]));
    await first.clock.advance(5_000);
    expect(first.asked).toEqual([]);
    await first.open();
    expect(first.asked).toHaveLength(1);
    const second = following(() => sync([]));
    await second.clock.advance(minute);
    expect(second.asked).toHaveLength(1);
  });

  it('is read with its legs, from the Heavy budget, behind everything that shares it', async () => {
    const { asked, open } = following(() => sync([]));
    await open();
    expect(asked[0]?.query).toMatchObject({ view: 'Detailed', syncType: 'FSync', recordCount: 250 });
    expect(asked[0]?.options).toMatchObject({ group: 'heavy', priority: 'log' });
  });

  it('is read whole once, then from where it was left, every two minutes', async () => {
    const { asked, clock, kinds, open } = following((_, nth) => sync([], `token${nth}`));
    await open();
    await clock.advance(4 * minute);
    expect(kinds()).toEqual(['FSync', 'ISync', 'ISync']);
    expect(asked.map(({ query }) => query['syncToken'])).toEqual([undefined, 'token1', 'token2']);
    expect(asked.map(({ at }) => at)).toEqual([0, 2 * minute, 4 * minute]);
  });

  it('tells the last two hours, and later each record once per change', async () => {
    const answers = [
      [record('new', { ago: 5 }), record('old', { ago: 130 })],
      [record('new', { ago: 5 }), record('newer', { ago: 1 })],
      [record('new', { ago: 5, changed: 2 })],
      [],
    ];
    const { clock, logs, told, open } = following((_, nth) => sync(answers[nth - 1] ?? []));
    await open();
    await clock.advance(6 * minute);
    expect(told()).toEqual(['new', 'newer', 'new']);
    expect(logs[0]).toMatchObject({ kind: 'log', at: start, records: [{ sessionId: 's-new', verdict: 'missed' }] });
  });

  it('leaves out a session that goes on until its last record is final', async () => {
    const going = { result: 'In Progress', durationMs: undefined };
    const answers = [
      [record('agent', { telephonySessionId: 's-1', ...going }), record('queue', { telephonySessionId: 's-1' })],
      [record('agent', { telephonySessionId: 's-1', changed: 2 })],
    ];
    const { clock, told, open } = following((_, nth) => sync(answers[nth - 1] ?? []));
    await open();
    expect(told()).toEqual([]);
    await clock.advance(2 * minute);
    expect(new Set(told())).toEqual(new Set(['agent', 'queue']));
  });

  it('drops what it cannot read, says how much, and is well again after the next answer', async () => {
    const { clock, told, statuses, open } = following((_, nth) =>
      sync(nth === 1 ? [record('good'), null, { id: 'bad' }] : []),
    );
    await open();
    expect(told()).toEqual(['good']);
    expect(statuses[0]).toMatchObject({
      ...{ source: 'log', trouble: 'logFailing' },
      detail: "RingCentral's call log: 2 entries that could not be read",
    });
    await clock.advance(2 * minute);
    expect(statuses[1]).toEqual({ kind: 'status', source: 'log', at: clock.now() });
  });

  it('stops when nobody listens', async () => {
    const { clock, asked, open, subscription } = following(() => sync([]));
    await open();
    subscription.unsubscribe();
    await clock.advance(60 * minute);
    expect(asked).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });
});

describe('when calls have ended, the call log', () => {
  it('is asked half a minute later, for all of them together', async () => {
    const { clock, wake, asked, open } = following(() => sync([]));
    await open();
    await clock.advance(70_000);
    wake.ring();
    await clock.advance(29_999);
    wake.ring();
    expect(asked).toHaveLength(1);
    await clock.advance(1);
    expect(asked).toHaveLength(2);
  });

  it('is asked at most once a minute, and once more for the last of them', async () => {
    const { clock, wake, asked, open } = following(() => sync([]));
    await open();
    for (let second = 0; second < 300; second++) {
      wake.ring();
      await clock.advance(1_000);
    }
    expect(asked.map(({ at }) => at)).toEqual([0, 1, 2, 3, 4, 5].map((n) => n * minute));
    await clock.advance(minute);
    expect(asked).toHaveLength(7);
  });
});

describe('a token that is refused', () => {
  it('leads to a full sync at once, with nothing lost and nothing twice [R11]', async () => {
    const book = [record('a', { ago: 30 }), record('b', { ago: 20 })];
    const { clock, kinds, told, statuses, open } = following(({ query }, nth) =>
      query['syncType'] === 'ISync' && nth === 2 ? badToken : sync(nth === 1 ? book : [...book, record('c')]),
    );
    await open();
    await clock.advance(2 * minute);
    expect(kinds()).toEqual(['FSync', 'ISync', 'FSync']);
    expect(told()).toEqual(['a', 'b', 'c']);
    expect(statuses.filter(({ trouble }) => trouble !== undefined)).toEqual([]);
    await clock.advance(2 * minute);
    expect(kinds().at(-1)).toBe('ISync');
  });

  it('after an outage leads to a full sync back to before it [R11] [I-16]', async () => {
    let refused = false;
    const { clock, asked, open } = following(({ query }) => {
      if (refused && query['syncType'] === 'ISync')
        return clock.now() < start + 300 * minute ? fails('network') : badToken;
      return sync([]);
    });
    await open();
    refused = true;
    await clock.advance(303 * minute);
    const full = asked.findLast(({ query }) => query['syncType'] === 'FSync');
    // The token's own frame is a day; the frame that is told begins an hour before the last good sync.
    expect(Date.parse(String(full?.query['dateFrom']))).toBeLessThanOrEqual(start - 60 * minute);
  });

  it('because there is more than one answer holds: the list has the rest, page by page [R11]', async () => {
    const newest = many(250, 'new', 1);
    const older = many(250, 'mid', 40);
    const { clock, asked, told, open } = following(({ path, query }, nth) => {
      if (nth === 1) return sync([record('first', { ago: 50 })]);
      if (query['syncType'] === 'ISync') return nth === 2 ? badToken : sync([]);
      if (query['syncType'] === 'FSync') return sync(newest);
      if (path === list)
        return { records: [...newest.slice(0, 1), ...older], navigation: { nextPage: { uri: `${list}?page=2` } } };
      return { records: [record('first', { ago: 50 }), record('last', { ago: 110 })], navigation: {} };
    });
    await open();
    await clock.advance(4 * minute);
    const pages = asked.filter(({ path }) => path.startsWith(list) && !path.startsWith(account));
    expect(pages.map(({ path }) => path)).toEqual([list, `${list}?page=2`]);
    expect(pages[0]?.query).toMatchObject({ view: 'Detailed', perPage: 250 });
    expect(Date.parse(String(pages[0]?.query['dateTo']))).toBe(start - minute + 1);
    expect(Date.parse(String(pages[0]?.query['dateFrom']))).toBe(start + 2 * minute - 120 * minute);
    expect(told()).toHaveLength(1 + 250 + 250 + 1);
    expect(new Set(told()).size).toBe(told().length);
  });

  it('does not forget the rest when a page fails, and syncs meanwhile [R11]', async () => {
    let broken = true;
    const { clock, told, kinds, statuses, open } = following(({ path, query }) => {
      if (query['syncType'] === 'FSync') return sync(many(250, 'new', 1));
      if (query['syncType'] === 'ISync') return sync([]);
      return broken ? fails('server') : { records: [record(`rest-of-${path}`, { ago: 100 })] };
    });
    await open();
    await clock.advance(20 * minute);
    expect(kinds().filter((kind) => kind === 'ISync').length).toBeGreaterThanOrEqual(9);
    expect(kinds().filter((kind) => kind === list).length).toBeLessThan(25);
    expect(statuses.some(({ trouble }) => trouble === 'logFailing')).toBe(true);
    broken = false;
    await clock.advance(3 * minute);
    expect(told()).toContain(`rest-of-${list}`);
    expect(statuses.at(-1)).not.toHaveProperty('trouble');
  });

  it('again and again makes no storm: two requests a turn [R11]', async () => {
    const { clock, asked, open } = following(({ query }) => (query['syncType'] === 'ISync' ? badToken : sync([])));
    await open();
    await clock.advance(30 * minute);
    expect(asked.length).toBeLessThanOrEqual(1 + 2 * 60);
    expect(asked.length).toBeGreaterThan(30);
  });

  it('ends a list whose links go in a circle', async () => {
    const { clock, asked, open } = following(({ path, query }) => {
      if (query['syncType'] !== undefined) return sync(query['syncType'] === 'FSync' ? many(250, 'new', 1) : []);
      return { records: [], navigation: { nextPage: { uri: path } } };
    });
    await open();
    await clock.advance(30 * minute);
    expect(asked.filter(({ path }) => path === list)).toHaveLength(2);
  });
});

describe('a call log in trouble', () => {
  it('is asked again ever more rarely, and told when it lasts', async () => {
    const { clock, asked, statuses, open } = following((_, nth) => (nth <= 20 ? fails('server') : sync([])));
    await open();
    await clock.advance(15_000);
    expect(statuses).toEqual([]);
    await clock.advance(60 * minute);
    expect(asked.length).toBeGreaterThan(21);
    expect(asked[20]?.at).toBeGreaterThan(15 * minute);
    expect(statuses[0]).toMatchObject({ source: 'log', trouble: 'logFailing' });
    expect(statuses.at(-1)).not.toHaveProperty('trouble');
  });

  it('waits for the end of a rate limit, however often calls end', async () => {
    const { clock, wake, asked, open } = following((_, nth) =>
      nth === 1 ? fails('rateLimited', { retryAt: start + 90_000 }) : sync([]),
    );
    await open();
    for (let second = 0; second < 89; second++) {
      wake.ring();
      await clock.advance(1_000);
    }
    expect(asked).toHaveLength(1);
    await clock.advance(2_000);
    expect(asked).toHaveLength(2);
  });

  it('of the account without permission gives way to the own log, which is said [R10]', async () => {
    const denied = fails('forbidden', { permission: 'FullCompanyCallLog' });
    const { clock, asked, told, statuses, open } = following(({ path }) =>
      path === account ? denied : sync([record('own')]),
    );
    await open();
    expect(asked.map(({ path }) => path)).toEqual([account, extension]);
    expect(told()).toEqual(['own']);
    expect(statuses[0]).toMatchObject({ source: 'log', trouble: 'permissionMissing' });
    expect(statuses[0]?.detail).toContain('FullCompanyCallLog');
    await clock.advance(12 * minute);
    expect(asked.filter(({ path }) => path === account)).toHaveLength(2);
  });

  it('without any permission is hardly asked, and names it at once [R10]', async () => {
    const { clock, asked, statuses, open } = following(() => fails('forbidden', { permission: 'ReadCallLog' }));
    await open();
    expect(statuses[0]).toMatchObject({ trouble: 'permissionMissing', detail: expect.stringContaining('ReadCallLog') });
    await clock.advance(60 * minute);
    expect(asked.length).toBeLessThanOrEqual(2 + 2 * 6);
  });

  it('that lost its permission on the way starts anew with a full sync when it has it back [R10]', async () => {
    let denied = false;
    const { clock, asked, open } = following(({ path }) =>
      denied && path === account ? fails('forbidden') : sync([], path),
    );
    await open();
    denied = true;
    await clock.advance(3 * minute);
    denied = false;
    await clock.advance(15 * minute);
    const steps = asked.map(
      ({ path, query }) => `${path === account ? 'account' : 'own'} ${String(query['syncType'])}`,
    );
    const changes = steps.filter((step, index) => step !== steps[index - 1]);
    expect(changes).toEqual([
      'account FSync',
      'account ISync',
      'own FSync',
      'own ISync',
      'account FSync',
      'account ISync',
    ]);
  });

  it('without a token in its answer reads everything again, and still tells it once', async () => {
    const { clock, kinds, told, open } = following(() => ({ records: [record('a')] }));
    await open();
    await clock.advance(4 * minute);
    expect(kinds()).toEqual(['FSync', 'FSync', 'FSync']);
    expect(told()).toEqual(['a']);
  });
});
