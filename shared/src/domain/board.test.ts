import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  abandonedQueueCall,
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
  states,
  T0,
  tick,
  types,
} from './board-fixture.ts';
import { endedCalls, liveCalls, observe } from './board.ts';
import { get, values } from './keyed.ts';

describe('calls told by events', () => {
  test('[B1] [O1] [O2] four phones ring, one answers: one call, talking, ended, not missed', () => {
    const play = newPlay();
    see(play, ...answeredQueueCall);
    expect(states(play)).toEqual(['routing', 'queued', 'ringing', 'talking', 'ended']);
    expect(types(play).filter((type) => type !== 'callChanged')).toEqual(['callStarted', 'callEnded']);
    expect(lastCall(play)).toMatchObject({
      missed: false,
      direction: 'inbound',
      answeredAt: T0 + 8000,
      endedAt: T0 + 30_040,
      queue: { id: '200', name: 'Support' },
    });
    expect(live(play)).toEqual([]);
    expect(endedCalls(play.board)).toHaveLength(1);
  });

  test('[O1] [O4] an abandoned call is missed once', () => {
    const play = newPlay();
    see(play, ...abandonedQueueCall, tick(25_000), poll(40_000, [record('missed')]), poll(70_000, [record('missed')]));
    expect(types(play).filter((type) => type !== 'callChanged')).toEqual(['callStarted', 'callEnded', 'callMissed']);
    expect(lastCall(play)).toMatchObject({ missed: true, endedAt: T0 + 20_030 });
  });

  test('[C2] a menu that answers is not an answer: who hangs up there was missed', () => {
    const play = newPlay();
    see(
      play,
      event(2, 0, dials('p1', 'setup')),
      event(3, 50, reached('p2', '300', 'setup')),
      event(4, 90, dials('p1', 'answered')),
      event(5, 120, reached('p2', '300', 'answered')),
      event(6, 9000, reached('p2', '300', 'ended')),
      event(7, 9010, dials('p1', 'ended')),
    );
    expect(states(play)).toEqual(['routing', 'ended']);
    expect(lastCall(play)).toMatchObject({ missed: true });
    expect(lastCall(play)?.answeredAt).toBeUndefined();
  });

  test('[C1] [C3] [C4] an outbound call rings, talks, is held, talks and ends', () => {
    const play = newPlay();
    const mine = { extensionId: '101', from: { extensionId: '101' } };
    see(
      play,
      event(2, 0, dials('p1', 'setup', mine)),
      event(3, 40, reached('p2', undefined, 'ringing')),
      event(4, 3500, dials('p1', 'ringing', mine)),
      event(5, 7000, reached('p2', undefined, 'answered')),
      event(6, 7030, dials('p1', 'answered', mine)),
      event(7, 12_000, dials('p1', 'held', mine)),
      event(8, 15_000, dials('p1', 'answered', mine)),
      event(9, 20_000, dials('p1', 'ended', mine)),
      event(10, 20_050, reached('p2', undefined, 'ended')),
    );
    expect(states(play)).toEqual(['ringing', 'talking', 'held', 'talking', 'ended']);
    expect(lastCall(play)).toMatchObject({ direction: 'outbound', missed: false, answeredAt: T0 + 7000 });
  });

  test('[C1] extension to extension is internal, and the early answer of the caller is none', () => {
    const play = newPlay();
    const mine = { extensionId: '101', from: { extensionId: '101' }, to: { extensionId: '102' } };
    const theirs = { from: { extensionId: '101' } };
    see(
      play,
      event(2, 0, dials('p1', 'setup', mine)),
      event(3, 20, reached('p2', '102', 'setup', theirs)),
      event(4, 60, dials('p1', 'answered', mine)),
      event(5, 90, reached('p2', '102', 'ringing', theirs)),
    );
    expect(lastCall(play)).toMatchObject({ direction: 'internal', state: 'ringing' });
    see(play, event(6, 4000, reached('p2', '102', 'answered', theirs)));
    expect(lastCall(play)).toMatchObject({ state: 'talking', answeredAt: T0 + 4000 });
  });

  test('[C5] an agent’s offer names the queue when the queue’s own leg was never heard', () => {
    const play = newPlay();
    see(play, event(5, 300, offered('p3', '101', 'ringing')));
    expect(lastCall(play)).toMatchObject({
      direction: 'inbound',
      state: 'ringing',
      queue: { id: '200', name: 'Support' },
    });
  });

  test('[C3] parked and voicemail read as such', () => {
    const play = newPlay();
    see(
      play,
      event(2, 0, dials('p1', 'setup')),
      event(3, 50, reached('p2', '101', 'setup')),
      event(4, 90, reached('p2', '101', 'ringing')),
      event(5, 20_000, reached('p2', '101', 'voicemail')),
    );
    expect(states(play)).toEqual(['routing', 'ringing', 'voicemail']);
    const other = newPlay();
    see(
      other,
      event(2, 0, dials('p1', 'setup')),
      event(3, 50, reached('p2', '101', 'answered')),
      event(4, 9000, reached('p2', '101', 'parked')),
    );
    expect(lastCall(other)?.state).toBe('parked');
  });

  test('[B3] a transferred call waits for the leg it was handed to, and does not end in between', () => {
    const play = newPlay();
    const mine = { extensionId: '101', from: { extensionId: '101' } };
    see(
      play,
      event(2, 0, dials('p1', 'setup', mine)),
      event(3, 50, reached('p2', '102', 'answered', { from: { extensionId: '101' } })),
      event(4, 9000, dials('p1', 'ended', { ...mine, endReason: 'transferred' })),
      event(5, 9010, reached('p2', '102', 'gone', { from: { extensionId: '101' } })),
      tick(11_000),
    );
    expect(live(play)).toHaveLength(1);
    see(play, event(6, 12_000, reached('p3', '103', 'ringing')));
    expect(lastCall(play)?.state).toBe('ringing');
    see(play, event(7, 14_000, reached('p3', '103', 'gone')), tick(15_000), tick(19_500));
    expect(live(play)).toHaveLength(0);
  });

  test('[B2] the caller hanging up ends the call at once, whatever was handed on before', () => {
    const play = newPlay();
    see(
      play,
      event(2, 0, dials('p1', 'setup')),
      event(3, 50, reached('p2', '101', 'answered')),
      event(4, 9000, reached('p2', '101', 'ended', { endReason: 'transferred' })),
      event(5, 9050, reached('p3', '102', 'ringing')),
      event(6, 12_000, reached('p3', '102', 'ended')),
      event(7, 12_010, dials('p1', 'ended')),
    );
    expect(lastCall(play)).toMatchObject({ state: 'ended', missed: false });
  });

  test('[C6] an unknown extension that turns out to be a menu takes its answer back', () => {
    const play = newPlay();
    see(play, { kind: 'directory', at: T0 - 900, directory: new Map() });
    see(play, event(2, 0, dials('p1', 'setup')), event(3, 50, reached('p2', '300', 'answered')));
    expect(lastCall(play)?.state).toBe('talking');
    see(play, { kind: 'directory', at: T0 + 900, directory: new Map([['300', { id: '300', kind: 'menu' }]]) });
    expect(lastCall(play)).toMatchObject({ state: 'routing' });
    expect(lastCall(play)?.answeredAt).toBeUndefined();
  });
});

