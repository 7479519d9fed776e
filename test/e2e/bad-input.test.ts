// In:  the whole product under a virtual clock, and a platform that refuses, or answers nonsense.
// Out: proof that the board names the cause in words, invents nothing, and mends itself when the platform does.
// Never: a real wait. Refused logins need the real SDK and a real port, and get both.
import { afterEach, describe, expect, it } from 'vitest';
import type { FeedTrouble } from '@ringside/shared/domain/feed-health';
import { callcentreWith } from '../simulator/scenarios/callcentre.ts';
import { type BoardCall, fading, startWholeSystem, type WholeSystem } from '../fuzz/whole-system.ts';
import { patience, type RealSystem, startRealSystem } from './real-system.ts';

/** The everyday kinds of calls alone: every session of the platform is somebody's call. */
const callcentre = callcentreWith(0);

const BUSY_MS = 200_000;
const GAP_MS = 6_000;
/** Long enough for a poll to be late by every measure. */
const FAULTY_MS = 100_000;
const HEALING_MS = 120_000;
/** A permission that was missing is asked for again after this, ms, and then events and polls have to come. */
const PERMISSION_MS = 20 * 60_000;

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const system of open.splice(0)) await system.close();
});

async function started(faults?: string): Promise<WholeSystem> {
  const scenario = fading(callcentre, BUSY_MS, GAP_MS);
  const system = await startWholeSystem({ seed: 3, scenario, ...(faults !== undefined && { faults }) });
  open.push(system);
  return system;
}

interface Feed {
  readonly state: string;
  readonly troubles: readonly FeedTrouble[];
  readonly detail?: string;
}

const feedOf = async (system: WholeSystem): Promise<Feed> => (await system.board()).feed as Feed;

/** Only calls that exist, each with its own direction, and none called missed that was answered, or the reverse. */
function inventsNothing(calls: readonly BoardCall[], system: WholeSystem): void {
  const truth = new Map(system.truth().map((call) => [call.id, call]));
  for (const call of calls) {
    const real = truth.get(call.id);
    expect(real, `${call.id} never existed`).toBeDefined();
    expect(call.direction).toBe(real?.direction);
    if (call.missed !== undefined) expect(call, call.id).toMatchObject({ state: 'ended', missed: real?.missed });
  }
}

const living = (calls: readonly { readonly id: string; readonly state: string }[]): string[] =>
  calls
    .filter(({ state }) => state !== 'ended')
    .map(({ id, state }) => `${id} ${state}`)
    .toSorted();

/** A fault that never struck proves nothing. */
function struck({ simulator }: WholeSystem): void {
  for (const [fault, times] of Object.entries(simulator.faults.strikes())) expect(times, fault).toBeGreaterThan(0);
}

/** The fault goes; the board must stand on both feeds again and show what is true. */
async function mends(system: WholeSystem, withinMs: number): Promise<void> {
  struck(system);
  system.simulator.faults.clear();
  await system.time.advance(withinMs);
  const board = await system.board();
  expect(board.feed).toMatchObject({ state: 'live', troubles: [] });
  expect(board.feed).not.toHaveProperty('detail');
  inventsNothing(board.calls, system);
  expect(living(board.calls)).toEqual(living(system.truth()));
}

interface Row {
  readonly faults: string;
  readonly trouble: FeedTrouble;
  readonly says: string;
  readonly mendsWithinMs?: number;
}

const missing = (faults: string, says: string): Row => ({
  ...{ faults, says, trouble: 'permissionMissing', mendsWithinMs: PERMISSION_MS },
});
const nonsense = (faults: string, says: string): Row => ({ faults, says, trouble: 'pollFailing' });

const lists: readonly Row[] = [
  missing('permission-403', 'the permission ReadCallLog is missing'),
  missing('permission-408', 'the permission FullCompanyCallLog is missing'),
  nonsense('truncated-json', "RingCentral's list of calls: an answer that is not JSON"),
  nonsense('html-200', "RingCentral's list of calls: an answer that is not JSON"),
  nonsense('gzip-cut', "RingCentral's list of calls: an answer that is not JSON"),
  nonsense('bad-records', 'entries that could not be read'),
];

const links: readonly Row[] = [
  missing('wstoken-403', 'the permission SubscriptionWebSocket is missing'),
  missing('subscribe-403', 'WebSocket permission is missing'),
  missing('partial-grant:all=1', '[CallControl] permission'),
];

const logins: readonly Row[] = [
  { faults: 'invalid-grant:login=1', trouble: 'loginFailed', says: 'RINGCENTRAL_JWT' },
  { faults: 'token-truncated', trouble: 'pollFailing', says: 'an answer that is not JSON' },
];

