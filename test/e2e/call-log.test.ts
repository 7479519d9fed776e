// In:  the whole server under a virtual clock, a simulated platform that loses events, lists and tokens, and a real viewer.
// Out: proof that the call log has the last word: it decides what stayed open, tells what nobody saw, corrects what was wrong.
// Never: a sleep, or a look at the server's own counters; the truth is the platform's.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type RunningApp, startApp } from '@ringside/server/app';
import type { Call } from '@ringside/shared/domain/call';
import type { Change } from '@ringside/shared/domain/change';
import { inProcessFeed } from '../fuzz/in-process-feed.ts';
import { type VirtualTime, virtualTime } from '../fuzz/virtual-time.ts';
import type { CallScript, CallStep, TrueCall } from '../simulator/pbx/model.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import type { RestOptions } from '../simulator/wire/options.ts';
import { simulatorCredentials } from '../simulator/wire/token-endpoints.ts';
import { apiToken, config, openWall, type Wall } from './started-app.ts';

const second = 1_000;
const minute = 60 * second;

interface Platform {
  readonly time: VirtualTime;
  readonly simulator: Simulator;
  readonly wall: Wall;
  readonly app: RunningApp;
  /** What became of a call, in order. */
  changes(id: string): readonly Change[];
  last(id: string): Call | undefined;
  truth(id: string): TrueCall | undefined;
  user(index: number): string;
  queue(index: number): string;
  /** Paths and answers of the call log's endpoints, in order. */
  readonly asked: readonly LogRequest[];
  /** Rewrites every list of active calls, until it is set back. */
  lie: (record: Record<string, unknown>) => Record<string, unknown>;
}

interface LogRequest {
  readonly path: string;
  readonly syncType: string | null;
  readonly status: number;
  /** ms since the start. */
  readonly at: number;
}

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(rest: Partial<RestOptions> = {}): Promise<Platform> {
  const time = virtualTime(Date.UTC(2026, 2, 3, 14));
  const simulator = createSimulator({ clock: time, seed: 11, scenario: 'quiet', rest });
  const all: Change[] = [];
  const asked: LogRequest[] = [];
  const wire = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const { pathname, searchParams } = new URL(url);
    const answer = await simulator.fetch(url, init);
    if (pathname.includes('/call-log'))
      asked.push({
        path: pathname,
        syncType: searchParams.get('syncType'),
        status: answer.status,
        at: time.monotonic(),
      });
    if (!pathname.endsWith('/active-calls') || !answer.ok) return answer;
    const page = (await answer.json()) as { records: Record<string, unknown>[] };
    return new Response(JSON.stringify({ ...page, records: page.records.map(platform.lie) }), {
      headers: answer.headers,
    });
  };
  const app = await startApp(
    { ...config, ringcentral: { serverUrl: 'http://127.0.0.1', ...simulatorCredentials } },
    {
      clock: time,
      random: () => 0.5,
      wire: {
        fetch: async (input, init) => {
          const { method, headers, url } = input;
          const body = method === 'GET' ? {} : { body: await input.text() };
          return wire(url, { method, headers, ...body, signal: init?.signal ?? input.signal });
        },
        spawn: inProcessFeed(simulator),
      },
      changed: (changes) => void all.push(...changes),
    },
  );
  const wall = openWall(app.url);
  const idOf = (type: string, index: number) =>
    simulator.account.extensions.filter((extension) => extension.type === type)[index]?.id ?? '';
  const changes = (id: string) => all.filter(({ call }) => call.id === id);
  const platform: Platform = {
    ...{ time, simulator, wall, app, asked, changes },
    last: (id) => changes(id).at(-1)?.call,
    truth: (id) => simulator.truth().find((call) => call.id === id),
    user: (index) => idOf('User', index),
    queue: (index) => idOf('Department', index),
    lie: (record) => record,
  };
  open.push(async () => {
    wall.socket.disconnect();
    const closed = app.close();
    await time.advance(10 * second);
    await closed;
    simulator.stop();
  });
  await time.advance(20 * second);
  return platform;
}

const inbound = (toExtensionId: string, ...steps: readonly CallStep[]): CallScript => ({
  ...{ kind: 'inbound', number: '+14155550142', callerName: 'WIRELESS CALLER', toExtensionId, steps },
});
const answer = (after: number): CallStep => ({ do: 'answer', after });
const bye = (after: number): CallStep => ({ do: 'hangUp', after, by: 'caller' });

