import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scenarios } from '../scenarios/registry.ts';
import { quiet } from '../scenarios/quiet.ts';
import type { CallScript, CallStep, SimSession, World, WorldEvent } from './model.ts';
import { createObserver } from './observer.ts';
import { createWorld } from './world.ts';

const START = Date.UTC(2026, 2, 3, 14);
const MINUTE = 60_000;

/** Runs the world second by second; returns its events and everything an independent reader complains about. */
function watch(world: World, ms: number): { events: WorldEvent[]; wrong: string[] } {
  const observer = createObserver(world.account, world.liveSessions(), world.now());
  const events: WorldEvent[] = [];
  const wrong: string[] = [];
  const end = world.now() + ms;
  while (world.now() < end) {
    const told = world.advanceTo(world.now() + 500);
    events.push(...told);
    wrong.push(...observer.read(told));
    wrong.push(...observer.judge(world.liveSessions(), world.now()));
  }
  return { events, wrong };
}

describe('any scenario, any seed', () => {
  const names = [...scenarios.keys()];

  it.each(names)('%s tells the same story twice', (scenario) => {
    const tell = () => watch(createWorld({ seed: 7, scenario, startAt: START }), 2 * MINUTE).events;
    expect(tell()).toEqual(tell());
  });

  it.each(names.filter((name) => name !== 'burst'))('%s keeps the rules of the platform', (scenario) => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const world = createWorld({ seed, scenario, startAt: START });
      expect(watch(world, 8 * MINUTE).wrong, `seed ${seed}`).toEqual([]);
    }
  });

  it('burst keeps the rules of the platform', () => {
    const world = createWorld({ seed: 1, scenario: 'burst', startAt: START });
    expect(watch(world, 2 * MINUTE).wrong).toEqual([]);
  });

  it('every ended session has only parties that are over, and every live one has another', () => {
    const world = createWorld({ seed: 3, scenario: 'callcentre', startAt: START });
    world.advanceTo(START + 10 * MINUTE);
    for (const { truth, parties, endedAt } of world.sessions()) {
      const over = parties.every((party) => party.endedAt !== undefined);
      expect(over).toBe(truth.state === 'ended');
      expect(endedAt).toBe(truth.endedAt);
      if (over) expect(endedAt).toBe(Math.max(...parties.map((party) => party.endedAt ?? 0)));
    }
  });
});

describe('any script', () => {
  const ids = quiet.account.extensions.map((extension) => extension.id);
  const users = quiet.account.extensions.filter((extension) => extension.type === 'User').map((user) => user.id);
  const anybody = fc.constantFrom(...ids);
  const user = fc.constantFrom(...users);
  const after = fc.integer({ min: 0, max: 40_000 });
  const maybe = fc.option(user, { nil: undefined });
  const optional = (id: string | undefined) => (id === undefined ? {} : { extensionId: id });

  const step: fc.Arbitrary<CallStep> = fc.oneof(
    fc.record({ do: fc.constant('choose' as const), after, extensionId: anybody }),
    fc
      .tuple(
        fc.constantFrom('answer' as const, 'answer' as const, 'noAnswer' as const, 'reject' as const),
        after,
        maybe,
      )
      .map(([act, wait, id]): CallStep => ({ do: act, after: wait, ...optional(id) })),
    fc
      .tuple(fc.constantFrom('hold' as const, 'resume' as const), after, maybe)
      .map(([act, wait, id]): CallStep => ({ do: act, after: wait, ...optional(id) })),
    fc.record({ do: fc.constant('park' as const), after }),
    fc.record({ do: fc.constant('pickup' as const), after, extensionId: user }),
    fc.record({ do: fc.constant('blindTransfer' as const), after, toExtensionId: anybody }),
    fc.record({ do: fc.constant('blindTransfer' as const), after, toNumber: fc.constant('+13035550110') }),
    fc.record({
      do: fc.constant('attendedTransfer' as const),
      after,
      toExtensionId: anybody,
      consultMs: fc.integer({ min: 0, max: 15_000 }),
    }),
    fc.record({ do: fc.constant('findMe' as const), after, extensionId: user, answerAfter: after }),
    fc.record({ do: fc.constant('findMe' as const), after, extensionId: user }),
    fc.record({ do: fc.constant('voicemail' as const), after, messageMs: after }),
    fc.record({ do: fc.constant('hangUp' as const), after, by: fc.constant('callee' as const) }),
  );
  const bye = fc.record({ do: fc.constant('hangUp' as const), after, by: fc.constant('caller' as const) });
  const steps = fc.tuple(fc.array(step, { maxLength: 7 }), bye).map(([some, last]) => [...some, last]);
  const script: fc.Arbitrary<CallScript> = fc.oneof(
    fc.record({
      kind: fc.constant('inbound' as const),
      toExtensionId: anybody,
      patienceMs: fc.integer({ min: 0, max: 90_000 }),
      steps,
    }),
    fc.record({ kind: fc.constant('inbound' as const), toExtensionId: anybody, steps }),
    fc.record({ kind: fc.constant('outbound' as const), fromExtensionId: user, steps }),
    fc.record({ kind: fc.constant('internal' as const), fromExtensionId: user, toExtensionId: anybody, steps }),
  );

  it('is told within the rules and comes to its end', () => {
    const timetable = fc.array(fc.tuple(fc.integer({ min: 0, max: 20_000 }), script), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(timetable, fc.integer(), (placements, seed) => {
        const world = createWorld({ seed, scenario: quiet, startAt: START });
        const wrong: string[] = [];
        for (const [pause, one] of placements) {
          wrong.push(...watch(world, pause).wrong);
          placeUnlessBusy(world, one);
        }
        wrong.push(...watch(world, 25 * MINUTE).wrong);
        expect(wrong).toEqual([]);
        expect(world.liveSessions()).toEqual([]);
        expect(world.nextAt()).toBeUndefined();
        for (const session of world.sessions()) expect(session.truth.missed).toBe(looksMissed(session));
      }),
      { numRuns: 150, seed: 20_260_303 },
    );
  }, 60_000);
});

/** A dialler who is on the phone cannot dial; everything else must be possible. */
function placeUnlessBusy(world: World, script: CallScript): void {
  try {
    world.place(script);
  } catch (error) {
    if (!String(error).includes('is on the phone')) throw error;
  }
}

/** Read from the parties alone: an inbound call that no person's phone, nor a number outside, ever answered. */
function looksMissed({ truth, parties }: SimSession): boolean {
  if (truth.direction !== 'inbound') return false;
  const users = new Set(quiet.account.extensions.flatMap((one) => (one.type === 'User' ? one.id : [])));
  return !parties.some(
    ({ direction, extensionId, answeredAt }) =>
      direction === 'Inbound' && answeredAt !== undefined && (extensionId === undefined || users.has(extensionId)),
  );
}