describe('a platform that refuses or talks nonsense', () => {
  it.each([...lists, ...links, ...logins])(
    '[R5, R9, R10] from the start ($faults): says "$says", invents nothing, mends itself',
    async ({ faults, trouble, says, mendsWithinMs = HEALING_MS }) => {
      const system = await started(faults);
      await system.time.advance(FAULTY_MS);
      const feed = await feedOf(system);
      expect(feed.state).not.toBe('live');
      expect(feed.troubles).toContain(trouble);
      expect(feed.detail).toContain(says);
      inventsNothing((await system.board()).calls, system);
      await mends(system, mendsWithinMs);
    },
  );

  it.each(lists)(
    '[R5, R10] in the middle of the day ($faults): keeps telling calls by their events',
    async ({ faults, trouble, says, mendsWithinMs = HEALING_MS }) => {
      const system = await started();
      await system.time.advance(60_000);
      expect(await feedOf(system)).toMatchObject({ state: 'live', troubles: [] });
      system.simulator.faults.set(faults);
      await system.time.advance(FAULTY_MS);
      const { feed, calls } = await system.board();
      expect(feed.state).toBe('degraded');
      expect((feed as Feed).troubles).toContain(trouble);
      expect((feed as Feed).detail).toContain(says);
      inventsNothing(calls, system);
      expect(living(calls)).not.toEqual([]);
      expect(living(calls)).toEqual(living(system.truth()));
      await mends(system, mendsWithinMs);
    },
  );

  it('[R10] names the permission without which a doubted call cannot be asked about', async () => {
    const system = await started('session-403,drop:p=0.3');
    await system.time.advance(FAULTY_MS);
    const feed = await feedOf(system);
    expect(feed).toMatchObject({ state: 'degraded', detail: expect.stringContaining('the permission CallControl') });
    expect(feed.troubles).toEqual(['permissionMissing']);
    inventsNothing((await system.board()).calls, system);
    await mends(system, PERMISSION_MS);
  });

  it('[R5] a byte that is no UTF-8 hurts nobody where it falls into a name, and is told where it does not', async () => {
    const system = await started('invalid-utf8');
    await system.time.advance(FAULTY_MS);
    const { calls } = await system.board();
    const { state, troubles } = await feedOf(system);
    struck(system);
    expect([state, troubles]).toEqual(state === 'live' ? ['live', []] : ['degraded', ['pollFailing']]);
    inventsNothing(calls, system);
    expect(living(calls)).toEqual(living(system.truth()));
  });

  it.each(['unknown-enum', 'missing-parties', 'masked-numbers', 'duplicate-records'])(
    '[R5] lists with strange contents do not confuse the board (%s)',
    async (faults) => {
      const system = await started(faults);
      await system.time.advance(FAULTY_MS);
      const { feed, calls } = await system.board();
      struck(system);
      expect(feed).toMatchObject({ state: 'live', troubles: [] });
      inventsNothing(calls, system);
      expect(living(calls)).toEqual(living(system.truth()));
    },
  );

  it('[R5] a list of thousands is survived, and what it invented is asked about and goes', async () => {
    const system = await started('many-records:count=3000;times=1;after=30000');
    await system.time.advance(FAULTY_MS);
    expect(await feedOf(system)).toMatchObject({ state: 'live' });
    // Each is asked about alone, fifty a minute at most.
    await mends(system, 75 * 60_000);
  });

  it.each([
    ...['garbage-frame:p=0.5', 'object-frame:p=0.5', 'array-frame:p=0.5', 'null-frame:p=0.5', 'empty-frame:p=0.5'],
    ...['binary-frame:p=0.5', 'bad-utf8-frame:p=0.5', 'bad-notification:p=0.5', 'unknown-codes:p=0.3'],
  ])('[W5] frames that nobody can read (%s) invent nothing and are got over', async (faults) => {
    const system = await started(faults);
    await system.time.advance(FAULTY_MS);
    const { calls } = await system.board();
    expect(calls.length).toBeGreaterThan(0);
    inventsNothing(calls, system);
    await mends(system, 2 * HEALING_MS);
  });
});

describe('credentials that are wrong', () => {
  async function board(ringcentral: { jwt?: string; clientSecret?: string; clientId?: string }): Promise<RealSystem> {
    const system = await startRealSystem({ ringcentral });
    open.push(system);
    return system;
  }

  it.each([
    [{ jwt: 'canary-wrong' }, ['RINGCENTRAL_JWT']],
    [{ clientSecret: 'canary-wrong' }, ['RINGCENTRAL_CLIENT_ID', 'RINGCENTRAL_CLIENT_SECRET']],
    [{ clientId: 'canary-wrong' }, ['RINGCENTRAL_CLIENT_ID', 'RINGCENTRAL_CLIENT_SECRET']],
  ])('%o: names what to check, shows no secret and no call, and does not hammer the door', async (wrong, names) => {
    const system = await board(wrong);
    const told = async () => (await system.board()).feed;
    await expect.poll(async () => (await told()).troubles, patience).toContain('loginFailed');
    const { feed, calls } = await system.board();
    expect(feed.state).toBe('starting');
    for (const name of names) expect(feed.detail).toContain(name);
    expect(JSON.stringify({ feed, ticks: system.wall.ticks })).not.toContain('canary');
    expect(calls).toEqual([]);
    expect(system.simulator.rest.requests().paths).toEqual({ 'POST /restapi/oauth/token': 1 });
  });
});
