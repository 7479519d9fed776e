import { expect, it } from 'vitest';
import type { WallCall } from '../live/live-board.svelte.ts';
import { columns } from './columns.ts';
import { count } from './counters.ts';
import { tileWords, type Fact, type TileWords } from './tile-words.ts';

const at = 10_000_000;
const waits = (state: WallCall['state'], seconds: number, queue?: string): WallCall => ({
  id: `${state} ${seconds}`,
  direction: 'inbound',
  state,
  startedAt: at - seconds * 1_000,
  stateSince: at - seconds * 1_000,
  party: 'Anonymous',
  ...(queue !== undefined && { queue }),
});
const text = (facts: readonly Fact[]): string =>
  facts.map(({ before = '', value = '', after = '' }) => before + value + after).join(' · ');
const line = (tile: keyof TileWords, ...calls: WallCall[]): string =>
  text(tileWords(count(columns(calls, at), at))[tile]);

it('tells the parts of those who wait, until somebody waits too long', () => {
  expect(line('waiting')).toBe('0 ringing · 0 in queue');
  expect(line('waiting', waits('queued', 5), waits('queued', 9), waits('routing', 2))).toBe(
    '0 ringing · 2 in queue · 1 in menu',
  );
  expect(line('waiting', waits('queued', 46), waits('ringing', 9))).toBe('1 over target · 1 ringing');
});

it('says of the longest wait whose it is, and that nobody waits', () => {
  expect(line('longest')).toBe('nobody waits · target 0:45');
  expect(line('longest', waits('queued', 50, 'Billing'), waits('queued', 9, 'Sales'))).toBe('target 0:45 · Billing');
  expect(line('longest', waits('ringing', 50))).toBe('target 0:45');
});

it('says why a number is a range', () => {
  const doubtful = (call: WallCall): WallCall => ({ ...call, unconfirmed: true });
  const calls = [waits('queued', 5), doubtful(waits('queued', 9)), waits('talking', 60), doubtful(waits('talking', 9))];
  expect(line('waiting', ...calls)).toBe('1 unconfirmed · 0 ringing · 1 in queue');
  expect(line('talking', ...calls)).toBe('1 unconfirmed · 0 on hold');
  expect(line('live', ...calls)).toBe('2 unconfirmed · 2 in · 0 out · 0 internal');
  expect(line('longest', doubtful(waits('queued', 90)))).toBe('1 unconfirmed');
});
