import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callcentreWith } from '../scenarios/callcentre.ts';
import { officeWith } from '../scenarios/office.ts';
import { scenarios } from '../scenarios/registry.ts';
import { quiet } from '../scenarios/quiet.ts';
import { anyScript } from './any-script.ts';
import type { CallScript, SimParty, SimSession, World, WorldEvent } from './model.ts';
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

  it.each([
    ['office', officeWith],
    ['callcentre', callcentreWith],
  ] as const)('%s with the seldom kinds of calls keeps them too, and tells the truth of each', (_name, withShare) => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const world = createWorld({ seed, scenario: withShare(0.5), startAt: START });
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
  it('is told within the rules and comes to its end', () => {
    const timetable = fc.array(fc.tuple(fc.integer({ min: 0, max: 20_000 }), anyScript), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(timetable, fc.integer(), (placements, seed) => {
        const world = createWorld({ seed, scenario: quiet, startAt: START });
        const wrong: string[] = [];
        const rung = new Set<string>();
        const look = (ms: number): void => {
          const seen = watch(world, ms);
          wrong.push(...seen.wrong);
          for (const event of seen.events) if (rings(event)) rung.add(event.party.id);
        };
        for (const [pause, one] of placements) {
          look(pause);
          placeUnlessBusy(world, one);
        }
        look(25 * MINUTE);
        expect(wrong).toEqual([]);
        expect(world.liveSessions()).toEqual([]);
        expect(world.nextAt()).toBeUndefined();
        for (const session of world.sessions()) expect(untrue(session, world, rung)).toEqual([]);
      }),
      { numRuns: 500, seed: 20_260_303 },
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

/** What the parties alone do not bear out, or what contradicts itself, in the truth of an ended session. */
function untrue({ truth, parties }: SimSession, world: World, rung: ReadonlySet<string>): string[] {
  const isPart = truth.partOf !== undefined;
  const isCall = truth.kind === 'voice' && !isPart;
  const next = truth.continuedIn === undefined ? undefined : world.session(truth.continuedIn);
  const answered = someoneTalked(parties) || (next !== undefined && next.truth.answeredAt !== undefined);
  const length = (truth.endedAt ?? 0) - truth.startedAt;
  const checks: readonly (readonly [boolean, string])[] = [
    [truth.missed === (isCall && truth.direction === 'inbound' && !answered), 'missed'],
    [(truth.outcome !== undefined) === isCall, 'outcome'],
    [!isCall || (truth.outcome === 'answered') === answered, `outcome ${truth.outcome}`],
    [truth.continuedIn === undefined || next !== undefined, 'continued nowhere'],
    [truth.offers.every(({ end, endedAt }) => end !== undefined && endedAt !== undefined), 'a phone rings on'],
    [
      truth.offers.length === (isPart || truth.kind === 'fax' ? 0 : parties.filter(({ id }) => rung.has(id)).length),
      'offers',
    ],
    [truth.queueEntries.every(({ left, leftAt }) => left !== undefined && leftAt !== undefined), 'waits on'],
    [truth.queueEntries.length === ofType(parties, 'Department').length, 'queue entries'],
    [truth.talkMs >= 0 && truth.holdMs >= 0 && truth.talkMs + truth.holdMs <= length, 'times'],
    [truth.recording === undefined, 'recorded'],
  ];
  return checks.flatMap(([right, what]) => (right ? [] : [`${truth.id}: ${what} ${JSON.stringify(truth)}`]));
}

const typeOf = (id: string | undefined) => quiet.account.extensions.find((one) => one.id === id)?.type;

const ofType = (parties: readonly SimParty[], type: string) =>
  parties.filter(({ extensionId }) => typeOf(extensionId) === type);

/** Read from the parties alone: somebody's phone, or a number outside, answered. */
function someoneTalked(parties: readonly SimParty[]): boolean {
  return parties.some(
    ({ direction, extensionId, answeredAt, status }) =>
      direction === 'Inbound' &&
      answeredAt !== undefined &&
      status.reason !== 'Supervising' &&
      (extensionId === undefined || typeOf(extensionId) === 'User'),
  );
}

/** A person's phone begins to ring: no number outside has a name here, but a mobile has its owner's. */
function rings({ party }: WorldEvent): boolean {
  const { status, direction, extensionId, to } = party;
  if ((status.code !== 'Proceeding' && status.code !== 'Setup') || direction !== 'Inbound') return false;
  return extensionId === undefined ? to.name !== undefined : typeOf(extensionId) === 'User';
}
