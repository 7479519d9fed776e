import { describe, expect, it } from 'vitest';
import { callcentre } from '../simulator/scenarios/callcentre.ts';
import { defaultRestOptions } from '../simulator/wire/options.ts';
import type { RateGroup } from '../simulator/wire/rate-groups.ts';
import type { RequestsReport } from '../simulator/wire/request-log.ts';
import { startWholeSystem } from './whole-system.ts';

const RUN_MS = 10 * 60_000;

/** What makes a client ask again, and again: refusals, each in the ways a refusal is told, and links that break. */
const weathers = [
  'rate-429:p=0.3',
  'rate-429:p=0.2;all=1,retry-after-date',
  'rate-429:p=0.3,retry-after-none,cut:every=45000',
  'rate-429:p=0.3,retry-after-negative,http-503:p=0.3',
  'rate-429:times=1;after=240000,retry-after-huge,cut:every=60000',
  'wstoken-429:p=0.5,cut:every=30000',
  'subscribe-429:p=0.5,cut:every=30000,recovery-failed',
  'token-429:p=0.5,session-evicted:p=0.02',
  'token-503:p=0.5,staggered-401:times=8,cut:every=30000',
  'global-429:p=0.05,cut:every=50000',
  'cut:every=20000,recovery-silent,upgrade-503:p=0.3',
  'half-open:every=60000,hang:p=0.3,page-loss:p=0.5,deaf:after=120000',
  'drop:p=0.2,drop-final:p=0.5,session-404:p=0.1,session-403:p=0.2',
  'http-500:p=0.4;all=1,reset:p=0.2;all=1',
] as const;

async function report(seed: number, faults: string): Promise<RequestsReport & { readonly struck: number }> {
  const system = await startWholeSystem({ seed, scenario: callcentre, faults });
  try {
    await system.time.advance(RUN_MS);
    const strikes = Object.values(system.simulator.faults.strikes());
    return { ...system.simulator.rest.requests(), struck: strikes.reduce((sum, times) => sum + times, 0) };
  } finally {
    await system.close();
  }
}

describe('ten minutes of a call centre, counted upstream', () => {
  it.each(weathers.map((faults, index) => ({ seed: index + 1, faults })))(
    'nothing inside a penalty, nothing over a budget: seed $seed with $faults',
    async ({ seed, faults }) => {
      const { groups, violations, struck, statuses } = await report(seed, faults);
      expect(struck).toBeGreaterThan(0);
      expect(violations, JSON.stringify(statuses)).toEqual({ insidePenalty: 0, overBudget: 0 });
      for (const group of Object.keys(groups) as RateGroup[]) {
        expect(groups[group].peak, group).toBeLessThanOrEqual(defaultRestOptions.budgets[group]);
      }
      // A client that is silent keeps every limit: this one must have gone on asking.
      expect(groups.heavy.served).toBeGreaterThan(2);
      expect(groups.auth.served).toBeGreaterThan(1);
    },
  );
});
