import type { WallCall } from '../live/live-board.svelte.ts';
import { timerStart, type Columns } from './columns.ts';

/** `over`: the target is passed · `far`: twice the target is passed. */
export type Lateness = 'ok' | 'over' | 'far';

/** How long a caller should wait at most, ms. */
export const waitTargetMs = 45_000;

export function lateness(waitMs: number): Lateness {
  if (waitMs >= 2 * waitTargetMs) return 'far';
  return waitMs >= waitTargetMs ? 'over' : 'ok';
}

/** How many there are for certain, and how many more there may be: calls whose proof of life is overdue. */
export interface Tally {
  readonly sure: number;
  readonly open: number;
}

/** Parts and waits are those of calls that are certain; a wait that may be over raises no alarm. */
export interface Counters {
  readonly waiting: Tally;
  /** Of those who wait: their call rings somewhere. */
  readonly ringing: number;
  /** Of those who wait: still in a menu. */
  readonly inMenu: number;
  /** The caller who has waited longest. */
  readonly longest?: WallCall;
  readonly longestMs: number;
  readonly over: number;
  readonly talking: Tally;
  readonly held: number;
  readonly parked: number;
  readonly live: Tally;
  readonly inbound: number;
  readonly outbound: number;
  readonly internal: number;
  readonly missed: number;
  readonly latestMissedMs?: number;
}

/** Every number of the tiles, counted from the very rows that are shown. `at`: corrected time, ms. */
export function count(columns: Columns, at: number): Counters {
  const waiting = columns.waiting.filter(isSure);
  const busy = columns.talking.filter(isSure);
  const alive = [...waiting, ...busy];
  const inState = (calls: readonly WallCall[], state: WallCall['state']): readonly WallCall[] =>
    calls.filter((call) => call.state === state);
  const direction = (way: WallCall['direction']): number => alive.filter((call) => call.direction === way).length;
  const longest = waiting[0];
  const latest = columns.missed[0];
  return {
    waiting: tally(columns.waiting),
    ringing: inState(waiting, 'ringing').length,
    inMenu: inState(waiting, 'routing').length,
    ...(longest && { longest }),
    longestMs: longest ? elapsed(longest, at) : 0,
    over: waiting.filter((call) => lateness(elapsed(call, at)) !== 'ok').length,
    talking: tally(inState(columns.talking, 'talking')),
    held: inState(busy, 'held').length,
    parked: inState(busy, 'parked').length,
    live: tally([...columns.waiting, ...columns.talking]),
    inbound: direction('inbound'),
    outbound: direction('outbound'),
    internal: direction('internal'),
    missed: columns.missed.length,
    ...(latest && { latestMissedMs: elapsed(latest, at) }),
  };
}

const isSure = (call: WallCall): boolean => call.unconfirmed !== true;

/** An unconfirmed call is never counted as certain, and never as gone. */
export function tally(calls: readonly WallCall[]): Tally {
  const sure = calls.filter(isSure).length;
  return { sure, open: calls.length - sure };
}

/** `7`, or `7–9` while two of nine are unconfirmed: the truth lies between. */
export function sayTally({ sure, open }: Tally): string {
  return open === 0 ? String(sure) : `${sure}–${sure + open}`;
}

/** What the row's timer shows, ms, never below zero. */
export function elapsed(call: WallCall, at: number): number {
  return Math.max(0, at - timerStart(call));
}