/** Two lost events: a phone that may have rung, answered and stopped without our hearing of it. */
const withoutOnePhone = abandonedQueueCall.filter((e) => e.sequence !== 5 && e.sequence !== 7);

describe('disorder and loss', () => {
  test('[S1] [S2] [S5] any order and repetition of the events ends in the same call', () => {
    const ordered = newPlay();
    see(ordered, ...answeredQueueCall.slice(0, -1));
    const expected = live(ordered);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(answeredQueueCall.slice(0, -1), { minLength: answeredQueueCall.length - 1 }),
        fc.array(fc.constantFrom(...answeredQueueCall.slice(0, -1))),
        (shuffled, repeated) => {
          const play = newPlay();
          see(play, ...shuffled, ...repeated);
          expect(live(play)).toEqual(expected);
        },
      ),
    );
  });

  test('[S2] [B2] [O1] every permutation of a whole call starts once, ends once and is decided alike', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...answeredQueueCall], { minLength: answeredQueueCall.length }), (shuffled) => {
        const play = newPlay();
        see(play, ...shuffled, tick(40_000));
        const counted = types(play).filter((type) => type === 'callStarted' || type === 'callEnded');
        expect(counted).toEqual(['callStarted', 'callEnded']);
        expect(types(play)).not.toContain('callMissed');
        expect(endedCalls(play.board)[0]).toMatchObject({ missed: false, answeredAt: T0 + 8000 });
      }),
    );
  });

  test('[S5] an event with two parties counts for both', () => {
    const play = newPlay();
    see(play, event(2, 0, dials('p1', 'setup'), reached('p2', '101', 'ringing')));
    expect(lastCall(play)).toMatchObject({ state: 'ringing', legs: [{ id: 'p1' }, { id: 'p2' }] });
  });

  test('[S3] a hole is asked about after a short wait, once', () => {
    const play = newPlay();
    see(play, event(2, 0, dials('p1', 'setup')), event(4, 100, reached('p2', '101', 'ringing')), tick(1000));
    expect(play.probes).toEqual([]);
    see(play, tick(2500), tick(3500), tick(4500));
    expect(play.probes).toEqual(['s']);
  });

  test('[S3] a hole that fills itself is not asked about', () => {
    const play = newPlay();
    see(play, event(2, 0, dials('p1', 'setup')), event(4, 100, reached('p2', '101', 'ringing')));
    see(play, event(3, 50, reached('p2', '101', 'setup')), tick(5000));
    expect(play.probes).toEqual([]);
  });

  test('[S4] a probe that an event overtook settles nothing', () => {
    const play = newPlay();
    see(play, event(2, 0, dials('p1', 'setup')), event(4, 100, reached('p2', '101', 'ringing')), tick(2500));
    see(play, event(5, 3000, reached('p2', '101', 'answered')), probe(2600, 'over'));
    expect(live(play)).toMatchObject([{ state: 'talking' }]);
    see(play, tick(5500));
    expect(play.probes).toEqual(['s', 's']);
  });

  test('[O3] an answer whose event was lost is no miss: the record decides', () => {
    const play = newPlay();
    const lost = answeredQueueCall.filter((e) => ![9, 10, 11, 12, 13].includes(e.sequence));
    see(play, ...lost, tick(33_000), probe(33_000, 'over'));
    expect(types(play)).toContain('callEnded');
    expect(lastCall(play)?.missed).toBeUndefined();
    see(play, poll(45_000, [record('connected')]));
    expect(lastCall(play)).toMatchObject({ missed: false });
    expect(types(play)).not.toContain('callMissed');
  });

  test('[S3] a word nobody knows that is the last of its leg is asked about; a later word of that leg answers it', () => {
    const play = newPlay();
    see(play, event(2, 0, dials('p1', 'setup')), event(3, 50, reached('p2', '200', 'setup')));
    see(play, event(4, 4000, reached('p2', '200', 'unknown')), tick(6049));
    expect(play.probes).toEqual([]);
    see(play, tick(6050));
    expect(play.probes).toEqual(['s']);
    const answered = newPlay();
    see(answered, event(2, 0, dials('p1', 'setup')), event(3, 50, reached('p2', '200', 'unknown')));
    see(answered, event(4, 900, reached('p2', '200', 'ended')), tick(9000));
    expect(answered.probes).toEqual([]);
  });

  test('[O3] a word nobody knows may be an answer: the record decides', () => {
    for (const verdict of ['connected', 'missed'] as const) {
      const play = newPlay();
      see(play, event(2, 0, dials('p1', 'setup')), event(3, 100, reached('p2', '101', 'ringing')));
      see(play, event(4, 5_000, reached('p2', '101', 'unknown')), event(5, 9_000, dials('p1', 'ended')));
      see(play, event(6, 9_050, reached('p2', '101', 'ended')));
      expect(types(play).slice(-1)).toEqual(['callEnded']);
      expect(lastCall(play)?.missed).toBeUndefined();
      see(play, poll(45_000, [record(verdict)]), poll(75_000, [record(verdict)]));
      expect(lastCall(play)).toMatchObject({ missed: verdict === 'missed' });
    }
  });

  test('[O3] [O4] a miss whose events were lost is announced when the record tells', () => {
    const play = newPlay();
    see(play, ...withoutOnePhone, tick(24_000), probe(24_000, 'over'));
    expect(types(play)).not.toContain('callMissed');
    see(play, poll(45_000, [record('missed')]), poll(75_000, [record('missed')]));
    expect(types(play).filter((type) => type === 'callMissed')).toHaveLength(1);
  });

  test('[O6] a lost event that cannot have been an answer does not hold up the outcome', () => {
    for (const lost of [2, 3, 4, 5, 6]) {
      const play = newPlay();
      see(play, ...abandonedQueueCall.filter((e) => e.sequence !== lost), tick(24_000), probe(24_000, 'over'));
      expect(types(play).at(-1), `without ${lost}`).toBe('callMissed');
    }
    const play = newPlay();
    const gone = abandonedQueueCall.map((e) =>
      e.sequence === 7 ? event(7, 20_000, offered('p3', '101', 'ended')) : e,
    );
    see(play, ...gone.filter((e) => e.sequence !== 6), tick(24_000), probe(24_000, 'over'));
    expect(types(play).at(-1)).toBe('callEnded');
  });

  test('[O3] an event that arrives after the end may tell the outcome, and nothing else', () => {
    const play = newPlay();
    see(play, ...withoutOnePhone, tick(24_000), probe(24_000, 'over'));
    see(play, ...abandonedQueueCall.filter((e) => !withoutOnePhone.includes(e)));
    expect(types(play).slice(-2)).toEqual(['callCorrected', 'callMissed']);
    expect(live(play)).toEqual([]);
  });

  test('[O2] a loser’s “answered elsewhere” proves the lost answer', () => {
    const play = newPlay();
    see(play, ...answeredQueueCall.filter((e) => e.sequence !== 9), tick(33_000), probe(33_000, 'over'));
    expect(endedCalls(play.board)[0]).toMatchObject({ missed: false });
  });

  test('a session first heard of by its end is asked about and never shown as live', () => {
    const play = newPlay();
    see(play, event(15, 30_040, dials('p1', 'ended')));
    expect(types(play)).toEqual([]);
    expect(play.probes).toEqual(['s']);
    see(play, probe(30_200, 'over'));
    expect(types(play)).toEqual(['callStarted', 'callEnded']);
    expect(lastCall(play)).toMatchObject({ backfilled: true });
  });
});

