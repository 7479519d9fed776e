import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTimeline } from './timeline.ts';

it('gives tasks back by time, then in the order they were scheduled, without the cancelled ones', () => {
  const entry = fc.record({ at: fc.integer({ min: 0, max: 20 }), cancelled: fc.boolean() });
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const timeline = createTimeline();
      const told: number[] = [];
      for (const [index, { at, cancelled }] of entries.entries()) {
        const timer = timeline.schedule(at, () => told.push(index));
        if (cancelled) timer.cancel();
      }
      const expected = [...entries.keys()].filter((index) => entries[index]?.cancelled === false);
      expected.sort((left, right) => (entries[left]?.at ?? 0) - (entries[right]?.at ?? 0));
      expect(timeline.nextAt()).toBe(entries[expected[0] ?? -1]?.at);
      for (let due = timeline.takeDue(20); due !== undefined; due = timeline.takeDue(20)) due.task();
      expect(told).toEqual(expected);
    }),
  );
});

it('keeps what is not due yet', () => {
  const timeline = createTimeline();
  timeline.schedule(10, () => undefined);
  expect(timeline.takeDue(9)).toBeUndefined();
  expect(timeline.takeDue(10)?.at).toBe(10);
  expect(timeline.nextAt()).toBeUndefined();
});
