import type { Directory } from './directory.ts';
import type { Endpoint, LegEndReason, LegLink, LegPhase } from './call.ts';

/**
 * What RingCentral said, in our words. `at` is always the local time of receipt (ms since the epoch); times inside a
 * report are the upstream clock's.
 */
export type Observation =
  | EventObservation
  | PollObservation
  | ProbeObservation
  | LogObservation
  | BudgetObservation
  | LinkObservation
  | DirectoryObservation
  | TickObservation;

/** One party's state as an event or a probe reports it. */
export interface PartyReport {
  readonly id: string;
  readonly extensionId?: string;
  /** `placing`: this party dialled (RingCentral: Outbound) · `receiving`: it was dialled (Inbound). */
  readonly side: 'placing' | 'receiving';
  readonly phase: LegPhase;
  readonly endReason?: LegEndReason;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly queueCall?: boolean;
  /** A supervisor who listens in: no part of the call. */
  readonly monitors?: boolean;
  /** The session this party was merged into, when the platform says so. */
  readonly mergedInto?: LegLink;
  readonly recording?: 'on' | 'paused';
}

/** How a session came about. `conference`: the platform's own bridge · `ringOut`: the platform rings both ends. */
export type SessionOrigin = 'call' | 'ringOut' | 'conference';

/** A telephony-session event. `sequence` is per session, contiguous across parties, starting at 2. */
export interface EventObservation {
  readonly kind: 'event';
  readonly at: number;
  readonly sessionId: string;
  readonly sequence: number;
  /** When it happened upstream. */
  readonly eventTime: number;
  readonly origin?: SessionOrigin;
  /** The older, numeric name of the session: the two halves of a RingOut are told by it. */
  readonly legacyId?: string;
  readonly parties: readonly PartyReport[];
}

/** What an active-calls record says of how the call stands: final words are the platform's own, classed by decode. */
export type RecordVerdict = 'inProgress' | 'connected' | 'missed' | 'unknown';

/** What a finished record says the call came to, classed by decode; finer than the verdict. */
export type RecordResult = 'answered' | 'missed' | 'abandoned' | 'voicemail' | 'declined' | 'busy' | 'failed';

export interface PollRecord {
  readonly sessionId: string;
  readonly verdict: RecordVerdict;
  /** Absent while in progress, and when the platform's word is unknown. */
  readonly result?: RecordResult;
  /** True for a fax. */
  readonly fax?: boolean;
  /** True for either record of a RingOut; the one that came in is the user's own phone, and no call. */
  readonly ringOut?: boolean;
  /** Unreliable while a queue call is live (shown reversed), so only used for finished records. */
  readonly direction: 'inbound' | 'outbound';
  readonly startedAt: number;
  /** Length of the finished record in ms; absent while in progress. */
  readonly durationMs?: number;
  /** The extension whose record this is. */
  readonly extensionId?: string;
  readonly from: Endpoint;
  readonly to: Endpoint;
}

/** One whole pass over active-calls. Only a complete one (every page came) without gaps may raise suspicion. */
export interface PollObservation {
  readonly kind: 'poll';
  readonly at: number;
  /** Local time at which the first page was asked for. */
  readonly startedAt: number;
  readonly complete: boolean;
  /** Some records could not be read, or only the own calls are listed: who is missing may live all the same. */
  readonly gaps?: boolean;
  readonly records: readonly PollRecord[];
}

/** One leg of a call-log record: whom it reached, and whether it was connected. */
export interface LogLeg {
  readonly extensionId?: string;
  readonly connected: boolean;
}

/** One finished call as the log of record tells it. `legs` only when the log gave them (Detailed view). */
export interface LogRecord extends PollRecord {
  readonly recordId: string;
  readonly legs?: readonly LogLeg[];
}

/** New or changed records of the call log: the last word on what a call came to. */
export interface LogObservation {
  readonly kind: 'log';
  readonly at: number;
  readonly records: readonly LogRecord[];
}

/**
 * What RingCentral's limits allow at present, whenever that changes: how far apart the beginnings of two complete polls
 * are, and how many probes a minute may be sent. The lease of a call follows from it.
 */
export interface BudgetObservation {
  readonly kind: 'budget';
  readonly at: number;
  readonly pollEveryMs: number;
  readonly probesPerMinute: number;
}

/** The answer to "is this session alive?". `over`: unknown upstream or all parties terminal. `failed`: no answer. */
export interface ProbeObservation {
  readonly kind: 'probe';
  readonly at: number;
  readonly startedAt: number;
  readonly sessionId: string;
  readonly verdict: 'live' | 'over' | 'failed';
  /** Some parties could not be read: nobody may be taken as gone because he is not listed. */
  readonly partial?: boolean;
  /** Upstream creation time, when given. */
  readonly createdAt?: number;
  readonly origin?: SessionOrigin;
  readonly legacyId?: string;
  readonly parties: readonly PartyReport[];
}

/** The event feed came up or went down. `gap`: events may have been lost since the last `up`. */
export interface LinkObservation {
  readonly kind: 'link';
  readonly at: number;
  readonly up: boolean;
  readonly gap: boolean;
  readonly reason?: string;
}

export interface DirectoryObservation {
  readonly kind: 'directory';
  readonly at: number;
  readonly directory: Directory;
}

/** Time passing. The reducer has no clock; graces, leases and expiries move only on ticks. */
export interface TickObservation {
  readonly kind: 'tick';
  readonly at: number;
}