test('[C4] a caller for whom no phone rings any more is on the way to the next destination', () => {
  const play = newPlay();
  see(play, event(2, 0, dials('p1', 'setup')), event(3, 50, reached('p2', '101', 'ringing')));
  see(play, event(4, 20_000, reached('p2', '101', 'ended', { endReason: 'noAnswer' })));
  expect(lastCall(play)?.state).toBe('routing');
  see(play, event(5, 22_000, reached('p3', '400', 'voicemail')));
  expect(lastCall(play)?.state).toBe('voicemail');
});

test('[C7] a word nobody knows leaves what was known', () => {
  const play = newPlay();
  see(play, event(2, 0, dials('p1', 'setup')), event(3, 50, reached('p2', '101', 'answered')));
  see(play, event(4, 900, reached('p2', '101', 'unknown')));
  expect(lastCall(play)?.state).toBe('talking');
});

describe('memory', () => {
  test('a session heard of only by its end is written down, undecided, when nobody can answer for it', () => {
    const play = newPlay();
    see(play, event(9, 0, dials('p1', 'ended')));
    for (let after = 1000; after <= 320_000; after += 1000) see(play, tick(after));
    expect(types(play)).toEqual(['callStarted', 'callEnded']);
    expect(play.probes.length).toBeLessThan(20);
  });

  test('[O3] a stream that begins with a probe has no holes behind it, but what was lost since might be an answer', () => {
    const play = newPlay();
    see(play, poll(0, [record('inProgress', { extensionId: '101' })]));
    see(play, probe(500, 'live', [dials('p1', 'answered'), reached('p2', '101', 'ringing')]));
    see(
      play,
      event(12, 1500, reached('p2', '101', 'ended', { endReason: 'noAnswer' })),
      event(13, 1600, dials('p1', 'ended')),
    );
    expect(types(play).filter((type) => type !== 'callChanged')).toEqual(['callStarted', 'callEnded']);
    expect(lastCall(play)?.outcome).toBeUndefined();
    see(play, poll(30_000, [record('missed', { extensionId: '101' })]));
    expect(types(play).slice(-2)).toEqual(['callCorrected', 'callMissed']);
  });

  test('[B4] after the end nothing brings a call back', () => {
    const play = newPlay();
    see(play, ...answeredQueueCall);
    const before = play.changes.length;
    see(
      play,
      ...answeredQueueCall,
      poll(35_000, [record('inProgress')]),
      probe(40_000, 'live', [dials('p1', 'answered')]),
    );
    see(play, event(16, 50_000, offered('p9', '101', 'ringing')), tick(29 * 60_000));
    see(play, event(17, 29 * 60_000, offered('p9', '101', 'ringing')));
    expect(play.changes).toHaveLength(before);
    expect(live(play)).toEqual([]);
  });

  test('[B14] every memory is let go in time', () => {
    const play = newPlay();
    see(play, ...answeredQueueCall, tick(11 * 60_000));
    expect(endedCalls(play.board)).toEqual([]);
    see(play, tick(40 * 60_000));
    expect(values(play.board.tombstones)).toEqual([]);
    const missed = newPlay();
    see(missed, ...abandonedQueueCall, tick(50 * 60_000));
    expect(endedCalls(missed.board)).toHaveLength(1);
    see(missed, tick(62 * 60_000));
    expect(endedCalls(missed.board)).toEqual([]);
  });

  test('[B15] the board that was passed in is unchanged', () => {
    const play = newPlay();
    see(play, ...answeredQueueCall.slice(0, 5));
    const before = play.board;
    const frozen = JSON.stringify({ live: values(before.live), tally: before.tally });
    for (const next of answeredQueueCall) observe(before, next);
    expect(JSON.stringify({ live: values(before.live), tally: before.tally })).toBe(frozen);
    expect(liveCalls(before)).toHaveLength(1);
    expect(get(before.live, 's')?.call.state).toBe('ringing');
  });
});
