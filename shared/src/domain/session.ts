import type { Stream } from './admission.ts';
import type { Call, Leg, Outcome } from './call.ts';
import type { Directory } from './directory.ts';
import type { PollRecord, SessionOrigin } from './observation.ts';
import { toCall } from './story.ts';

/** Why a live call is doubted; each doubt is settled by one probe, never by assumption. */
export type DoubtCause =
  /** A sequence number has not come. */
  | 'hole'
  /** Missing from two complete polls. */
  | 'absent'
  /** Every record of it shows a final result. */
  | 'finished'
  /** No proof of life within the lease. */
  | 'silent'
  /** No word of its state within the lease, while events are down. */
  | 'unheard'
  /** Word of an older state came after a probe. */
  | 'overtaken'
  /** The event feed was interrupted. */
  | 'outage';

/** Doubts that a record in progress settles. The others are about the state, which no record tells. */
export const ABOUT_LIFE: ReadonlySet<DoubtCause> = new Set(['absent', 'finished', 'silent']);

export interface Doubt {
  readonly cause: DoubtCause;
  /** Local ms. */
  readonly since: number;
  readonly askedAt: number;
}

/** A call and the evidence for it. All evidence times are local receipt times, ms. */
export interface Session {
  readonly id: string;
  readonly call: Call;
  /** Absent for a call known from records alone. */
  readonly stream?: Stream;
  readonly origin?: SessionOrigin;
  readonly legacyId?: string;
  /** Its changes are told to nobody, for it is no call and was never shown as one. */
  readonly silent?: boolean;
  /** What it has from other sessions: those merged into it, and the one it went on in. */
  readonly kin?: Kin;
  /** Last event, live probe, or record in progress; what the newest list shows counts on top (`provedAt`). */
  readonly lastProofAt: number;
  /** Last event or live probe: the last time its state, not merely its life, was known. */
  readonly lastStateAt: number;
  /** When the platform says the session was created, if earlier than anything we saw. Upstream ms. */
  readonly bornAt?: number;
  /** When a probe first showed it, if no event had. */
  readonly metAt?: number;
  /** When the last live probe was sent. Local ms. */
  readonly probedAt?: number;
  /** Sequence numbers up to here need no further question: a probe has shown what they led to. */
  readonly coveredTo: number;
  readonly polled: boolean;
  readonly absentPolls: number;
  readonly records: readonly PollRecord[];
  readonly doubt?: Doubt;
  /** When a probe said that it is over while its record was still in progress. Local ms. */
  readonly overSaidAt?: number;
  /** Since when all known legs are over, while the end is not yet certain. */
  readonly overSince?: number;
  /** Local time of the end; present once ended and still settling. */
  readonly settlingSince?: number;
  /** What the call log said that it came to. */
  readonly logSays?: Outcome;
  /** True when the end was seen in events, not inferred. */
  readonly endWitnessed?: boolean;
}

/**
 * `caller`: the ends of a call whose caller was merged into this session, where one of our own had dialled · `partOf`: the
 * RingOut for which this session only rings the user's own phone.
 */
export interface Kin {
  readonly partOf?: string;
  readonly continues?: readonly string[];
  readonly continuedIn?: string;
  readonly caller?: Pick<Call, 'direction' | 'from' | 'to'>;
}

/** The session into which `from` was merged: it knows what came before, and whose call it is now. */
export function joined(session: Session, from: Call): Session {
  const continues = session.kin?.continues ?? [];
  if (continues.includes(from.id)) return session;
  const ends = { direction: from.direction, from: from.from, to: from.to };
  const kin: Kin = {
    ...session.kin,
    continues: [...continues, from.id],
    // A consultation that ends in the customer's call brings no caller of its own.
    ...(from.direction !== 'internal' && { caller: ends }),
  };
  return { ...session, kin, call: { ...session.call, ...kin.caller, continues: kin.continues ?? [] } };
}

const NO_HOLES: readonly number[] = [];

/** What was not heard, or not understood, and that no probe has shown since. */
export function openHoles(session: Session): readonly number[] {
  const { stream, coveredTo } = session;
  if (stream === undefined || (stream.holes.length === 0 && stream.unread.length === 0)) return NO_HOLES;
  return [...stream.holes, ...stream.unread].filter((rank) => rank > coveredTo);
}

/** What a session knows besides its stream, and keeps when the stream is told again. */
type Known = Pick<Session, 'bornAt' | 'metAt' | 'origin' | 'legacyId' | 'kin'> & { readonly call?: Call };

/** The call as the stream tells it, with what only other witnesses knew. */
export function callFrom(id: string, stream: Stream, known: Known = {}): Call {
  const told = toCall(id, stream.story);
  const startedAt = Math.min(told.startedAt, known.bornAt ?? Infinity);
  const { metAt, origin, call, kin } = known;
  const continuedIn = continuationOf(told) ?? kin?.continuedIn;
  return {
    ...told,
    ...kin?.caller,
    ...((kin?.partOf !== undefined || (origin === 'ringOut' && ringsOwnPhone(told))) && { kind: 'ownPhone' }),
    startedAt,
    ...(continuedIn !== undefined && { continuedIn }),
    ...(origin === 'conference' && { conference: true }),
    ...(metAt !== undefined && { metAt }),
    ...(call?.backfilled && { backfilled: true }),
    ...(kin?.continues && { continues: kin.continues }),
  };
}

