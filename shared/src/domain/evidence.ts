import type { Board } from './board.ts';
import type { PollRecord } from './observation.ts';
import type { Session } from './session.ts';

/** What one list says of one session. */
export interface Listed {
  readonly records: readonly PollRecord[];
  /** A single record in progress of an undoubted live call: the next list need only say the same. */
  readonly plain: boolean;
}

/** The last complete list of active calls: kept whole, so that a quiet poll writes nothing into ten thousand calls. */
export interface Listing {
  /** Local ms of its first page's question. */
  readonly startedAt: number;
  readonly bySession: ReadonlyMap<string, Listed>;
}

export const inProgress = (record: PollRecord): boolean => record.verdict === 'inProgress';

/** What records say of the call: those that were final stay so, whatever an older list showed. */
export function recordsOf(board: Pick<Board, 'listing'>, session: Session): readonly PollRecord[] {
  const { records } = session;
  const listed = board.listing?.bySession.get(session.id)?.records;
  return listed === undefined || (records.length > 0 && !records.some(inProgress)) ? records : listed;
}

/**
 * Until when the call is known to live, local ms: its last event, live probe, or record in progress. A record comes from
 * a cache that may be `listLagMs` behind, so it proves no more than that.
 */
export function provedAt(board: Pick<Board, 'listing' | 'limits'>, session: Session): number {
  const { listing, limits } = board;
  const listed = listing?.bySession.get(session.id);
  if (listing === undefined || listed === undefined) return session.lastProofAt;
  if (!listed.plain && !listed.records.some(inProgress)) return session.lastProofAt;
  return Math.max(session.lastProofAt, listing.startedAt - limits.listLagMs);
}

/** Whether polls show the call at all; what rings or waits they do not. */
export const isListed = (board: Pick<Board, 'listing'>, session: Session): boolean =>
  session.polled || board.listing?.bySession.has(session.id) === true;

/** What a poll need not look at twice: undoubted, listed before, nothing missing. */
export const isQuiet = (session: Session): boolean =>
  session.doubt === undefined && session.absentPolls === 0 && session.overSaidAt === undefined;

/** Room for a poll to come and for its answer to be read, on top of the interval the budget allows. */
const POLL_SLACK_MS = 5_000;
/** A share of the probes stays free for calls that are doubted for a reason. */
const LEASE_SHARE = 0.8;

/**
 * How long a call may go without proof before it is asked about. Calls that polls show: a poll interval and the list's
 * lag. Calls they do not: as long as it takes to ask about all of them once within the budget.
 */
export function leaseMs(board: Pick<Board, 'limits' | 'budget' | 'unlisted'>, listed: boolean): number {
  const { limits, budget, unlisted } = board;
  const needed = listed
    ? budget.pollEveryMs + limits.listLagMs + POLL_SLACK_MS
    : (unlisted * 60_000) / (budget.probesPerMinute * LEASE_SHARE);
  return Math.max(limits.leaseMs, needed);
}

/** The tick that calls the lease in, and the one that shows the doubt. */
const TICK_SLACK_MS = 5_000;

/**
 * The published bound, ms: no call is shown as live, unmarked, for longer than this after its end, whatever was lost. 60 s
 * as long as the budget carries it; longer where a list takes many pages or more calls wait than can be asked about.
 */
export function provedWithinMs(board: Pick<Board, 'limits' | 'budget' | 'unlisted'>): number {
  return Math.max(leaseMs(board, true), leaseMs(board, false)) + board.limits.showDoubtMs + TICK_SLACK_MS;
}
