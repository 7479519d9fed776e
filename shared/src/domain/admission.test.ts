import { describe, expect, test } from 'vitest';
import { dials, event, live, newPlay, poll, probe, reached, record, see, T0, tick, types } from './board-fixture.ts';
import { get } from './keyed.ts';
import type { Leg } from './call.ts';
import type { Observation, PartyReport } from './observation.ts';
import { liveIn, playOf, shownIn, type Said } from './story-fixture.ts';

const answered: readonly Said[] = [
  [0, dials('p1', 'setup')],
  [50, reached('p2', '101', 'ringing')],
  [4000, reached('p2', '101', 'answered')],
];
const legs = (play: ReturnType<typeof newPlay>): Record<string, string> =>
  Object.fromEntries(liveIn(play).legs.map(({ id, phase }) => [id, phase]));
const holes = (play: ReturnType<typeof newPlay>): readonly number[] | undefined =>
  get(play.board.live, 's')?.stream?.holes;

describe('what a probe adds to what events told', () => {
  test('[S4] a party whose phase differs, a new one, and who is no longer listed has left', () => {
    const play = playOf(...answered, [5000, reached('p3', '102', 'ringing')]);
    see(play, tick(60_000));
    see(
      play,
      probe(60_100, 'live', [dials('p1', 'answered'), reached('p2', '101', 'held'), reached('p4', '103', 'ringing')]),
    );
    expect(legs(play)).toEqual({ p1: 'answered', p2: 'held', p3: 'ended', p4: 'ringing' });
    expect(liveIn(play).legs.find(({ id }) => id === 'p3')).toMatchObject({ endedAt: T0 + 60_400, extensionId: '102' });
    expect(liveIn(play).legs.find(({ id }) => id === 'p2')).toMatchObject({ answeredAt: T0 + 4000 });
  });

  test('[S7] a partial answer adds, and takes nobody away', () => {
    const play = playOf(...answered, [5000, reached('p3', '102', 'ringing')]);
    see(play, tick(60_000), { ...probe(60_100, 'live', [reached('p2', '101', 'held')]), partial: true } as Observation);
    expect(legs(play)).toMatchObject({ p1: 'setup', p2: 'held', p3: 'ringing' });
  });

  test('[C7] its unknown word leaves what was known, and is told of whom nothing was', () => {
    const play = playOf(...answered);
    see(play, tick(60_000));
    see(
      play,
      probe(60_100, 'live', [dials('p1', 'unknown'), reached('p2', '101', 'unknown'), reached('p3', '102', 'unknown')]),
    );
    expect(legs(play)).toEqual({ p1: 'setup', p2: 'answered', p3: 'unknown' });
  });

  test('[S2] what happened after it wins, what happened before it does not', () => {
    const play = playOf(...answered);
    see(play, tick(60_000), probe(60_100, 'live', [dials('p1', 'answered'), reached('p2', '101', 'held')]));
    see(play, event(5, 61_000, reached('p2', '101', 'answered')));
    expect(legs(play)['p2']).toBe('answered');
    see(play, event(3, 62_000, reached('p2', '101', 'ringing')));
    expect(legs(play)['p2']).toBe('answered');
  });

  test('[S2] an event that was lost before the probe is put in its place: the probe still wins', () => {
    const play = newPlay();
    see(play, event(2, 0, dials('p1', 'setup')), event(4, 4000, reached('p2', '101', 'answered')), tick(7000));
    see(play, probe(7100, 'live', [dials('p1', 'answered'), reached('p2', '101', 'held')]));
    see(play, { ...event(3, 50, reached('p2', '101', 'ringing')), at: T0 + 8000 });
    expect(legs(play)['p2']).toBe('held');
    expect(liveIn(play)).toMatchObject({ state: 'held', answeredAt: T0 + 4000 });
  });

  test('[S3] it closes every hole behind it, not those that come after', () => {
    const play = newPlay();
    see(play, event(2, 0, dials('p1', 'setup')), event(5, 100, reached('p2', '101', 'ringing')), tick(2500));
    expect(play.probes).toEqual(['s']);
    see(play, probe(2600, 'live', [dials('p1', 'answered'), reached('p2', '101', 'ringing')]), tick(6000));
    expect(play.probes).toEqual(['s']);
    see(play, event(7, 7000, reached('p2', '101', 'answered')), tick(9100));
    expect(play.probes).toEqual(['s', 's']);
    expect(play.board.tally.holeOpened).toBe(2);
  });

  test('[S3] a call met by a probe has no holes before its first event', () => {
    const play = newPlay();
    see(
      play,
      poll(0, [record('inProgress', { extensionId: '101' })]),
      probe(500, 'live', [reached('p2', '101', 'answered')]),
    );
    see(play, event(9, 2000, reached('p2', '101', 'held')));
    expect(holes(play)).toEqual([]);
    see(play, event(11, 3000, reached('p2', '101', 'answered')));
    expect(holes(play)).toEqual([10]);
  });
});

