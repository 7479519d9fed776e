/**
 * In:  the calls of the live board and the corrected time.
 * Out: which call stands where, in which order, and since when its timer runs.
 * Never: a socket, a clock of its own, or a fact that the board does not hold.
 */
import type { WallCall } from '../live/live-board.svelte.ts';

export interface Columns {
  /** Callers nobody talks to yet, longest wait first. */
  readonly waiting: readonly WallCall[];
  /** Everything else alive. Ordered by when it began, so that rows keep their place through hold and resume. */
  readonly talking: readonly WallCall[];
  /** Missed in the last hour, newest first. */
  readonly missed: readonly WallCall[];
  /** Over and not missed, newest first. */
  readonly ended: readonly WallCall[];
}

/** How long a missed call stays on the wall, ms. */
export const missedWindowMs = 3_600_000;

/**
 * A caller waits while nobody of ours talks to them; a fax is no caller. Our own outgoing and internal calls that still ring are nobody's
 * waiting caller; they stand with the calls that colleagues are busy with.
 */
export function isWaiting(call: WallCall): boolean {
  if (call.direction !== 'inbound' || call.fax === true) return false;
  return call.state === 'queued' || call.state === 'ringing' || call.state === 'routing';
}

/**
 * Zero of the row's timer, ms. A wait runs from the moment the call came in, whatever rang and stopped ringing since; after a
 * transfer from the transfer. A conversation runs from its first answer. Every other state runs from its own start.
 */
export function timerStart(call: WallCall): number {
  if (isWaiting(call)) return call.answeredAt === undefined ? call.startedAt : call.stateSince;
  if (call.state === 'talking') return call.answeredAt ?? call.stateSince;
  return call.state === 'ended' ? (call.endedAt ?? call.stateSince) : call.stateSince;
}

/** `at`: corrected time, ms. Ties are broken by id, so that two screens show one order. */
export function columns(calls: Iterable<WallCall>, at: number): Columns {
  const waiting: WallCall[] = [];
  const talking: WallCall[] = [];
  const missed: WallCall[] = [];
  const ended: WallCall[] = [];
  for (const call of calls) {
    if (call.state !== 'ended') (isWaiting(call) ? waiting : talking).push(call);
    else if (call.missed !== true) ended.push(call);
    else if (at - timerStart(call) < missedWindowMs) missed.push(call);
  }
  return {
    waiting: waiting.sort(by(timerStart)),
    talking: talking.sort(by((call) => call.answeredAt ?? call.startedAt)),
    missed: missed.sort(by((call) => -timerStart(call))),
    ended: ended.sort(by((call) => -timerStart(call))),
  };
}

function by(value: (call: WallCall) => number): (a: WallCall, b: WallCall) => number {
  return (a, b) => value(a) - value(b) || (a.id < b.id ? -1 : 1);
}
