import { describe, expect, test } from 'vitest';
import {
  dials,
  event,
  lastCall,
  offered,
  poll,
  probe,
  reached,
  record,
  see,
  T0,
  tick,
  types,
} from './board-fixture.ts';
import type { LegEndReason, Outcome } from './call.ts';
import type { RecordResult } from './observation.ts';
import { callOf, eventsOf, mine, playOf, playUnder, type Said } from './story-fixture.ts';

const arrives: readonly Said[] = [
  [0, dials('p1', 'setup')],
  [50, reached('p2', '101', 'ringing')],
];
/** The phone gives up with this word, and the caller’s leg follows it. */
const givenUp = (endReason: LegEndReason, after = 20_000): readonly Said[] => [
  ...arrives,
  [after, reached('p2', '101', 'ended', { endReason })],
  [after + 10, dials('p1', 'ended')],
];
const leaves = (after: number, endReason: LegEndReason = 'cancelled'): readonly Said[] => [
  ...arrives,
  [after, dials('p1', 'ended')],
  [after + 10, reached('p2', '101', 'ended', { endReason })],
];

describe('what a call came to, by its own events', () => {
  test.each<[Outcome, readonly Said[]]>([
    ['missed', givenUp('noAnswer')],
    ['declined', givenUp('declined')],
    ['busy', givenUp('busy')],
    ['failed', givenUp('failed')],
    ['abandoned', givenUp('cancelled')],
    ['voicemail', givenUp('voicemail')],
    ['abandoned', leaves(20_000)],
    ['abandoned', leaves(20_000, 'noAnswer')],
    ['shortAbandoned', leaves(4000)],
  ])('[O9] %s', (outcome, story) => {
    expect(callOf(...story)).toMatchObject({ outcome, missed: true, decidedBy: 'events', state: 'ended' });
  });

  test('[O9] answered, and no later end makes it less', () => {
    const call = callOf(
      ...arrives,
      [4000, reached('p2', '101', 'answered')],
      [9000, reached('p2', '101', 'ended', { endReason: 'transferred' })],
      [9010, reached('p3', '102', 'ringing')],
      [30_000, reached('p3', '102', 'ended', { endReason: 'noAnswer' })],
      [30_010, dials('p1', 'ended')],
    );
    expect(call).toMatchObject({ outcome: 'answered', missed: false, decidedBy: 'events' });
  });

  test('[O9] a message left is voicemail, whatever rang before or after', () => {
    const call = callOf(
      ...arrives,
      [20_000, reached('p2', '101', 'ended', { endReason: 'noAnswer' })],
      [20_100, reached('p3', '400', 'voicemail')],
      [50_000, dials('p1', 'ended')],
      [50_010, reached('p3', '400', 'ended')],
    );
    expect(call.outcome).toBe('voicemail');
  });

  test('[O9] the last destination decides, and a listening supervisor is none', () => {
    const call = callOf(
      ...arrives,
      [9000, reached('p2', '101', 'ended', { endReason: 'declined' })],
      [9100, reached('p3', '102', 'ringing')],
      [9200, reached('m', '104', 'answered', { monitors: true })],
      [30_000, reached('p3', '102', 'ended', { endReason: 'noAnswer' })],
      [30_005, dials('p1', 'ended')],
      [30_010, reached('m', '104', 'ended', { monitors: true, endReason: 'busy' })],
    );
    expect(call.outcome).toBe('missed');
    const told = callOf(
      ...arrives,
      [60, reached('p3', '102', 'ringing')],
      [9000, reached('p3', '102', 'ended', { endReason: 'declined' })],
      [20_000, reached('p2', '101', 'ended', { endReason: 'noAnswer' })],
      [20_010, dials('p1', 'ended')],
    );
    expect(told.outcome).toBe('missed');
  });

  test('[O9] whoever is gone first hung up; in the same moment the destination’s word counts', () => {
    const same = callOf(
      ...arrives,
      [9000, reached('p2', '101', 'ended', { endReason: 'busy' })],
      [9000, dials('p1', 'ended')],
    );
    expect(same.outcome).toBe('busy');
  });

  test('[O9] a caller whom nobody was reached for left', () => {
    expect(callOf([0, dials('p1', 'setup')], [20_000, dials('p1', 'ended')])).toMatchObject({ outcome: 'abandoned' });
  });

  test('[O10] a caller who left within five seconds is told apart', () => {
    expect(callOf(...leaves(4980)).outcome).toBe('shortAbandoned');
    expect(callOf(...leaves(4990)).outcome).toBe('abandoned');
    expect(callOf(...givenUp('noAnswer', 3000)).outcome).toBe('missed');
  });

  test('[O1] only a call that came in can be missed', () => {
    const out = callOf(
      [0, mine('setup')],
      [40, reached('p2', undefined, 'ringing')],
      [20_000, reached('p2', undefined, 'ended', { endReason: 'noAnswer' })],
      [20_010, mine('ended')],
    );
    expect(out).toMatchObject({ direction: 'outbound', outcome: 'missed', missed: false });
    const inside = callOf(
      [0, mine('setup', { to: { extensionId: '102' } })],
      [40, reached('p2', '102', 'ringing')],
      [20_000, reached('p2', '102', 'ended', { endReason: 'declined' })],
      [20_010, mine('ended')],
    );
    expect(inside).toMatchObject({ direction: 'internal', outcome: 'declined', missed: false });
  });

  test('[O11] nobody answers or misses a fax', () => {
    const call = callOf(
      [0, dials('p1', 'setup')],
      [50, reached('p2', '400', 'fax')],
      [30_000, reached('p2', '400', 'ended')],
      [30_010, dials('p1', 'ended')],
    );
    expect(call).toMatchObject({ kind: 'fax', state: 'ended', missed: false });
    expect(call.outcome).toBeUndefined();
  });
});

