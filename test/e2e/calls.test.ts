// In:  scripted calls on a simulated platform; every part of the product is real: SDKs, worker thread, HTTP, sockets, clock.
// Out: proof that each kind of call is told right, on the server's board and on a viewer's wall, and agrees with the truth.
// Never: a sleep. The casts share nobody, so all calls run at the same time.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CallState } from '@ringside/shared/domain/call';
import { buildAccount } from '../simulator/pbx/build-account.ts';
import type { CallScript, CallStep } from '../simulator/pbx/model.ts';
import { type BoardCall, patience, place, type RealSystem, startRealSystem } from './real-system.ts';

const queue = (name: string, members: readonly number[]) => ({
  ...{ name, strategy: 'simultaneous' as const, members },
  ...{ ringMs: 20_000, maxWaitMs: 60_000, withinSeconds: 20 },
});

/** Every story has people of its own. */
const account = buildAccount({
  id: '809646016',
  users: 48,
  directNumbers: 48,
  menus: ['Main Menu'],
  parkLocations: ['Front Desk Park'],
  queues: [
    queue('Support', [1, 2, 3, 4]),
    queue('Sales', [5, 6, 7, 8]),
    queue('Billing', [9, 10, 11, 12]),
    { ...queue('Desk', [13, 14]), strategy: 'rotating', ringMs: 1_000 },
  ],
});

const idOf = (type: string, index: number): string =>
  account.extensions.filter((extension) => extension.type === type)[index]?.id ?? '';
const user = (index: number): string => idOf('User', index);
const department = (index: number): string => idOf('Department', index);
const [support, sales, billing, desk] = [department(0), department(1), department(2), department(3)];
const menu = idOf('IvrMenu', 0);

const NUMBER = '+14155550142';
/** How long a state lasts: long enough for a viewer's frame, ten of which come in a second. */
const A_WHILE = 500;
/** From an event at the platform to the wall. */
const PROMPT_MS = 1_000;

const inbound = (toExtensionId: string, ...steps: readonly CallStep[]): CallScript => ({
  ...{ kind: 'inbound', number: NUMBER, callerName: 'WIRELESS CALLER', toExtensionId, steps },
});
const outbound = (fromExtensionId: string, ...steps: readonly CallStep[]): CallScript => ({
  ...{ kind: 'outbound', fromExtensionId, number: '+14085550164', steps },
});
const internal = (fromExtensionId: string, toExtensionId: string, ...steps: readonly CallStep[]): CallScript => ({
  ...{ kind: 'internal', fromExtensionId, toExtensionId, steps },
});
const answer = (extensionId?: string): CallStep => ({
  ...{ do: 'answer', after: A_WHILE, ...(extensionId !== undefined && { extensionId }) },
});
const bye = (by: 'caller' | 'callee' = 'caller', after = A_WHILE): CallStep => ({ do: 'hangUp', after, by });

let system: RealSystem;

beforeAll(async () => {
  system = await startRealSystem({ account });
  await system.untilLive();
});

afterAll(() => system.close());

interface Ending {
  readonly call: BoardCall;
  readonly states: readonly CallState[];
  /** Names of the changes other than callChanged, in order. */
  readonly milestones: readonly string[];
}

/** Follows a call to its decided end, and holds the server and the viewer against the truth. */
async function follow(id: string): Promise<Ending> {
  const call = await system.boardCall(id, ({ state, missed }) => state === 'ended' && missed !== undefined);
  // What went on in another call is shown there.
  const shown = isElsewhere(call)
    ? await leavesTheWall(id)
    : await system.wallCall(id, ({ state }) => state === 'ended');
  const truth = system.truth(id);
  const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
  expect({ ...call, queue: call.queue?.id }).toMatchObject({
    direction: truth?.direction,
    state: 'ended',
    startedAt: iso(truth?.startedAt),
    endedAt: iso(truth?.endedAt),
    missed: truth?.missed,
    queue: truth?.queueId,
    from: { phoneNumber: truth?.from.phoneNumber },
    to: { phoneNumber: truth?.to.phoneNumber },
  });
  expect(call.answeredAt).toBe(iso(truth?.answeredAt));
  if (shown !== undefined)
    expect(shown).toMatchObject({ direction: call.direction, state: 'ended', missed: call.missed });
  const own = system.changes.filter((change) => change.call.id === id);
  return {
    call,
    states: system.states(id),
    milestones: own.map(({ type }) => type).filter((type) => type !== 'callChanged'),
  };
}

const isElsewhere = ({ continuedIn, missed }: BoardCall): boolean => continuedIn !== undefined && missed !== true;

const leavesTheWall = (id: string): Promise<undefined> =>
  vi.waitFor(() => {
    if (system.wall.calls().some((call) => call.id === id)) throw new Error(`${id} is still on the wall`);
    return undefined;
  }, patience);

const run = async (script: CallScript): Promise<Ending> => follow(await place(system, script));

const answered = ['callStarted', 'callEnded'];
const missedOnce = ['callStarted', 'callEnded', 'callMissed'];

