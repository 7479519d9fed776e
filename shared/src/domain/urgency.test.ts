import { expect, test } from 'vitest';
import { dials, event, newPlay, poll, reached, record, see, T0, tick } from './board-fixture.ts';
import { probeUrgency } from './urgency.ts';

const talking = [event(2, 0, dials('p1', 'setup')), event(3, 50, reached('p2', '101', 'answered'))];

test('[B13] what may be over or is not shown yet comes before what rings, and that before what talks', () => {
  const play = newPlay();
  see(play, ...talking, { ...event(2, 6000, dials('q1', 'setup')), sessionId: 'waiting' });
  see(
    play,
    { kind: 'link', at: T0 + 9000, up: true, gap: true },
    poll(9500, [record('inProgress', { sessionId: 'new' })]),
  );
  expect(['new', 'waiting', 's'].map((id) => probeUrgency(play.board, id))).toEqual([0, 1, 2]);
  see(play, poll(30_000, [record('connected')]));
  expect(probeUrgency(play.board, 's')).toBe(2);
  const over = newPlay();
  see(over, ...talking, poll(30_000, [record('connected')]));
  expect(probeUrgency(over.board, 's')).toBe(0);
});

test('a question that has settled itself is not asked', () => {
  const play = newPlay();
  see(play, ...talking);
  expect(probeUrgency(play.board, 's')).toBeUndefined();
  expect(probeUrgency(play.board, 'nobody')).toBeUndefined();
  see(play, tick(65_000));
  expect(probeUrgency(play.board, 's')).toBe(2);
});