/** A phone may have rung, answered and stopped unheard: only a record tells. */
const half: readonly Said[] = [
  [0, dials('p1', 'setup')],
  [50, reached('p2', '101', 'ringing')],
];
const undecided = (): ReturnType<typeof playOf> => {
  const play = playOf(...half);
  see(play, event(9, 20_000, dials('p1', 'ended'), reached('p2', '101', 'ended')), tick(23_000), probe(23_100, 'over'));
  return play;
};

describe('what a call came to, by its records', () => {
  test.each<[RecordResult, Outcome]>([
    ['abandoned', 'abandoned'],
    ['voicemail', 'voicemail'],
    ['declined', 'declined'],
    ['busy', 'busy'],
    ['failed', 'failed'],
    ['missed', 'missed'],
  ])('[O12] the list says %s', (result, outcome) => {
    const play = undecided();
    expect(lastCall(play)?.outcome).toBeUndefined();
    see(play, poll(45_000, [record('missed', { result })]));
    expect(types(play).slice(-2)).toEqual(['callCorrected', 'callMissed']);
    expect(lastCall(play)).toMatchObject({ outcome, missed: true, decidedBy: 'list' });
    expect(play.board.tally).toMatchObject({ decidedByRecord: 1 });
  });

  test('[O12] the finest of several records counts; one who was connected outweighs all', () => {
    const play = undecided();
    see(
      play,
      poll(45_000, [record('missed'), record('missed', { result: 'missed' }), record('missed', { result: 'busy' })]),
    );
    expect(lastCall(play)).toMatchObject({ outcome: 'busy' });
    const other = undecided();
    see(other, poll(45_000, [record('missed', { result: 'busy' }), record('connected', { extensionId: '102' })]));
    expect(lastCall(other)).toMatchObject({ outcome: 'answered', missed: false, decidedBy: 'list' });
  });

  test.each(['300', '400'])('[O5] the record of %s that was connected proves no answer, nor a miss', (extensionId) => {
    const play = undecided();
    see(play, poll(45_000, [record('connected', { extensionId })]));
    expect(lastCall(play)?.outcome).toBeUndefined();
    see(play, poll(75_000, [record('connected', { extensionId }), record('missed', { result: 'voicemail' })]));
    expect(lastCall(play)).toMatchObject({ outcome: 'voicemail' });
  });

  test('[O12] the record of an extension nobody knows, or of none, counts as a person’s', () => {
    const { extensionId: _none, ...nameless } = record('connected');
    for (const said of [nameless, record('connected', { extensionId: '999' })]) {
      const play = undecided();
      see(play, poll(45_000, [said]));
      expect(lastCall(play)).toMatchObject({ outcome: 'answered' });
    }
  });

  test('[O3] while a record is in progress, or says what nobody knows, nothing is decided; in the end it stays open', () => {
    const play = undecided();
    see(play, poll(45_000, [record('inProgress'), record('missed')]), poll(75_000, [record('unknown')]), tick(203_000));
    expect(lastCall(play)?.outcome).toBeUndefined();
    expect(play.board.tally.leftUndecided).toBe(0);
    see(play, tick(204_000), poll(205_000, [record('missed')]));
    expect(lastCall(play)?.outcome).toBeUndefined();
    expect(play.board.tally.leftUndecided).toBe(1);
    expect(types(play)).not.toContain('callMissed');
  });

  test('[O12] an answer that was heard needs no record', () => {
    const play = playOf(...half, [4000, reached('p2', '101', 'answered')]);
    see(
      play,
      event(12, 20_000, dials('p1', 'ended'), reached('p2', '101', 'ended')),
      tick(23_000),
      probe(23_100, 'over'),
    );
    expect(lastCall(play)).toMatchObject({ outcome: 'answered', decidedBy: 'events' });
  });
});

