import { afterEach, describe, expect, it, vi } from 'vitest';
import { callcentre } from '../simulator/scenarios/callcentre.ts';
import type { Simulator } from '../simulator/simulator.ts';
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
  'token-429:times=2,session-evicted:p=0.02',
  'token-503:p=0.5,staggered-401:times=8,cut:every=30000',
  'global-429:p=0.05,cut:every=50000',
  'cut:every=20000,recovery-silent,upgrade-503:p=0.3',
  'half-open:every=60000,hang:p=0.3,page-loss:p=0.5,deaf:after=120000',
  'drop:p=0.2,drop-final:p=0.5,session-404:p=0.1,session-403:p=0.2',
  'http-500:p=0.4;all=1,reset:p=0.2;all=1',
] as const;

interface Report extends RequestsReport {
  readonly struck: number;
  /** Requests that came inside a penalty at the very moment it began: they were under way when the refusal was told. */
  readonly underWay: Readonly<Record<RateGroup, number>>;
}

async function report(seed: number, faults: string): Promise<Report> {
  const system = await startWholeSystem({ seed, scenario: callcentre, faults });
  const underWay = countUnderWay(system.simulator);
  try {
    await system.time.advance(RUN_MS);
    const strikes = Object.values(system.simulator.faults.strikes());
    return { ...system.simulator.rest.requests(), underWay, struck: strikes.reduce((sum, times) => sum + times, 0) };
  } finally {
    await system.close();
  }
}

/** Answers take no time here, so whatever is sent in a later millisecond is sent by a client that knows of the refusal. */
function countUnderWay({ rest: { rates }, clock }: Simulator): Record<RateGroup, number> {
  const began = new Map<RateGroup, number>();
  const underWay = { light: 0, medium: 0, heavy: 0, auth: 0 };
  const { admit, penalise } = rates;
  vi.spyOn(rates, 'penalise').mockImplementation((owner, group, ms) => {
    began.set(group, clock.now());
    penalise(owner, group, ms);
  });
  vi.spyOn(rates, 'admit').mockImplementation((owner, group) => {
    const verdict = admit(owner, group);
    if (!verdict.admitted && began.get(group) === clock.now()) underWay[group] += 1;
    return verdict;
  });
  return underWay;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('ten minutes of a call centre, counted upstream', () => {
  it.each([0, 100].flatMap((offset) => weathers.map((faults, index) => ({ seed: offset + index + 1, faults }))))(
    'nothing sent inside a penalty, nothing over a budget: seed $seed with $faults',
    async ({ seed, faults }) => {
      const { groups, struck, underWay, statuses } = await report(seed, faults);
      expect(struck).toBeGreaterThan(0);
      for (const group of Object.keys(groups) as RateGroup[]) {
        const counts = { group, overBudget: 0, insidePenalty: underWay[group] };
        expect({ group, ...groups[group] }, JSON.stringify(statuses)).toMatchObject(counts);
        expect(groups[group].peak, group).toBeLessThanOrEqual(defaultRestOptions.budgets[group]);
      }
      // Calls are asked about in parallel, and the log may be read beside a list; logins and link tokens never are.
      expect(underWay.auth).toBe(0);
      expect(underWay.heavy).toBeLessThanOrEqual(struck);
      // A client that is silent keeps every limit: this one must have gone on asking.
      expect(groups.heavy.served).toBeGreaterThan(2);
      expect(groups.auth.served).toBeGreaterThan(1);
    },
  );
});
