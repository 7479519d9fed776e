/**
 * In:  nothing; the vocabulary of the simulated telephone system, in RingCentral's own words.
 * Out: the types of the account, of sessions and parties, of what the world emits, and of its truth.
 * Never: wire concerns (lag, faults, paging, tokens). The world is exact; only the wire lies.
 */

export type ExtensionType =
  'User' | 'Department' | 'IvrMenu' | 'Voicemail' | 'ParkLocation' | 'Announcement' | 'FaxUser';

export interface SimExtension {
  /** Decimal string; some endpoints print it as a number, as the real ones do. */
  readonly id: string;
  readonly extensionNumber: string;
  readonly name: string;
  readonly type: ExtensionType;
  readonly deviceId?: string;
  readonly email?: string;
  /** Direct number in E.164, when it has one. */
  readonly directNumber?: string;
  /** A user without a mailbox: whom nobody answers there is cut off. */
  readonly noMailbox?: true;
}

export interface SimQueue {
  readonly extensionId: string;
  readonly strategy: 'simultaneous' | 'rotating';
  readonly memberIds: readonly string[];
  /** How long one agent rings before a rotating queue moves on, ms. */
  readonly ringMs: number;
  /** How long a caller waits before the queue gives up, ms. */
  readonly maxWaitMs: number;
  /** The queue that takes who has waited too long; the queue's own mailbox when absent, and who has been there already. */
  readonly overflowToId?: string;
  readonly serviceLevel: {
    readonly slaGoal: number;
    readonly slaThresholdSeconds: number;
    readonly includeAbandonedCalls: boolean;
    readonly abandonedThresholdSeconds: number;
  };
}

export interface SimAccount {
  readonly id: string;
  readonly mainNumber: string;
  readonly extensions: readonly SimExtension[];
  readonly queues: readonly SimQueue[];
  /** The extension that owns the API credentials; an administrator by default. */
  readonly adminExtensionId: string;
}

export type PartyCode =
  | 'Setup'
  | 'Proceeding'
  | 'Answered'
  | 'Disconnected'
  | 'Gone'
  | 'Parked'
  | 'Hold'
  | 'VoiceMail'
  | 'FaxReceive'
  | 'VoiceMailScreening';

export interface PartyStatus {
  readonly code: PartyCode;
  readonly reason?: string;
  readonly rcc: boolean;
  readonly parkData?: string;
  readonly peerId?: { readonly sessionId: string; readonly telephonySessionId: string; readonly partyId: string };
  readonly mobilePickupData?: {
    readonly ccMailboxes: readonly string[];
    readonly to: string;
    readonly sid: string;
    readonly srvLvl: string;
  };
}

export interface PartyEnd {
  readonly phoneNumber?: string;
  readonly name?: string;
  readonly extensionId?: string;
  readonly deviceId?: string;
}

export interface SimParty {
  /** `p-<hex>-N`. */
  readonly id: string;
  readonly accountId: string;
  readonly extensionId?: string;
  readonly direction: 'Inbound' | 'Outbound';
  readonly from: PartyEnd;
  readonly to: PartyEnd;
  readonly status: PartyStatus;
  readonly queueCall?: boolean;
  readonly missedCall: boolean;
  readonly standAlone: boolean;
  readonly muted: boolean;
  readonly park: { readonly id?: string };
  /** Present while this party is being recorded; a paused recording is not active. */
  readonly recordings?: readonly SimRecording[];
  readonly conferenceRole?: 'Host' | 'Participant';
  /** Told by GET alone: the published event has no such member. */
  readonly ringOutRole?: 'Initiator' | 'Target';
  /** The reason it entered with, though its status may have another by now; never told. */
  readonly enteredFor?: string;
  readonly uiCallInfo?: {
    readonly primary: { readonly type: string; readonly value: string };
    readonly additional: { readonly type: string; readonly value: string };
  };
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly answeredAt?: number;
  readonly endedAt?: number;
}

