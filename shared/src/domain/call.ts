/**
 * In:  nothing; this is the vocabulary the whole product speaks.
 * Out: the types of a Call and its Legs, in our words and in milliseconds since the epoch.
 * Never: RingCentral's own words (they end in server/src/ringcentral).
 */

/** Which way the call crosses the company's border. `internal` never crosses it. */
export type Direction = 'inbound' | 'outbound' | 'internal';

/**
 * What the caller experiences right now.
 * `routing`: in a menu or between destinations · `queued`: in a queue, nobody's phone rings · `ringing`: at least one
 * phone rings · `talking` · `held` · `parked` · `voicemail`: leaving a message · `ended`.
 */
export type CallState = 'routing' | 'queued' | 'ringing' | 'talking' | 'held' | 'parked' | 'voicemail' | 'ended';

/** What one leg is doing. `setup`: created, no device rings yet. `gone`: merged into another session. */
export type LegPhase =
  'setup' | 'ringing' | 'answered' | 'held' | 'parked' | 'voicemail' | 'fax' | 'ended' | 'gone' | 'unknown';

/**
 * Who stands at the end of a leg. `caller`: the party that dialled · `person`: a user's phone · `outside`: a number
 * beyond the account · `queue` · `menu`: IVR · `machine`: voicemail box, announcement, fax, park location ·
 * `monitor`: a supervisor listening in, who is no part of the call · `unknown`: an extension the directory does not know
 * yet.
 */
export type LegRole = 'caller' | 'person' | 'outside' | 'queue' | 'menu' | 'machine' | 'monitor' | 'unknown';

/** One end of a call as the platform names it. Numbers are E.164 or a short extension number; any part may be absent. */
export interface Endpoint {
  readonly phoneNumber?: string;
  readonly name?: string;
  readonly extensionId?: string;
}

/** Why a leg ended, when the platform says so; `transferred`, `pickedUp`, `parked`, `switched` mean the call goes on. */
export type LegEndReason =
  | 'answeredElsewhere'
  | 'noAnswer'
  | 'declined'
  | 'busy'
  | 'cancelled'
  | 'voicemail'
  | 'transferred'
  | 'pickedUp'
  | 'parked'
  | 'switched'
  | 'redirected'
  | 'supervision'
  | 'conference'
  | 'failed'
  | 'other';

/** One thing a leg did, and when: the raw material of offers, holds and durations. ms since the epoch (upstream). */
export interface LegStep {
  readonly phase: LegPhase;
  readonly at: number;
}

/** Where a leg went that was merged into another call. A conference names no call. */
export interface LegLink {
  readonly callId?: string;
  readonly legId?: string;
}

/** One party of a call: a device or destination that the caller was connected to or offered to. */
export interface Leg {
  readonly id: string;
  /** `placing`: this party dialled · `receiving`: it was dialled. */
  readonly side: 'placing' | 'receiving';
  readonly role: LegRole;
  readonly phase: LegPhase;
  readonly extensionId?: string;
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** ms since the epoch (upstream clock). */
  readonly startedAt: number;
  readonly answeredAt?: number;
  readonly endedAt?: number;
  readonly endReason?: LegEndReason;
  /** True when this leg was offered by a queue. */
  readonly queueOffer?: boolean;
  /** The queue that offered it, when it says so. */
  readonly queueId?: string;
  /** Every change of phase, oldest first. */
  readonly steps: readonly LegStep[];
  readonly mergedInto?: LegLink;
  /** Absent when nothing records this leg. */
  readonly recording?: 'on' | 'paused';
}

export interface QueueRef {
  readonly id: string;
  readonly name?: string;
}

/**
 * What a call came to. `answered`: a person talked to the caller · `abandoned`: the caller left before · `shortAbandoned`:
 * within the policy's few seconds · `voicemail`: the caller was taken to a mailbox · `declined`, `busy`, `failed`: what the
 * last destination did · `missed`: rang or waited to its limit, and nobody came.
 */
export type Outcome =
  'answered' | 'missed' | 'abandoned' | 'shortAbandoned' | 'voicemail' | 'declined' | 'busy' | 'failed';

/**
 * Who said that a call is over: its own events, the platform when asked, its records, or nobody for so long that it is
 * presumed.
 */
export type EndWitness = 'events' | 'probe' | 'records' | 'presumption';

/**
 * What a session is. A `fax` is told apart: nobody answers or misses it. Two kinds are no calls at all: a supervisor
 * listening in, and the session in which a RingOut rings the user's own phone.
 */
export type CallKind = 'voice' | 'fax' | 'supervision' | 'ownPhone';

/** Whether a session of this kind is anybody's call. */
export const isCall = ({ kind }: { readonly kind: CallKind }): boolean => kind === 'voice' || kind === 'fax';

/** One caller's story, however many legs it took. `id` is the platform's telephony session id. */
export interface Call {
  readonly id: string;
  readonly kind: CallKind;
  readonly direction: Direction;
  readonly state: CallState;
  /** ms since the epoch (upstream clock), as all times here. */
  readonly startedAt: number;
  /** When the present `state` began: the zero of the timer a wallboard shows. */
  readonly stateSince: number;
  /** When a person (inbound, internal) or the far end (outbound) first answered. A menu or queue answering never counts. */
  readonly answeredAt?: number;
  readonly endedAt?: number;
  readonly endedBy?: EndWitness;
  /** Decided once, after the end; absent while undecided, and for what is no voice call. */
  readonly outcome?: Outcome;
  /** Whose word the outcome is: the events themselves, the list of active calls, or the call log. */
  readonly decidedBy?: 'events' | 'list' | 'log';
  /** Whether the outcome counts as missed under the policy. Only an inbound call can be. Absent while undecided. */
  readonly missed?: boolean;
  /** More than two people on it, by the platform's own conference. */
  readonly conference?: boolean;
  /** Another call that this one goes on in (attended transfer, pick-up, conference): its outcome is told there. */
  readonly continuedIn?: string;
  /** Calls that were merged into this one. */
  readonly continues?: readonly string[];
  /** The queue the caller is or was last in. */
  readonly queue?: QueueRef;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly legs: readonly Leg[];
  /**
   * When the call was met, if that was in the middle of its life. What it was then doing, it has done since some time
   * before: an `answeredAt` or `stateSince` that equals it is the latest possible.
   */
  readonly metAt?: number;
  /** True for a call whose whole life fell into an outage and that was learned from the record afterwards. */
  readonly backfilled?: boolean;
  /** True while the proof of life is overdue and not yet confirmed by a probe. */
  readonly unconfirmed?: boolean;
}
