// In:  the whole product, signed in as a user who is no administrator. Out: proof that it shows his calls, whole, and says that
// these are all it can see.
// Never: a call of somebody else, or a refusal asked for again and again.
import { describe, expect, it } from 'vitest';
import type { SimExtension } from '../simulator/pbx/model.ts';
import { simulatorCredentials } from '../simulator/wire/token-endpoints.ts';
import { isLive, keptLimits, living, startVirtualSystem, toldOnce, type VirtualSystem } from './virtual-system.ts';

interface Plain extends VirtualSystem {
  readonly me: SimExtension;
  readonly other: SimExtension;
}

async function plainUser(faults?: string): Promise<Plain> {
  const { simulator } = await startVirtualSystem();
  const users = simulator.account.extensions.filter(({ type }) => type === 'User');
  const [me, other] = users.filter(({ id }) => id !== simulator.account.adminExtensionId);
  if (me === undefined || other === undefined) throw new Error('the company is too small');
  const jwt = `${simulatorCredentials.jwt}:${me.id}`;
  const system = await startVirtualSystem({ jwt, ...(faults !== undefined && { faults }) });
  await system.time.advance(20_000);
  return { ...system, me, other };
}

const inbound = (toExtensionId: string, talkMs: number) =>
  ({
    kind: 'inbound',
    toExtensionId,
    steps: [
      { do: 'answer', after: 4_000, extensionId: toExtensionId },
      { do: 'hangUp', after: talkMs, by: 'caller' },
    ],
  }) as const;

async function states(system: VirtualSystem, id: string): Promise<string | undefined> {
  return (await system.board()).calls.find((call) => call.id === id)?.state;
}

describe('a user who is no administrator', () => {
  it('sees that only his own calls are shown, and why', async () => {
    const { board, time, sent } = await plainUser();
    expect((await board()).feed).toMatchObject({
      ...{ state: 'degraded', troubles: ['ownCallsOnly'] },
      detail: 'the signed-in user is no administrator: RingCentral shows the calls of this extension only',
    });
    await time.advance(9 * 60_000);
    expect((await board()).feed).toMatchObject({ state: 'degraded', troubles: ['ownCallsOnly'] });
    const ofAccount = sent.filter(({ path }) => path.endsWith('/account/~/active-calls'));
    expect(ofAccount).toHaveLength(1);
  });

  it('sees his own calls from ring to end, and nobody else’s', async () => {
    const system = await plainUser();
    const { simulator, me, other, time } = system;
    const mine = simulator.place(inbound(me.id, 60_000));
    const theirs = simulator.place(inbound(other.id, 60_000));
    await time.advance(3_000);
    expect(await states(system, mine)).toBe('ringing');
    await time.advance(3_000);
    expect(await states(system, mine)).toBe('talking');
    await time.advance(40_000);
    expect(living((await system.board()).calls)).toEqual([`${mine} talking`]);
    await time.advance(25_000);
    expect(await states(system, mine)).toBe('ended');
    await time.advance(180_000);
    const { calls } = await system.board();
    expect(calls.map(({ id }) => id)).toEqual([mine]);
    expect(calls[0]).toMatchObject({ state: 'ended', missed: false, direction: 'inbound' });
    expect(JSON.stringify(calls)).not.toContain(theirs);
    toldOnce(system);
    keptLimits(system);
  });

  it('sees when the far end of his own call rings, answers and is gone, though no event tells', async () => {
    const system = await plainUser();
    const { simulator, me, time } = system;
    const id = simulator.place({
      ...{ kind: 'outbound', fromExtensionId: me.id },
      steps: [
        { do: 'answer', after: 6_000 },
        { do: 'hangUp', after: 30_000, by: 'callee' },
      ],
    });
    await time.advance(5_000);
    expect(await states(system, id)).toBe('ringing');
    await time.advance(5_000);
    expect(await states(system, id)).toBe('talking');
    await time.advance(30_000);
    expect(await states(system, id)).toBe('ended');
    await time.advance(120_000);
    expect((await system.board()).calls.find((call) => call.id === id)).toMatchObject({
      direction: 'outbound',
      missed: false,
    });
    toldOnce(system);
  });

  it('sees a call that he let ring as missed, and one a colleague took from the queue as none', async () => {
    const system = await plainUser();
    const { simulator, me, other, time } = system;
    const missed = simulator.place({ kind: 'inbound', toExtensionId: me.id, patienceMs: 8_000, steps: [] });
    const queue = simulator.account.queues.find(
      ({ memberIds }) => memberIds.includes(me.id) && memberIds.includes(other.id),
    );
    const taken = simulator.place({
      ...{ kind: 'inbound', toExtensionId: queue?.extensionId ?? '' },
      steps: [
        { do: 'answer', after: 5_000, extensionId: other.id },
        { do: 'hangUp', after: 20_000, by: 'caller' },
      ],
    });
    await time.advance(240_000);
    const { calls } = await system.board();
    expect(calls.find(({ id }) => id === missed)).toMatchObject({ state: 'ended', missed: true });
    expect(calls.find(({ id }) => id === taken)).not.toMatchObject({ missed: true });
    toldOnce(system);
  });

  it('keeps his picture right when events are lost, within the minute', async () => {
    const system = await plainUser('drop-final');
    const { simulator, me, time } = system;
    const id = simulator.place(inbound(me.id, 20_000));
    await time.advance(10_000);
    expect(await states(system, id)).toBe('talking');
    await time.advance(75_000);
    expect(await states(system, id)).toBe('ended');
  });

  it('is granted no events of the account: has his own, over a link that is left alone', async () => {
    const system = await plainUser('partial-grant:account=1');
    const { simulator, me, other, time, sent } = system;
    expect((await system.board()).feed).toMatchObject({ state: 'degraded', troubles: ['ownCallsOnly'] });
    const tokens = () => sent.filter(({ path }) => path.endsWith('/wstoken')).length;
    const before = tokens();
    expect(simulator.faults.strikes()['partial-grant']).toBeGreaterThan(0);
    await time.advance(25 * 60_000);
    expect(tokens()).toBe(before);
    const mine = simulator.place(inbound(me.id, 60_000));
    simulator.place(inbound(other.id, 60_000));
    await time.advance(6_000);
    expect(living((await system.board()).calls)).toEqual([`${mine} talking`]);
    await time.advance(65_000);
    expect(await states(system, mine)).toBe('ended');
    expect((await system.board()).feed).toMatchObject({ state: 'degraded', troubles: ['ownCallsOnly'] });
    keptLimits(system);
  });

  it('an administrator sees everybody, and is told nothing of the kind', async () => {
    const system = await startVirtualSystem();
    await system.time.advance(20_000);
    await isLive(system);
  });
});