export interface SimRecording {
  readonly id: string;
  readonly active: boolean;
}

/** How a session came about, in the platform's words. */
export type SessionOrigin = 'Call' | 'RingOut' | 'Conference';

/** One true thing that happened, exactly one party each; `sequence` starts at 2 per session and has no holes. */
export interface WorldEvent {
  readonly at: number;
  readonly sequence: number;
  /** `s-<hex>`. */
  readonly telephonySessionId: string;
  /** Legacy numeric string. */
  readonly sessionId: string;
  readonly serverId: string;
  readonly origin: string;
  readonly party: SimParty;
}

/** A session as it stands; kept after its end so that the call log can be asked for it. */
export interface SimSession {
  readonly telephonySessionId: string;
  readonly sessionId: string;
  readonly createdAt: number;
  readonly endedAt?: number;
  readonly origin: string;
  readonly serverId: string;
  readonly sequence: number;
  readonly parties: readonly SimParty[];
  readonly truth: TrueCall;
}

/** What a call came to. `shortAbandoned`: the caller left within 5 s of the start; `missed`: rang or waited to the limit. */
export type TrueOutcome =
  'answered' | 'missed' | 'abandoned' | 'shortAbandoned' | 'voicemail' | 'declined' | 'busy' | 'failed';

/** How the ring of one phone ended. `handedOn`: the phone stopped because the call went elsewhere, unanswered. */
export type OfferEnd =
  'answered' | 'answeredElsewhere' | 'noAnswer' | 'declined' | 'busy' | 'callerLeft' | 'handedOn' | 'failed';

/** One call at a person's phone: an agent's, a user's desk, the mobile of find-me. A busy phone refuses at once. */
export interface TrueOffer {
  readonly extensionId?: string;
  /** The queue that offered the call. */
  readonly queueId?: string;
  /** When the platform turned to the phone: its Setup, where it has one, else its Proceeding. */
  readonly rangAt: number;
  readonly endedAt?: number;
  readonly end?: OfferEnd;
}

/** One wait in a queue. */
export interface TrueQueueEntry {
  readonly queueId: string;
  readonly enteredAt: number;
  readonly leftAt?: number;
  /** `answered`: a person took the caller out of it; `overflowed`: the queue sent the caller elsewhere, not to a mailbox. */
  readonly left?: 'answered' | 'abandoned' | 'overflowed' | 'voicemail';
}

/**
 * What really happened, in the words of a wallboard; the oracle of every test. The story tells it, it is never read back
 * from the parties, and it changes in the same moment as the event that shows the change.
 *
 * One telephony session is one true call. Transfers, park and pickup stay inside their session. A consultation is a call of
 * its own (internal) that ends when it is merged; the customer's call, held meanwhile, goes on as `talking` with the colleague.
 * Where the platform merges a caller into another session, the call ends there and `continuedIn` names the session in which
 * the caller's story goes on, in the direction it had; what it came to is told in both.
 * An outbound call rings from the start; so does an internal one to a user, though its dialler's party says Answered.
 */
