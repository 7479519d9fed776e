import { describe, expect, test } from 'vitest';
import {
  answeredQueueCall,
  dials,
  event,
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
import { endedCalls } from './board.ts';
import type { Directory } from './directory.ts';
import { get } from './keyed.ts';
import type { Observation, PollRecord } from './observation.ts';
import type { Session } from './session.ts';
import { eventsOf, liveIn, playOf, playUnder, type Said } from './story-fixture.ts';
import { probeUrgency } from './urgency.ts';

const ringing: readonly Said[] = [
  [0, dials('p1', 'setup')],
  [50, reached('p2', '101', 'ringing')],
];
const talking: readonly Said[] = [...ringing, [4000, reached('p2', '101', 'answered')]];
const polled = record('inProgress', { extensionId: '101' });
const lives = (after: number, extra: object = {}): Observation => ({
  ...probe(after, 'live', [dials('p1', 'answered'), reached('p2', '101', 'answered')]),
  ...extra,
});
const gap: Observation = { kind: 'link', at: T0 + 9000, up: true, gap: true };
const session = (play: Play): Session | undefined => get(play.board.live, 's');

describe('when a call is doubted, to the moment', () => {
  test('[B9] [B10] asked about when its lease is over, marked ten seconds later, once', () => {
    const play = playOf(...talking);
    see(play, tick(49_049));
    expect(play.probes).toEqual([]);
    see(play, tick(49_050), tick(59_049));
    expect([play.probes, liveIn(play).unconfirmed]).toEqual([['s'], undefined]);
    see(play, tick(59_050), tick(60_000), tick(61_000));
    expect(liveIn(play).unconfirmed).toBe(true);
    expect(play.board.tally).toMatchObject({ shownUnconfirmed: 1, leaseCalledIn: 1 });
  });

  test('[S3] a hole two seconds after the last event; in a talk, too, it is shown after thirty', () => {
    const play = playOf(...talking);
    see(play, event(6, 5000, dials('p1', 'answered')), tick(7049));
    expect(play.probes).toEqual([]);
    see(play, tick(7050));
    expect([play.probes, probeUrgency(play.board, 's')]).toEqual([['s'], 0]);
    see(play, tick(37_049));
    expect(liveIn(play).unconfirmed).toBeUndefined();
    see(play, tick(37_050));
    expect(liveIn(play).unconfirmed).toBe(true);
  });

  test('[B9] while events are down the state has a lease of a minute', () => {
    const play = playOf(...talking);
    see(play, { kind: 'link', at: T0 + 5000, up: false, gap: false }, poll(50_000, [polled]), tick(64_049));
    expect(play.probes).toEqual([]);
    see(play, tick(64_050));
    expect(play.probes).toEqual(['s']);
  });

  test('[B18] without any list nobody is presumed over, listed before or not', () => {
    for (const before of [[], [poll(5000, [polled])]]) {
      const play = playOf(...talking);
      see(play, ...before);
      for (let after = 10_000; after <= 3 * 60 * 60_000; after += 60_000) see(play, tick(after));
      expect(live(play)).toHaveLength(1);
    }
  });
});

describe('what settles a doubt', () => {
  test('[B10] a record in progress, of a call that lists showed quietly before', () => {
    const play = playOf(...talking);
    see(play, poll(10_000, [polled]), poll(14_000, [polled]), tick(50_000), tick(60_000));
    expect(liveIn(play).unconfirmed).toBe(true);
    see(play, poll(62_000, [polled]));
    expect(liveIn(play).unconfirmed).toBeUndefined();
    expect(session(play)?.doubt).toBeUndefined();
  });

  test('[B7] [B10] a call that was absent and is listed again', () => {
    const play = playOf(...talking);
    see(play, poll(10_000, [polled]), poll(30_000, []), poll(31_000, []));
    expect([play.probes, play.board.tally.absenceForgiven]).toEqual([['s'], 0]);
    see(play, tick(42_000));
    expect(liveIn(play).unconfirmed).toBe(true);
    see(play, poll(43_000, [polled]));
    expect(liveIn(play).unconfirmed).toBeUndefined();
    expect(play.board.tally.absenceForgiven).toBe(1);
  });

  test('[B17] no record, where the state is in doubt; and a call that is listed is not absent for that', () => {
    const play = playOf(...talking);
    see(play, poll(5000, [polled]), gap, poll(30_000, [polled]), poll(60_000, [polled]));
    expect(session(play)).toMatchObject({ doubt: { cause: 'outage' }, absentPolls: 0 });
    see(play, lives(61_000));
    expect(session(play)?.doubt).toBeUndefined();
    expect(play.board.tally.probeLive).toBe(1);
  });

  test('[B7] a call that no list ever showed is not absent', () => {
    const play = playOf(...ringing);
    see(play, gap, poll(30_000, []), poll(60_000, []));
    expect(session(play)?.absentPolls).toBe(0);
  });

  test('[B8] one record in progress among final ones is life', () => {
    const play = playOf(...talking);
    see(play, poll(30_000, [polled, record('connected', { extensionId: '102' })]));
    expect(play.probes).toEqual([]);
    const met = playUnder({}, poll(-60_000, []), poll(30_000, [polled, record('connected', { extensionId: '102' })]));
    expect(met.probes).toEqual(['s']);
  });

  test('[B12] a call that was shown from records stays marked until an event or a probe tells', () => {
    const play = playUnder({}, poll(10_000, [polled]), probe(10_500, 'failed'), poll(40_000, [polled]));
    expect(types(play)).toEqual(['callStarted']);
    expect(liveIn(play).unconfirmed).toBe(true);
    see(play, probe(41_000, 'live'));
    expect(liveIn(play).unconfirmed).toBeUndefined();
    expect(session(play)).toMatchObject({ lastProofAt: T0 + 41_000, lastStateAt: T0 + 41_300 });
  });
});

describe('answers that are too old, or contradicted', () => {
  test('[S4] as old as the last event: overtaken; as old as the gap: not', () => {
    const play = playOf(...talking);
    see(play, probe(4050, 'over'));
    expect(live(play)).toHaveLength(1);
    see(play, probe(4051, 'over'));
    expect(live(play)).toHaveLength(0);
    const after = playOf(...talking);
    see(after, gap, probe(9000, 'over'));
    expect(live(after)).toHaveLength(0);
  });

  test('[S6] an event from before the probe is asked about, one of the same moment or later is not', () => {
    const asked = (eventTime: number): number => {
      const play = playOf(...talking);
      see(play, tick(60_000), lives(61_000));
      const before = play.probes.length;
      see(play, { ...event(5, eventTime, dials('p1', 'answered')), at: T0 + 62_000 });
      return play.probes.length - before;
    };
    expect([asked(60_999), asked(61_000), asked(61_500)]).toEqual([1, 0, 0]);
    const never = playOf(...talking);
    expect(never.probes).toEqual([]);
  });

  test('[B16] a word that nobody asked for, against the list: doubted as if the list had said so', () => {
    const play = playOf(...talking);
    see(play, poll(20_000, [polled]), probe(21_000, 'over'));
    expect(session(play)).toMatchObject({ doubt: { cause: 'finished', since: T0 + 21_300 }, overSaidAt: T0 + 21_300 });
    see(play, tick(31_300));
    expect(liveIn(play).unconfirmed).toBe(true);
    see(play, tick(41_300));
    expect(play.probes).toEqual(['s']);
  });

  test('[B16] where events say over as well, the probe is believed against the list', () => {
    const play = playOf(...talking);
    see(play, poll(20_000, [polled]), event(9, 25_000, dials('p1', 'ended'), reached('p2', '101', 'ended')));
    expect(live(play)).toHaveLength(1);
    see(play, probe(26_000, 'over'));
    expect(live(play)).toHaveLength(0);
  });

  test('[B8] a final record on half a list stands against the whole list before it', () => {
    const play = playOf(...ringing);
    see(play, poll(20_000, [polled]), poll(50_000, [record('connected', { extensionId: '102' })], false));
    expect(play.probes).toEqual(['s']);
    see(play, probe(50_500, 'over'));
    expect(endedCalls(play.board)).toMatchObject([{ outcome: 'answered', decidedBy: 'list' }]);
  });
});

describe('lists and what was known before', () => {
  test('[B6] half a list does not replace the whole one', () => {
    const play = playOf(...talking);
    see(play, poll(10_000, [polled]), poll(40_000, [], false), poll(70_000, []));
    expect(session(play)).toMatchObject({ absentPolls: 1, lastProofAt: T0 + 4050 });
  });

  test('[B12] many known calls and one that is not are no crowd', () => {
    const ids = Array.from({ length: 25 }, (_, i) => `s${i}`);
    const play = playUnder(
      {},
      ...ids.flatMap((sessionId) => eventsOf(...talking).map((one) => ({ ...one, sessionId }) as Observation)),
    );
    see(play, poll(10_000, [...ids.map((sessionId): PollRecord => ({ ...polled, sessionId })), polled]));
    expect([live(play).length, play.probes]).toEqual([25, ['s']]);
  });

  test('[B21] a call that the list shows is listed, whoever told of it first', () => {
    const play = playUnder({}, poll(1000, [polled]), ...eventsOf(...ringing), tick(2000));
    expect(play.board.unlisted).toBe(0);
    const met = playUnder({}, poll(1000, [polled]), lives(2000));
    expect(session(met)).toMatchObject({ polled: true, records: [polled] });
    const unseen = playUnder({}, event(9, 0, dials('p1', 'ended')), lives(2000));
    expect(session(unseen)).toMatchObject({ polled: false, records: [] });
  });

  test('[C1] a record does not turn a call round that events have told', () => {
    const play = playOf(...talking);
    see(play, poll(10_000, [{ ...polled, direction: 'outbound', from: { extensionId: '101' } }]));
    expect(liveIn(play)).toMatchObject({ direction: 'inbound', from: { phoneNumber: '+14155550142' } });
  });

  test('[C16] the record of a RingOut’s own phone is nobody’s call', () => {
    const own = { ...polled, ringOut: true };
    expect(playUnder({}, poll(10_000, [own])).probes).toEqual([]);
    expect(playUnder({}, poll(10_000, [own, { ...polled, direction: 'outbound', ringOut: true }])).probes).toEqual([
      's',
    ]);
    expect(playUnder({}, poll(10_000, [{ ...own, ringOut: false }])).probes).toEqual(['s']);
    expect(playUnder({}, poll(10_000, [{ ...own, direction: 'outbound' }])).probes).toEqual(['s']);
  });

  test('[B11] what was over before the account was watched is history', () => {
    const asked = (...records: PollRecord[]): number => {
      const play = playUnder({}, poll(0, []), poll(30_000, records), poll(60_000, records));
      return play.probes.length + types(play).length;
    };
    const ended = (at: number): PollRecord => record('connected', { startedAt: T0 + at - 30_000 });
    expect(asked(ended(-1))).toBe(0);
    expect(asked(ended(0))).toBeGreaterThan(0);
    expect(asked(ended(-1), { ...ended(5), extensionId: '102' })).toBeGreaterThan(0);
  });

  test('[B11] a candidate that was over, or whose record is final, is not shown because nobody answers', () => {
    const over = playUnder({}, poll(10_000, [polled]), probe(10_500, 'over'), probe(11_000, 'failed'));
    expect([live(over).length, over.board.tally.probeOver]).toEqual([0, 1]);
    const final = playUnder({}, poll(-60_000, []), poll(40_000, [record('connected')]), probe(40_500, 'failed'));
    expect([live(final), types(final)]).toEqual([[], []]);
  });

  test('[S4] an answer as old as the word of the end is asked for again', () => {
    const play = playUnder({}, event(9, 0, dials('p1', 'ended')), lives(50));
    expect([play.probes, live(play).length]).toEqual([['s', 's'], 0]);
    see(play, lives(51));
    expect(liveIn(play).metAt).toBeUndefined();
  });

  test('[B11] a call that events have told was not met by the probe that confirms it', () => {
    const play = playOf(...talking);
    see(play, tick(60_000), lives(61_000));
    expect(liveIn(play).metAt).toBeUndefined();
    expect(liveIn(play).startedAt).toBe(T0);
  });

  test('[B11] word that comes in pieces does not put off the next question', () => {
    const play = playUnder({}, event(9, 0, dials('p1', 'ended')), event(8, 15_000, reached('p2', '101', 'ended')));
    see(play, tick(20_100));
    expect(play.probes).toEqual(['s', 's']);
  });
});

describe('how long, and how much, is remembered', () => {
  test('[B14] to the moment: ended calls ten minutes, tombstones thirty-five, candidates five', () => {
    const at = (after: number): Play => playUnder({}, ...answeredQueueCall, tick(after));
    expect([at(630_039), at(630_040)].map(({ board }) => board.ended.size)).toEqual([1, 0]);
    const long = 30_090 + 35 * 60_000;
    expect([at(long - 1), at(long)].map(({ board }) => board.tombstones.size)).toEqual([1, 0]);
    const met = (after: number): number => playUnder({}, poll(0, [polled]), tick(after)).board.candidates.size;
    expect([met(300_399), met(300_400)]).toEqual([1, 0]);
  });

  test('[B14] [B22] of each kind the newest, as many as are allowed', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const play = playUnder({ limits: { remembered: 3 } });
    ids.forEach((sessionId, i) => {
      const story = eventsOf([i * 1000, dials('p1', 'setup')], [i * 1000 + 500, dials('p1', 'ended')]);
      see(play, ...story.map((one) => ({ ...one, sessionId }) as Observation));
      see(play, { ...event(9, i * 1000, dials('p1', 'ended')), sessionId: `unseen-${sessionId}` });
      see(play, poll(i * 1000, [{ ...polled, sessionId: `listed-${sessionId}` }]));
      const half = [event(2, i * 1000, dials('p1', 'setup')), event(9, i * 1000 + 100, reached('p2', '101', 'ended'))];
      const lost = [...half, event(10, i * 1000 + 200, dials('p1', 'ended')), probe(i * 1000 + 300, 'over')];
      see(play, ...lost.map((one) => ({ ...one, sessionId: `lost-${sessionId}` }) as Observation));
    });
    expect(play.board.settling.size).toBe(5);
    see(play, tick(20_000));
    const { ended, tombstones, unseen, candidates, settling } = play.board;
    expect([ended, tombstones, unseen, candidates, settling].map(({ size }) => size)).toEqual([3, 3, 3, 3, 3]);
    expect(['c', 'd', 'e'].every((id) => get(unseen, `unseen-${id}`) !== undefined)).toBe(true);
    expect(['c', 'd', 'e'].every((id) => get(candidates, `listed-${id}`) !== undefined)).toBe(true);
    expect(['c', 'd', 'e'].every((id) => get(settling, `lost-${id}`) !== undefined)).toBe(true);
    expect(
      endedCalls(play.board)
        .map(({ id }) => id)
        .includes('lost-e'),
    ).toBe(true);
  });
});

