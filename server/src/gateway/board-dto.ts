import { type Board, endedCalls, liveCalls } from '@ringside/shared/domain/board';
import { type Call, type Endpoint, isCall, type Leg, type LegPhase, type QueueRef } from '@ringside/shared/domain/call';
import type { FeedHealth } from '@ringside/shared/domain/feed-health';
import {
  type Offer,
  offersOf,
  type QueueEntry,
  queueEntriesOf,
  type Times,
  timesOf,
} from '@ringside/shared/domain/readings';
import { SHOW_ENDED_MS } from '@ringside/shared/domain/retention';

/** The answer of `GET /api/v1/board`. All times are ISO 8601 in UTC; ages are ms. */
export interface BoardDto {
  readonly epoch: string;
  /** Counts changes of the board since the server started. */
  readonly revision: number;
  readonly serverTime: string;
  readonly feed: Omit<FeedHealth, 'limitedUntil'> & { readonly limitedUntil?: string };
  /**
   * Live calls, oldest first; then calls ended in the last ten minutes, newest end first. What a supervisor listens in
   * with is no call and never listed.
   */
  readonly calls: readonly CallDto[];
}

export interface CallDto {
  /** The platform's telephony session id. */
  readonly id: string;
  readonly kind: Call['kind'];
  readonly direction: Call['direction'];
  readonly state: Call['state'];
  readonly startedAt: string;
  readonly stateSince: string;
  readonly answeredAt?: string;
  readonly endedAt?: string;
  /** Who said that it is over. `presumption`: nobody, for so long that it is presumed. */
  readonly endedBy?: Call['endedBy'];
  /** What it came to. Absent while the call lives, while that is not known yet, and for a fax. */
  readonly outcome?: Call['outcome'];
  /** Whose word the outcome is. `log`: the call log, which may have corrected the others. */
  readonly decidedBy?: Call['decidedBy'];
  /** Whether the outcome counts as missed under the policy; absent as long as the outcome is. */
  readonly missed?: boolean;
  readonly conference?: boolean;
  /** The call this one went on in: it is over here, and its outcome is told there. */
  readonly continuedIn?: string;
  /** Calls that went on in this one. */
  readonly continues?: readonly string[];
  /** The call was met then, in the middle of its life: an `answeredAt` or `stateSince` equal to it is the latest possible. */
  readonly metAt?: string;
  readonly unconfirmed?: boolean;
  readonly backfilled?: boolean;
  readonly queue?: QueueRef;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly legs: readonly LegDto[];
  /** Every ring of a phone, in order. They are never added to calls. */
  readonly offers: readonly OfferDto[];
  /** Every stay in a queue, in order. */
  readonly queueEntries: readonly QueueEntryDto[];
  /** ms, up to the end of the call or to `serverTime`. */
  readonly times: Times;
}

export interface OfferDto extends Omit<Offer, 'rangAt' | 'endedAt'> {
  readonly rangAt: string;
  /** When it stopped ringing: answered, or over. */
  readonly endedAt?: string;
}

export interface QueueEntryDto extends Omit<QueueEntry, 'enteredAt' | 'leftAt'> {
  readonly enteredAt: string;
  readonly leftAt?: string;
}

export interface LegDto {
  readonly id: string;
  readonly side: Leg['side'];
  readonly role: Leg['role'];
  readonly phase: Leg['phase'];
  readonly extensionId?: string;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly startedAt: string;
  readonly answeredAt?: string;
  readonly endedAt?: string;
  readonly endReason?: Leg['endReason'];
  readonly queueOffer?: boolean;
  /** The queue that offered it. */
  readonly queueId?: string;
  /** Every change of phase, oldest first. */
  readonly steps: readonly { readonly phase: LegPhase; readonly at: string }[];
  /** Where it went that was merged into another call; empty for a conference. */
  readonly mergedInto?: Leg['mergedInto'];
  /** Absent when nothing records it. */
  readonly recording?: Leg['recording'];
}

export interface Picture {
  readonly epoch: string;
  readonly revision: number;
  readonly board: Board;
  readonly feed: FeedHealth;
}

/** The board as the API tells it at `now` (local ms). */
export function toBoardDto({ epoch, revision, board, feed }: Picture, now: number): BoardDto {
  const ended = endedCalls(board).filter((call) => isListed(call, now));
  const calls = [...liveCalls(board), ...ended].map((call) => toCallDto(call, now));
  const { limitedUntil, ...health } = feed;
  const told = { ...health, ...(limitedUntil !== undefined && { limitedUntil: iso(limitedUntil) }) };
  return { epoch, revision, serverTime: iso(now), feed: told, calls };
}