describe('sequences', () => {
  test('[S3] a session first heard of late has holes from 2 on', () => {
    const play = newPlay();
    see(play, event(5, 0, reached('p2', '101', 'ringing')));
    expect(holes(play)).toEqual([2, 3, 4]);
    see(play, event(3, 10, dials('p1', 'answered')));
    expect(holes(play)).toEqual([2, 4]);
    see(play, event(8, 20, reached('p2', '101', 'answered')));
    expect(holes(play)).toEqual([2, 4, 6, 7]);
  });

  test('[S3] a leap of sequences is remembered by its first numbers only', () => {
    const play = newPlay();
    see(play, event(2, 0, dials('p1', 'setup')), event(1_000_000, 10, reached('p2', '101', 'ringing')));
    expect(holes(play)).toHaveLength(64);
    expect(holes(play)?.[0]).toBe(3);
  });

  test('[S1] [S5] the same number for another party is news, for the same party it is not', () => {
    const play = newPlay();
    see(play, event(2, 0, dials('p1', 'setup')), event(2, 0, reached('p2', '101', 'ringing')));
    expect(legs(play)).toEqual({ p1: 'setup', p2: 'ringing' });
    see(play, event(2, 0, reached('p2', '101', 'answered')));
    expect(legs(play)['p2']).toBe('ringing');
    expect(play.board.tally).toMatchObject({ eventDuplicate: 1, eventLate: 0, eventAdmitted: 2 });
  });

  test('an event without parties is no word of anybody', () => {
    const play = newPlay();
    see(play, event(2, 0));
    expect(types(play)).toEqual([]);
    see(play, event(2, 0, dials('p1', 'setup')), event(3, 10));
    expect(live(play)).toHaveLength(1);
    expect(play.board.tally.eventDuplicate).toBe(2);
  });

  test('[S2] late, duplicate and admitted events are counted apart', () => {
    const play = newPlay();
    see(play, event(2, 0, dials('p1', 'setup')), event(4, 900, reached('p2', '101', 'answered')));
    see(play, event(3, 50, reached('p2', '101', 'ringing')), event(3, 50, reached('p2', '101', 'ringing')));
    expect(play.board.tally).toMatchObject({ eventAdmitted: 2, eventLate: 1, eventDuplicate: 1, holeOpened: 1 });
    expect(shownIn(play).legs[1]).toMatchObject({ startedAt: T0 + 50, answeredAt: T0 + 900 });
  });

  test('[B14] what comes from before the legs that were forgotten is too late to be told', () => {
    const play = newPlay();
    see(play, event(2, 0, dials('p1', 'setup')), event(3, 10, reached('q', '200', 'setup')));
    for (let i = 0; i < 200; i++) {
      see(play, event(5 + 2 * i, 100 + 10 * i, reached(`a${i}`, '101', 'ringing')));
      see(play, event(6 + 2 * i, 105 + 10 * i, reached(`a${i}`, '101', 'ended', { endReason: 'noAnswer' })));
    }
    const before = play.board.tally.eventDuplicate;
    const forgottenTo = get(play.board.live, 's')?.stream?.forgottenTo ?? 0;
    expect(forgottenTo).toBeGreaterThan(100);
    see(play, event(4, 50, reached('z', '102', 'answered')));
    expect(play.board.tally.eventDuplicate).toBe(before + 1);
    expect(liveIn(play).legs.map(({ id }) => id)).not.toContain('z');
    expect(liveIn(play).answeredAt).toBeUndefined();
  });
});