test('[B7] lists that come quickly ask about the same call no oftener than every twenty seconds', () => {
  const play = playOf(...talking);
  see(play, poll(10_000, [polled]));
  for (let after = 30_000; after <= 70_000; after += 2000) see(play, poll(after, []), probe(after + 500, 'failed'));
  expect(play.probes).toHaveLength(2);
});

test('what is not known of a call is not there', () => {
  const plain = playOf(...talking);
  const met = playUnder({}, poll(1000, [polled]), lives(2000));
  const over = playOf([0, dials('p1', 'setup')], [900, dials('p1', 'ended')]);
  for (const play of [plain, met, over]) {
    const known = session(play);
    const call = known?.call ?? endedCalls(play.board)[0];
    for (const one of [known, call, ...(call?.legs ?? [])]) expect(Object.values(one ?? {})).not.toContain(undefined);
  }
});

test('[B11] when a call was met, and when it began, are kept when its next event comes', () => {
  const play = playUnder({}, poll(1000, [polled]), lives(2000, { createdAt: T0 - 9000 }));
  see(play, event(9, 5000, reached('p2', '101', 'held')));
  expect(liveIn(play)).toMatchObject({ startedAt: T0 - 9000, metAt: T0 + 2300, state: 'held' });
});

test('[B11] of several records one that is a fax, or that crosses the border, tells', () => {
  const shown = (...records: PollRecord[]): ReturnType<typeof liveIn> =>
    liveIn(playUnder({}, poll(10_000, records), probe(10_500, 'failed')));
  expect(shown(polled, { ...polled, fax: true }).kind).toBe('fax');
  const within = { ...polled, from: { extensionId: '101' }, to: { extensionId: '102' } };
  expect(shown(within, { ...polled, direction: 'outbound' }).direction).toBe('inbound');
  const directory = new Map([['201', { id: '201', kind: 'queue' }]]) as Directory;
  const nameless = playUnder(
    {},
    { kind: 'directory', at: T0, directory },
    poll(10_000, [{ ...polled, extensionId: '201' }]),
  );
  see(nameless, probe(10_500, 'failed'));
  expect(liveIn(nameless).queue).toStrictEqual({ id: '201' });
});

