import { expect, it } from 'vitest';
import { formatAge, formatAgo, formatBound, formatClock, formatTimer } from './format.ts';

it.each([
  [-5_000, '0:00'],
  [999, '0:00'],
  [7_000, '0:07'],
  [760_000, '12:40'],
  [3_599_999, '59:59'],
  [3_729_000, '1:02:09'],
  [86_399_000, '23:59:59'],
  [97_200_000, '1 d 3 h'],
])('a timer of %i ms reads %s', (ms, text) => expect(formatTimer(ms)).toBe(text));

it.each([
  [59_999, 'now'],
  [60_000, '1 min'],
  [3_599_999, '59 min'],
  [3_600_000, '1 h'],
  [90_000_000, '1 d'],
])('%i ms ago reads %s', (ms, text) => expect(formatAgo(ms)).toBe(text));

it.each([
  [-1, '0.0 s'],
  [449, '0.4 s'],
  [9_999, '9.9 s'],
  [12_345, '12 s'],
  [119_999, '119 s'],
  [180_000, '3 min'],
])('data of %i ms reads %s', (ms, text) => expect(formatAge(ms)).toBe(text));

it.each([
  [60_000, '60 s'],
  [60_001, '65 s'],
  [120_000, '120 s'],
  [120_001, '3 min'],
  [600_000, '10 min'],
])('a promise of %i ms reads %s, never less', (ms, text) => expect(formatBound(ms)).toBe(text));

it('tells the time of this machine’s zone', () => {
  expect(formatClock(new Date(2026, 10, 23, 9, 4, 7).getTime())).toBe('09:04:07');
});