describe('a session that is too long to keep whole', () => {
  const say = (play: ReturnType<typeof newPlay>): ((...parties: PartyReport[]) => void) => {
    let sequence = 2;
    return (...parties) => see(play, event(sequence, sequence++ * 10, ...parties));
  };

  test('[B14] lets go of the oldest half of the legs that came to nothing, and keeps the newer', () => {
    const play = newPlay();
    const next = say(play);
    next(dials('p1', 'setup'));
    next(reached('q', '200', 'setup'));
    for (let i = 0; i < 128; i++) {
      next(reached(`a${i}`, '101', 'ringing'));
      next(reached(`a${i}`, '101', 'ended', { endReason: 'noAnswer' }));
    }
    const kept = liveIn(play).legs.map(({ id }) => id);
    expect(kept.slice(0, 2)).toEqual(['p1', 'q']);
    expect(kept[2]).toBe('a64');
    expect(kept.at(-1)).toBe('a127');
    expect(get(play.board.live, 's')?.stream?.forgottenTo).toBe(3 + 2 * 64);
  });

  test('[B14] of one that is held without end the first and last words of everybody stay', () => {
    const play = newPlay();
    const next = say(play);
    next(dials('p1', 'setup'));
    next(reached('p2', '101', 'answered'));
    for (let i = 0; i < 700; i++) {
      if (i === 140) next(reached('p3', '102', 'ringing'));
      if (i === 150) next(reached('p4', '103', 'ringing'));
      if (i === 155) next(reached('p4', '103', 'held'));
      if (i === 160) next(reached('p4', '103', 'answered'));
      next(reached('p2', '101', i % 2 === 0 ? 'held' : 'answered'));
    }
    const leg = (id: string): Leg | undefined => liveIn(play).legs.find((one) => one.id === id);
    expect(leg('p3')).toMatchObject({ phase: 'ringing', startedAt: T0 + 1440 });
    expect(leg('p4')).toMatchObject({ phase: 'answered', startedAt: T0 + 1550 });
    expect(leg('p2')).toMatchObject({ phase: 'answered', answeredAt: T0 + 30 });
    expect(get(play.board.live, 's')?.stream?.sightings.length).toBeLessThanOrEqual(256);
  });
});

test('[S4] each party that a probe no longer lists has left, and keeps what was said of it', () => {
  const play = playOf(...answered, [5000, reached('p3', '102', 'ringing')]);
  see(play, tick(60_000), probe(60_100, 'live', [dials('p1', 'answered'), reached('p3', '102', 'ringing')]));
  expect(legs(play)).toEqual({ p1: 'answered', p2: 'ended', p3: 'ringing' });
});

describe('words that nobody knows', () => {
  const rings: readonly Said[] = [
    [0, dials('p1', 'setup')],
    [50, reached('p2', '101', 'ringing')],
  ];
  const askedAfter = (...then: readonly Said[]): number => {
    const play = playOf(...rings, ...then);
    see(play, tick(10_000));
    return play.probes.length;
  };
  const unknown: Said = [100, reached('p2', '101', 'unknown')];

  test('[S3] are asked about while they are the last of a leg that is open', () => {
    expect(askedAfter(unknown)).toBe(1);
    expect(askedAfter(unknown, [200, reached('p2', '101', 'answered')])).toBe(0);
    expect(askedAfter(unknown, [200, reached('p2', '101', 'ended')])).toBe(0);
    expect(askedAfter(unknown, [200, dials('p1', 'answered')])).toBe(1);
    expect(askedAfter([100, dials('p1', 'unknown')], [200, reached('p2', '101', 'answered')])).toBe(1);
    expect(askedAfter([100, dials('p1', 'answered'), reached('p2', '101', 'unknown')])).toBe(1);
    expect(askedAfter([100, dials('p1', 'answered')])).toBe(0);
  });

  test('[S3] a probe that came after them settles them', () => {
    const play = playOf(...rings, unknown);
    see(play, tick(3000), probe(3100, 'live', [dials('p1', 'answered'), reached('p2', '101', 'ringing')]), tick(9000));
    expect(play.probes).toEqual(['s']);
  });
});