const typesOf = (changes: readonly Change[]) =>
  changes.map(({ type }) => type).filter((type) => type !== 'callChanged');
/** No REST answer and no event: as if the cable were out. */
const outage = 'http-503:all=1,drop:p=1';

/** Follows what a wall is shown of calls, frame by frame. */
function shown(wall: Wall): ReadonlySet<string> {
  const states = new Set<string>();
  const note = (calls: readonly { readonly id: string; readonly state: string }[]) => {
    for (const { id, state } of calls) states.add(`${id} ${state}`);
  };
  wall.socket.on('snapshot', ({ calls }) => note(calls));
  wall.socket.on('patch', ({ upsert }) => note(upsert));
  return states;
}

describe('an outcome that stayed open for lost events', () => {
  it('is decided by the log', async () => {
    const { simulator, time, truth, last, changes, queue } = await start();
    const id = simulator.place(inbound(queue(0), bye(25 * second)));
    await time.advance(10 * second);
    expect(last(id)?.state).toBe('ringing');
    // No list shows a call that nobody took: neither events nor lists can tell how this one ended.
    simulator.faults.set('drop:p=1');
    await time.advance(30 * second);
    simulator.faults.clear();
    await time.advance(5 * minute);
    expect(truth(id)).toMatchObject({ state: 'ended', missed: true });
    expect(last(id)).toMatchObject({ state: 'ended', outcome: 'abandoned', decidedBy: 'log', missed: true });
    expect(typesOf(changes(id)).filter((type) => type === 'callMissed')).toHaveLength(1);
  });

  it('is decided by the log also when the log spoke before the board knew of the end', async () => {
    const { simulator, time, asked, last, queue } = await start();
    await time.advance(2 * minute);
    const nextSync = (asked.at(-1)?.at ?? 0) + 2 * minute;
    await time.advance(nextSync - 40 * second - time.monotonic());
    const id = simulator.place(inbound(queue(0), bye(5 * second)));
    await time.advance(2 * second);
    simulator.faults.set('drop:p=1');
    await time.advance(39 * second);
    expect(asked.at(-1)).toMatchObject({ syncType: 'ISync', at: nextSync });
    expect(last(id)?.state).toBe('ringing');
    simulator.faults.clear();
    await time.advance(5 * minute);
    expect(last(id)).toMatchObject({ state: 'ended', outcome: 'abandoned', decidedBy: 'log', missed: true });
  });
});

describe('a call that began and ended inside an outage', () => {
  it('is written down as begun and ended, marked as learned from its record, and never shown as live [I-7]', async () => {
    const { simulator, time, wall, last, changes, truth, user, queue } = await start();
    const states = shown(wall);
    simulator.faults.set(outage);
    await time.advance(10 * second);
    const answered = simulator.place(inbound(user(1), answer(5 * second), bye(30 * second)));
    const lost = simulator.place(inbound(queue(0), bye(20 * second)));
    await time.advance(5 * minute);
    expect([changes(answered), changes(lost)]).toEqual([[], []]);
    simulator.faults.clear();
    await time.advance(6 * minute);
    for (const [id, outcome] of [
      [answered, 'answered'],
      [lost, 'abandoned'],
    ] as const) {
      expect(typesOf(changes(id)).slice(0, 2)).toEqual(['callStarted', 'callEnded']);
      expect(new Set(changes(id).map(({ at }) => at)).size).toBe(1);
      expect(last(id)).toMatchObject({ state: 'ended', backfilled: true, outcome, endedAt: truth(id)?.endedAt });
    }
    await vi.waitFor(() => expect([...states]).toEqual(expect.arrayContaining([`${answered} ended`, `${lost} ended`])));
    const live = [...states].filter((one) => !one.endsWith(' ended') && (one.includes(answered) || one.includes(lost)));
    expect(live).toEqual([]);
  });
});