describe.concurrent('calls, end to end', () => {
  it('rings a whole queue as one call, at once, and is not missed when one agent answers', async () => {
    const before = Date.now();
    const id = await place(
      system,
      inbound(support, { do: 'answer', after: 1_500, extensionId: user(2) }, bye('caller', 1_000)),
    );
    const ringing = await system.wallCall(id, (call) => call.ringing === 4);
    await system.boardCall(id, ({ state }) => state === 'ringing');
    expect(Date.now() - before).toBeLessThan(PROMPT_MS);
    expect(ringing).toMatchObject({ direction: 'inbound', state: 'ringing', queue: 'Support', party: '•••• 0142' });

    const talking = await system.wallCall(id, ({ state }) => state === 'talking');
    expect(Date.now() - (system.truth(id)?.answeredAt ?? 0)).toBeLessThan(PROMPT_MS);
    expect(talking.agent).toBeDefined();
    await system.wallCall(id, ({ ringing: left }) => left === undefined);

    const { call, states, milestones } = await follow(id);
    expect(states).toEqual(['routing', 'queued', 'ringing', 'talking', 'ended']);
    expect(call).toMatchObject({ missed: false, queue: { id: support, name: 'Support' } });
    expect(milestones).toEqual(answered);
  });

  it('is missed exactly once when the caller gives up in the queue', async () => {
    const { call, states, milestones } = await run(inbound(sales, bye('caller', 1_000)));
    expect(states).toEqual(['routing', 'queued', 'ringing', 'queued', 'ended']);
    expect(call).toMatchObject({ missed: true, queue: { id: sales } });
    expect(call).not.toHaveProperty('answeredAt');
    expect(milestones).toEqual(missedOnce);
  });

  it('does not count the answer of a menu', async () => {
    const { call, states, milestones } = await run(inbound(menu, bye('caller', 1_000)));
    expect(states).toEqual(['routing', 'ended']);
    expect(call.missed).toBe(true);
    expect(call).not.toHaveProperty('answeredAt');
    expect(milestones).toEqual(missedOnce);
  });

  it('goes through a menu to a queue and to a person', async () => {
    const choose: CallStep = { do: 'choose', after: A_WHILE, extensionId: billing };
    const { call, states, milestones } = await run(inbound(menu, choose, answer(user(10)), bye()));
    expect(states).toEqual(['routing', 'queued', 'ringing', 'talking', 'ended']);
    expect(call).toMatchObject({ missed: false, queue: { id: billing, name: 'Billing' } });
    expect(milestones).toEqual(answered);
  });

  it('moves from one agent to the next in a rotating queue', async () => {
    const { call, states, milestones } = await run(inbound(desk, answer(user(14)), bye('callee')));
    expect(states).toEqual(['routing', 'queued', 'ringing', 'queued', 'ringing', 'talking', 'ended']);
    expect(call.missed).toBe(false);
    expect(milestones).toEqual(answered);
  });

  it('is held and resumed', async () => {
    const steps: CallStep[] = [{ do: 'hold', after: A_WHILE }, { do: 'resume', after: A_WHILE }, bye('callee')];
    const { states, milestones } = await run(inbound(user(20), answer(), ...steps));
    expect(states).toEqual(['routing', 'ringing', 'talking', 'held', 'talking', 'ended']);
    expect(milestones).toEqual(answered);
  });

  it('stays one call through a blind transfer, and ends with the new person', async () => {
    const transfer: CallStep = { do: 'blindTransfer', after: A_WHILE, toExtensionId: user(22) };
    const id = await place(system, inbound(user(21), answer(), transfer, answer(), bye()));
    await system.boardCall(id, ({ legs }) => legs.some(talksWith(22)) && !legs.some(talksWith(21)));
    const { states, milestones } = await follow(id);
    expect(states).toEqual(['routing', 'ringing', 'talking', 'ringing', 'talking', 'ended']);
    expect(milestones).toEqual(answered);
  });

  it('stays one call through an attended transfer; the consultation is a call between colleagues', async () => {
    const before = new Set(system.simulator.truth().map(({ id }) => id));
    const transfer: CallStep = {
      ...{ do: 'attendedTransfer', after: A_WHILE, toExtensionId: user(24), consultMs: 1_000 },
    };
    const id = await place(system, inbound(user(23), answer(), transfer, bye('caller', 1_000)));
    await system.boardCall(id, ({ legs }) => legs.some(talksWith(24)) && !legs.some(talksWith(23)));
    const { states, milestones } = await follow(id);
    expect(states).toEqual(['routing', 'ringing', 'talking', 'held', 'talking', 'ended']);
    expect(milestones).toEqual(answered);

    const consultation = system.simulator
      .truth()
      .find((call) => !before.has(call.id) && call.direction === 'internal' && call.agentExtensionId === user(23));
    const consulted = await system.boardCall(consultation?.id ?? '', ({ state }) => state === 'ended');
    expect(consulted).toMatchObject({ direction: 'internal', missed: false, outcome: 'answered', continuedIn: id });
  });

  it('is parked and picked up by somebody else', async () => {
    const steps: CallStep[] = [
      { do: 'park', after: A_WHILE },
      { do: 'pickup', after: A_WHILE, extensionId: user(26) },
      bye('caller', 1_000),
    ];
    const id = await place(system, inbound(user(25), answer(), ...steps));
    await system.boardCall(id, ({ legs }) => legs.some(talksWith(26)) && !legs.some(talksWith(25)));
    const { states, milestones } = await follow(id);
    expect(states).toEqual(['routing', 'ringing', 'talking', 'parked', 'talking', 'ended']);
    expect(milestones).toEqual(answered);
  });

  it('is missed when only the mailbox takes it', async () => {
    const steps: CallStep[] = [
      { do: 'noAnswer', after: A_WHILE, extensionId: user(27) },
      { do: 'voicemail', after: A_WHILE, messageMs: A_WHILE },
    ];
    const { call, states, milestones } = await run(inbound(user(27), ...steps));
    expect(states).toEqual(['routing', 'ringing', 'voicemail', 'ended']);
    expect(call).not.toHaveProperty('answeredAt');
    expect(milestones).toEqual(missedOnce);
  });

  it('is missed when it is rejected', async () => {
    const steps: CallStep[] = [
      { do: 'reject', after: A_WHILE, extensionId: user(28) },
      { do: 'voicemail', after: A_WHILE, messageMs: A_WHILE },
    ];
    const { call, states, milestones } = await run(inbound(user(28), ...steps));
    // Between the refusal and the mailbox no phone rings.
    expect(states).toEqual(['routing', 'ringing', 'routing', 'voicemail', 'ended']);
    expect(call.missed).toBe(true);
    expect(milestones).toEqual(missedOnce);
  });

  it('is missed once when the caller gives up at a direct number', async () => {
    const { states, milestones } = await run(inbound(user(29), bye('caller', 1_000)));
    expect(states).toEqual(['routing', 'ringing', 'ended']);
    expect(milestones).toEqual(missedOnce);
  });

  it('is answered on the mobile', async () => {
    const findMe: CallStep = { do: 'findMe', after: A_WHILE, extensionId: user(30), answerAfter: A_WHILE };
    const { call, states, milestones } = await run(inbound(user(30), findMe, bye()));
    expect(states).toEqual(['routing', 'ringing', 'talking', 'ended']);
    expect(call.direction).toBe('inbound');
    expect(milestones).toEqual(answered);
  });

  it('goes out and is answered', async () => {
    const { call, states, milestones } = await run(outbound(user(31), answer(), bye()));
    expect(states).toEqual(['ringing', 'talking', 'ended']);
    expect(call).toMatchObject({ direction: 'outbound', missed: false });
    expect(milestones).toEqual(answered);
  });

  it('goes out, is held by the one who dialled, and resumed', async () => {
    const steps: CallStep[] = [answer(), { do: 'hold', after: A_WHILE }, { do: 'resume', after: A_WHILE }, bye()];
    expect((await run(outbound(user(32), ...steps))).states).toEqual([
      'ringing',
      'talking',
      'held',
      'talking',
      'ended',
    ]);
  });

  it.each(['noAnswer', 'reject'] as const)('goes out in vain (%s), which is not a missed call', async (how) => {
    const dialler = user(how === 'reject' ? 33 : 34);
    const { call, states, milestones } = await run(outbound(dialler, { do: how, after: 1_000 }));
    expect(states).toEqual(['ringing', 'ended']);
    expect(call).toMatchObject({ direction: 'outbound', missed: false });
    expect(call).not.toHaveProperty('answeredAt');
    expect(milestones).toEqual(answered);
  });

  it('connects two colleagues', async () => {
    const { call, states, milestones } = await run(internal(user(35), user(36), answer(), bye('callee')));
    expect(states).toEqual(['ringing', 'talking', 'ended']);
    expect(call).toMatchObject({ direction: 'internal', missed: false });
    expect(milestones).toEqual(answered);
  });

  it('rings a colleague in vain, which is not a missed call', async () => {
    const { call, states, milestones } = await run(internal(user(37), user(38), bye('caller', 1_000)));
    expect(states).toEqual(['ringing', 'ended']);
    expect(call).toMatchObject({ direction: 'internal', missed: false });
    expect(milestones).toEqual(answered);
  });
});

const talksWith =
  (index: number) =>
  (leg: BoardCall['legs'][number]): boolean =>
    leg.extensionId === user(index) && leg.phase === 'answered';

describe('after all of them', () => {
  it('server and viewer show the true calls and no others, none of them alive', async () => {
    const truth = system.simulator.truth();
    const board = (await system.board()).calls;
    expect(board.map(({ id }) => id).toSorted()).toEqual(truth.map(({ id }) => id).toSorted());
    // What went on in another call is shown there.
    const told = truth.filter(({ continuedIn }) => continuedIn === undefined);
    expect(system.wall.calls().map(({ id }) => id)).toEqual(told.map(({ id }) => id).toSorted());
    expect(board.filter(({ state }) => state !== 'ended')).toEqual([]);
    expect(system.simulator.rest.requests().violations).toEqual({ insidePenalty: 0, overBudget: 0 });
  });
});
