import { expect, it } from 'vitest';
import { settle } from './settle.ts';

const place = (left: number, top: number): DOMRect => ({ left, top, height: 70 }) as DOMRect;
const row = undefined as unknown as Element;

it.each([
  ['walks one row up', place(0, 170), place(0, 100), 'transform: translateY(35px)'],
  ['walks one row down', place(0, 100), place(0, 170), 'transform: translateY(-35px)'],
  ['does not fly over other rows', place(0, 310), place(0, 100), 'opacity: 0.5'],
  ['does not fly into another column', place(400, 100), place(0, 590), 'opacity: 0.5'],
])('%s', (_what, from, to, half) => {
  expect(settle(row, { from, to }, { duration: 180 }).css?.(0.5, 0.5)).toBe(half);
});
