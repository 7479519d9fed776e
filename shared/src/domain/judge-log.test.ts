import { describe, expect, test } from 'vitest';
import {
  abandonedQueueCall,
  answeredQueueCall,
  dials,
  event,
  lastCall,
  live,
  office,
  poll,
  probe,
  reached,
  record,
  see,
  T0,
  tick,
  types,
  type Play,
} from './board-fixture.ts';
import { endedCalls } from './board.ts';
import type { LogLeg, LogRecord, Observation } from './observation.ts';
import { outcomePolicies } from './outcome-policy.ts';
import { eventsOf, playOf, playUnder, shownIn } from './story-fixture.ts';

type Said = Partial<LogRecord>;
const logged = (verdict: LogRecord['verdict'], said: Said = {}): LogRecord => ({
  ...record(verdict, said),
  recordId: 'r1',
  ...(said.legs !== undefined && { legs: said.legs }),
});
const log = (after: number, ...records: LogRecord[]): Observation => ({ kind: 'log', at: T0 + after, records });
const leg = (extensionId: string | undefined, connected: boolean): LogLeg => ({
  connected,
  ...(extensionId !== undefined && { extensionId }),
});

/** Ended with an event lost, so that nothing is decided. */
function undecided(): Play {
  const play = playOf([0, dials('p1', 'setup')], [50, reached('p2', '101', 'ringing')]);
  see(play, event(9, 20_000, dials('p1', 'ended'), reached('p2', '101', 'ended')), tick(23_000), probe(23_100, 'over'));
  return play;
}

/** Answered by an extension that the directory does not know, so perhaps by nobody. */
function answeredByUnknown(): Play {
  const play = playOf(
    [0, dials('p1', 'setup')],
    [50, reached('p2', '999', 'ringing')],
    [4000, reached('p2', '999', 'answered')],
    [20_000, dials('p1', 'ended')],
    [20_010, reached('p2', '999', 'ended')],
  );
  expect(lastCall(play)).toMatchObject({ outcome: 'answered' });
  return play;
}

describe('the log decides what stayed open', () => {
  test('[O14] by its result', () => {
    const play = undecided();
    see(play, log(60_000, logged('missed', { result: 'voicemail' })));
    expect(types(play).slice(-2)).toEqual(['callCorrected', 'callMissed']);
    expect(lastCall(play)).toMatchObject({ outcome: 'voicemail', missed: true, decidedBy: 'log' });
    expect(play.board.tally.decidedByRecord).toBe(1);
  });

  test('[O14] a record in progress, or one in words nobody knows, decides nothing', () => {
    const play = undecided();
    const before = play.changes.length;
    see(play, log(60_000, logged('inProgress'), logged('missed')), log(61_000, logged('unknown')));
    expect(play.changes).toHaveLength(before);
  });

  test('[O14] the caller who left within seconds is told apart here too', () => {
    const play = playOf([0, dials('p1', 'setup')], [50, reached('p2', '101', 'ringing')]);
    see(play, event(9, 3000, dials('p1', 'ended'), reached('p2', '101', 'ended')), tick(6000), probe(6100, 'over'));
    see(play, log(60_000, logged('missed', { result: 'abandoned', durationMs: 3000 })));
    expect(lastCall(play)).toMatchObject({ outcome: 'shortAbandoned' });
  });
});

