import { describe, expect, test } from 'vitest';
import {
  dials,
  event,
  lastCall,
  live,
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
import { endedCalls, liveCalls } from './board.ts';
import { get } from './keyed.ts';
import type { LogRecord, Observation } from './observation.ts';
import { eventsOf, liveIn, playOf, playUnder, shownIn, type Said } from './story-fixture.ts';

const ringing: readonly Said[] = [
  [0, dials('p1', 'setup')],
  [50, reached('p2', '101', 'ringing')],
];
const talking: readonly Said[] = [...ringing, [4000, reached('p2', '101', 'answered')]];
const polled = record('inProgress', { extensionId: '101' });
const of = (sessionId: string, ...observations: Observation[]): Observation[] =>
  observations.map((one) => ({ ...one, sessionId }) as Observation);
const log = (after: number, ...records: LogRecord[]): Observation => ({ kind: 'log', at: T0 + after, records });

describe('whose word an end is', () => {
  const endedBy = (play: Play): string | undefined => endedCalls(play.board)[0]?.endedBy;

  test('[B2] the events’, when all of it was heard, were it but one event', () => {
    expect(endedBy(playOf(...talking, [9000, reached('p2', '101', 'ended')], [9010, dials('p1', 'ended')]))).toBe(
      'events',
    );
    expect(endedBy(playOf([0, dials('p1', 'ended')]))).toBe('events');
  });

  test('[B5] the probe’s, or the list’s and the probe’s together', () => {
    const asked = playOf(...talking);
    see(asked, tick(60_000), probe(60_100, 'over'));
    expect(endedBy(asked)).toBe('probe');
    expect(asked.board.tally).toMatchObject({ probeOver: 1, endedByProbe: 1, endedByEvents: 0, endedPresumed: 0 });
    const agreed = playOf(...talking);
    see(agreed, poll(55_000, [polled]), tick(125_000), probe(125_100, 'over'), poll(130_000, [record('connected')]));
    expect(endedBy(agreed)).toBe('probe');
    const unseen = playUnder({}, event(9, 0, dials('p1', 'ended')), probe(1000, 'over'));
    expect(endedBy(unseen)).toBe('probe');
    expect(unseen.board.tally.probeOver).toBe(1);
  });

  test('[O17] the records’, of a call that nobody saw', () => {
    const listed = playUnder(
      {},
      poll(-60_000, []),
      poll(40_000, [polled]),
      probe(41_000, 'over'),
      poll(70_000, [record('missed')]),
    );
    expect(endedBy(listed)).toBe('records');
    const logged = playUnder({}, poll(-60_000, []), log(60_000, { ...record('missed'), recordId: 'r1' }));
    expect(endedBy(logged)).toBe('records');
  });

  test('[B18] presumption, where nobody answers', () => {
    const lost = playOf(...ringing);
    see(lost, event(9, 9000, dials('p1', 'ended'), reached('p2', '101', 'ended')), tick(9100), tick(69_100));
    expect(endedBy(lost)).toBe('presumption');
    const unseen = playUnder({}, event(9, 0, dials('p1', 'ended')), tick(301_000));
    expect(endedBy(unseen)).toBe('presumption');
  });
});

describe('handing on', () => {
  const stillThere = (...story: readonly Said[]): boolean => live(playOf(...story)).length === 1;

  test('[B3] it is the caller’s own hanging up that ends the wait, nobody else’s', () => {
    const transferred = { endReason: 'transferred' } as const;
    expect(
      stillThere(...talking, [9000, reached('p2', '101', 'ended')], [9010, dials('p1', 'ended', transferred)]),
    ).toBe(true);
    expect(
      stillThere(...talking, [9000, reached('p2', '101', 'ended', transferred)], [9010, dials('p1', 'ended')]),
    ).toBe(false);
    expect(stillThere(...talking, [9000, reached('p2', '101', 'ended')], [9010, dials('p1', 'gone')])).toBe(true);
    expect(stillThere([0, reached('p2', '101', 'answered')], [900, reached('p2', '101', 'gone')])).toBe(true);
    expect(stillThere([0, reached('p2', '101', 'answered')], [900, reached('p2', '101', 'ended')])).toBe(false);
  });
});

describe('word after the end', () => {
  const lost = (): Play => {
    const play = playOf(...ringing);
    see(
      play,
      event(6, 20_000, dials('p1', 'ended'), reached('p2', '101', 'ended')),
      tick(23_000),
      probe(23_100, 'over'),
    );
    expect(lastCall(play)?.outcome).toBeUndefined();
    return play;
  };

  test('[O3] an answer that comes late decides, and is told with its time', () => {
    const play = lost();
    see(play, { ...event(4, 4000, reached('p2', '101', 'answered')), at: T0 + 25_000 });
    expect(types(play).slice(-2)).toEqual(['callEnded', 'callCorrected']);
    expect(lastCall(play)).toMatchObject({ outcome: 'answered', answeredAt: T0 + 4000, decidedBy: 'events' });
    expect(play.board.tally.eventAfterEnd).toBe(1);
    expect(play.board.settling.size).toBe(0);
  });

  test('[S1] what was heard already is no news after the end either', () => {
    const play = lost();
    const told = play.changes.length;
    see(play, event(3, 50, reached('p2', '101', 'ringing')), event(6, 20_000, dials('p1', 'ended')));
    expect(play.changes).toHaveLength(told);
    expect(play.board.tally.eventAfterEnd).toBe(2);
  });

  test('[O3] three minutes after the end, to the moment, nothing is waited for any longer', () => {
    const play = lost();
    see(play, tick(203_399));
    expect([play.board.settling.size, play.board.tally.leftUndecided]).toEqual([1, 0]);
    see(play, tick(203_400));
    expect([play.board.settling.size, play.board.tally.leftUndecided]).toEqual([0, 1]);
  });
});

describe('the log’s word on a call that still lives', () => {
  const said: LogRecord = { ...record('missed', { result: 'voicemail' }), recordId: 'r1' };

  test('[O14] is kept for its end, and doubts one that nobody has heard of for fifteen seconds', () => {
    const play = playOf(...ringing);
    see(play, log(15_099, said));
    expect([play.probes, live(play).length]).toEqual([[], 1]);
    see(play, log(15_100, said));
    expect(play.probes).toEqual(['s']);
    see(play, probe(15_500, 'over'));
    expect(lastCall(play)).toMatchObject({ outcome: 'voicemail', missed: true, decidedBy: 'log' });
    expect(types(play).slice(-2)).toEqual(['callEnded', 'callMissed']);
  });

  test('[B10] [O14] its doubt is about life: a record in progress settles it', () => {
    const play = playOf(...ringing);
    see(play, log(20_000, said), tick(31_000));
    expect(liveIn(play).unconfirmed).toBe(true);
    see(play, poll(32_000, [polled]));
    expect(liveIn(play).unconfirmed).toBeUndefined();
  });

  test('[O14] a word that nobody knows is none', () => {
    const play = playOf(...ringing);
    see(play, log(20_000, { ...record('unknown'), recordId: 'r1' }));
    expect(play.probes).toEqual([]);
  });

  test('[C16] [O17] the record of a RingOut’s own phone is no call that nobody saw', () => {
    const own = (direction: 'inbound' | 'outbound', ringOut: boolean): string[] =>
      types(playUnder({}, poll(-60_000, []), log(60_000, { ...said, direction, ringOut })));
    expect(own('inbound', true)).toEqual([]);
    expect(own('outbound', true)).toContain('callStarted');
    expect(own('inbound', false)).toContain('callStarted');
    const both = [
      { ...said, ringOut: true },
      { ...said, recordId: 'r2', direction: 'outbound' as const, ringOut: true },
    ];
    expect(types(playUnder({}, poll(-60_000, []), log(60_000, ...both)))).toContain('callStarted');
  });
});

describe('lists for people', () => {
  test('live calls come oldest first, ended ones newest first, equals by name', () => {
    const play = playUnder({});
    for (const [id, start, end] of [
      ['b', 0, 9000],
      ['d', 0, 9000],
      ['a', 0, 9000],
      ['e', 500, 9500],
      ['c', 500, 8000],
      ['z', 250, 8500],
      ['y', 100, 9000],
    ] as const) {
      see(play, ...of(id, event(2, start, dials('p1', 'setup'))));
      see(play, ...of(`${id}-over`, ...eventsOf([start, dials('p1', 'setup')], [end, dials('p1', 'ended')])));
    }
    expect(liveCalls(play.board).map(({ id }) => id)).toEqual(['a', 'b', 'd', 'y', 'z', 'c', 'e']);
    expect(endedCalls(play.board).map(({ id }) => id[0])).toEqual(['e', 'a', 'b', 'd', 'y', 'z', 'c']);
  });

  test('[C12] [C13] a fax is a call, a supervisor’s session is none', () => {
    const play = playUnder({});
    see(play, ...of('fax', ...eventsOf([0, dials('p1', 'setup')], [50, reached('p2', '400', 'fax')])));
    see(play, ...of('monitor', event(2, 0, reached('m', '104', 'answered', { monitors: true }))));
    expect(liveCalls(play.board).map(({ id }) => id)).toEqual(['fax']);
    expect(get(play.board.live, 'monitor')).toBeDefined();
  });
});

describe('a directory that comes late', () => {
  const again = (after: number): Observation => ({
    kind: 'directory',
    at: T0 + after,
    directory: new Map([['101', { id: '101', kind: 'person' }]]),
  });

  test('[C6] leaves the mark of doubt, and calls of which only records are known', () => {
    const play = playOf(...talking);
    see(play, tick(49_100), tick(60_000), again(61_000));
    expect(liveIn(play).unconfirmed).toBe(true);
    const shown = playUnder({}, poll(1000, [polled]), probe(1500, 'failed'), again(2000));
    expect(liveIn(shown)).toMatchObject({ unconfirmed: true, legs: [] });
    const sure = playOf(...talking);
    see(sure, again(9000));
    expect('unconfirmed' in liveIn(sure)).toBe(false);
  });

  test('[C6] does not end a call whose end is not certain', () => {
    const play = playOf(...ringing);
    see(play, event(9, 9000, dials('p1', 'ended'), reached('p2', '101', 'ended')), again(9500));
    expect(liveIn(play).state).toBe('ringing');
    expect(shownIn(play).state).toBe('ringing');
  });
});

describe('ends that nobody saw', () => {
  test('[O3] a presumption decides nothing, though what was lost can have been no answer', () => {
    const play = playOf(...ringing);
    const declined = event(5, 9000, reached('p2', '101', 'ended', { endReason: 'declined' }));
    see(play, declined, event(6, 9010, dials('p1', 'ended')), tick(9100), tick(69_100));
    expect(lastCall(play)).toMatchObject({ endedBy: 'presumption', endedAt: T0 + 69_100 });
    expect(lastCall(play)?.outcome).toBeUndefined();
  });

  test('[B8] one leg that was seen to end does not date the end of all', () => {
    const play = playOf(...talking);
    see(play, event(6, 35_000, reached('p3', '102', 'ended')), tick(90_000), probe(90_100, 'over'));
    expect(lastCall(play)?.endedAt).toBe(T0 + 90_400);
  });

  test('[B8] a record in progress beside a final one does not hide when that ended', () => {
    const play = playOf(...talking);
    see(play, poll(40_000, [polled, record('connected', { durationMs: 31_000, extensionId: '102' })]));
    see(play, probe(40_500, 'over'), probe(61_000, 'over'));
    expect(lastCall(play)?.endedAt).toBe(T0 + 31_000);
  });

  test('[O12] the list that was there before the call’s first event decides as well', () => {
    const play = playUnder({}, poll(-60_000, []), poll(1000, [record('connected', { extensionId: '102' })]));
    see(play, event(2, 2000, dials('p1', 'setup')), event(3, 2050, reached('p2', '101', 'ringing')));
    see(play, tick(60_000), probe(60_100, 'over'));
    expect(lastCall(play)).toMatchObject({ outcome: 'answered', decidedBy: 'list' });
    expect(play.board.tally.decidedByRecord).toBe(0);
  });

  test('[B11] what was never shown begins as on its way; a supervisor’s is not counted', () => {
    const play = playUnder({}, event(9, 0, dials('p1', 'ended')), probe(1000, 'over'));
    expect(play.changes[0]).toMatchObject({ type: 'callStarted', call: { state: 'routing', backfilled: true } });
    const monitor = playUnder({}, event(9, 0, reached('m', '104', 'ended', { monitors: true })), probe(1000, 'over'));
    expect([monitor.changes, monitor.board.tally.backfilled]).toEqual([[], 0]);
  });
});
