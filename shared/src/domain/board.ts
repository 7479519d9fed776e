import type { Stream } from './admission.ts';
import type { Call } from './call.ts';
import type { Change } from './change.ts';
import type { Directory } from './directory.ts';
import { emptyKeyed, values, type Keyed } from './keyed.ts';
import type { Observation, PollRecord } from './observation.ts';
import type { Session } from './session.ts';
import { judgeDirectory, judgeEvent, judgeLink } from './judge-event.ts';
import { judgePoll } from './judge-poll.ts';
import { judgeProbe } from './judge-probe.ts';
import { judgeTick } from './judge-tick.ts';

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
  readonly stream: Stream;
  readonly heardAt: number;
  readonly askedAt: number;
}

/** How often each rule fired; a test run that never fired one has not tested it. */
export type Tally = Readonly<Record<TallyKey, number>>;
export type TallyKey =
  | 'eventAdmitted'
  | 'eventDuplicate'
  | 'eventLate'
  | 'eventAfterEnd'
  | 'holeOpened'
  | 'pollApplied'
  | 'pollIgnored'
  | 'pollIncomplete'
  | 'recordOfEnded'
  | 'startedByProbe'
  | 'startedByRecord'
  | 'backfilled'
  | 'unseen'
  | 'probeLive'
  | 'probeOver'
  | 'probeFailed'
  | 'probeOutrun'
  | 'endedByEvents'
  | 'endedByProbe'
  | 'endedPresumed'
  | 'decidedByRecord'
  | 'leftUndecided';

/**
 * The whole live picture as one immutable value: the calls, the evidence for them, and the memory of those that ended.
 */
export interface Board {
  readonly directory: Directory;
  readonly live: Keyed<Session>;
  /** Ended calls whose outcome is still open. */
  readonly settling: Keyed<Session>;
  /** Ended calls that are still worth showing. */
  readonly ended: Keyed<Call>;
  /** Ids of ended calls by local time of the end: nothing may bring them back. */
  readonly tombstones: Keyed<number>;
  readonly candidates: Keyed<Candidate>;
  /** Sessions first heard of by the end of a leg: shown only once something of them is found alive. */
  readonly unseen: Keyed<Unseen>;
  readonly linkUp: boolean;
  readonly lastPollStartedAt: number;
  /** Local time of the last complete poll, ms; absent before the first ("catching up"). */
  readonly lastCompletePollAt?: number;
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
export interface Draft {
  directory: Directory;
  live: Keyed<Session>;
  settling: Keyed<Session>;
  ended: Keyed<Call>;
  tombstones: Keyed<number>;
  candidates: Keyed<Candidate>;
  unseen: Keyed<Unseen>;
  linkUp: boolean;
  lastPollStartedAt: number;
  lastCompletePollAt?: number;
  lastSweepAt: number;
  tally: Record<TallyKey, number>;
  readonly at: number;
  readonly changes: Change[];
  readonly probes: string[];
}

const NO_TALLY: Tally = {
  eventAdmitted: 0,
  eventDuplicate: 0,
  eventLate: 0,
  eventAfterEnd: 0,
  holeOpened: 0,
  pollApplied: 0,
  pollIgnored: 0,
  pollIncomplete: 0,
  recordOfEnded: 0,
  startedByProbe: 0,
  startedByRecord: 0,
  backfilled: 0,
  unseen: 0,
  probeLive: 0,
  probeOver: 0,
  probeFailed: 0,
  probeOutrun: 0,
  endedByEvents: 0,
  endedByProbe: 0,
  endedPresumed: 0,
  decidedByRecord: 0,
  leftUndecided: 0,
};

export function emptyBoard(): Board {
  return {
    directory: new Map(),
    live: emptyKeyed(),
    settling: emptyKeyed(),
    ended: emptyKeyed(),
    tombstones: emptyKeyed(),
    candidates: emptyKeyed(),
    unseen: emptyKeyed(),
    linkUp: false,
    lastPollStartedAt: -Infinity,
    lastSweepAt: -Infinity,
    tally: NO_TALLY,
  };
}

/**
 * The reducer: what one observation does to the board. Pure; time enters only as the observation's `at`. The board
 * passed in stays valid and unchanged.
 */
export function observe(board: Board, observation: Observation): Step {
  const draft: Draft = { ...board, tally: { ...board.tally }, at: observation.at, changes: [], probes: [] };
  judge(draft, observation);
  const { changes, probes, at: _at, ...next } = draft;
  return { board: next, changes, probes };
}

function judge(draft: Draft, observation: Observation): void {
  switch (observation.kind) {
    case 'event':
      return judgeEvent(draft, observation);
    case 'poll':
      return judgePoll(draft, observation);
    case 'probe':
      return judgeProbe(draft, observation);
    case 'link':
      return judgeLink(draft, observation);
    case 'directory':
      return judgeDirectory(draft, observation);
    case 'tick':
      return judgeTick(draft);
  }
}

/** Live calls, oldest first. */
export function liveCalls(board: Board): Call[] {
  return values(board.live)
    .map((session) => session.call)
    .toSorted((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
}

/** Calls that ended within the last hour (missed) or ten minutes (others), newest end first. */
export function endedCalls(board: Board): Call[] {
  return values(board.ended).toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0) || (a.id < b.id ? -1 : 1));
}