/** A RingOut calls its own user first, in a session where nobody else ever comes. */
export const ringsOwnPhone = ({ legs }: Call): boolean =>
  legs.length === 1 && legs[0]?.side === 'receiving' && legs[0].extensionId !== undefined;

/** Legs that leave together are told within moments of each other. */
const TOGETHER_MS = 500;

/**
 * The call that this one went on in, once it is over: whoever dialled was merged away, and nobody stayed behind to hang up
 * later. A transferring colleague whose leg is merged away while the others talk on has only left.
 */
function continuationOf({ id, state, legs }: Call): string | undefined {
  if (state !== 'ended') return undefined;
  const callers = legs.filter(({ side }) => side === 'placing');
  const merged = (callers.length > 0 ? callers : legs).find(({ mergedInto }) => mergedInto?.callId !== undefined);
  const { endedAt, mergedInto } = merged ?? {};
  if (endedAt === undefined || mergedInto?.callId === id) return undefined;
  const stayed = (leg: Leg): boolean =>
    leg.phase === 'ended' && leg.role !== 'monitor' && (leg.endedAt ?? 0) > endedAt + TOGETHER_MS;
  return legs.some(stayed) ? undefined : mergedInto?.callId;
}

export function sessionFromStream(id: string, stream: Stream, at: number, known: Known = {}): Session {
  const call = callFrom(id, stream, known);
  const { bornAt, metAt, origin, legacyId } = known;
  return {
    id,
    call,
    stream,
    lastProofAt: at,
    lastStateAt: at,
    coveredTo: 0,
    polled: false,
    absentPolls: 0,
    records: [],
    ...(bornAt !== undefined && { bornAt }),
    ...(metAt !== undefined && { metAt }),
    ...(origin !== undefined && { origin }),
    ...(legacyId !== undefined && { legacyId }),
  };
}

/**
 * A call of which only a record in progress is known. Its direction may be reversed while it is live (queue calls), and
 * whether it rings or talks is not said, so it stays marked unconfirmed until an event or a probe tells.
 */
export function sessionFromRecords(
  records: readonly PollRecord[],
  at: number,
  directory: Directory,
): Session | undefined {
  const first = records[0];
  if (first === undefined) return undefined;
  const call: Call = {
    id: first.sessionId,
    kind: records.some(({ fax }) => fax === true) ? 'fax' : 'voice',
    ...endsFrom(records, directory),
    state: 'talking',
    startedAt: first.startedAt,
    stateSince: first.startedAt,
    legs: [],
    unconfirmed: true,
  };
  return {
    id: first.sessionId,
    call,
    bornAt: first.startedAt,
    lastProofAt: at,
    lastStateAt: at,
    coveredTo: 0,
    polled: true,
    absentPolls: 0,
    records,
  };
}

/** Who talks to whom, as far as records tell; they may turn round once the call is over. */
export function endsFrom(
  records: readonly PollRecord[],
  directory: Directory,
): Pick<Call, 'direction' | 'from' | 'to' | 'queue'> {
  const kinds = records.flatMap(({ extensionId }) =>
    extensionId === undefined ? [] : (directory.get(extensionId) ?? []),
  );
  const queue = kinds.find((extension) => extension.kind === 'queue');
  return {
    direction: directionOf(records),
    from: records[0]?.from ?? {},
    to: records[0]?.to ?? {},
    ...(queue && { queue: { id: queue.id, ...(queue.name !== undefined && { name: queue.name }) } }),
  };
}

/** Both ends within the account: internal. Else one record that came in is enough: agents' records look outbound. */
function directionOf(records: readonly PollRecord[]): Call['direction'] {
  if (records.every(({ from, to }) => from.extensionId !== undefined && to.extensionId !== undefined))
    return 'internal';
  return records.some((record) => record.direction === 'inbound') ? 'inbound' : 'outbound';
}

/** Session without its doubt, and its call without the mark. */
export function trusted(session: Session): Session {
  if (session.doubt === undefined && session.call.unconfirmed === undefined) return session;
  const { doubt: _doubt, overSaidAt: _said, ...rest } = session;
  const { unconfirmed, ...call } = session.call;
  return unconfirmed === undefined ? rest : { ...rest, call };
}

/** When the call ended, from the best witness: its legs, else its records, else `fallback`. Upstream ms. */
export function endTime(session: Session, fallback: number): number {
  const legs = session.call.legs;
  const lastLeg = Math.max(...legs.map((leg) => leg.endedAt ?? -Infinity), -Infinity);
  if (session.endWitnessed === true && Number.isFinite(lastLeg)) return lastLeg;
  const byRecord = Math.max(
    ...session.records.map((record) =>
      record.durationMs === undefined ? -Infinity : record.startedAt + record.durationMs,
    ),
    -Infinity,
  );
  if (Number.isFinite(byRecord)) return Math.max(byRecord, lastLeg);
  return Math.max(fallback, session.call.startedAt);
}
