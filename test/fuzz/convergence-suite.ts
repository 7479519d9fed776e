import { afterAll, describe, expect, test } from 'vitest';
import type { Scenario } from '../simulator/pbx/scenario.ts';
import { runSeed, type Verdict } from './convergence.ts';

/** `SEED=n` runs that seed alone, `SEEDS=n` runs more or fewer than usual. */
const only = process.env['SEED'];
const count = Number(process.env['SEEDS'] ?? 110);

/** Outages are allowed to swallow whole calls until the call log is read, but not many. */
const UNSEEN_SHARE = 0.08;

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
      expect(share(verdicts, 'unseen')).toBeLessThan(UNSEEN_SHARE);
    });
  });

  afterAll(() => {
    const calls = verdicts.reduce((sum, verdict) => sum + verdict.calls, 0);
    const percent = (of: 'unseen' | 'undecided') => `${(100 * share(verdicts, of)).toFixed(1)} % ${of}`;
    console.log(
      `${scenario.name}: ${verdicts.length} seeds, ${calls} calls, ${percent('unseen')}, ${percent('undecided')}`,
    );
  });
}

function share(verdicts: readonly Verdict[], of: 'unseen' | 'undecided'): number {
  const calls = verdicts.reduce((sum, verdict) => sum + verdict.calls, 0);
  return calls === 0 ? 0 : verdicts.reduce((sum, verdict) => sum + verdict[of], 0) / calls;
}