describe('what may hide an answer', () => {
  const lostBetween = (sequence: number, ...parties: Parameters<typeof event>[2][]): readonly string[] => {
    const play = playUnder({}, ...eventsOf(...arrives), event(sequence, 20_000, ...parties));
    see(play, event(sequence + 1, 20_010, dials('p1', 'ended')), tick(23_000), probe(23_100, 'over'));
    return types(play).slice(-1);
  };

  test('[O6] one lost event of a phone that says by itself that it was not answered hides none', () => {
    for (const endReason of ['noAnswer', 'declined', 'busy', 'cancelled'] as const) {
      expect(lostBetween(5, reached('p2', '101', 'ended', { endReason }))).toEqual(['callMissed']);
    }
    expect(lostBetween(5, reached('p2', '101', 'ended'))).toEqual(['callEnded']);
    expect(lostBetween(5, reached('p2', '101', 'ended', { endReason: 'failed' }))).toEqual(['callEnded']);
  });

  test('[O6] two lost events may be a whole phone', () => {
    expect(lostBetween(6, reached('p2', '101', 'ended', { endReason: 'noAnswer' }))).toEqual(['callEnded']);
  });

  test('[O6] what was lost before a phone rang, or after it stopped, was not its answer', () => {
    const before = playUnder(
      {},
      event(2, 0, dials('p1', 'setup')),
      event(4, 100, reached('p2', '101', 'ringing')),
      event(5, 20_000, reached('p2', '101', 'ended')),
      event(6, 20_010, dials('p1', 'ended')),
    );
    see(before, tick(23_000), probe(23_100, 'over'));
    expect(types(before).slice(-1)).toEqual(['callMissed']);
    const after = playUnder(
      {},
      ...eventsOf(...arrives, [20_000, reached('p2', '101', 'ended')]),
      event(6, 20_500, dials('p1', 'ended')),
    );
    see(after, tick(23_000), probe(23_100, 'over'));
    expect(types(after).slice(-1)).toEqual(['callMissed']);
  });

  test('[O6] a menu’s lost word was no answer', () => {
    const play = playUnder(
      {},
      event(2, 0, dials('p1', 'setup')),
      event(3, 50, reached('p2', '300', 'setup')),
      event(5, 9000, reached('p2', '300', 'ended')),
      event(6, 9010, dials('p1', 'ended')),
    );
    see(play, tick(12_000), probe(12_100, 'over'));
    expect(types(play).slice(-1)).toEqual(['callMissed']);
  });

  test('[O6] an unknown word of a menu, or of a phone that was not answered, hides none', () => {
    const menu = playOf(
      [0, dials('p1', 'setup')],
      [50, reached('p2', '300', 'unknown')],
      [9000, reached('p2', '300', 'ended')],
      [9010, dials('p1', 'ended')],
    );
    expect(types(menu).slice(-1)).toEqual(['callMissed']);
    const phone = playOf(
      ...arrives,
      [100, reached('p2', '101', 'unknown')],
      [9000, reached('p2', '101', 'ended', { endReason: 'noAnswer' })],
      [9010, dials('p1', 'ended')],
    );
    expect(types(phone).slice(-1)).toEqual(['callMissed']);
    const silent = playOf(
      ...arrives,
      [100, offered('p3', '102', 'ringing')],
      [9000, reached('p2', '101', 'ended')],
      [9005, reached('p2', '101', 'unknown')],
      [9010, offered('p3', '102', 'ended', { endReason: 'cancelled' })],
      [9020, dials('p1', 'ended')],
    );
    expect(types(silent).slice(-1)).toEqual(['callMissed']);
    expect(lastCall(silent)?.endedAt).toBe(T0 + 9020);
  });
});

