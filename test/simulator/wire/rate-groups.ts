/**
 * In:  one admission per request, with the user and app it came from.
 * Out: whether it passes, the X-Rate-Limit headers, and a tally of what the client did wrong.
 * Never: a timer. The window slides over recorded instants.
 */
import type { Clock } from './model.ts';
import type { RestOptions } from './options.ts';

export type RateGroup = 'light' | 'medium' | 'heavy' | 'auth';

export interface RateVerdict {
  readonly admitted: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly retryAfterSeconds: number;
}

export interface RateTally {
  /** Requests let through. */
  readonly served: number;
  /** Requests that found the budget empty and so began a penalty. */
  readonly overBudget: number;
  /** Requests sent while a penalty ran; each began it anew. */
  readonly insidePenalty: number;
  /** Most requests ever let through in one window. */
  readonly peak: number;
}

export interface RateGroups {
  /** Counts one request of `owner` (user and app) against its group. */
  admit(owner: string, group: RateGroup): RateVerdict;
  /** Starts a penalty that another layer announced, so that touching it is counted as well. */
  penalise(owner: string, group: RateGroup, ms: number): void;
  tally(): Readonly<Record<RateGroup, RateTally>>;
}

interface Bucket {
  times: number[];
  penaltyUntil: number;
}

type Rules = Pick<RestOptions, 'budgets' | 'rateWindowMs' | 'penaltyMs'>;

const emptyTally = () => ({ served: 0, overBudget: 0, insidePenalty: 0, peak: 0 });

/** Sliding window per (user, app, group) with a penalty that restarts on touch. Source: the platform's rate-limit guide. */
export function createRateGroups(clock: Clock, rules: Rules): RateGroups {
  const buckets = new Map<string, Bucket>();
  const tallies = { light: emptyTally(), medium: emptyTally(), heavy: emptyTally(), auth: emptyTally() };

  const bucketOf = (owner: string, group: RateGroup): Bucket => {
    const key = `${owner} ${group}`;
    const bucket = buckets.get(key) ?? { times: [], penaltyUntil: 0 };
    buckets.set(key, bucket);
    bucket.times = bucket.times.filter((at) => at > clock.now() - rules.rateWindowMs);
    return bucket;
  };

  const verdict = (bucket: Bucket, group: RateGroup, admitted: boolean): RateVerdict => ({
    admitted,
    retryAfterSeconds: Math.ceil(rules.penaltyMs / 1000),
    headers: {
      'X-Rate-Limit-Group': group,
      'X-Rate-Limit-Limit': String(rules.budgets[group]),
      'X-Rate-Limit-Remaining': String(admitted ? Math.max(0, rules.budgets[group] - bucket.times.length) : 0),
      'X-Rate-Limit-Window': String(Math.ceil(rules.rateWindowMs / 1000)),
    },
  });

  return {
    admit(owner, group) {
      const bucket = bucketOf(owner, group);
      const tally = tallies[group];
      const inside = clock.now() < bucket.penaltyUntil;
      if (inside || bucket.times.length >= rules.budgets[group]) {
        tally[inside ? 'insidePenalty' : 'overBudget'] += 1;
        bucket.penaltyUntil = clock.now() + rules.penaltyMs;
        return verdict(bucket, group, false);
      }
      bucket.times.push(clock.now());
      tally.served += 1;
      tally.peak = Math.max(tally.peak, bucket.times.length);
      return verdict(bucket, group, true);
    },
    penalise(owner, group, ms) {
      const bucket = bucketOf(owner, group);
      bucket.penaltyUntil = Math.max(bucket.penaltyUntil, clock.now() + ms);
    },
    tally: () => structuredClone(tallies),
  };
}
