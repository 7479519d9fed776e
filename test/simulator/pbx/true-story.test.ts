import { describe, expect, it } from 'vitest';
import { quiet } from '../scenarios/quiet.ts';
import { castOf, scriptedCalls } from '../scenarios/scripts.ts';
import type { CallScript, TrueCall } from './model.ts';
import { START, tell } from './telling.ts';
import { createWorld } from './world.ts';

const cast = castOf(quiet.account);
const calls = scriptedCalls(quiet.account);
const [first, second, third] = cast.users;
const noMailbox = quiet.account.extensions.find((one) => one.noMailbox === true)?.id ?? '';
const nightDesk = quiet.account.queues.find((queue) => queue.overflowToId !== undefined);
const ends = (truth: TrueCall) => truth.offers.map(({ extensionId, end }) => [extensionId, end]);

describe('what a call came to', () => {
  it.each([
    ['ringAllAnswered', 'answered', false],
    ['rotatingSecondAnswers', 'answered', false],
    ['abandonedInQueue', 'abandoned', true],
    ['queueOverflow', 'voicemail', true],
    ['menuHangUp', 'abandoned', true],
    ['directMissedVoicemail', 'voicemail', true],
    ['directAbandoned', 'abandoned', true],
    ['rejected', 'voicemail', true],
    ['parkAbandoned', 'answered', false],
    ['blindTransferOutside', 'answered', false],
    ['outboundAnswered', 'answered', false],
    ['outboundUnanswered', 'missed', false],
    ['outboundBusy', 'busy', false],
    ['numberInvalid', 'failed', false],
    ['numberDeclines', 'declined', false],
    ['internalUnanswered', 'abandoned', false],
    ['overflowed', 'answered', false],
  ] as const)('%s: %s', (name, outcome, missed) => {
    expect(tell(calls[name]).truth).toMatchObject({ outcome, missed });
  });

  it('a caller who leaves within five seconds has hardly called', () => {
    const short: CallScript = { ...calls.directAbandoned, steps: [{ do: 'hangUp', after: 3_000, by: 'caller' }] };
    expect(tell(short).truth).toMatchObject({ outcome: 'shortAbandoned', missed: true });
  });

  it.each([
    [{ do: 'reject', after: 2_000 }, 'declined', 'declined'],
    [{ do: 'noAnswer', after: 9_000 }, 'missed', 'noAnswer'],
    [{ do: 'fail', after: 2_000, reason: 'TargetBusy' }, 'busy', 'busy'],
    [{ do: 'fail', after: 2_000, reason: 'InternalError' }, 'failed', 'failed'],
  ] as const)('without a mailbox %j ends the call', (step, outcome, end) => {
    const { truth, lines } = tell({ kind: 'inbound', toExtensionId: noMailbox, steps: [step] });
    expect(truth).toMatchObject({ outcome, missed: true });
    expect(ends(truth)).toEqual([[noMailbox, end]]);
    expect(lines.at(-1)).toBe('6 p1 Disconnected');
  });

  it('a busy phone refuses at once', () => {
    const world = createWorld({ seed: 1, scenario: quiet, startAt: START });
    world.place({ kind: 'outbound', fromExtensionId: noMailbox, steps: [] });
    world.advanceTo(START + 5_000);
    const id = world.place({ kind: 'inbound', toExtensionId: noMailbox, steps: [] });
    world.advanceTo(START + 10_000);
    expect(world.session(id)?.truth).toMatchObject({ outcome: 'busy', missed: true, offers: [{ end: 'busy' }] });
  });
});

