import { afterEach, beforeEach, expect, it } from 'vitest';
import { paintVeil } from './veil.ts';

const words = { openedAt: 1, clock: (at: number) => `t${at}` };

beforeEach(() => {
  document.body.innerHTML = '<div id="veil" role="alert" hidden></div>';
});
afterEach(() => {
  delete document.documentElement.dataset['pulse'];
});

const veil = (): HTMLElement => document.getElementById('veil') as HTMLElement;

it('covers the screen when it is dead, says since when, and goes by itself', () => {
  paintVeil(document, { pulse: 'dead', beatAt: 9, provedAt: 7 }, words);
  expect(veil().textContent).toContain('NOT LIVE since t7');
  expect(veil().hidden).toBe(false);
  paintVeil(document, { pulse: 'live', beatAt: 10, provedAt: 10 }, words);
  expect(veil().hidden).toBe(true);
  expect(document.documentElement.dataset['pulse']).toBe('live');
});

it('counts from the opening of the page when nothing was ever live', () => {
  paintVeil(document, { pulse: 'dead' }, words);
  expect(veil().textContent).toContain('NOT LIVE since t1');
});
