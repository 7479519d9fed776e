import type { PartyCode, PartyEnd, PartyStatus, SimParty, SimRecording, WorldEvent } from './model.ts';

/** One telephony session as a value; every transition gives a new one together with the event that tells of it. */
export interface SessionState {
  readonly accountId: string;
  /** What `s-` and `p-` ids of this session share. */
  readonly hex: string;
  readonly sessionId: string;
  readonly serverId: string;
  readonly origin: string;
  readonly sequence: number;
  readonly parties: readonly SimParty[];
  /** Parties that are not over yet. */
  readonly live: number;
}

export interface Transition {
  readonly state: SessionState;
  readonly event: WorldEvent;
}

/** What a new party starts with; the flags that are rarely set may be left out. */
export interface PartyDraft {
  readonly direction: 'Inbound' | 'Outbound';
  readonly extensionId?: string;
  readonly from: PartyEnd;
  readonly to: PartyEnd;
  readonly status: StatusDraft;
  readonly queueCall?: boolean;
  readonly missedCall?: boolean;
  readonly conferenceRole?: NonNullable<SimParty['conferenceRole']>;
  readonly ringOutRole?: NonNullable<SimParty['ringOutRole']>;
  readonly uiCallInfo?: NonNullable<SimParty['uiCallInfo']>;
}

export type StatusDraft = Omit<PartyStatus, 'rcc'>;

/** Marks that may change along with a status. */
export interface PartyMarks {
  readonly missedCall?: boolean;
  readonly park?: { readonly id?: string };
}

/** First codes ever seen on a party: Proceeding for PSTN callees and queue agents, Answered after pickup and merge. */
const FIRST: ReadonlySet<PartyCode> = new Set<PartyCode>(['Setup', 'Proceeding', 'Answered', 'VoiceMail']);

const NEXT: Readonly<Record<PartyCode, readonly PartyCode[]>> = {
  Setup: ['Proceeding', 'Answered', 'VoiceMail', 'FaxReceive', 'Disconnected', 'Gone'],
  Proceeding: ['Answered', 'VoiceMail', 'VoiceMailScreening', 'Disconnected', 'Gone'],
  Answered: ['Hold', 'Parked', 'Disconnected', 'Gone'],
  Hold: ['Answered', 'Parked', 'Disconnected', 'Gone'],
  Parked: ['Answered', 'Disconnected', 'Gone'],
  VoiceMail: ['Disconnected', 'Gone'],
  VoiceMailScreening: ['Answered', 'VoiceMail', 'Disconnected'],
  FaxReceive: ['Disconnected'],
  Disconnected: [],
  Gone: [],
};

/** The first event of a real session carries sequence 2 [capture], so an unheard-of session stands at 1. */
export const SEQUENCE_BEFORE_FIRST = 1;

/** True for a party that will never be heard of again. */
export function isOver(code: PartyCode): boolean {
  return code === 'Disconnected' || code === 'Gone';
}

/** `p-<hex>-N`; parties are numbered from 1 in the order of their coming. */
export function partyId(state: Pick<SessionState, 'hex'>, number: number): string {
  return `p-${state.hex}-${number}`;
}

/** Adds a party; its number is `state.parties.length` afterwards. Throws on an impossible first code. */
export function enterParty(state: SessionState, at: number, draft: PartyDraft): Transition {
  if (!FIRST.has(draft.status.code)) throw new Error(`a party cannot start as ${draft.status.code}`);
  const { status, missedCall = false, ...rest } = draft;
  const party: SimParty = {
    ...rest,
    id: partyId(state, state.parties.length + 1),
    accountId: state.accountId,
    status: { ...status, rcc: false },
    missedCall,
    standAlone: false,
    muted: false,
    park: {},
    createdAt: at,
    ...(status.code === 'Answered' ? { answeredAt: at } : {}),
    ...(status.reason === undefined ? {} : { enteredFor: status.reason }),
  };
  return advance({ ...state, live: state.live + 1 }, [...state.parties, party], party, at);
}

/** Moves party `number` (from 1). Throws when the platform's life cycle forbids the step. */
export function moveParty(
  state: SessionState,
  at: number,
  number: number,
  change: { readonly status: StatusDraft; readonly marks?: PartyMarks },
): Transition {
  const old = state.parties[number - 1];
  if (old === undefined) throw new Error(`session has no party ${number}`);
  const { code } = change.status;
  if (!NEXT[old.status.code].includes(code)) throw new Error(`party ${number}: ${old.status.code} → ${code}`);
  const party: SimParty = {
    ...(isOver(code) || code === 'Parked' ? unrecorded(old) : old),
    status: { ...change.status, rcc: false },
    ...change.marks,
    ...(code === 'Answered' && old.answeredAt === undefined ? { answeredAt: at } : {}),
    ...(isOver(code) ? { endedAt: at } : {}),
  };
  const parties = state.parties.with(number - 1, party);
  return advance({ ...state, live: state.live - (isOver(code) ? 1 : 0) }, parties, party, at);
}

/**
 * Tells the same status again with the party's recordings as they are now; undefined: recorded no more.
 * Throws for a party that is over. Source: how integrations read recording states from the stream.
 */
export function recordParty(
  state: SessionState,
  at: number,
  number: number,
  recordings: readonly SimRecording[] | undefined,
): Transition {
  const old = state.parties[number - 1];
  if (old === undefined || isOver(old.status.code)) throw new Error(`session has no party ${number} to record`);
  const party: SimParty = recordings === undefined ? unrecorded(old) : { ...old, recordings };
  return advance(state, state.parties.with(number - 1, party), party, at);
}

/** A recording ends with the leg it listens to. */
function unrecorded({ recordings: _ended, ...party }: SimParty): SimParty {
  return party;
}

function advance(state: SessionState, parties: readonly SimParty[], party: SimParty, at: number): Transition {
  const next = { ...state, parties, sequence: state.sequence + 1 };
  return {
    state: next,
    event: {
      at,
      sequence: next.sequence,
      telephonySessionId: `s-${state.hex}`,
      sessionId: state.sessionId,
      serverId: state.serverId,
      origin: state.origin,
      party,
    },
  };
}
