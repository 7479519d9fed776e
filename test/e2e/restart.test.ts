import { expect, it } from 'vitest';
import type { Overrides } from '@ringside/server/app';
import type { Change } from '@ringside/shared/domain/change';
import type { Row } from '@ringside/shared/domain/memory';
import { buildAccount } from '../simulator/pbx/build-account.ts';
import type { CallScript, SimAccount } from '../simulator/pbx/model.ts';
import { readyWall } from './started-app.ts';
import { type Life, world, type World } from './two-lives.ts';

type Store = NonNullable<Overrides['store']>;

const HOUR_MS = 3_600_000;

const company = buildAccount({
  id: '661900077',
  users: 640,
  directNumbers: 0,
  menus: ['Main Menu'],
  parkLocations: [],
  queues: [
    {
      name: 'Support',
      strategy: 'rotating',
      members: [638, 639],
      ringMs: HOUR_MS,
      maxWaitMs: HOUR_MS,
      withinSeconds: 20,
    },
  ],
});

const idOf = ({ extensions }: SimAccount, type: string, at: number): string =>
  extensions.filter((extension) => extension.type === type)[at]?.id ?? '';

/** A caller reaches a colleague of his own, who takes the call, and holds it if told; it lasts as long as told. */
function talks(at: number, lastsMs: number, held = false): CallScript {
  const extensionId = idOf(company, 'User', at);
  const hold = held ? [{ do: 'hold', after: 2_000, extensionId } as const] : [];
  return {
    kind: 'inbound',
    toExtensionId: extensionId,
    steps: [{ do: 'answer', after: 1_000, extensionId }, ...hold, { do: 'hangUp', after: lastsMs, by: 'caller' }],
  };
}

const waits: CallScript = { kind: 'inbound', toExtensionId: idOf(company, 'Department', 0), steps: [] };

const living = (calls: readonly { readonly id: string; readonly state: string }[]): string[] =>
  calls.flatMap(({ id, state }) => (state === 'ended' ? [] : [`${id} ${state}`])).sort();

const idsOf = (changes: readonly Change[], type: Change['type']): string[] =>
  changes.flatMap((change) => (change.type === type ? [change.call.id] : [])).sort();

const once = (ids: readonly string[]): void => expect(ids).toHaveLength(new Set(ids).size);

/** As the platform counts them. */
const keptLimits = ({ simulator }: World): void =>
  expect(simulator.rest.requests().violations).toEqual({ insidePenalty: 0, overBudget: 0 });

async function settled(life: Life): Promise<void> {
  expect((await life.board()).feed).toMatchObject({ state: 'live', troubles: [] });
}

it('[I-1, I-3, I-19] a restart amid 500 live calls shows them within 20 s, and ends exactly those that ended', async () => {
  const here = world(company);
  const { time, simulator } = here;
  const first = await here.live();
  await time.advance(20_000);
  // 60 that will end while nobody listens, 400 that talk on, 20 on hold, 20 that wait in the queue.
  const doomed = Array.from({ length: 60 }, (_, n) => simulator.place(talks(n, 130_000 + n * 100)));
  for (let n = 60; n < 460; n++) simulator.place(talks(n, HOUR_MS));
  for (let n = 460; n < 480; n++) simulator.place(talks(n, HOUR_MS, true));
  for (let n = 0; n < 20; n++) simulator.place(waits);
  await time.advance(110_000);
  await settled(first);
  expect(living((await first.board()).calls)).toEqual(living(simulator.truth()));
  await first.close();
  expect(idsOf(first.changes, 'callStarted')).toHaveLength(500);
  expect(idsOf(first.changes, 'callEnded')).toEqual([]);

  await time.advance(10_000);
  const begun = Array.from({ length: 10 }, (_, n) => simulator.place(talks(480 + n, HOUR_MS)));
  await time.advance(12_000);
  const alive = living(simulator.truth());
  expect(alive).toHaveLength(450);
  here.hold();
  const second = await here.live();
  const remembered = await second.board();
  expect(remembered.feed.state).toBe('starting');
  expect(remembered.calls.every(({ unconfirmed }) => unconfirmed === true)).toBe(true);
  expect(remembered.calls).toHaveLength(500);
  here.release();
  await time.advance(20_000);
  const shown = await second.board();
  expect(shown.feed.troubles).not.toContain('catchingUp');
  expect(living(shown.calls)).toEqual(expect.arrayContaining(alive));

  // What ended is asked about one by one, within the limits.
  await time.advance(180_000);
  await settled(second);
  const { calls } = await second.board();
  expect(living(calls)).toEqual(alive);
  expect(calls.filter(({ unconfirmed }) => unconfirmed === true)).toEqual([]);
  expect(idsOf(second.changes, 'callEnded')).toEqual(doomed.toSorted());
  expect(idsOf(second.changes, 'callStarted')).toEqual(begun.toSorted());
  expect(idsOf(second.changes, 'callMissed')).toEqual([]);
  keptLimits(here);
});

