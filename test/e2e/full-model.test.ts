import type { Change } from '@ringside/shared/domain/change';
import { offersOf, queueEntriesOf, timesOf } from '@ringside/shared/domain/readings';
import { describe, expect, test } from 'vitest';
import { startWholeSystem } from '../fuzz/whole-system.ts';
import type { CallScript, CallStep, TrueCall } from '../simulator/pbx/model.ts';
import { quiet } from '../simulator/scenarios/quiet.ts';
import { castOf, scriptedCalls } from '../simulator/scenarios/scripts.ts';

/**
 * Every kind of call the platform knows, one at a time through the whole server: what it tells of each when it is over is
 * held against the world's own truth.
 */
const [one, two] = castOf(quiet.account).users;

const answer: CallStep = { do: 'answer', after: 3_000 };
const callerLeaves: CallStep = { do: 'hangUp', after: 9_000, by: 'caller' };
const comesIn = (...steps: readonly CallStep[]): CallScript => ({ kind: 'inbound', toExtensionId: one, steps });

const scripts: Readonly<Record<string, CallScript>> = {
  ...scriptedCalls(quiet.account),
  shortAbandoned: comesIn({ do: 'hangUp', after: 2_000, by: 'caller' }),
  fetchedIntoThePickersSession: comesIn(
    { do: 'directedPickup', after: 3_000, extensionId: two, into: 'picker' },
    callerLeaves,
  ),
  switchedAndHeld: comesIn(
    answer,
    { do: 'switch', after: 4_000 },
    { do: 'hold', after: 2_000 },
    { do: 'resume', after: 3_000 },
    callerLeaves,
  ),
  attendedTransferOfAnOutboundCall: {
    kind: 'outbound',
    fromExtensionId: one,
    number: '+14155550111',
    steps: [
      answer,
      { do: 'attendedTransfer', after: 4_000, toExtensionId: two, consultMs: 9_000, into: 'consult' },
      callerLeaves,
    ],
  },
};

/** Two ends of one causal step are told some hundred ms apart. */
const CLOSE_MS = 1_000;
const LONGEST_MS = 600_000;
const LOOK_MS = 1_000;

describe('every kind of call is told as it was', () => {
  test.each(Object.entries(scripts))('%s', async (_name, script) => {
    const system = await startWholeSystem({ seed: 7, scenario: quiet });
    try {
      await system.time.advance(8_000);
      system.simulator.place(script);
      const going = (): boolean => system.truth().length === 0 || system.truth().some(({ state }) => state !== 'ended');
      for (let waited = 0; waited < LONGEST_MS && (going() || waited < 10_000); waited += LOOK_MS) {
        await system.time.advance(LOOK_MS);
      }
      await system.time.advance(10_000);
      expect(system.truth().length).toBeGreaterThan(0);
      for (const call of system.truth()) judge(call, system.changes);
    } finally {
      await system.close();
    }
  });
});

function judge(call: TrueCall, changes: readonly Change[]): void {
  const own = changes.filter((change) => change.call.id === call.id);
  const last = own.at(-1)?.call;
  if (call.kind === 'supervision' || call.partOf !== undefined) {
    expect(last?.kind ?? 'supervision', 'never told as a call').toBe('supervision');
    return;
  }
  const types = own.map(({ type }) => type).filter((type) => type !== 'callChanged');
  // What a merged call came to is known when the one it went on in is answered.
  const expected = ['callStarted', 'callEnded', ...(call.missed === true ? ['callMissed'] : [])];
  expect(types.filter((type) => type !== 'callCorrected' || call.continuedIn === undefined)).toEqual(expected);
  if (last === undefined) throw new Error('not told at all');
  const { kind, direction, outcome, missed = false, continuedIn } = last;
  expect({ kind, direction, outcome, missed, continuedIn }).toEqual({
    ...{ kind: call.kind, direction: call.direction, outcome: call.outcome, missed: call.missed ?? false },
    continuedIn: call.continuedIn,
  });
  expect(offersOf(last).map(({ extensionId, queueId, end }) => ({ extensionId, queueId, end }))).toEqual(
    call.offers.map(({ extensionId, queueId, end }) => ({ extensionId, queueId, end })),
  );
  expect(queueEntriesOf(last).map(({ queueId, left }) => ({ queueId, left }))).toEqual(
    call.queueEntries.map(({ queueId, left }) => ({ queueId, left })),
  );
  const { talkMs, holdMs } = timesOf(last);
  expect(Math.abs(talkMs - call.talkMs), `talked ${talkMs}, truly ${call.talkMs}`).toBeLessThan(CLOSE_MS);
  expect(Math.abs(holdMs - call.holdMs), `held ${holdMs}, truly ${call.holdMs}`).toBeLessThan(CLOSE_MS);
}
