import type { BudgetObservation } from '@ringside/shared/domain/observation';
import type { RateBudget } from './rate-budget.ts';
import type { Allowance } from './rate-window.ts';

/** What one complete poll took. */
export interface PollCost {
  readonly pages: number;
  readonly lastedMs: number;
}

/** How often polls are to come, and what that promises. */
export interface PollPace {
  /** A complete poll has ended. */
  polled(cost: PollCost): void;
  /** ms between the beginnings of two polls, as things stand. */
  everyMs(): number;
  /** What the limits allow, if that is not what was said last. `at`: local ms. */
  news(at: number): BudgetObservation | undefined;
}

/** Beside a healthy event link, and without one. */
const healthyMs = 30_000;
const lonelyMs = 15_000;
/** Heavy requests a minute that polls leave to the call log and whoever else needs them. */
const leftToOthers = 4;
const leftByLongLists = 1;
const longListPages = 5;

/**
 * ms between the beginnings of two polls of `pages` pages: the pace that is wanted, or as often as the Heavy group carries
 * it beside the others, or as long as a poll takes because strangers spend the same budget.
 */
export function pollEveryMs({ pages, lastedMs }: PollCost, heavy: Allowance, linkUp: boolean): number {
  const perMinute = (heavy.count * 60_000) / heavy.perMs;
  const left = pages <= longListPages ? leftToOthers : leftByLongLists;
  const forPolls = Math.max(1, perMinute - left);
  const carriedMs = Math.ceil((pages * 60_000) / forPolls);
  return Math.max(linkUp ? healthyMs : lonelyMs, carriedMs, Math.ceil(lastedMs));
}

export function createPollPace(budget: Pick<RateBudget, 'allows'>, linkUp: () => boolean): PollPace {
  let cost: PollCost = { pages: 1, lastedMs: 0 };
  let said: Omit<BudgetObservation, 'at'> | undefined;
  const everyMs = (): number => pollEveryMs(cost, budget.allows('heavy'), linkUp());
  return {
    polled(next) {
      cost = next;
    },
    everyMs,
    news(at) {
      const light = budget.allows('light');
      const probesPerMinute = Math.floor((light.count * 60_000) / light.perMs);
      const next = { kind: 'budget', pollEveryMs: everyMs(), probesPerMinute } as const;
      const same = said?.pollEveryMs === next.pollEveryMs && said.probesPerMinute === next.probesPerMinute;
      if (same) return undefined;
      said = next;
      return { ...next, at };
    },
  };
}