function isListed({ kind, endedAt }: Call, now: number): boolean {
  return isCall({ kind }) && endedAt !== undefined && now - endedAt <= SHOW_ENDED_MS;
}

/** What is told of a call, and how its times grow while nothing of it changes: ms per ms, each 0 or 1. */
interface Told {
  readonly dto: Omit<CallDto, 'times'>;
  readonly since: number;
  readonly times: Times;
  readonly pace: Times;
}

/** Calls are values that never change, so each is put into words once and not with every request. */
const known = new WeakMap<Call, Told>();

function toCallDto(call: Call, now: number): CallDto {
  const told = known.get(call) ?? tell(call);
  known.set(call, told);
  const { dto, since, times, pace } = told;
  // Our clock may be behind the platform's: nothing lasts less than nothing.
  const passed = Math.max(0, now - since);
  const grown = (key: keyof Times): number => times[key] + passed * pace[key];
  return {
    ...dto,
    times: { ringMs: grown('ringMs'), talkMs: grown('talkMs'), holdMs: grown('holdMs'), waitMs: grown('waitMs') },
  };
}

function tell(call: Call): Told {
  const since = lastStepAt(call);
  const times = timesOf(call, since);
  const next = timesOf(call, since + 1);
  const pace = (key: keyof Times): number => next[key] - times[key];
  return {
    ...{ dto: toStillDto(call), since, times },
    pace: { ringMs: pace('ringMs'), talkMs: pace('talkMs'), holdMs: pace('holdMs'), waitMs: pace('waitMs') },
  };
}

/** Everything about the call that stands still as long as nothing happens. */
function toStillDto(call: Call): Omit<CallDto, 'times'> {
  return {
    id: call.id,
    kind: call.kind,
    direction: call.direction,
    state: call.state,
    startedAt: iso(call.startedAt),
    stateSince: iso(call.stateSince),
    ...(call.answeredAt !== undefined && { answeredAt: iso(call.answeredAt) }),
    ...(call.endedAt !== undefined && { endedAt: iso(call.endedAt) }),
    ...(call.endedBy !== undefined && { endedBy: call.endedBy }),
    ...outcomeOf(call),
    ...(call.conference && { conference: true }),
    ...(call.continuedIn !== undefined && { continuedIn: call.continuedIn }),
    ...(call.continues && { continues: call.continues }),
    ...(call.metAt !== undefined && { metAt: iso(call.metAt) }),
    ...(call.unconfirmed && { unconfirmed: true }),
    ...(call.backfilled && { backfilled: true }),
    ...(call.queue && { queue: call.queue }),
    from: call.from,
    to: call.to,
    legs: call.legs.map(toLegDto),
    offers: offersOf(call).map(({ rangAt, endedAt, ...offer }) => ({
      ...{ ...offer, rangAt: iso(rangAt) },
      ...(endedAt !== undefined && { endedAt: iso(endedAt) }),
    })),
    queueEntries: queueEntriesOf(call).map(({ enteredAt, leftAt, ...entry }) => ({
      ...{ ...entry, enteredAt: iso(enteredAt) },
      ...(leftAt !== undefined && { leftAt: iso(leftAt) }),
    })),
  };
}

function outcomeOf({ outcome, decidedBy, missed }: Call): Pick<CallDto, 'outcome' | 'decidedBy' | 'missed'> {
  return {
    ...(outcome !== undefined && { outcome }),
    ...(decidedBy !== undefined && { decidedBy }),
    ...(missed !== undefined && { missed }),
  };
}

function lastStepAt({ stateSince, legs }: Call): number {
  return legs.reduce((last, { steps }) => Math.max(last, steps.at(-1)?.at ?? last), stateSince);
}

function toLegDto(leg: Leg): LegDto {
  return {
    id: leg.id,
    side: leg.side,
    role: leg.role,
    phase: leg.phase,
    ...(leg.extensionId !== undefined && { extensionId: leg.extensionId }),
    from: leg.from,
    to: leg.to,
    startedAt: iso(leg.startedAt),
    ...(leg.answeredAt !== undefined && { answeredAt: iso(leg.answeredAt) }),
    ...(leg.endedAt !== undefined && { endedAt: iso(leg.endedAt) }),
    ...(leg.endReason !== undefined && { endReason: leg.endReason }),
    ...(leg.queueOffer && { queueOffer: true }),
    ...(leg.queueId !== undefined && { queueId: leg.queueId }),
    steps: leg.steps.map(({ phase, at }) => ({ phase, at: iso(at) })),
    ...(leg.mergedInto && { mergedInto: leg.mergedInto }),
    ...(leg.recording && { recording: leg.recording }),
  };
}

/** Upstream times are foreign input: one that no calendar holds must not break the whole answer. */
function iso(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}