describe('whose connection is an answer', () => {
  const decidedBy = (...legs: LogLeg[]): ReturnType<typeof lastCall> => {
    const play = undecided();
    see(play, log(60_000, logged('connected', { legs, extensionId: '300' })));
    return lastCall(play);
  };

  test('[O15] a person’s, an outside number’s, an unknown extension’s', () => {
    for (const extensionId of ['102', undefined, '999']) {
      expect(decidedBy(leg('300', true), leg(extensionId, true))).toMatchObject({ outcome: 'answered', missed: false });
    }
  });

  test('[O15] not a menu’s, a mailbox’s, a queue’s greeting, nor a leg that was not connected', () => {
    for (const said of [leg('300', true), leg('400', true), leg('200', true), leg('102', false)]) {
      expect(decidedBy(said)?.outcome).toBeUndefined();
    }
    expect(decidedBy()?.outcome).toBeUndefined();
  });

  test('[O15] a record of a queue that says accepted is no answer where its legs show none', () => {
    const play = undecided();
    see(
      play,
      log(
        60_000,
        logged('connected', { extensionId: '200', legs: [leg('200', true)] }),
        logged('missed', { extensionId: '200', recordId: 'r2', result: 'abandoned' }),
      ),
    );
    expect(lastCall(play)).toMatchObject({ outcome: 'abandoned', decidedBy: 'log' });
  });

  test('[O15] a colleague’s own record of dialling another proves no answer, not even of dialling himself', () => {
    const ends = { from: { extensionId: '102' }, to: { extensionId: '101' } };
    const dialled = logged('connected', {
      direction: 'outbound',
      extensionId: '102',
      ...ends,
      legs: [leg('102', true)],
    });
    const mailbox = logged('missed', { result: 'voicemail', extensionId: '101', ...ends, legs: [leg('101', false)] });
    const play = undecided();
    see(play, log(60_000, dialled));
    expect(lastCall(play)?.outcome).toBeUndefined();
    see(play, log(61_000, dialled, mailbox));
    expect(lastCall(play)).toMatchObject({ outcome: 'voicemail' });
    const himself = { from: { extensionId: '101' }, to: { extensionId: '101' } };
    const alone = undecided();
    see(alone, log(60_000, { ...dialled, extensionId: '101', ...himself }));
    expect(lastCall(alone)?.outcome).toBeUndefined();
  });

  test('[O3] [O14] a record that names nobody who called never says missed', () => {
    const play = undecided();
    see(play, log(60_000, logged('missed', { from: {} })));
    expect(lastCall(play)?.outcome).toBeUndefined();
  });

  test('[O15] one record with legs is enough, and a person’s own record speaks without any', () => {
    const play = undecided();
    see(
      play,
      log(60_000, logged('missed', { legs: [leg('101', false)] }), logged('connected', { extensionId: '102' })),
    );
    expect(lastCall(play)).toMatchObject({ outcome: 'answered' });
    const other = undecided();
    see(other, log(60_000, logged('missed'), logged('missed', { legs: [leg('101', true)] })));
    expect(lastCall(other)).toMatchObject({ outcome: 'answered' });
  });
});