describe('records between colleagues', () => {
  const said = (records: Parameters<typeof record>[1]): string | undefined => {
    const play = undecided();
    see(play, poll(45_000, [record('connected', records)]));
    return lastCall(play)?.outcome;
  };
  const own = {
    direction: 'outbound',
    extensionId: '101',
    from: { extensionId: '101' },
    to: { extensionId: '102' },
  } as const;

  test('[O5] who dialled was put through, be it to a mailbox: his own record proves nothing', () => {
    expect(said(own)).toBeUndefined();
    const { extensionId: _none, ...nameless } = own;
    const play = undecided();
    const { extensionId: _queue, ...bare } = record('connected', nameless);
    see(play, poll(45_000, [bare]));
    expect(lastCall(play)?.outcome).toBeUndefined();
  });

  test('[O5] the other’s record does, as do a record that came in and one that went outside', () => {
    expect(said({ ...own, extensionId: '102' })).toBe('answered');
    expect(said({ ...own, direction: 'inbound' })).toBe('answered');
    expect(said({ ...own, to: { phoneNumber: '+14155550199' } })).toBe('answered');
    expect(said({ ...own, from: { phoneNumber: '+14155550142' } })).toBe('answered');
  });

  test('[O9] a call that reached nobody says by the dialling leg why', () => {
    const call = callOf([0, dials('p1', 'setup')], [9000, dials('p1', 'ended', { endReason: 'busy' })]);
    expect(call.outcome).toBe('busy');
  });

  test('[O6] [O7] a phone that was merged away may have answered unheard, one that was set up only and gave up not', () => {
    const lost = (...parties: Parameters<typeof event>[2][]): string | undefined => {
      const play = playUnder({}, event(2, 0, dials('p1', 'setup')), event(3, 50, reached('p2', '101', 'setup')));
      see(play, event(5, 9000, ...parties), event(6, 9010, dials('p1', 'ended')), tick(15_000), probe(15_100, 'over'));
      return lastCall(play)?.outcome;
    };
    expect(lost(reached('p2', '101', 'gone'))).toBeUndefined();
    expect(lost(reached('p2', '101', 'ended'))).toBeUndefined();
    expect(lost(reached('p2', '101', 'ended', { endReason: 'busy' }))).toBe('busy');
  });
});
