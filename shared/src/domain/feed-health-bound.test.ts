import { expect, test } from 'vitest';
import { emptyBoard } from './board.ts';
import { proofBound } from './feed-health-bound.ts';

const board = emptyBoard();
const withBudget = (pollEveryMs: number, probesPerMinute: number, unlisted: number) =>
  proofBound({ ...board, budget: { pollEveryMs, probesPerMinute }, unlisted });

test('[H3] 60 s is promised as long as the limits carry it', () => {
  expect(proofBound(board)).toEqual({ provedWithinMs: 60_000 });
  expect(withBudget(15_000, 50, 30)).toEqual({ provedWithinMs: 60_000 });
});

test('[H3] where they do not, the bound that they carry is told, and what stretches it', () => {
  expect(withBudget(70_000, 50, 10)).toEqual({ provedWithinMs: 100_000, boundBy: 'list' });
  expect(withBudget(30_000, 50, 80)).toEqual({ provedWithinMs: 135_000, boundBy: 'probes' });
  expect(withBudget(70_000, 50, 400)).toMatchObject({ boundBy: 'probes' });
});
