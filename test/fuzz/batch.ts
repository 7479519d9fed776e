/**
 * In:  the verdicts of many lives.
 * Out: their sums, and what is wrong with the batch as a whole: what never struck or fired has not been tested.
 * Never: a verdict of its own on one life.
 */
import { losesNothing, everyFault, type Mode } from './menu.ts';
import type { Verdict } from './life.ts';

/** Fewer lives than this cannot be expected to meet everything. */
export const FULL_BATCH = 200;
/** Until the call log is read an outage may swallow whole calls, and leave the outcome of others open. Not many. */
const UNSEEN_SHARE = 0.08;
const UNANNOUNCED_SHARE = 0.25;
/** Lists are asked for one after another, so that none can overtake another: a second line, tested beside the code alone. */
const UNREACHABLE: ReadonlySet<string> = new Set(['pollIgnored']);
/** So many living calls at least must have been compared per healed life, or the comparison proves nothing. */
const LIVE_PER_LIFE = 20;

export type Sums = Pick<Verdict, 'calls' | 'live' | 'unseen' | 'missed' | 'unannounced' | 'ended' | 'open'>;
const counted = ['calls', 'live', 'unseen', 'missed', 'unannounced', 'ended', 'open'] as const;

export interface Batch {
  readonly lives: number;
  readonly lossless: number;
  readonly sums: Sums;
  readonly strikes: Readonly<Record<string, number>>;
  readonly tally: Readonly<Record<string, number>>;
  /** How long healing took, ms, in ascending order. */
  readonly healedMs: readonly number[];
}

/** Adds up verdicts. */
export function batchOf(verdicts: readonly Verdict[]): Batch {
  return {
    lives: verdicts.length,
    lossless: verdicts.filter(({ faults }) => losesNothing(faults)).length,
    sums: Object.fromEntries(counted.map((what) => [what, sum(verdicts.map((one) => one[what]))])) as unknown as Sums,
    strikes: added(verdicts.map(({ strikes }) => strikes)),
    tally: added(verdicts.map(({ tally }) => tally)),
    healedMs: verdicts
      .flatMap(({ mode, healedMs }) => (mode === 'hostile' ? [] : [healedMs]))
      .toSorted((a, b) => a - b),
  };
}

/** What a whole batch of these modes must have met and has not; empty for a batch too small to be judged. */
export function batchProblems(batch: Batch, modes: readonly Mode[]): string[] {
  if (batch.lives < FULL_BATCH) return [];
  const { sums, strikes, tally, lossless, healedMs } = batch;
  const expected = new Set(modes.flatMap((mode) => [...everyFault(mode)]));
  const never = (counts: Readonly<Record<string, number>>, keys: Iterable<string>): string[] =>
    [...keys].filter((key) => (counts[key] ?? 0) === 0 && !UNREACHABLE.has(key));
  const problems = [
    ...never(strikes, expected).map((fault) => `the fault ${fault} never struck`),
    ...never(tally, Object.keys(tally)).map((defence) => `${defence} never happened on any board`),
  ];
  if (lossless === 0) problems.push('no life kept all its events');
  if (sums.unseen > UNSEEN_SHARE * sums.calls) problems.push(`${sums.unseen} of ${sums.calls} calls were never seen`);
  if (sums.unannounced > UNANNOUNCED_SHARE * sums.missed)
    problems.push(`${sums.unannounced} of ${sums.missed} misses were never announced`);
  if (sums.live < LIVE_PER_LIFE * healedMs.length)
    problems.push(`only ${sums.live} living calls were compared in ${healedMs.length} lives`);
  return problems;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

function added(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const one of counts) for (const [key, times] of Object.entries(one)) sums[key] = (sums[key] ?? 0) + times;
  return sums;
}
