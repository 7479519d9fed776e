import { afterAll, describe, expect, test } from 'vitest';
import type { Scenario } from '../simulator/pbx/scenario.ts';
import { losesNothing, runSeed, type Verdict } from './convergence.ts';

/** `SEED=n` runs that seed alone, `SEEDS=n` runs more or fewer than usual. */
const only = process.env['SEED'];
const count = Number(process.env['SEEDS'] ?? 110);

/** Until the call log is read an outage may swallow whole calls, and leave the outcome of others open. Not many. */
const UNSEEN_SHARE = 0.08;
const UNANNOUNCED_SHARE = 0.25;
/** So many living calls at least must have been compared per seed, or the comparison proves nothing. */
const LIVE_PER_SEED = 2;

export interface Pinned {
  readonly seed: number;
  readonly faults: string;
  readonly because: string;
}

/**
 * Seeded lives of the whole product in one scenario: each with its own calls and faults, each healed and held against
 * the truth. `pinned` are seeds that once failed, kept for ever with the faults they failed under.
 */
export function convergenceSuite(scenario: Scenario, pinned: readonly Pinned[] = []): void {
  const verdicts: Verdict[] = [];
  const seeds = only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(only)];

  describe(`${scenario.name}: truth = server = viewer`, () => {
    test.each(seeds)('seed %i', async (seed) => {
      const verdict = await runSeed(scenario, seed);
      verdicts.push(verdict);
      expect(verdict.problems, `SEED=${seed} with ${verdict.faults}`).toEqual([]);
      if (losesNothing(verdict.faults)) expect(verdict).toMatchObject({ unseen: 0, unannounced: 0 });
    });

    test.each(pinned)('seed $seed with $faults: $because', async ({ seed, faults }) => {
      expect((await runSeed(scenario, seed, faults)).problems).toEqual([]);
    });

    test.skipIf(only !== undefined || count < 100)('every fault struck, and few calls went unseen', () => {
      const strikes = new Map<string, number>();
      for (const verdict of verdicts) {
        for (const [fault, times] of Object.entries(verdict.strikes))
          strikes.set(fault, (strikes.get(fault) ?? 0) + times);
      }
      expect([...strikes].filter(([, times]) => times === 0).map(([fault]) => fault)).toEqual([]);
      expect(sum(verdicts, 'unseen') / sum(verdicts, 'calls')).toBeLessThan(UNSEEN_SHARE);
      expect(sum(verdicts, 'unannounced') / sum(verdicts, 'missed')).toBeLessThan(UNANNOUNCED_SHARE);
      expect(sum(verdicts, 'live') / verdicts.length).toBeGreaterThan(LIVE_PER_SEED);
      expect(verdicts.filter(({ faults }) => losesNothing(faults)).length).toBeGreaterThan(0);
    });
  });

  afterAll(() => {
    const told = (['calls', 'live', 'unseen', 'missed', 'unannounced'] as const).map(
      (what) => `${sum(verdicts, what)} ${what}`,
    );
    console.log(`${scenario.name}: ${verdicts.length} seeds, ${told.join(', ')}`);
  });
}

function sum(verdicts: readonly Verdict[], what: 'calls' | 'live' | 'unseen' | 'missed' | 'unannounced'): number {
  return verdicts.reduce((total, verdict) => total + verdict[what], 0);
}
