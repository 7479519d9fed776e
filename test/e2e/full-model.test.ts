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
const cast = castOf(quiet.account);
const [one, two] = cast.users;
const faxLine = quiet.account.extensions.find(({ type }) => type === 'FaxUser')?.id ?? '';
const NUMBER = '+14155550111';

const answer: CallStep = { do: 'answer', after: 3_000 };
const callerLeaves: CallStep = { do: 'hangUp', after: 9_000, by: 'caller' };
const comesIn = (...steps: readonly CallStep[]): CallScript => ({ kind: 'inbound', toExtensionId: one, steps });
const goesOut = (...steps: readonly CallStep[]): CallScript => ({
  kind: 'outbound',
  fromExtensionId: one,
  number: NUMBER,
  steps,
});
const rung = (...steps: readonly CallStep[]): CallScript => ({ ...goesOut(...steps), kind: 'ringOut' });
const consults = { do: 'attendedTransfer', after: 4_000, toExtensionId: two, consultMs: 9_000 } as const;
const fetches = { do: 'directedPickup', after: 3_000, extensionId: two } as const;
const listens = { do: 'supervise', after: 4_000, extensionId: two, forMs: 5_000 } as const;

const scripts: Readonly<Record<string, CallScript>> = {
  ...scriptedCalls(quiet.account),
  shortAbandoned: comesIn({ do: 'hangUp', after: 2_000, by: 'caller' }),
  ringOut: rung({ ...answer, extensionId: one }, answer, { do: 'hangUp', after: 8_000, by: 'callee' }),
  ringOutNobodyThere: rung({ do: 'noAnswer', after: 3_000, extensionId: one }),
  fax: { kind: 'fax', toExtensionId: faxLine, steps: [callerLeaves] },
  conference: comesIn(answer, { do: 'conference', after: 4_000, withExtensionId: two, consultMs: 9_000 }, callerLeaves),
  attendedIntoTheCall: comesIn(answer, { ...consults, into: 'customer' }, callerLeaves),
  attendedIntoTheConsultation: comesIn(answer, { ...consults, into: 'consult' }, callerLeaves),
  attendedOfAnOutboundCall: goesOut(answer, { ...consults, into: 'consult' }, callerLeaves),
  flip: comesIn(answer, { do: 'flip', after: 4_000 }, callerLeaves),
  switchedAndHeld: comesIn(
    answer,
    { do: 'switch', after: 4_000 },
    { do: 'hold', after: 2_000 },
    { do: 'resume', after: 3_000 },
    callerLeaves,
  ),
  supervisorJoins: comesIn(answer, { ...listens, leg: 'joined' }, callerLeaves),
  supervisorInASession: comesIn(answer, { ...listens, leg: 'session' }, callerLeaves),
  recorded: comesIn(answer, { do: 'recordingOn', after: 2_000 }, { do: 'recordingPause', after: 2_000 }, callerLeaves),
  pickedUpThere: comesIn({ ...fetches, into: 'ringing' }, callerLeaves),
  pickedUpElsewhere: comesIn({ ...fetches, into: 'picker' }, callerLeaves),
  parkedAndBack: comesIn(answer, { do: 'park', after: 2_000, backAfterMs: 9_000 }, answer, callerLeaves),
  overflowedToAnotherQueue: {
    kind: 'inbound',
    toExtensionId: cast.ringAll.id,
    steps: [{ do: 'overflow', after: 9_000, toExtensionId: cast.rotating.id }, answer, callerLeaves],
  },
  outboundInvalid: goesOut({ do: 'fail', after: 3_000, reason: 'InvalidNumber' }),
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
