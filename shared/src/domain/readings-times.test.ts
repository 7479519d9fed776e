import { describe, expect, test } from 'vitest';
import { abandonedQueueCall, answeredQueueCall, dials, newPlay, offered, reached, see, T0 } from './board-fixture.ts';
import { timesOf, type Times } from './readings.ts';
import { callOf, mine, shownIn } from './story-fixture.ts';

const heard = (...events: Parameters<typeof see>[1][]): Times => {
  const play = newPlay();
  see(play, ...events);
  return timesOf(shownIn(play));
};

describe('times by the platform’s own recipe', () => {
  test('[C10] through a menu to a user, answered, held, taken back, over', () => {
    const call = callOf(
      [0, dials('p1', 'setup')],
      [50, reached('p2', '300', 'setup')],
      [90, dials('p1', 'answered')],
      [12_000, reached('p2', '300', 'ended')],
      [12_100, reached('p3', '101', 'setup')],
      [12_500, reached('p3', '101', 'ringing')],
      [18_500, reached('p3', '101', 'answered')],
      [48_500, reached('p3', '101', 'held')],
      [58_500, reached('p3', '101', 'answered')],
      [78_500, reached('p3', '101', 'ended')],
      [78_540, dials('p1', 'ended')],
    );
    expect(timesOf(call)).toEqual({ ringMs: 6000, talkMs: 50_000, holdMs: 10_000, waitMs: 6000 });
  });

  test('[C10] four phones ring for a queue: the caller waits once', () => {
    expect(heard(...answeredQueueCall)).toEqual({ ringMs: 7700, talkMs: 22_000, holdMs: 0, waitMs: 7940 });
  });

  test('[C10] abandoned: ring and wait to the end, no talk', () => {
    expect(heard(...abandonedQueueCall)).toEqual({ ringMs: 19_730, talkMs: 0, holdMs: 0, waitMs: 19_970 });
  });

  test('[C10] the one who dialled out holds', () => {
    const call = callOf(
      [0, mine('setup')],
      [40, reached('p2', undefined, 'ringing')],
      [7000, reached('p2', undefined, 'answered')],
      [7030, mine('answered')],
      [12_000, mine('held')],
      [15_000, mine('answered')],
      [20_000, mine('ended')],
      [20_050, reached('p2', undefined, 'ended')],
    );
    expect(timesOf(call)).toEqual({ ringMs: 6960, talkMs: 10_050, holdMs: 3000, waitMs: 6960 });
  });

  test('[C10] held from both sides is held once', () => {
    const call = callOf(
      [0, mine('setup')],
      [40, reached('p2', '102', 'ringing')],
      [1000, reached('p2', '102', 'answered')],
      [5000, mine('held')],
      [7000, reached('p2', '102', 'held')],
      [9000, mine('answered')],
      [11_000, reached('p2', '102', 'answered')],
      [20_000, mine('ended')],
      [20_000, reached('p2', '102', 'ended')],
    );
    expect(timesOf(call)).toEqual({ ringMs: 960, talkMs: 13_000, holdMs: 6000, waitMs: 960 });
  });

  test('[C10] a blind transfer talks twice and rings once for the caller', () => {
    const call = callOf(
      [0, dials('p1', 'setup')],
      [100, reached('p2', '101', 'ringing')],
      [2100, reached('p2', '101', 'answered')],
      [10_100, reached('p2', '101', 'ended', { endReason: 'transferred' })],
      [10_200, reached('p3', '102', 'ringing')],
      [14_200, reached('p3', '102', 'answered')],
      [20_200, reached('p3', '102', 'ended')],
      [20_210, dials('p1', 'ended')],
    );
    expect(timesOf(call)).toEqual({ ringMs: 2000, talkMs: 14_000, holdMs: 0, waitMs: 2000 });
  });

  test('[C10] two colleagues on one call talk once, and one of them on hold holds nobody up', () => {
    const call = callOf(
      [0, dials('p1', 'setup')],
      [0, reached('p2', '101', 'ringing')],
      [1000, reached('p2', '101', 'answered')],
      [6000, reached('p3', '102', 'answered')],
      [8000, reached('p3', '102', 'held')],
      [9000, reached('p3', '102', 'answered')],
      [11_000, reached('p2', '101', 'ended')],
      [16_000, reached('p3', '102', 'ended')],
      [16_000, dials('p1', 'ended')],
    );
    expect(timesOf(call)).toEqual({ ringMs: 1000, talkMs: 15_000, holdMs: 0, waitMs: 1000 });
  });

  test('[C10] one colleague within another’s talk adds nothing', () => {
    const call = callOf(
      [0, dials('p1', 'setup')],
      [1000, reached('p2', '101', 'answered')],
      [3000, reached('p3', '102', 'answered')],
      [5000, reached('p3', '102', 'ended')],
      [5000, reached('p4', '103', 'held')],
      [11_000, reached('p2', '101', 'ended')],
      [15_000, reached('p4', '103', 'ended')],
      [15_000, dials('p1', 'ended')],
    );
    expect(timesOf(call)).toMatchObject({ talkMs: 10_000, holdMs: 4000 });
  });

  test('[C10] a park is neither talk nor hold', () => {
    const call = callOf(
      [0, dials('p1', 'setup')],
      [1000, reached('p2', '101', 'answered')],
      [4000, reached('p2', '101', 'parked')],
      [9000, reached('p2', '101', 'gone', { endReason: 'pickedUp' })],
      [9000, reached('p3', '102', 'answered')],
      [12_000, reached('p3', '102', 'ended')],
      [12_000, dials('p1', 'ended')],
    );
    expect(timesOf(call)).toEqual({ ringMs: 0, talkMs: 6000, holdMs: 0, waitMs: 0 });
  });

  test('[C10] the menu’s and the mailbox’s time is nobody’s talk', () => {
    const call = callOf(
      [0, dials('p1', 'setup')],
      [50, reached('p2', '300', 'answered')],
      [5000, reached('p2', '300', 'ended')],
      [5050, reached('p3', '400', 'answered')],
      [9000, dials('p1', 'ended')],
      [9000, reached('p3', '400', 'ended')],
    );
    expect(timesOf(call)).toEqual({ ringMs: 0, talkMs: 0, holdMs: 0, waitMs: 0 });
  });

  test('[C10] what is still open ends with the moment asked for, else where the present state began', () => {
    const held = callOf(
      [0, dials('p1', 'setup')],
      [1000, offered('p2', '101', 'ringing')],
      [4000, offered('p2', '101', 'answered')],
      [9000, offered('p2', '101', 'held')],
    );
    expect(timesOf(held, T0 + 15_000)).toEqual({ ringMs: 3000, talkMs: 5000, holdMs: 6000, waitMs: 3000 });
    expect(timesOf(held)).toEqual({ ringMs: 3000, talkMs: 5000, holdMs: 0, waitMs: 3000 });
    const ringing = callOf([0, dials('p1', 'setup')], [1000, reached('p2', '101', 'ringing')]);
    expect(timesOf(ringing, T0 + 9000)).toEqual({ ringMs: 8000, talkMs: 0, holdMs: 0, waitMs: 8000 });
    expect(timesOf(ringing, T0)).toMatchObject({ ringMs: 0, waitMs: 0 });
  });

  test('[C10] after the end no later moment counts', () => {
    const call = callOf(
      [0, dials('p1', 'setup')],
      [1000, reached('p2', '101', 'answered')],
      [5000, dials('p1', 'ended')],
      [5000, reached('p2', '101', 'ended')],
    );
    expect(timesOf(call, T0 + 99_000)).toMatchObject({ talkMs: 4000 });
  });
});