describe('a sync that is refused', () => {
  it.each(['sync-limit', 'sync-token-invalid'])('with %s leaves the log whole [R11]', async (fault) => {
    const { simulator, time, changes, last, asked, user } = await start();
    simulator.faults.set(outage);
    const ids = [1, 2, 3, 4, 5].map((index) =>
      simulator.place(inbound(user(index), answer(2 * second), bye(9 * second))),
    );
    await time.advance(4 * minute);
    simulator.faults.set(`${fault}:times=2`);
    await time.advance(10 * minute);
    expect(simulator.faults.strikes()).toEqual({ [fault]: 2 });
    for (const id of ids) {
      expect(typesOf(changes(id))).toEqual(['callStarted', 'callEnded']);
      expect(last(id)).toMatchObject({ outcome: 'answered', backfilled: true });
    }
    const refused = asked.flatMap(({ syncType, status }, index) =>
      syncType === 'ISync' && status === 400 ? [asked[index + 1]?.syncType] : [],
    );
    expect(refused).toEqual(['FSync', 'FSync']);
    expect(asked.at(-1)?.syncType).toBe('ISync');
  });

  it('because an outage held more than one answer can: every call of it is told, once [R11] [I-16]', async () => {
    const { simulator, time, changes, asked, user } = await start();
    simulator.faults.set(outage);
    const ids: string[] = [];
    for (let step = 0; step < 60; step++) {
      for (let index = 1; index <= 7; index++)
        ids.push(simulator.place(inbound(user(index), answer(second), bye(second))));
      await time.advance(5 * second);
    }
    await time.advance(3 * minute);
    simulator.faults.clear();
    await time.advance(15 * minute);
    const wrong = ids.filter((id) => typesOf(changes(id)).join() !== 'callStarted,callEnded');
    expect(wrong).toEqual([]);
    expect(asked.some(({ syncType, status }) => syncType === 'ISync' && status === 400)).toBe(true);
    expect(asked.filter(({ path, status }) => path.endsWith('/call-log') && status === 200).length).toBeGreaterThan(0);
  });
});

describe('an outcome that was wrong', () => {
  it('is corrected once, and never silently', async () => {
    const platform = await start();
    const { simulator, time, changes, last, truth, user } = platform;
    platform.lie = (record) => (record['result'] === 'Accepted' ? { ...record, result: 'Missed' } : record);
    const id = simulator.place(inbound(user(1), answer(8 * second), bye(20 * second)));
    await time.advance(6 * second);
    simulator.faults.set('drop:p=1');
    await time.advance(10 * second);
    simulator.faults.clear();
    await time.advance(10 * minute);
    expect(truth(id)).toMatchObject({ missed: false });
    const corrections = changes(id).filter(({ type }) => type === 'callCorrected');
    expect(changes(id).find(({ type }) => type === 'callMissed')?.call).toMatchObject({ outcome: 'missed' });
    expect(corrections.map(({ call }) => [call.outcome, call.decidedBy])).toEqual([
      ['missed', 'list'],
      ['answered', 'log'],
    ]);
    expect(last(id)).toMatchObject({ outcome: 'answered', missed: false, decidedBy: 'log' });
  });
});

describe('without permission for the call log', () => {
  it('the feed names it and the log is hardly asked; once it is granted, the log is whole [R10]', async () => {
    const { simulator, time, app, asked, last, user } = await start();
    simulator.faults.set('permission-403,drop:p=1');
    const id = simulator.place(inbound(user(1), answer(2 * second), bye(9 * second)));
    await time.advance(5 * minute);
    const before = asked.length;
    await time.advance(10 * minute);
    expect(asked.length - before).toBeLessThanOrEqual(4);
    expect(await feedOf(app)).toMatchObject({
      state: 'degraded',
      troubles: expect.arrayContaining(['permissionMissing']),
    });
    expect((await feedOf(app)).detail).toContain('ReadCallLog');
    expect(last(id)?.outcome).toBeUndefined();
    simulator.faults.clear();
    await time.advance(25 * minute);
    expect(last(id)).toMatchObject({ backfilled: true, outcome: 'answered' });
    expect((await feedOf(app)).troubles).not.toContain('permissionMissing');
  });

  it('of the company a user reads his own', async () => {
    const { simulator, time, asked, last } = await start({ admin: false });
    const own = simulator.account.adminExtensionId;
    simulator.faults.set(outage);
    const id = simulator.place(inbound(own, answer(2 * second), bye(9 * second)));
    await time.advance(5 * minute);
    simulator.faults.clear();
    await time.advance(6 * minute);
    expect(asked.at(-1)).toMatchObject({ path: '/restapi/v1.0/account/~/extension/~/call-log-sync', status: 200 });
    expect(last(id)).toMatchObject({ backfilled: true, outcome: 'answered' });
  });
});

async function feedOf(app: RunningApp): Promise<{ readonly troubles: readonly string[]; readonly detail?: string }> {
  const reply = await fetch(`${app.url}/api/v1/board`, { headers: { authorization: `Bearer ${apiToken}` } });
  const { feed } = (await reply.json()) as { feed: { troubles: string[]; detail?: string } };
  return feed;
}