describe('the log corrects what was decided otherwise', () => {
  test('[O16] an answer that it shows was one, and the correction is a change of its own', () => {
    const play = playUnder({}, ...abandonedQueueCall);
    expect(lastCall(play)).toMatchObject({ outcome: 'abandoned', missed: true });
    see(play, log(60_000, logged('connected')));
    expect(types(play).slice(-3)).toEqual(['callEnded', 'callMissed', 'callCorrected']);
    expect(lastCall(play)).toMatchObject({ outcome: 'answered', missed: false, decidedBy: 'log' });
    expect(endedCalls(play.board)).toMatchObject([{ outcome: 'answered' }]);
    expect(play.board.tally.correctedByLog).toBe(1);
  });

  test('[O16] an answer that a person was heard to give stands', () => {
    const play = playUnder({}, ...answeredQueueCall);
    const before = play.changes.length;
    see(play, log(60_000, logged('missed', { legs: [leg('101', false)] })));
    expect(play.changes).toHaveLength(before);
    const outside = playOf(
      [0, dials('p1', 'setup')],
      [50, reached('p2', undefined, 'answered')],
      [9000, dials('p1', 'ended')],
      [9010, reached('p2', undefined, 'ended')],
    );
    see(outside, log(60_000, logged('missed', { legs: [leg('101', false)] })));
    expect(lastCall(outside)).toMatchObject({ outcome: 'answered' });
  });

  test('[O16] the answer of an unknown extension was none when every record’s legs say so, and is missed once', () => {
    const play = answeredByUnknown();
    see(play, log(60_000, logged('missed', { legs: [leg('101', false)] })));
    expect(types(play).slice(-2)).toEqual(['callCorrected', 'callMissed']);
    expect(lastCall(play)).toMatchObject({ outcome: 'missed', missed: true, decidedBy: 'log' });
    see(play, log(61_000, logged('missed', { legs: [leg('101', false)] })));
    expect(types(play).filter((type) => type === 'callMissed')).toHaveLength(1);
    const half = answeredByUnknown();
    see(half, log(60_000, logged('missed', { legs: [leg('101', false)] }), logged('missed')));
    expect(lastCall(half)).toMatchObject({ outcome: 'answered' });
  });

  test('[O16] what the log itself said was answered it does not take back', () => {
    const play = undecided();
    see(play, log(60_000, logged('connected')), log(61_000, logged('missed', { legs: [leg('101', false)] })));
    expect(lastCall(play)).toMatchObject({ outcome: 'answered', decidedBy: 'log' });
  });

  test('[O16] a missed call that is corrected to missed is not announced again', () => {
    const play = undecided();
    see(play, poll(45_000, [record('missed')]), log(60_000, logged('missed', { result: 'voicemail' })));
    expect(types(play).filter((type) => type === 'callMissed')).toHaveLength(1);
    expect(lastCall(play)).toMatchObject({ outcome: 'voicemail', decidedBy: 'log' });
  });

  test('[O16] among the unanswered, events that were all heard tell it finer than the log', () => {
    const play = playUnder({}, ...abandonedQueueCall);
    const before = play.changes.length;
    see(play, log(60_000, logged('missed', { result: 'voicemail' })), log(61_000, logged('missed')));
    expect(play.changes).toHaveLength(before);
  });

  test('[O16] no more than missed, or the same again, corrects nothing', () => {
    const play = undecided();
    see(play, poll(45_000, [record('missed', { result: 'busy' })]));
    const before = play.changes.length;
    see(play, log(60_000, logged('missed')), log(61_000, logged('missed', { result: 'busy' })));
    expect(play.changes).toHaveLength(before);
    const answered = undecided();
    see(answered, poll(45_000, [record('connected')]));
    const told = answered.changes.length;
    see(answered, log(60_000, logged('connected')));
    expect(answered.changes).toHaveLength(told);
  });

  test('[O16] a correction follows the policy', () => {
    const policy = outcomePolicies.automator;
    const play = playUnder({ policy }, ...eventsOf([0, dials('p1', 'setup')], [50, reached('p2', '101', 'ringing')]));
    see(
      play,
      event(9, 20_000, dials('p1', 'ended'), reached('p2', '101', 'ended')),
      tick(23_000),
      probe(23_100, 'over'),
    );
    see(play, poll(45_000, [record('missed')]), log(60_000, logged('missed', { result: 'abandoned' })));
    expect(lastCall(play)).toMatchObject({ outcome: 'abandoned', missed: true });
  });

  test('[O11] a fax is not corrected', () => {
    const play = playOf(
      [0, dials('p1', 'setup')],
      [50, reached('p2', '400', 'fax')],
      [9000, dials('p1', 'ended')],
      [9010, reached('p2', '400', 'ended')],
    );
    const before = play.changes.length;
    see(play, log(60_000, logged('connected')));
    expect(play.changes).toHaveLength(before);
  });
});