it('[I-1, I-2] over both lives each call starts once and ends once, whenever it does', async () => {
  const here = world(company);
  const { time, simulator } = here;
  const first = await here.live();
  await time.advance(20_000);
  for (let n = 0; n < 60; n++) {
    simulator.place(talks(n, 5_000 + n * 2_000));
    await time.advance(1_000);
  }
  await first.close();
  await time.advance(15_000);
  const second = await here.live();
  await time.advance(400_000);
  const told = [...first.changes, ...second.changes];
  const all = simulator.truth().map(({ id }) => id);
  expect(idsOf(told, 'callStarted')).toEqual(all.toSorted());
  expect(idsOf(told, 'callEnded')).toEqual(all.toSorted());
  expect(idsOf(told, 'callMissed')).toEqual([]);
  for (const { call } of second.changes.filter(({ type }) => type === 'callEnded')) {
    expect(call.outcome ?? 'open', call.id).toMatch(/answered|open/);
  }
  keptLimits(here);
});

/** A life in which one caller is missed and another answered, and the one after, as long as the list may show either. */
async function afterAnEnd(kept: (row: Row) => boolean): Promise<{ told: readonly Change[]; shown: readonly string[] }> {
  const here = world(company);
  const { time, simulator } = here;
  const store = fragileStore();
  const first = await here.live({ store });
  await time.advance(20_000);
  const missed = simulator.place({
    kind: 'inbound',
    toExtensionId: idOf(company, 'User', 3),
    patienceMs: 9_000,
    steps: [],
  });
  const answered = simulator.place(talks(4, 8_000));
  await time.advance(13_000);
  expect(idsOf(first.changes, 'callMissed')).toEqual([missed]);
  expect(idsOf(first.changes, 'callEnded')).toEqual([answered, missed].toSorted());
  await first.close();
  const load: Store['load'] = () => ({ rows: store.load().rows.filter(kept), unreadable: 0 });
  const second = await here.live({ store: { ...store, load } });
  const shown = (await second.board()).calls.map(({ id }) => (id === missed ? 'missed' : 'answered'));
  await time.advance(200_000);
  await settled(second);
  return { told: second.changes.filter(({ type }) => type !== 'callCorrected'), shown: shown.toSorted() };
}

it('[I-2] what ended before the restart and lingers in the list is not started, ended or missed again', async () => {
  expect(await afterAnEnd(() => true)).toEqual({ told: [], shown: ['answered', 'missed'] });
});

it('[I-2] and it is the tombstones that see to it', async () => {
  const { told } = await afterAnEnd(({ kind }) => kind !== 'tombstone');
  expect(told.map(({ type }) => type)).toContain('callStarted');
});

it('[I-21] the session goes on: two restarts cost no login and no renewal', async () => {
  const here = world();
  for (let life = 0; life < 3; life++) {
    const now = await here.live();
    await here.time.advance(30_000);
    await settled(now);
    await now.close();
  }
  const { paths } = here.simulator.rest.requests();
  expect(paths['POST /restapi/oauth/token']).toBe(1);
  expect(paths['POST /restapi/oauth/revoke']).toBeUndefined();
  keptLimits(here);
});

