import { describe, expect, test } from 'vitest';
import {
  answeredQueueCall,
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
import { endedCalls } from './board.ts';
import { get } from './keyed.ts';
import type { Observation, PollRecord } from './observation.ts';
import { eventsOf, liveIn, playOf, playUnder, shownIn, type Said } from './story-fixture.ts';

const ringing: readonly Said[] = [
  [0, dials('p1', 'setup')],
  [50, reached('p2', '101', 'ringing')],
];
const talking: readonly Said[] = [...ringing, [4000, reached('p2', '101', 'answered')]];
const polled = record('inProgress', { extensionId: '101' });
const lives = (after: number, extra: Partial<Observation> = {}): Observation =>
  ({ ...probe(after, 'live', [dials('p1', 'answered'), reached('p2', '101', 'answered')]), ...extra }) as Observation;
const crowd = (size: number, said: Partial<PollRecord> = {}): PollRecord[] =>
  Array.from({ length: size }, (_, i) => record('inProgress', { sessionId: `s${i}`, ...said }));

describe('lists', () => {
  test('[B12] twenty unknown calls are asked about first, one more and all are shown', () => {
    const few = playUnder({}, poll(0, crowd(20)));
    expect([live(few).length, few.probes.length]).toEqual([0, 20]);
    const many = playUnder({}, poll(0, crowd(21)));
    expect([live(many).length, many.probes.length]).toEqual([21, 21]);
    const known = playUnder({}, poll(0, [...crowd(20), ...[record('connected', { sessionId: 'over' })]]));
    expect(live(known)).toEqual([]);
  });

  test('[B6] half a list makes no candidate of a call that is over, and asks about one that is not', () => {
    const play = playUnder({}, poll(0, [record('connected')], false), poll(30_000, [record('connected')], false));
    see(play, { ...poll(60_000, [record('connected')]), gaps: true } as Observation);
    expect([types(play), play.probes, play.board.candidates.size]).toEqual([[], [], 0]);
    expect(play.board.lastCompletePollAt).toBe(T0 + 60_400);
    see(play, poll(90_000, [polled], false));
    expect(play.probes).toEqual(['s']);
    expect(play.board.lastCompletePollAt).toBe(T0 + 60_400);
  });

  test('[B6] a list that was asked for no later than the last one is not looked at', () => {
    const play = playUnder({}, poll(10_000, []), poll(10_000, [polled]), poll(9000, [polled]));
    expect([play.probes, play.board.tally.pollIgnored, play.board.tally.pollApplied]).toEqual([[], 2, 1]);
  });

  test('[B4] the record of an ended call that the list still shows is counted, and revives nothing', () => {
    const play = playOf(...talking);
    see(play, poll(10_000, [polled]), poll(15_000, [polled]));
    see(play, event(5, 20_000, dials('p1', 'ended')), event(6, 20_010, reached('p2', '101', 'ended')));
    const told = play.changes.length;
    see(play, poll(30_000, [polled]), poll(60_000, [polled]), tick(61_000));
    expect(play.changes).toHaveLength(told);
    expect(play.board.tally.recordOfEnded).toBe(2);
    expect([play.probes, live(play)]).toEqual([[], []]);
  });

  test('[B5] a quiet list writes nothing into a call that it showed before', () => {
    const play = playOf(...talking);
    see(play, poll(10_000, [polled]));
    const session = get(play.board.live, 's');
    see(play, poll(40_000, [polled]), poll(70_000, [polled]));
    expect(get(play.board.live, 's')).toBe(session);
    see(play, tick(100_000));
    expect(play.probes).toEqual([]);
  });

  test('[B7] what is missing once and listed again is forgiven', () => {
    const play = playOf(...talking);
    see(play, poll(10_000, [polled]), poll(40_000, []));
    expect(get(play.board.live, 's')?.absentPolls).toBe(1);
    see(play, poll(70_000, [polled]), poll(100_000, []));
    expect(play.board.tally.absenceForgiven).toBe(1);
    expect(play.probes).toEqual([]);
    see(play, poll(130_000, []));
    expect(play.probes).toEqual(['s']);
  });

  test('[B7] fifteen seconds after the last sign of life absence begins to count', () => {
    const missedBy = (first: number): number | undefined => {
      const play = playOf(...talking);
      see(play, poll(4000, [polled]), poll(first, []));
      return get(play.board.live, 's')?.absentPolls;
    };
    expect([missedBy(19_049), missedBy(19_050)]).toEqual([0, 1]);
  });

  test('[B7] a list with gaps that misses a call keeps what the one before proved', () => {
    const play = playOf(...talking);
    see(play, poll(10_000, [polled]), poll(40_000, [polled]));
    see(play, { ...poll(70_000, []), gaps: true } as Observation, tick(74_900));
    expect(get(play.board.live, 's')).toMatchObject({ absentPolls: 0, lastProofAt: T0 + 30_000, polled: true });
    expect(play.probes).toEqual([]);
    see(play, tick(75_000));
    expect(play.probes).toEqual(['s']);
  });

  test('[B8] a final record asked for before the last event says nothing new', () => {
    const play = playOf(...talking);
    see(play, poll(4000, [record('connected')]));
    expect(play.probes).toEqual([]);
    see(play, poll(4100, [record('connected')]));
    expect(play.probes).toEqual(['s']);
  });

  test('[B10] a record settles a doubt about life, and only that', () => {
    const play = playOf(...talking);
    see(play, tick(49_100), tick(60_000));
    expect(liveIn(play).unconfirmed).toBe(true);
    see(play, poll(61_000, [polled]));
    expect(liveIn(play).unconfirmed).toBeUndefined();
    expect(get(play.board.live, 's')?.doubt).toBeUndefined();
    const hole = playOf(...ringing);
    see(hole, event(5, 2000, dials('p1', 'answered')), tick(5000), tick(36_000), poll(37_000, [polled]));
    expect(liveIn(hole).unconfirmed).toBe(true);
  });
});

describe('calls known from records', () => {
  const shown = (...records: PollRecord[]): ReturnType<typeof liveIn> =>
    liveIn(playUnder({}, poll(10_000, records), probe(10_500, 'failed')));

  test('[B11] their ends, their queue, their beginning', () => {
    expect(shown(record('inProgress', { startedAt: T0 - 5000 }))).toMatchObject({
      ...{ state: 'talking', kind: 'voice', unconfirmed: true, startedAt: T0 - 5000, stateSince: T0 - 5000 },
      ...{ direction: 'inbound', queue: { id: '200', name: 'Support' }, legs: [] },
      ...{ from: { phoneNumber: '+14155550142' }, to: { phoneNumber: '+12065550100' } },
    });
    expect(shown(polled).queue).toBeUndefined();
    const { extensionId: _none, ...nameless } = polled;
    expect(shown(nameless).queue).toBeUndefined();
  });

  test('[B11] both ends within: internal; one record that came in is enough', () => {
    const ends = { from: { extensionId: '101' }, to: { extensionId: '102' } };
    expect(shown(record('inProgress', ends)).direction).toBe('internal');
    expect(shown(record('inProgress', { from: { extensionId: '101' }, direction: 'outbound' })).direction).toBe(
      'outbound',
    );
    expect(shown(record('inProgress', { to: { extensionId: '101' } })).direction).toBe('inbound');
    expect(shown(record('inProgress', { direction: 'outbound' }), record('inProgress')).direction).toBe('inbound');
  });

  test('[B11] the first event tells the rest', () => {
    const play = playUnder({}, poll(10_000, [polled]), probe(10_500, 'failed'));
    see(play, event(7, 12_000, dials('p1', 'answered'), reached('p2', '101', 'held')));
    expect(liveIn(play)).toMatchObject({ state: 'held', startedAt: T0 });
    expect(liveIn(play).unconfirmed).toBeUndefined();
  });
});

describe('when a call ended', () => {
  const endedAt = (...observations: Observation[]): number | undefined => {
    const play = playOf(...talking);
    see(play, ...observations);
    expect(live(play)).toEqual([]);
    return (shownIn(play).endedAt ?? 0) - T0;
  };

  test('[B2] by its last leg, where the end was seen', () => {
    const hangUp = eventsOf(...talking, [20_000, reached('p2', '101', 'ended')], [20_010, dials('p1', 'ended')]).slice(
      3,
    );
    expect(endedAt(...hangUp)).toBe(20_010);
  });

  test('[B8] by its record, where it was not; else by when we learned of it', () => {
    expect(endedAt(poll(40_000, [record('connected', { durationMs: 31_000 })]), probe(40_500, 'over'))).toBe(31_000);
    expect(endedAt(tick(60_000), probe(60_100, 'over'))).toBe(60_400);
    const two = [
      record('connected', { durationMs: 31_000 }),
      record('connected', { durationMs: 33_000, extensionId: '102' }),
    ];
    expect(endedAt(poll(40_000, two), probe(40_500, 'over'))).toBe(33_000);
  });

  test('[B8] never before a leg of it that was seen to end', () => {
    const leg = event(6, 35_000, reached('p3', '102', 'ended'));
    expect(endedAt(leg, poll(40_000, [record('connected', { durationMs: 31_000 })]), probe(40_500, 'over'))).toBe(
      35_000,
    );
  });

  test('[B2] legs that nobody heard to end are closed with the call', () => {
    const play = playOf(...talking);
    see(play, tick(60_000), probe(60_100, 'over'));
    expect(shownIn(play).legs).toMatchObject([
      {
        id: 'p1',
        phase: 'ended',
        endedAt: T0 + 60_400,
        steps: [{ phase: 'setup' }, { phase: 'ended', at: T0 + 60_400 }],
      },
      { id: 'p2', phase: 'ended', endedAt: T0 + 60_400 },
    ]);
  });
});

describe('probes', () => {
  test('an answer about nobody that is known, or that has ended, is no news', () => {
    const play = playUnder({}, lives(1000), probe(2000, 'over'), probe(3000, 'failed'));
    expect([play.changes, play.board.tally.probeFailed]).toEqual([[], 1]);
    see(play, ...answeredQueueCall);
    const told = play.changes.length;
    see(play, lives(40_000));
    expect(play.changes).toHaveLength(told);
  });

  test('[B11] a call that it shows begins when the platform says, else with what it shows', () => {
    const met = (extra: Partial<Observation>): ReturnType<typeof liveIn> =>
      liveIn(playUnder({}, poll(10_000, [polled]), lives(10_500, extra)));
    expect(met({ createdAt: T0 - 3000 }).startedAt).toBe(T0 - 3000);
    expect(met({})).toMatchObject({ startedAt: T0 + 10_800, metAt: T0 + 10_800, stateSince: T0 + 10_800 });
    const played = playUnder({}, poll(10_000, [polled]), lives(10_500));
    expect(played.board.tally).toMatchObject({ startedByProbe: 1, probeLive: 1, startedByRecord: 0 });
  });

  test('[B11] one that lives and of which nothing is told is shown from its record', () => {
    const play = playUnder({}, poll(10_000, [polled]), probe(10_500, 'live'));
    expect(liveIn(play)).toMatchObject({ unconfirmed: true, state: 'talking' });
    expect(play.board.tally).toMatchObject({ startedByRecord: 1, startedByProbe: 0 });
  });

  test('[B11] a call that was shown from its record is told anew by the answer', () => {
    const play = playUnder({}, poll(10_000, [polled]), probe(10_500, 'failed'), lives(30_000));
    expect(liveIn(play)).toMatchObject({
      state: 'talking',
      startedAt: T0,
      metAt: T0 + 30_300,
      answeredAt: T0 + 30_300,
    });
    expect(liveIn(play).unconfirmed).toBeUndefined();
  });

  test('[S4] a session first heard of by its end is asked about again when the answer is older than that', () => {
    const play = playUnder({}, event(15, 30_000, dials('p1', 'ended')), lives(29_000));
    expect(play.probes).toEqual(['s', 's']);
    see(play, lives(31_000));
    expect(liveIn(play)).toMatchObject({ state: 'talking' });
    expect(play.board.tally).toMatchObject({ unseen: 1, startedByProbe: 1 });
  });

  test('[B9] a doubt that nobody answers is asked about every twenty seconds', () => {
    const play = playOf(...ringing);
    for (let after = 45_000; after <= 145_000; after += 1000) see(play, tick(after), probe(after + 10, 'failed'));
    expect(play.probes).toHaveLength(5);
  });

  test('[S4] an answer that was overtaken leaves the doubt, to be asked about at once', () => {
    const play = playOf(...ringing);
    see(play, tick(46_000), { kind: 'link', at: T0 + 47_000, up: true, gap: true }, probe(46_500, 'over'));
    expect(live(play)).toHaveLength(1);
    expect(play.board.tally.probeOutrun).toBe(1);
    see(play, tick(48_000));
    expect(play.probes).toEqual(['s', 's', 's']);
  });
});

describe('events', () => {
  test('[B9] word of a leg that comes late proves life as of then, not as of now', () => {
    const play = playOf(...talking);
    see(play, { ...event(5, 20_000, reached('p2', '101', 'held')), at: T0 + 50_000 }, tick(65_000));
    expect(play.probes).toEqual([]);
    see(play, tick(65_100));
    expect(play.probes).toEqual(['s']);
  });

  test('[B9] a clock that leads or lags behind the platform’s is no lateness', () => {
    const play = newPlay();
    for (const one of eventsOf(...talking)) see(play, { ...one, at: one.at + 100_000 });
    see(play, tick(100_000 + 49_000));
    expect(play.probes).toEqual([]);
    see(play, tick(100_000 + 49_100));
    expect(play.probes).toEqual(['s']);
  });

  test('[B3] every word that hands a call on waits five seconds, for the caller’s own leg too', () => {
    for (const endReason of ['transferred', 'pickedUp', 'parked', 'switched', 'redirected'] as const) {
      const play = playOf(
        ...talking,
        [9000, reached('p2', '101', 'ended', { endReason })],
        [9010, dials('p1', 'ended', { endReason })],
      );
      see(play, tick(14_050));
      expect(live(play), endReason).toHaveLength(1);
      see(play, tick(14_060));
      expect(live(play), endReason).toHaveLength(0);
      expect(play.board.tally.endedByEvents).toBe(1);
    }
  });

  test('[B2] all legs over, one event lost and nobody to ask: over after a minute, undecided', () => {
    const play = playOf(...ringing);
    see(play, event(6, 9000, dials('p1', 'ended')), event(7, 9010, reached('p2', '101', 'ended')));
    expect(liveIn(play).state).toBe('ringing');
    see(play, tick(69_050));
    expect(live(play)).toHaveLength(1);
    see(play, tick(69_060));
    expect(live(play)).toHaveLength(0);
    expect(lastCall(play)?.outcome).toBeUndefined();
    expect(play.board.tally).toMatchObject({ endedPresumed: 1, endedByEvents: 0 });
  });

  test('[B3] a new leg within the wait takes the end back', () => {
    const play = playOf(
      ...talking,
      [9000, reached('p2', '101', 'ended', { endReason: 'transferred' })],
      [9010, dials('p1', 'ended', { endReason: 'transferred' })],
    );
    expect(get(play.board.live, 's')?.overSince).toBe(T0 + 9060);
    see(play, event(7, 10_000, reached('p3', '102', 'ringing')), tick(30_000));
    expect(liveIn(play).state).toBe('ringing');
    expect(get(play.board.live, 's')?.overSince).toBeUndefined();
  });

  test('[B13] a link that comes or goes without a gap asks about nobody, nor does one that goes', () => {
    const play = playOf(...talking);
    see(
      play,
      { kind: 'link', at: T0 + 5000, up: true, gap: false },
      { kind: 'link', at: T0 + 6000, up: false, gap: true },
    );
    expect([play.probes, play.board.linkUp]).toEqual([[], false]);
  });

  test('[B4] events of an ended call are counted and change nothing but what is open', () => {
    const play = playUnder({}, ...answeredQueueCall);
    const told = play.changes.length;
    see(play, event(16, 31_000, offered('p9', '101', 'answered')), ...answeredQueueCall);
    expect(play.changes).toHaveLength(told);
    expect(play.board.tally.eventAfterEnd).toBe(1 + answeredQueueCall.length);
    expect(endedCalls(play.board)).toHaveLength(1);
  });
});

describe('sessions first heard of by their end', () => {
  test('[B11] are asked about until somebody answers, and written down after five minutes', () => {
    const play = playUnder({}, event(9, 0, dials('p1', 'ended')));
    for (let after = 1000; after <= 299_000; after += 1000) see(play, tick(after));
    expect(types(play)).toEqual([]);
    expect(play.probes.length).toBeGreaterThan(8);
    for (let after = 300_000; after <= 312_000; after += 1000) see(play, tick(after));
    expect(types(play)).toEqual(['callStarted', 'callEnded']);
    expect(play.board.unseen.size).toBe(0);
  });

  test('[B11] a whole life in one event is begun and ended in one step', () => {
    const play = playUnder({}, event(2, 0, dials('p1', 'ended')));
    expect(types(play).slice(0, 2)).toEqual(['callStarted', 'callEnded']);
    expect(play.probes).toEqual([]);
  });

  test('[B11] more of it that is over adds to what is kept, and is asked about once', () => {
    const play = playUnder({}, event(9, 0, dials('p1', 'ended')), event(8, 10, reached('p2', '101', 'ended')));
    expect(play.probes).toEqual(['s']);
    see(play, probe(5000, 'over'));
    expect(
      shownIn(play)
        .legs.map(({ id }) => id)
        .toSorted(),
    ).toEqual(['p1', 'p2']);
    expect(play.board.tally.backfilled).toBe(1);
  });

  test('[B11] something of it that lives shows it', () => {
    const play = playUnder({}, event(9, 0, dials('p1', 'ended')), event(8, 10, reached('p2', '101', 'answered')));
    expect(types(play)).toEqual(['callStarted']);
    expect(play.board.unseen.size).toBe(0);
  });

  test('[B14] a candidate that lists no longer show is forgotten after five minutes, and asked about anew', () => {
    const play = playUnder({}, poll(0, [polled]), tick(299_000));
    expect(play.board.candidates.size).toBe(1);
    see(play, tick(310_000));
    expect(play.board.candidates.size).toBe(0);
  });
});
