import { describe, expect, it } from 'vitest';
import { settle, virtualClock } from '../runtime/virtual-clock.ts';
import { silentLogger } from '../runtime/logger.ts';
import type { Answer } from './answer.ts';
import { failureOf } from './decode-error.ts';
import type { FenceInput, FromFence, ToFence } from './feed-messages.ts';
import type { FenceHandlers, SpawnFence } from './fence.ts';
import { createRateBudget } from './rate-budget.ts';
import { createTelephonyFeed } from './telephony-feed.ts';
import type { FeedOutput } from './telephony-feed.ts';

const good: Answer = {
  ok: true,
  json: { uri: 'wss://gate', ws_access_token: 'w', expires_in: 30 },
  headers: new Headers(),
};

/** A worker that does what the test says, and the feed over it. */
function feeding(tokens: () => Answer = () => good, ownCallsOnly = () => false) {
  const clock = virtualClock();
  const workers: { input: FenceInput; handlers: FenceHandlers; got: ToFence[]; killed: boolean; at: number }[] = [];
  const tokenTimes: number[] = [];
  const out: FeedOutput[] = [];
  const spawn: SpawnFence = (input, handlers) => {
    const worker = { input, handlers, got: [] as ToFence[], killed: false, at: clock.monotonic() };
    workers.push(worker);
    return {
      send: (message) => worker.got.push(message),
      kill: async () => {
        worker.killed = true;
        handlers.onGone('killed');
      },
    };
  };
  const post = async () => {
    tokenTimes.push(clock.monotonic());
    return tokens();
  };
  const budget = createRateBudget(clock);
  const deps = { client: { post }, budget, clock, random: () => 0.5, log: silentLogger, spawn, ownCallsOnly };
  const feed = createTelephonyFeed(deps);
  const subscription = feed.output$.subscribe((value) => out.push(value));
  const say = async (...messages: FromFence[]) => {
    for (const message of messages) workers.at(-1)?.handlers.onMessage(message);
    await settle();
  };
  const frame = (meta: object, body?: object): FromFence => ({ type: 'frame', text: JSON.stringify([meta, body]) });
  const wish: FromFence = { type: 'request', id: 1, method: 'POST', path: '/restapi/oauth/wstoken' };
  const hello = frame({ type: 'ConnectionDetails', status: 200 }, { recoveryBufferSize: 3 });
  const recovered = frame({ type: 'ConnectionDetails' }, { recoveryState: 'Successful', recoveryBufferSize: 3 });
  const reply = (id = 'sub-1', more = {}) => frame({ type: 'ClientRequest', status: 200 }, { id, ...more });
  const socket: FromFence = { type: 'socket', recovering: false };
  return {
    ...{ clock, workers, tokenTimes, out, feed, subscription, say, frame, wish, hello, recovered, reply, socket },
    links: () =>
      out.flatMap((value) => (value.kind === 'link' ? [`${value.up ? 'up' : 'down'}${value.gap ? ' gap' : ''}`] : [])),
    events: () => out.flatMap((value) => (value.kind === 'event' ? [value.sequence] : [])),
    status: () => out.findLast((value) => value.kind === 'status'),
    async begin() {
      await clock.advance(0);
      await say(wish, socket, hello, reply());
    },
  };
}

const notification = (sequence: number, uuid = `u${String(sequence)}`, subscriptionId = 'sub-1') => ({
  ...{ uuid, subscriptionId, event: '/restapi/v1.0/account/1/telephony/sessions', timestamp: '2026-03-03T14:00:00Z' },
  body: {
    sequence,
    telephonySessionId: 's-1',
    eventTime: '2026-03-03T14:00:00Z',
    parties: [{ id: 'p', direction: 'Inbound', status: { code: 'Answered' } }],
  },
});