test('[B13] what may be over is the most urgent, and what lists alone call over the least', () => {
  const absent = playOf(...talking);
  see(absent, poll(10_000, [polled]), poll(30_000, []), poll(31_000, []));
  expect(probeUrgency(absent.board, 's')).toBe(0);
  const handedOn = playOf(...talking, [9000, reached('p2', '101', 'ended', { endReason: 'transferred' })]);
  see(handedOn, event(6, 9010, dials('p1', 'ended', { endReason: 'transferred' })), gap);
  expect(probeUrgency(handedOn.board, 's')).toBe(0);
  const final = playUnder({}, poll(-60_000, []), poll(40_000, [record('connected')]));
  expect(probeUrgency(final.board, 's')).toBe(2);
  const unseen = playUnder({}, event(9, 0, dials('p1', 'ended')));
  expect(probeUrgency(unseen.board, 's')).toBe(0);
});

test('[B9] the least lead of our clock ever seen is the measure of lateness, not the first', () => {
  const play = playUnder({}, { ...event(2, 0, dials('p1', 'setup')), at: T0 + 100_000 });
  see(play, { ...event(3, 101_000, reached('p2', '101', 'ringing')), at: T0 + 101_050 });
  see(play, { ...event(4, 102_000, reached('p2', '101', 'answered')), at: T0 + 132_050 });
  expect(session(play)?.lastProofAt).toBeGreaterThanOrEqual(T0 + 102_050);
  expect(session(play)?.lastProofAt).toBeLessThan(T0 + 102_150);
});