export interface TrueCall {
  readonly id: string;
  /** `fax` and `supervision` are no calls: nobody talks, nothing is missed. */
  readonly kind: 'voice' | 'fax' | 'supervision';
  readonly direction: 'inbound' | 'outbound' | 'internal';
  readonly state: 'routing' | 'queued' | 'ringing' | 'talking' | 'held' | 'parked' | 'voicemail' | 'ended';
  readonly startedAt: number;
  /** When a person of the company, or the number dialled, first talked; menus, queues and mailboxes do not count. */
  readonly answeredAt?: number;
  /** When the last party left. */
  readonly endedAt?: number;
  /** Set once ended: inbound, no fax, and no person ever talked to the caller. */
  readonly missed?: boolean;
  /** Set once ended, of voice calls that are not part of another. */
  readonly outcome?: TrueOutcome;
  /** The call this session is only a part of: RingOut rings its user in a session of its own. Never a call by itself. */
  readonly partOf?: string;
  /** The session in which this caller's story goes on: a transfer, a pickup or a conference merged it there. */
  readonly continuedIn?: string;
  /** Every ring of a person's phone, in the order they began. */
  readonly offers: readonly TrueOffer[];
  /** Every wait in a queue, in order. */
  readonly queueEntries: readonly TrueQueueEntry[];
  /**
   * How long the caller (outbound: the number dialled) was talked to and was on hold, ms, by RingCentral's recipe: talk from
   * Answered to Hold or the end of it, hold from Hold to Answered or the end of it. Stretches still open are not yet in it.
   */
  readonly talkMs: number;
  readonly holdMs: number;
  /** Present while the conversation is being recorded. */
  readonly recording?: 'on' | 'paused';
  /** The queue the caller is in or was in last. */
  readonly queueId?: string;
  readonly queueName?: string;
  readonly from: PartyEnd;
  /** What was dialled first; transfers do not change it. */
  readonly to: PartyEnd;
  /** Inbound: the person who talks or talked last. Otherwise the dialler. */
  readonly agentExtensionId?: string;
  /** Extensions ringing now. */
  readonly ringing: readonly string[];
}

/** The world: deterministic in (seed, scenario, commands). Time is only ever what the caller says it is. */
export interface World {
  readonly account: SimAccount;
  now(): number;
  /** Lets everything due up to and including `at` happen; returns it in order. */
  advanceTo(at: number): readonly WorldEvent[];
  /** When the next thing is due, if any. */
  nextAt(): number | undefined;
  /**
   * Places a scripted call now and returns its telephony session id; its events come from `advanceTo`, and the session
   * exists from the first of them on. Throws when the script names an unknown extension or a dialler who is on the phone.
   */
  place(script: CallScript): string;
  session(telephonySessionId: string): SimSession | undefined;
  /** Ended ones (as long as they are kept) in the order of their end, then live ones in the order of their start. */
  sessions(): readonly SimSession[];
  /** The live part of `sessions()`, without walking the rest. */
  liveSessions(): readonly SimSession[];
  truth(): readonly TrueCall[];
}

/**
 * One call as a story; every wait is in ms. Steps run one after another. A step's `after` counts from the moment it becomes
 * possible: the step before is done, and somebody rings (answer, noAnswer, reject, fail, directedPickup), talks (hold, park,
 * transfers, flip, conference, supervise, recording), is held (resume) or parked (pickup). When the caller is merged into
 * another session, the steps left go on there. A step that has become impossible, such as a hold after the mailbox took the call, is passed
 * over. The PBX's own time limits (ring-out, menu, message length) apply only while the story has nothing in hand, except
 * that queues always keep theirs; with the story told, a conversation goes on for ever.
 * The scenario's traffic generator makes these too, so a test and the demo speak one language.
 */
export interface CallScript {
  /**
   * outside caller → company, company → outside, or extension → extension; `ringOut`: the platform rings the dialler's own
   * phone first, then the number (two answers, then); `fax`: an outside machine → company, received until somebody hangs up.
   */
  readonly kind: 'inbound' | 'outbound' | 'internal' | 'ringOut' | 'fax';
  /** E.164 of the outside end; made up from the seed when absent. `anonymous: true` hides it. */
  readonly number?: string;
  readonly callerName?: string;
  readonly anonymous?: boolean;
  /** Extension that dials (outbound, internal, ringOut). */
  readonly fromExtensionId?: string;
  /** Where it goes first: a user, queue or menu extension id (inbound, internal); a user or fax extension (fax). */
  readonly toExtensionId?: string;
  /** The caller gives up when no person has talked to them after this time (a message being left counts as served). */
  readonly patienceMs?: number;
  readonly steps: readonly CallStep[];
}

