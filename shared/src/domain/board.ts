import type { Stream } from './admission.ts';
import { isCall, type Call } from './call.ts';
import type { Change } from './change.ts';
import type { Directory } from './directory.ts';
import { emptyKeyed, values, type Keyed } from './keyed.ts';
import type { Listing } from './evidence.ts';
import { standardLimits, type Limits } from './limits.ts';
import type { BudgetObservation, Observation, PollRecord, SessionOrigin } from './observation.ts';
import { standardPolicy, type OutcomePolicy } from './outcome-policy.ts';
import type { Session } from './session.ts';
import { judgeDirectory, judgeEvent, judgeLink } from './judge-event.ts';
import { judgeLog } from './judge-log.ts';
import { judgePoll } from './judge-poll.ts';
import { judgeProbe } from './judge-probe.ts';
import { judgeTick } from './judge-tick.ts';
import { noTally, type Tally, type TallyKey } from './tally.ts';

/** A session that only polls have shown so far, until a probe or a second poll says what it is. */
export interface Candidate {
  readonly records: readonly PollRecord[];
  readonly lastSeenAt: number;
  /** A probe said that it is over: its record is only waited for, to write the call down without showing it live. */
  readonly over: boolean;
  readonly finalPolls: number;
}

export interface Unseen {
  readonly id: string;
  readonly origin?: SessionOrigin;
  readonly stream: Stream;
  readonly heardAt: number;
  readonly askedAt: number;
}

/**
 * The whole live picture as one immutable value: the calls, the evidence for them, and the memory of those that ended.
 */
export interface Board {
  readonly limits: Limits;
  readonly policy: OutcomePolicy;
  readonly budget: Pick<BudgetObservation, 'pollEveryMs' | 'probesPerMinute'>;
  readonly directory: Directory;
  readonly live: Keyed<Session>;
  /** Ended calls whose outcome is still open. */
  readonly settling: Keyed<Session>;
  /** Ended calls that are still worth showing. */
  readonly ended: Keyed<Call>;
  /** Ids of ended calls by local time of the end: nothing may bring them back. */
  readonly tombstones: Keyed<number>;
  readonly candidates: Keyed<Candidate>;
  /** Live sessions by their older, numeric name: the two of a RingOut are told by it. */
  readonly byLegacyId: Keyed<string>;
  /** Sessions first heard of by the end of a leg: shown only once something of them is found alive. */
  readonly unseen: Keyed<Unseen>;
  readonly linkUp: boolean;
  readonly lastPollStartedAt: number;
  /** Local time of the last complete poll, ms; absent before the first ("catching up"). */
  readonly lastCompletePollAt?: number;
  readonly listing?: Listing;
  /** Live calls that are doubted or were missing from a list: the only ones a list must be held against one by one. */
  readonly unquiet: Keyed<true>;
  /** Calls of the last complete list that ended since. */
  readonly endedSince: Keyed<true>;
  /** Sessions not heard of yet, by id, in which a call went on that has ended. Local ms. */
  readonly heirs: Keyed<{ readonly of: string; readonly mergedAt: number }>;
  /** Live calls that polls do not show, as of the last tick. */
  readonly unlisted: number;
  /** Since when the account is watched, local ms: what ended before is history, not news. Kept over restarts. */
  readonly watchedSince?: number;
  /** The least lead of our clock over an event's own time, ms: what is more than that is lateness. */
  readonly eventLeadMs?: number;
  readonly lastSweepAt: number;
  readonly tally: Tally;
}

export interface Step {
  readonly board: Board;
  readonly changes: readonly Change[];
  /** Session ids to ask the platform about, most urgent first. The answer comes back as an observation. */
  readonly probes: readonly string[];
}

/** The board under construction within one step. It never leaves `observe`. */
export interface Draft extends Mutable<Board> {
  tally: Record<TallyKey, number>;
  readonly at: number;
  readonly changes: Change[];
  readonly probes: string[];
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** RingCentral's own figures for an account of ordinary size: a poll every 30 s, 50 probes a minute. */
const STANDARD_BUDGET: Board['budget'] = { pollEveryMs: 30_000, probesPerMinute: 50 };

/** What a board is told at its beginning; the product's own values where absent. */
export interface BoardRules {
  readonly limits?: Partial<Limits>;
  readonly policy?: OutcomePolicy;
}

export function emptyBoard({ limits, policy = standardPolicy }: BoardRules = {}): Board {
  return {
    limits: { ...standardLimits, ...limits },
    policy,
    budget: STANDARD_BUDGET,
    unquiet: emptyKeyed(),
    endedSince: emptyKeyed(),
    heirs: emptyKeyed(),
    unlisted: 0,
    directory: new Map(),
    live: emptyKeyed(),
    settling: emptyKeyed(),
    ended: emptyKeyed(),
    tombstones: emptyKeyed(),
    candidates: emptyKeyed(),
    byLegacyId: emptyKeyed(),
    unseen: emptyKeyed(),
    linkUp: false,
    lastPollStartedAt: -Infinity,
    lastSweepAt: -Infinity,
    tally: noTally,
  };
}

/**
 * The reducer: what one observation does to the board. Pure; time enters only as the observation's `at`. The board
 * passed in stays valid and unchanged.
 */
export function observe(board: Board, observation: Observation): Step {
  // The draft becomes the next board as it is: to copy it once more without its news would double the price of an event.
  const draft: Draft = { ...board, tally: { ...board.tally }, at: observation.at, changes: [], probes: [] };
  judge(draft, observation);
  return { board: draft, changes: draft.changes, probes: draft.probes };
}

function judge(draft: Draft, observation: Observation): void {
  switch (observation.kind) {
    case 'event':
      return judgeEvent(draft, observation);
    case 'poll':
      return judgePoll(draft, observation);
    case 'probe':
      return judgeProbe(draft, observation);
    case 'log':
      return judgeLog(draft, observation);
    case 'budget': {
      const { pollEveryMs, probesPerMinute } = observation;
      draft.budget = { pollEveryMs, probesPerMinute };
      return;
    }
    case 'link':
      return judgeLink(draft, observation);
    case 'directory':
      return judgeDirectory(draft, observation);
    case 'tick':
      return judgeTick(draft);
  }
}

/** Live calls, oldest first; sessions that are none are left out. */
export function liveCalls(board: Board): Call[] {
  return values(board.live)
    .filter(({ silent, call }) => silent !== true && isCall(call))
    .map((session) => session.call)
    .toSorted((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
}

/** Calls that ended within the last hour (missed) or ten minutes (others), newest end first. */
export function endedCalls(board: Board): Call[] {
  return values(board.ended).toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0) || (a.id < b.id ? -1 : 1));
}