describe('the event feed', () => {
  it('starts a worker with a subscriber and hands its events on', async () => {
    const here = feeding();
    expect(here.workers).toHaveLength(0);
    await here.begin();
    expect(here.workers[0]?.input.eventFilters).toEqual(['/restapi/v1.0/account/~/telephony/sessions']);
    expect(here.workers[0]?.got).toEqual([{ type: 'answer', id: 1, status: 200, body: JSON.stringify(good.json) }]);
    await here.say(here.frame({ type: 'ServerNotification' }, notification(2)));
    expect(here.links()).toEqual(['up gap']);
    expect(here.events()).toEqual([2]);
    expect(here.feed.ready()).toBe(true);
    expect(here.status()).not.toHaveProperty('trouble');
  });

  it('lets each event through once, also across workers, and no stranger', async () => {
    const here = feeding();
    await here.begin();
    const event = (...parts: Parameters<typeof notification>) =>
      here.frame({ type: 'ServerNotification' }, notification(...parts));
    await here.say(event(2), event(2), event(3), event(4, 'u4', 'stranger'));
    here.feed.restart('test');
    await here.clock.advance(20_000);
    await here.say(event(3), event(5, 'u5', 'sub-1'), here.wish, here.socket, here.hello, here.reply('sub-2'));
    await here.say(event(6, 'u6', 'sub-2'), event(7, 'u7', 'sub-1'));
    expect(here.events()).toEqual([2, 3, 5, 6, 7]);
  });

  it('f: takes an event that comes before its subscription is known', async () => {
    const here = feeding();
    await here.clock.advance(0);
    await here.say(
      here.wish,
      here.socket,
      here.hello,
      here.frame({ type: 'ServerNotification' }, notification(2)),
      here.reply(),
    );
    expect(here.events()).toEqual([2]);
  });

  it('drops what is no frame and stays up', async () => {
    const here = feeding();
    await here.begin();
    await here.say(
      { type: 'badFrame' },
      { type: 'frame', text: '{"a":1}' },
      { type: 'frame', text: '[null]' },
      { type: 'frame', text: 'x' },
    );
    await here.say(here.frame({ type: 'ServerNotification' }, { uuid: 1 }), here.frame({ type: 'New' }));
    expect(here.links()).toEqual(['up gap']);
    expect(here.workers).toHaveLength(1);
  });

  it('gives a lost link one try to recover', async () => {
    const here = feeding();
    await here.begin();
    await here.clock.advance(60_000 - 30_000);
    await here.say({ type: 'closed', code: 1006 }, here.wish, { type: 'socket', recovering: true }, here.recovered);
    expect(here.links()).toEqual(['up gap', 'down', 'up']);
    expect(here.workers).toHaveLength(1);
  });

  it('counts the subscription of a link that was not given back: its 429 stops the next one', async () => {
    const here = feeding();
    await here.begin();
    await here.clock.advance(30_000);
    const lost = here.frame({ type: 'ConnectionDetails', status: 200 }, { recoveryState: 'Failed' });
    const limited = here.frame({ type: 'ClientRequest', status: 429 }, { errorCode: 'CMN-301' });
    await here.say({ type: 'closed', code: 1006 }, here.wish);
    await here.say({ type: 'socket', recovering: true }, lost, limited);
    await here.clock.advance(60_000);
    expect(here.workers).toHaveLength(1);
    await here.clock.advance(2_000);
    expect(here.workers).toHaveLength(2);
  });

  it('calls a replay that fills the buffer a gap', async () => {
    const here = feeding();
    await here.begin();
    await here.say({ type: 'closed', code: 1006 }, { type: 'socket', recovering: true }, here.recovered);
    await here.say(...[3, 4, 5].map((n) => here.frame({ type: 'ServerNotification' }, notification(n))));
    expect(here.links()).toEqual(['up gap', 'down', 'up', 'up gap']);
  });

  it.each([
    ['dies', (here: ReturnType<typeof feeding>) => here.workers[0]?.handlers.onGone('out of memory')],
    ['gives up', (here: ReturnType<typeof feeding>) => here.say({ type: 'failed', detail: 'RestException' })],
    ['gets a frame past 1 MB', (here: ReturnType<typeof feeding>) => here.say({ type: 'oversize', bytes: 5_000_000 })],
  ])('a worker that %s is replaced, 15 s after the last token, and the gap is told', async (_, hurt) => {
    const here = feeding();
    await here.begin();
    await hurt(here);
    await settle();
    expect(here.links()).toEqual(['up gap', 'down']);
    expect(here.status()).toMatchObject({ source: 'events', trouble: 'eventsDown' });
    await here.clock.advance(14_999);
    expect(here.workers).toHaveLength(1);
    await here.clock.advance(1);
    await here.say(here.wish, here.socket, here.hello, here.reply('sub-2'));
    expect(here.links()).toEqual(['up gap', 'down', 'up gap']);
    expect(here.status()).not.toHaveProperty('trouble');
  });

  it('g: a silent link is asked after 30 s and given up after 40 s', async () => {
    const here = feeding();
    await here.begin();
    await here.clock.advance(30_000);
    expect(here.workers[0]?.got.at(-1)).toEqual({ type: 'beat' });
    await here.say(here.frame({ type: 'Heartbeat', messageId: '1' }));
    await here.clock.advance(30_000);
    expect(here.feed.ready()).toBe(true);
    await here.clock.advance(10_000);
    expect(here.feed.ready()).toBe(false);
    expect(here.workers[0]?.killed).toBe(true);
  });

  it.each([
    ['h: no greeting', 10_000, (here: ReturnType<typeof feeding>) => here.say(here.wish, here.socket)],
    [
      'no answer to the subscription',
      20_000,
      (here: ReturnType<typeof feeding>) => here.say(here.wish, here.socket, here.hello),
    ],
    ['nothing at all', 20_000, () => Promise.resolve()],
  ])('%s in time: a new worker', async (_, ms, say) => {
    const here = feeding();
    await here.clock.advance(0);
    await say(here);
    await here.clock.advance(ms - 1);
    expect(here.workers[0]?.killed).toBe(false);
    await here.clock.advance(1);
    expect(here.workers[0]?.killed).toBe(true);
    await here.clock.advance(20_000);
    expect(here.workers).toHaveLength(2);
  });

  it('k: a refused token is not asked for again before its time, and the permission is named', async () => {
    const here = feeding(() => failureOf(403, { errorCode: 'CMN-401', permissionName: 'WebSocket' }));
    await here.clock.advance(0);
    await here.say(here.wish);
    expect(here.status()).toMatchObject({ trouble: 'permissionMissing' });
    await here.clock.advance(15_000);
    await here.say(here.wish);
    expect(here.workers[1]?.input.eventFilters[0]).toContain('/extension/~/');
    await here.clock.advance(299_000);
    expect(here.workers).toHaveLength(2);
    await here.clock.advance(1_000);
    expect(here.workers).toHaveLength(3);
  });

  it('asks for the events of the whole account again after ten minutes with the own ones', async () => {
    const here = feeding();
    await here.clock.advance(0);
    await here.say(here.wish, here.socket, here.hello);
    await here.say(here.frame({ type: 'ClientRequest', status: 403 }, { errorCode: 'SUB-528' }));
    await here.clock.advance(20_000);
    await here.say(here.wish, here.socket, here.hello, here.reply());
    expect(here.status()).toMatchObject({ trouble: 'permissionMissing' });
    for (let beat = 0; beat < 20; beat++) {
      await here.clock.advance(29_000);
      await here.say(here.frame({ type: 'Heartbeat', messageId: '1' }));
    }
    await here.clock.advance(10_000);
    const filters = here.workers.map(({ input }) => input.eventFilters[0]?.includes('/extension/~/'));
    expect(filters).toEqual([false, true, false]);
    await here.say(here.wish, here.socket, here.hello, here.reply('sub-3'));
    expect(here.status()).not.toHaveProperty('trouble');
  });

  it('of a user who is no administrator keeps its link for ever, and tells that it carries his own calls only', async () => {
    const here = feeding(
      () => good,
      () => true,
    );
    await here.clock.advance(0);
    await here.say(here.wish, here.socket, here.hello);
    await here.say(here.frame({ type: 'ClientRequest', status: 403 }, { errorCode: 'SUB-528' }));
    await here.clock.advance(20_000);
    await here.say(here.wish, here.socket, here.hello, here.reply());
    expect(here.status()).toMatchObject({ trouble: 'ownCallsOnly' });
    for (let beat = 0; beat < 60; beat++) {
      await here.clock.advance(29_000);
      await here.say(here.frame({ type: 'Heartbeat', messageId: '1' }));
    }
    expect(here.workers).toHaveLength(2);
    expect(here.feed.level()).toBe('extension');
    expect(here.status()).toMatchObject({ trouble: 'ownCallsOnly' });
  });

  it('k: tokens are at least 15 s apart, however fast workers die', async () => {
    const here = feeding();
    for (let second = 0; second < 600; second++) {
      await here.clock.advance(1_000);
      const worker = here.workers.at(-1);
      if (worker && !worker.killed) await here.say(here.wish, here.socket, { type: 'closed', code: 1006 });
    }
    expect(here.tokenTimes.length).toBeGreaterThan(5);
    for (const [n, at] of here.tokenTimes.entries())
      if (n > 0) expect(at - (here.tokenTimes[n - 1] ?? 0)).toBeGreaterThanOrEqual(15_000);
  });

  it('e: a subscription refused with 429 blocks the whole group for its penalty', async () => {
    const here = feeding();
    await here.clock.advance(0);
    await here.say(
      here.wish,
      here.socket,
      here.hello,
      here.frame({ type: 'ClientRequest', status: 429 }, { errorCode: 'CMN-301', message: 'Request rate exceeded' }),
    );
    expect(here.status()).toMatchObject({ trouble: 'rateLimited' });
    await here.clock.advance(60_000);
    expect(here.workers).toHaveLength(1);
    await here.clock.advance(5_000);
    expect(here.workers).toHaveLength(2);
  });

  it('a filter that is refused inside a 200: the own events instead, and the trouble stays told', async () => {
    const here = feeding();
    await here.clock.advance(0);
    const refused = {
      disabledFilters: [{ filter: 'x', reason: 'CMN-401', message: 'needs [CallControl] permission' }],
    };
    await here.say(here.wish, here.socket, here.hello, here.reply('sub-1', refused));
    await here.clock.advance(15_000);
    expect(here.workers[1]?.input.eventFilters[0]).toContain('/extension/~/');
    await here.say(here.wish, here.socket, here.hello, here.reply('sub-2'));
    expect(here.feed.level()).toBe('extension');
    expect(here.status()).toMatchObject({
      trouble: 'permissionMissing',
      detail: expect.stringContaining('CallControl'),
    });
  });

  it('answers no other wish of the SDK', async () => {
    const here = feeding();
    await here.clock.advance(0);
    await here.say({ type: 'request', id: 9, method: 'GET', path: '/restapi/v1.0/account/~/call-log' });
    expect(here.workers[0]?.got).toEqual([{ type: 'answer', id: 9, status: 404, body: '{}' }]);
    expect(here.tokenTimes).toEqual([]);
  });

  it('ends in order: unsubscribe upstream, one second of grace, gone', async () => {
    const here = feeding();
    await here.begin();
    const closed = here.feed.close();
    await settle();
    expect(here.workers[0]?.got.at(-1)).toEqual({ type: 'stop' });
    expect(here.workers[0]?.killed).toBe(false);
    await here.clock.advance(1_000);
    await closed;
    expect(here.workers[0]?.killed).toBe(true);
    expect(here.clock.pending()).toBe(0);
    here.subscription.unsubscribe();
    await here.clock.advance(600_000);
    expect(here.workers).toHaveLength(1);
  });
});
