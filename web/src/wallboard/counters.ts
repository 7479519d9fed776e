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

export interface Counters {
  readonly waiting: number;
  /** Of those who wait: their call rings somewhere. */
  readonly ringing: number;
  /** Of those who wait: still in a menu. */
  readonly inMenu: number;
  /** The caller who has waited longest. */
  readonly longest?: WallCall;
  readonly longestMs: number;
  readonly over: number;
  readonly talking: number;
  readonly held: number;
  readonly parked: number;
  readonly live: number;
  readonly inbound: number;
  readonly outbound: number;
  readonly internal: number;
  readonly missed: number;
  readonly latestMissedMs?: number;
}

/** Every number of the tiles, counted from the very rows that are shown. `at`: corrected time, ms. */
export function count(columns: Columns, at: number): Counters {
  const alive = [...columns.waiting, ...columns.talking];
  const states = (state: WallCall['state'], calls = columns.talking): number =>
    calls.filter((call) => call.state === state).length;
  const direction = (way: WallCall['direction']): number => alive.filter((call) => call.direction === way).length;
  const longest = columns.waiting[0];
  const latest = columns.missed[0];
  return {
    waiting: columns.waiting.length,
    ringing: states('ringing', columns.waiting),
    inMenu: states('routing', columns.waiting),
    ...(longest && { longest }),
    longestMs: longest ? elapsed(longest, at) : 0,
    over: columns.waiting.filter((call) => lateness(elapsed(call, at)) !== 'ok').length,
    talking: states('talking'),
    held: states('held'),
    parked: states('parked'),
    live: alive.length,
    inbound: direction('inbound'),
    outbound: direction('outbound'),
    internal: direction('internal'),
    missed: columns.missed.length,
    ...(latest && { latestMissedMs: elapsed(latest, at) }),
  };
}

/** What the row's timer shows, ms, never below zero. */
export function elapsed(call: WallCall, at: number): number {
  return Math.max(0, at - timerStart(call));
}
