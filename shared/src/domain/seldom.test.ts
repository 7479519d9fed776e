import { expect, test } from 'vitest';
import {
  dials,
  event,
  lastCall,
  live,
  newPlay,
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
import { liveCalls } from './board.ts';
import type { EventObservation, LogRecord, Observation } from './observation.ts';
import { queueEntriesOf } from './readings.ts';

/** What happens once in ten thousand calls, and must be right then too. */
const inSession = (sessionId: string, one: EventObservation): EventObservation => ({ ...one, sessionId });
const log = (after: number, ...records: readonly Partial<LogRecord>[]): Observation => ({
  kind: 'log',
  at: T0 + after,
  records: records.map((one) => ({ ...record(one.verdict ?? 'missed'), recordId: 'r', ...one })),
});

test('[C16] a session that turns out to be a call in the moment in which it ends is told as one', () => {
  const play = newPlay();
  const at = T0 + 50;
  const ringOut = (sequence: number, ...parties: EventObservation['parties']): EventObservation => ({
    ...event(sequence, 0, ...parties),
    at,
    origin: 'ringOut',
  });
  see(play, ringOut(2, reached('p1', '101', 'ringing')));
  expect(play.changes).toEqual([]);
  see(play, ringOut(3, dials('p2', 'setup', { extensionId: '101' })), ringOut(4, reached('p3', undefined, 'answered')));
  see(play, ringOut(5, reached('p1', '101', 'ended'), dials('p2', 'ended'), reached('p3', undefined, 'ended')));
  expect(types(play).filter((type) => type !== 'callChanged')).toEqual(['callStarted', 'callEnded']);
});

test('[C9] a queue that is entered twice has two stays, each with its own end', () => {
  const play = newPlay();
  see(play, event(2, 0, dials('p1', 'setup')), event(3, 10, reached('p2', '200', 'setup')));
  see(play, event(4, 5000, offered('p3', '101', 'ringing')), event(5, 8000, offered('p3', '101', 'answered')));
  see(play, event(6, 8010, reached('p2', '200', 'ended', { endReason: 'answeredElsewhere' })));
  see(play, event(7, 60_000, offered('p3', '101', 'ended', { endReason: 'transferred' })));
  see(play, event(8, 60_010, reached('p4', '200', 'setup')), event(9, 61_000, offered('p5', '102', 'ringing')));
  const [first, second] = queueEntriesOf(live(play)[0] ?? lastCall(play) ?? never());
  expect(first).toMatchObject({ enteredAt: T0 + 10, leftAt: T0 + 8000, left: 'answered' });
  expect(second).toEqual({ queueId: '200', enteredAt: T0 + 60_010, name: 'Support' });
  see(play, event(10, 70_000, dials('p1', 'ended')), event(11, 70_010, offered('p5', '102', 'ended')));
  see(play, event(12, 70_020, reached('p4', '200', 'ended')));
  expect(queueEntriesOf(lastCall(play) ?? never())[1]).toMatchObject({ left: 'abandoned' });
});

test('[O14] the log decides what stayed open, however late it comes', () => {
  const play = newPlay();
  see(play, event(2, 0, dials('p1', 'setup')), event(3, 50, reached('p2', '101', 'ringing')));
  see(play, event(9, 20_000, dials('p1', 'ended'), reached('p2', '101', 'ended')), tick(23_000), probe(23_100, 'over'));
  see(play, tick(240_000));
  expect(lastCall(play)?.outcome).toBeUndefined();
  see(play, log(241_000, { verdict: 'missed', extensionId: '101' }));
  expect(types(play).slice(-2)).toEqual(['callCorrected', 'callMissed']);
});

test('[B9] the first word of a call, however late, proves life as of when it happened', () => {
  const play = newPlay();
  see(play, inSession('other', event(2, 0, dials('o1', 'setup'))));
  see(play, { ...event(2, 0, dials('p1', 'setup')), at: T0 + 170_000 }, tick(170_500));
  expect(play.probes).toContain('s');
});

test('[C13] a call merged into a session that is heard of later is one story with it', () => {
  const play = newPlay();
  const mergedInto = { callId: 'later', legId: 'l9' };
  see(play, event(2, 0, dials('p1', 'setup')), event(3, 50, reached('p2', '101', 'answered')));
  see(
    play,
    event(4, 9000, reached('p2', '101', 'gone', { mergedInto })),
    event(5, 9050, dials('p1', 'gone', { mergedInto })),
  );
  expect(lastCall(play)).toMatchObject({ state: 'ended', continuedIn: 'later' });
  const own = { extensionId: '101', from: { extensionId: '101' } };
  see(play, inSession('later', event(2, 9500, dials('l1', 'answered', own), reached('l2', '102', 'answered'))));
  expect(liveCalls(play.board)).toMatchObject([{ id: 'later', direction: 'inbound', continues: ['s'] }]);
});

test('[O16] the log does not call a merged half missed while the other goes on', () => {
  const play = newPlay();
  const mergedInto = { callId: 'b', legId: 'l9' };
  see(play, inSession('b', event(2, 0, dials('b1', 'setup'), reached('b2', '102', 'ringing'))));
  see(play, event(2, 100, dials('p1', 'setup')), event(3, 150, reached('p2', '101', 'ringing')));
  see(
    play,
    event(4, 9000, reached('p2', '101', 'gone', { mergedInto })),
    event(5, 9050, dials('p1', 'gone', { mergedInto })),
  );
  see(play, log(10_000, { verdict: 'missed', extensionId: '101' }));
  expect(types(play)).not.toContain('callMissed');
  see(play, inSession('b', event(3, 12_000, reached('b2', '102', 'answered'))), tick(13_000));
  expect(play.changes.findLast(({ call }) => call.id === 's')?.call).toMatchObject({
    outcome: 'answered',
    missed: false,
  });
});

test('[B14] a flood in one moment keeps no more than the limit', () => {
  const play = newPlay();
  play.board = { ...play.board, limits: { ...play.board.limits, remembered: 100 } };
  see(play, poll(0, []));
  const many = Array.from({ length: 1000 }, (_, i) => ({
    sessionId: `u${i}`,
    recordId: `r${i}`,
    startedAt: T0 + 1000,
  }));
  see(
    play,
    log(20_000, ...many.map((one) => ({ ...one, verdict: 'connected' as const, durationMs: 5000 }))),
    tick(60_000),
  );
  expect([play.board.ended.size, play.board.tombstones.size]).toEqual([100, 100]);
});

test('[S1] [S5] a number that comes again with one more party tells of that party', () => {
  const play = newPlay();
  see(play, event(2, 0, dials('p1', 'setup')), event(3, 50, reached('p2', '101', 'ringing')));
  see(play, event(3, 60, reached('p2', '101', 'ringing'), reached('p3', '102', 'ringing')));
  expect(live(play)[0]?.legs.map(({ id }) => id)).toEqual(['p1', 'p2', 'p3']);
});

function never(): never {
  throw new Error('there is no call');
}