describe('offers', () => {
  it('ring-all: one answered, the others elsewhere; each of its queue', () => {
    const { truth } = tell(calls.ringAllAnswered);
    const [winner, ...losers] = cast.ringAll.agents;
    expect(ends(truth)).toEqual([[winner, 'answered'], ...losers.map((agent) => [agent, 'answeredElsewhere'])]);
    expect(new Set(truth.offers.map(({ queueId }) => queueId))).toEqual(new Set([cast.ringAll.id]));
    for (const { rangAt, endedAt } of truth.offers) expect(endedAt).toBeGreaterThan(rangAt);
  });

  it('rotating: one let it ring, the next answered', () => {
    const [one, two] = cast.rotating.agents;
    expect(ends(tell(calls.rotatingSecondAnswers).truth)).toEqual([
      [one, 'noAnswer'],
      [two, 'answered'],
    ]);
  });

  it('find-me rings a second phone of the same person', () => {
    expect(ends(tell(calls.findMe).truth)).toEqual([
      [first, 'answeredElsewhere'],
      [first, 'answered'],
    ]);
  });

  it('a declined desk phone stops the mobile, because the call goes to the mailbox', () => {
    const { truth } = tell({
      kind: 'inbound',
      toExtensionId: first,
      steps: [
        { do: 'findMe', after: 1_000, extensionId: first },
        { do: 'reject', after: 1_000, extensionId: first },
      ],
    });
    expect(ends(truth)).toEqual([
      [first, 'declined'],
      [first, 'handedOn'],
    ]);
  });

  it('a caller who leaves, and a consultation given up', () => {
    expect(ends(tell(calls.directAbandoned).truth)).toEqual([[first, 'callerLeft']]);
    const { truth } = tell(calls.blindTransfer);
    expect(ends(truth)).toEqual([
      [first, 'answered'],
      [second, 'answered'],
    ]);
  });
});

describe('queue entries', () => {
  it.each([
    ['ringAllAnswered', 'answered'],
    ['abandonedInQueue', 'abandoned'],
    ['queueOverflow', 'voicemail'],
  ] as const)('%s: %s', (name, left) => {
    const { truth } = tell(calls[name]);
    expect(truth.queueEntries).toMatchObject([{ queueId: truth.queueId, left }]);
    expect(truth.queueEntries[0]?.leftAt).toBeGreaterThan(truth.queueEntries[0]?.enteredAt ?? 0);
  });

  it('the longest wait leads to the other queue, and only once round', () => {
    const { truth, lines } = tell({ kind: 'inbound', toExtensionId: nightDesk?.extensionId ?? '', steps: [] });
    expect(lines).toContain('9 p2 Disconnected Timeout');
    expect(truth.queueEntries).toMatchObject([
      { queueId: nightDesk?.extensionId, left: 'overflowed' },
      { queueId: nightDesk?.overflowToId, left: 'voicemail' },
    ]);
    expect(truth).toMatchObject({ outcome: 'voicemail', queueId: nightDesk?.overflowToId });
  });
});

describe('talk and hold, by the recipe', () => {
  it('hold is not talk', () => {
    const { truth } = tell(calls.holdResume);
    // Answered → Hold 5 s, → Answered 8 s, → the one who hangs up leaves 10 s later; and one gap while the caller hears it.
    expect(truth.holdMs).toBe(8_000);
    expect(truth.talkMs).toBeGreaterThanOrEqual(15_000);
    expect(truth.talkMs).toBeLessThan(15_200);
  });

  it('neither goes on while parked, nor while the colleague’s phone rings', () => {
    const parked = tell(calls.parkPickup).truth;
    expect(parked.talkMs).toBeLessThan(20_300);
    expect(parked).toMatchObject({ holdMs: 0, agentExtensionId: third });
    expect(tell(calls.blindTransfer).truth.talkMs).toBeLessThan(21_300);
  });

  it('the customer of a consultation is on hold until it is joined', () => {
    const { truth } = tell(calls.attendedTransfer);
    expect(truth.holdMs).toBeGreaterThan(10_400);
    expect(truth.holdMs).toBeLessThan(10_700);
  });
});

it('tells of a recording as long as it lasts', () => {
  const world = createWorld({ seed: 1, scenario: quiet, startAt: START });
  const id = world.place(calls.recorded);
  const seen: (string | undefined)[] = [];
  for (let at = world.nextAt(); at !== undefined; at = world.nextAt()) {
    world.advanceTo(at);
    const recording = world.session(id)?.truth.recording;
    if (recording !== seen.at(-1)) seen.push(recording);
  }
  expect(seen).toEqual(['on', 'paused', 'on', undefined]);
});