it('[I-21] after a night in which its access token ended the session is renewed, and after weeks signed in to anew', async () => {
  const here = world();
  await (await here.live()).close();
  const first = await here.live();
  await here.time.advance(30_000);
  await first.close();
  await here.time.advance(10 * HOUR_MS);
  const second = await here.live();
  await here.time.advance(30_000);
  await settled(second);
  await second.close();
  expect(here.simulator.rest.requests().paths['POST /restapi/oauth/token']).toBe(2);
  await here.time.advance(20 * 24 * HOUR_MS);
  const third = await here.live();
  await here.time.advance(30_000);
  await settled(third);
  expect(here.simulator.rest.requests().paths['POST /restapi/oauth/token']).toBe(3);
  expect(here.simulator.rest.requests().statuses['400']).toBeUndefined();
});

it('[I-11] each life has a larger epoch, and a viewer sees the remembered calls before anything is proved', async () => {
  const here = world(company);
  const first = await here.live();
  await here.time.advance(20_000);
  const id = here.simulator.place(talks(1, HOUR_MS));
  await here.time.advance(5_000);
  const before = await first.board();
  await first.close();
  here.hold();
  const second = await here.live();
  const wall = await readyWall(second.app.url);
  expect((wall.hello[0]?.epoch ?? '') > before.epoch).toBe(true);
  expect(wall.snapshots[0]).toMatchObject({ feed: { state: 'starting' }, calls: [{ id, unconfirmed: true }] });
  wall.socket.disconnect();
  here.release();
});

/** Memory on a disk that can be switched off. */
function fragileStore(): Store & { broken: boolean } {
  const rows = new Map<string, Row>();
  let tokens: ReturnType<Store['loadTokens']>;
  const refuse = (): void => {
    if (store.broken) throw new Error('database or disk is full');
  };
  const store: ReturnType<typeof fragileStore> = {
    broken: false,
    found: { as: 'kept' },
    load: () => ({ rows: [...rows.values()], unreadable: 0 }),
    save({ put, drop }) {
      refuse();
      for (const { kind, id } of drop) rows.delete(`${kind}/${id}`);
      for (const row of put) rows.set(`${row.kind}/${row.id}`, row);
    },
    loadTokens: () => tokens,
    saveTokens(pair) {
      refuse();
      tokens = pair;
    },
    forgetTokens: refuse,
    nextEpoch: (now) => now,
    close: () => undefined,
  };
  return store;
}

it('D1, D2: a disk that refuses is named, the board goes on, and all is written down once there is room', async () => {
  const here = world(company);
  const { time, simulator } = here;
  const store = fragileStore();
  store.broken = true;
  const first = await here.live({ store });
  await time.advance(20_000);
  const ended = simulator.place(talks(1, 5_000));
  const alive = simulator.place(talks(2, HOUR_MS));
  await time.advance(40_000);
  const { feed, calls } = await first.board();
  expect(feed).toMatchObject({ state: 'degraded', troubles: ['memoryFailing'] });
  expect(feed.detail).toContain('disk is full');
  expect(living(calls)).toEqual(living(simulator.truth()));
  store.broken = false;
  await time.advance(3_000);
  await settled(first);
  await first.close();
  const second = await here.live({ store });
  await time.advance(30_000);
  await settled(second);
  expect((await second.board()).calls.map(({ id }) => id)).toEqual([alive, ended]);
  expect(second.changes.filter(({ type }) => type !== 'callChanged')).toEqual([]);
  expect(simulator.rest.requests().paths['POST /restapi/oauth/token']).toBe(1);
});

it('P6: a second server on the same folder does not start, and the first is not disturbed', async () => {
  const here = world();
  const first = await here.live();
  await expect(here.live()).rejects.toThrow(/in use by another process of Ringside: pid \d+, since .*DATA_DIR/);
  await here.time.advance(20_000);
  await settled(first);
  once(idsOf(first.changes, 'callStarted'));
});