export type CallStep =
  /** The menu's caller chooses a destination. */
  | { readonly do: 'choose'; readonly after: number; readonly extensionId: string }
  /** A ringing extension (a queue agent, the user called, or the outside end when absent) answers. */
  | { readonly do: 'answer'; readonly after: number; readonly extensionId?: string }
  /** A ringing extension (any, or the outside end, when absent) lets it ring out / rejects it or is busy. */
  | { readonly do: 'noAnswer'; readonly after: number; readonly extensionId?: string }
  | { readonly do: 'reject'; readonly after: number; readonly extensionId?: string }
  /** A ringing phone, or the number dialled, cannot take the call for this reason; outside that ends the call. */
  | { readonly do: 'fail'; readonly after: number; readonly reason: FailReason; readonly extensionId?: string }
  /** The queue does not wait for its limit but sends the caller on: to another extension, or to its mailbox. */
  | { readonly do: 'overflow'; readonly after: number; readonly toExtensionId?: string }
  /**
   * A colleague fetches a call that rings elsewhere, in a session of their own. `ringing`: their leg is merged into the
   * ringing session; `picker`: the caller is merged into theirs. By chance when absent.
   */
  | {
      readonly do: 'directedPickup';
      readonly after: number;
      readonly extensionId: string;
      readonly into?: 'ringing' | 'picker';
    }
  | { readonly do: 'hold' | 'resume'; readonly after: number; readonly extensionId?: string }
  /** `backAfterMs`: nobody has fetched the call by then, so it rings whoever parked it. */
  | { readonly do: 'park'; readonly after: number; readonly location?: string; readonly backAfterMs?: number }
  | { readonly do: 'pickup'; readonly after: number; readonly extensionId: string }
  /** Blind transfer to an extension or an outside number. */
  | {
      readonly do: 'blindTransfer';
      readonly after: number;
      readonly toExtensionId?: string;
      readonly toNumber?: string;
    }
  /**
   * Consult call to an extension in a second session, then merge: into the customer's session, as when absent, or of the
   * customer into the consultation.
   */
  | {
      readonly do: 'attendedTransfer';
      readonly after: number;
      readonly toExtensionId: string;
      readonly consultMs: number;
      readonly into?: 'customer' | 'consult';
    }
  /** Consult call to a colleague, then all three in a conference, which is a session of its own. */
  | {
      readonly do: 'conference';
      readonly after: number;
      readonly withExtensionId: string;
      readonly consultMs: number;
    }
  /** The serving user goes on with the call on another phone of theirs. */
  | { readonly do: 'flip' | 'switch'; readonly after: number }
  /**
   * A supervisor listens in for `forMs`. `session`: in a session of their own, whose leg is then Gone; `joined`: as a party
   * of the call itself. By chance when absent.
   */
  | {
      readonly do: 'supervise';
      readonly after: number;
      readonly extensionId: string;
      readonly forMs: number;
      readonly leg?: 'session' | 'joined';
    }
  | { readonly do: 'recordingOn' | 'recordingPause' | 'recordingResume' | 'recordingOff'; readonly after: number }
  /** The user's mobile rings too and may answer instead of the desk phone. */
  | { readonly do: 'findMe'; readonly after: number; readonly extensionId: string; readonly answerAfter?: number }
  | { readonly do: 'voicemail'; readonly after: number; readonly messageMs: number }
  /** Who hangs up: the caller, or the other end. */
  | { readonly do: 'hangUp'; readonly after: number; readonly by: 'caller' | 'callee' };

/** Why a destination cannot be had. Source: the platform's list of status reasons. */
export type FailReason =
  | 'TargetBusy'
  | 'Rejected'
  | 'InvalidNumber'
  | 'InternalError'
  | 'DestinationBlocked'
  | 'InternationalDisabled'
  | 'NotEnoughFunds'
  | 'NoSuchUser';
