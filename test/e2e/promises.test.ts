// In:  the whole product under virtual time. Out: proof of promises that no single fault tests: I-4 and I-6.
// Never: the product's own word for what is true; the platform is asked.
import { describe, expect, it } from 'vitest';
import { living, showsTruth, startVirtualSystem, talk, toldOnce, type VirtualSystem } from './virtual-system.ts';

const hour = 3_600_000;

/** ms until the board shows what is true; the platform stands still meanwhile. */
async function convergesIn(system: VirtualSystem, withinMs: number): Promise<number> {
  const wanted = living(system.truth());
  for (let ms = 0; ms <= withinMs; ms += 1_000) {
    if (JSON.stringify(living((await system.board()).calls)) === JSON.stringify(wanted)) return ms;
    await system.time.advance(1_000);
  }
  throw new Error(`not the truth after ${String(withinMs)} ms`);
}

/** Calls of which half go on and half end within the minute. */
async function minuteOfCalls(system: VirtualSystem, calls: number): Promise<void> {
  const { simulator, time } = system;
  for (let n = 0; n < calls; n++) {
    simulator.place(talk(simulator, n % 2 === 0 ? 5 * hour : 10_000 + 2_000 * n));
    await time.advance(1_000);
  }
  await time.advance(60_000 - 1_000 * calls);
}

describe('a platform that stands still', () => {
  it.each([1, 2, 3])(
    '[I-4] is shown as it is 10 s after the next complete poll, whatever events were lost (seed %i)',
    async (seed) => {
      const system = await startVirtualSystem({ seed });
      await system.time.advance(20_000);
      system.simulator.faults.set('drop:p=0.4');
      await minuteOfCalls(system, 10);
      system.simulator.faults.clear();
      // The list is behind by ten seconds at most, and what is missing from it twice is asked about.
      await system.time.advance(10_000 + 2 * 30_000);
      expect(await convergesIn(system, 10_000)).toBeLessThanOrEqual(10_000);
      await showsTruth(system);
      toldOnce(system);
    },
  );

  it.each([1, 2, 3])('[I-4] is shown as it is within 75 s without any event (seed %i)', async (seed) => {
    const system = await startVirtualSystem({ seed, faults: 'upgrade-503' });
    await system.time.advance(20_000);
    await minuteOfCalls(system, 10);
    expect(await convergesIn(system, 75_000)).toBeLessThanOrEqual(75_000);
    toldOnce(system);
  });
});

it('[I-6] each event names one party alone: the others stay, and the call lives until the last of them is gone', async () => {
  const system = await startVirtualSystem();
  const { simulator, time } = system;
  await time.advance(20_000);
  const queue = simulator.account.queues.toSorted((a, b) => b.memberIds.length - a.memberIds.length)[0];
  const [winner = ''] = queue?.memberIds ?? [];
  const id = simulator.place({
    ...{ kind: 'inbound', toExtensionId: queue?.extensionId ?? '' },
    steps: [
      { do: 'answer', after: 5_000, extensionId: winner },
      { do: 'hangUp', after: 20_000, by: 'caller' },
    ],
  });
  for (let n = 0; n < 70; n++) {
    await time.advance(500);
    const truth = simulator.truth().find((call) => call.id === id);
    const shown = (await system.board()).calls.find((call) => call.id === id);
    expect([n, shown?.state]).toEqual([n, truth?.state]);
  }
  const { legs = [] } = system.changes.findLast(({ call }) => call.id === id)?.call ?? {};
  expect(legs.length).toBeGreaterThanOrEqual(3);
  expect(legs.every(({ endedAt }) => endedAt !== undefined)).toBe(true);
  toldOnce(system);
});
