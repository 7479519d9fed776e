import { expect, it } from 'vitest';
import { createRng } from './rng.ts';

const sample = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

it('is the same for the same seed, and different for another', () => {
  const draw = (seed: number) => sample(8, createRng(seed).next);
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

it('forks without being disturbed', () => {
  const plain = createRng('x');
  const forking = createRng('x');
  forking.fork('aside').next();
  expect(forking.next()).toBe(plain.next());
  expect(createRng('x').fork(1).next()).not.toBe(createRng('x').fork(2).next());
});

it('is fair enough', () => {
  const rng = createRng(42);
  expect(mean(sample(20_000, rng.next))).toBeCloseTo(0.5, 1);
  expect(mean(sample(20_000, () => rng.exponential(10)))).toBeCloseTo(10, 0);
  const tens = sample(20_000, () => rng.int(1, 10));
  expect([Math.min(...tens), Math.max(...tens)]).toEqual([1, 10]);
  const firstOfFork = sample(3_000, () => rng.fork(rng.next()).int(0, 29));
  expect(new Set(firstOfFork).size).toBe(30);
  const lengths = sample(5_000, () => rng.duration(1_000));
  expect(Math.min(...lengths)).toBeGreaterThanOrEqual(250);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(4_000);
});

it('picks from something only', () => {
  expect(() => createRng(1).pick([])).toThrow(RangeError);
});