describe('the log tells of calls that nobody saw', () => {
  const watched = (): Play => playUnder({}, poll(0, []));

  test('[O17] written down as begun and ended in one step, decided by the log', () => {
    const play = watched();
    see(play, log(60_000, logged('missed', { startedAt: T0 + 5000, result: 'abandoned' })));
    expect(types(play)).toEqual(['callStarted', 'callEnded', 'callMissed']);
    expect(shownIn(play)).toMatchObject({
      ...{ backfilled: true, outcome: 'abandoned', missed: true, decidedBy: 'log', direction: 'inbound' },
      ...{ startedAt: T0 + 5000, endedAt: T0 + 35_000 },
    });
    expect(live(play)).toEqual([]);
    see(play, log(61_000, logged('missed', { startedAt: T0 + 5000, result: 'abandoned' })));
    expect(play.changes).toHaveLength(3);
  });

  test('[O17] two records of one session are one call', () => {
    const play = watched();
    see(play, log(60_000, logged('missed'), logged('connected', { recordId: 'r2', extensionId: '102' })));
    expect(types(play)).toEqual(['callStarted', 'callEnded']);
  });

  test('[O17] what ended before the account was watched is history, not news', () => {
    const play = watched();
    see(play, log(60_000, logged('missed', { startedAt: T0 - 30_001 })));
    expect(types(play)).toEqual([]);
    see(play, log(61_000, logged('missed', { startedAt: T0 - 30_000 })));
    expect(types(play)).toContain('callMissed');
    const unwatched = playUnder({}, log(60_000, logged('missed')));
    expect(types(unwatched)).toEqual([]);
  });

  test('[O17] what ended longer ago than tombstones are kept may have been known and forgotten', () => {
    const play = watched();
    const at = 36 * 60_000;
    see(play, log(at, logged('missed', { startedAt: T0 + 60_000 - 30_001 })));
    expect(types(play)).toEqual([]);
    see(play, log(at + 1, logged('missed', { startedAt: T0 + 60_001 - 30_000 })));
    expect(types(play)).toContain('callMissed');
  });

  test('[B4] [O17] it starts, ends and revives nothing that is known', () => {
    const talking = playUnder({}, poll(-5000, []), ...answeredQueueCall.slice(0, 8));
    const before = talking.changes.length;
    see(talking, log(60_000, logged('connected')));
    expect(talking.changes).toHaveLength(before);
    expect(live(talking)).toHaveLength(1);
    const over = playUnder({}, poll(-5000, []), ...answeredQueueCall, tick(11 * 60_000));
    expect(endedCalls(over.board)).toEqual([]);
    const told = over.changes.length;
    see(over, log(12 * 60_000, logged('missed')));
    expect(over.changes).toHaveLength(told);
    const unseen = playUnder({}, poll(-5000, []), event(15, 30_040, dials('p1', 'ended')));
    see(unseen, log(60_000, logged('missed')));
    expect(types(unseen)).toEqual([]);
  });

  test('[O17] the queue and the ends are those of its records', () => {
    const play = watched();
    see(play, { kind: 'directory', at: T0, directory: office }, log(60_000, logged('missed')));
    expect(shownIn(play)).toMatchObject({
      queue: { id: '200', name: 'Support' },
      from: { phoneNumber: '+14155550142' },
    });
  });
});

describe('who talked to whom, of a call that only records tell of', () => {
  const nameless = { from: {}, to: {} };
  const written = (verdict: 'connected' | 'missed'): Play =>
    playUnder(
      {},
      poll(-60_000, []),
      poll(40_000, [record('inProgress', nameless)]),
      probe(40_500, 'over'),
      poll(70_000, [record(verdict, nameless)]),
    );
  const named = { from: { phoneNumber: '+442071234567', name: 'Ada' }, to: { extensionId: '101' } };

  test('[O16] is told by the log where the list named nobody', () => {
    const play = written('missed');
    expect(lastCall(play)).toMatchObject({ from: {} });
    see(play, log(90_000, logged('connected', named), logged('missed', { ...nameless, recordId: 'r2' })));
    expect(lastCall(play)).toMatchObject({ outcome: 'answered', from: named.from, direction: 'inbound' });
    expect(lastCall(play)?.legs).toEqual([]);
  });

  test('[O16] not by a log that names nobody either, nor of a call whose legs were heard', () => {
    const play = written('connected');
    see(play, log(90_000, logged('connected', nameless)));
    expect(lastCall(play)).toMatchObject({ outcome: 'answered', from: {} });
    const heard = undecided();
    see(heard, log(60_000, logged('missed', named)));
    expect(lastCall(heard)).toMatchObject({ outcome: 'missed', from: { phoneNumber: '+14155550142' } });
  });
});
