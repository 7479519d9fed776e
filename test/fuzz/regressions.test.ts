import { expect, test } from 'vitest';
import { runLife } from './life.ts';
import type { Mode } from './menu.ts';
import { scenarioNamed } from '../simulator/scenarios/registry.ts';

/** Lives that once told a lie, kept for ever with the faults they lived under. */
const pinned: readonly {
  readonly seed: number;
  readonly scenario: string;
  readonly mode: Mode;
  readonly faults: string;
  readonly because: string;
}[] = [
  {
    ...{
      seed: 359,
      scenario: 'callcentre',
      mode: 'liveness',
      faults: 'deaf:after=60000,garbage-frame:p=0.1,page-loss',
    },
    because: 'a lost page hid the record that said connected',
  },
  {
    ...{ seed: 470, scenario: 'callcentre', mode: 'liveness' },
    faults: 'cut:every=40000,recovery-silent,reorder:p=0.3,drop:p=0.08,upgrade-503:p=0.5',
    because: 'calls that began in an outage came late',
  },
  {
    ...{ seed: 495, scenario: 'office', mode: 'liveness' },
    faults: 'drop-final:p=0.5,reorder:p=0.3,drop:p=0.08,empty-poll:p=0.3',
    because: 'list and probe agreed on the end and the call stayed',
  },
  {
    ...{ seed: 72, scenario: 'office', mode: 'liveness' },
    faults: 'cut:every=40000,replay-shuffled,empty-poll:p=0.3,deaf:after=60000,bad-notification:p=0.1,stale-records',
    because: 'a parked call was not known to be answered',
  },
  {
    ...{ seed: 46, scenario: 'office', mode: 'liveness' },
    faults: 'deaf:after=60000,wstoken-expired:times=2,cut:every=60000,staggered-401',
    because: 'events lost between a probe and the first event heard left a ghost',
  },
  {
    ...{ seed: 6, scenario: 'office', mode: 'liveness', faults: 'duplicate:p=0.3,reorder:p=0.3' },
    because: 'a colleague who reached a mailbox was corrected to answered',
  },
  {
    ...{ seed: 160, scenario: 'office', mode: 'hostile' },
    faults: 'unknown-enum:p=0.5,subscribe-403:p=0.5,cut:every=50000',
    because: 'a result that nobody knows was taken for the end of a call',
  },
  {
    ...{ seed: 289, scenario: 'callcentre', mode: 'hostile' },
    faults: 'http-503:p=0.3;all=1,subscribe-403:p=0.5,cut:every=50000,cut:every=40000,replay-glued',
    because: 'a call said to be over was asked about once more and stayed unmarked meanwhile',
  },
];

test.each(pinned)('seed $seed of $scenario with $faults: $because', async ({ seed, scenario, mode, faults }) => {
  const { problems } = await runLife({ seed, scenario: scenarioNamed(scenario), mode, faults });
  expect(problems).toEqual([]);
});
