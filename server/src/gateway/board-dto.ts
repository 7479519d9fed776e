import { type Board, endedCalls, liveCalls } from '@ringside/shared/domain/board';
import type { Call, Endpoint, Leg, QueueRef } from '@ringside/shared/domain/call';
import type { FeedHealth } from '@ringside/shared/domain/feed-health';
import { SHOW_ENDED_MS } from '@ringside/shared/domain/retention';

/** The answer of `GET /api/v1/board`. All times are ISO 8601 in UTC; ages are ms. */
export interface BoardDto {
  readonly epoch: string;
  /** Counts changes of the board since the server started. */
  readonly revision: number;
  readonly serverTime: string;
  readonly feed: FeedHealth;
  /** Live calls, oldest first; then calls ended in the last ten minutes, newest end first. */
  readonly calls: readonly CallDto[];
}

export interface CallDto {
  /** The platform's telephony session id. */
  readonly id: string;
  readonly direction: Call['direction'];
  readonly state: Call['state'];
  readonly startedAt: string;
  readonly stateSince: string;
  readonly answeredAt?: string;
  readonly endedAt?: string;
  /** Absent while the call lives and while its outcome is not known yet. */
  readonly missed?: boolean;
  /** The call was met then, in the middle of its life: an `answeredAt` or `stateSince` equal to it is the latest possible. */
  readonly metAt?: string;
  readonly unconfirmed?: boolean;
  readonly backfilled?: boolean;
  readonly queue?: QueueRef;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly legs: readonly LegDto[];
}

export interface LegDto {
  readonly id: string;
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
}

export interface Picture {
  readonly epoch: string;
  readonly revision: number;
  readonly board: Board;
  readonly feed: FeedHealth;
}

/** The board as the API tells it at `now` (local ms). */
export function toBoardDto({ epoch, revision, board, feed }: Picture, now: number): BoardDto {
  const ended = endedCalls(board).filter(({ endedAt }) => endedAt !== undefined && now - endedAt <= SHOW_ENDED_MS);
  return { epoch, revision, serverTime: iso(now), feed, calls: [...liveCalls(board), ...ended].map(toCallDto) };
}

function toCallDto(call: Call): CallDto {
  return {
    id: call.id,
    direction: call.direction,
    state: call.state,
    startedAt: iso(call.startedAt),
    stateSince: iso(call.stateSince),
    ...(call.answeredAt !== undefined && { answeredAt: iso(call.answeredAt) }),
    ...(call.endedAt !== undefined && { endedAt: iso(call.endedAt) }),
    ...(call.missed !== undefined && { missed: call.missed }),
    ...(call.metAt !== undefined && { metAt: iso(call.metAt) }),
    ...(call.unconfirmed && { unconfirmed: true }),
    ...(call.backfilled && { backfilled: true }),
    ...(call.queue && { queue: call.queue }),
    from: call.from,
    to: call.to,
    legs: call.legs.map(toLegDto),
  };
}

function toLegDto(leg: Leg): LegDto {
  return {
    id: leg.id,
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
  };
}

/** Upstream times are foreign input: one that no calendar holds must not break the whole answer. */
function iso(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}
