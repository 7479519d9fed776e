import type { Overrides } from '@ringside/server/app';
import { describe, expect, test } from 'vitest';
import type { CallStep } from '../simulator/pbx/model.ts';
import type { Scenario } from '../simulator/pbx/scenario.ts';
import { callcentreWith } from '../simulator/scenarios/callcentre.ts';
import { officeWith } from '../simulator/scenarios/office.ts';
import { quiet } from '../simulator/scenarios/quiet.ts';
import { runLife, type LifeOptions } from './life.ts';

/** The everyday kinds of calls alone: each life is chosen for what it shows, and the seldom kinds would only move it. */
const office = officeWith(0);
const callcentre = callcentreWith(0);

/**
 * Each defence is switched off once, under the faults that it is there for: the simulation must see that it is missing,
 * and must see nothing when it is there. Otherwise either the defence or the simulation is for nothing.
 */
type Limits = NonNullable<Overrides['limits']>;

/** Callers who are put on hold and fetched back every `everyMs`, so that word of them is never older than that. */
function restless(everyMs: number): Scenario {
  const turns = Array.from({ length: 12 }, (_, i): CallStep => ({
    do: i % 2 === 0 ? 'hold' : 'resume',
    after: everyMs,
  }));
  const users = quiet.account.extensions.filter(({ type }) => type === 'User').map(({ id }) => id);
  return {
    ...quiet,
    traffic: {
      meanGapMs: () => everyMs,
      create: (desk) => () => {
        const toExtensionId = users.find((id) => desk.isFree(id));
        if (toExtensionId === undefined) return undefined;
        const steps: CallStep[] = [
          { do: 'answer', after: 2_000 },
          ...turns,
          { do: 'hangUp', after: 2_000, by: 'caller' },
        ];
        return { kind: 'inbound', toExtensionId, steps };
      },
    },
  };
}

type Life = Pick<LifeOptions, 'scenario' | 'seed' | 'mode'> & { readonly faults: string };

/** Nobody who keeps all the rules asks about a call here, so a platform that disowns whoever is asked about does no harm. */
const disowned = 'session-404:after=20000';

const defences: readonly { readonly name: string; readonly without: Limits; readonly lives: readonly Life[] }[] = [
  {
    name: 'tombstones: the list shows ended calls for two minutes',
    without: { tombstoneMs: 0 },
    lives: [
      { scenario: office, seed: 1, mode: 'hostile', faults: '' },
      { scenario: callcentre, seed: 1, mode: 'hostile', faults: '' },
    ],
  },
  {
    name: 'the grace: a call is missing from two lists, from the first seconds after word of it came',
    without: { absenceGraceMs: 0 },
    lives: [
      { scenario: restless(43_000), seed: 2, mode: 'hostile', faults: `empty-poll:times=2;after=60000,${disowned}` },
    ],
  },
  {
    name: 'the two-poll rule: a single list is empty',
    without: { absentPolls: 1 },
    lives: [
      { scenario: restless(25_000), seed: 1, mode: 'hostile', faults: `empty-poll:times=1;after=60000,${disowned}` },
    ],
  },
  {
    name: 'the probe: events are lost',
    without: { probing: false },
    lives: [
      { scenario: office, seed: 1, mode: 'liveness', faults: 'drop:p=0.08' },
      { scenario: callcentre, seed: 1, mode: 'liveness', faults: 'drop:p=0.08' },
    ],
  },
  {
    name: 'the lease: last events are lost',
    without: { leaseMs: Infinity },
    lives: [
      { scenario: office, seed: 1, mode: 'hostile', faults: 'drop-final' },
      { scenario: callcentre, seed: 2, mode: 'hostile', faults: 'drop-final' },
    ],
  },
];

describe.each(defences)('$name', ({ without, lives }) => {
  test.each(lives)('seed $seed of $scenario.name with $faults', async (life) => {
    const whole = await runLife({ ...life, strict: true });
    expect(whole.problems).toEqual([]);
    const lacking = await runLife({ ...life, strict: true, limits: without });
    expect(lacking.problems).not.toEqual([]);
  });
});
