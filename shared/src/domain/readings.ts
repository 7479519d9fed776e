import type { Call, Leg, LegEndReason, LegPhase } from './call.ts';
import { canTalk, isTerminal } from './story.ts';

/**
 * What a call's legs say in the words of a call centre. Nothing here is stored: every offer, queue entry and duration is
 * read off the legs' own steps, so that no two numbers can disagree.
 */

/** How the ringing of one phone ended. */
export type OfferEnd =
  'answered' | 'answeredElsewhere' | 'noAnswer' | 'declined' | 'busy' | 'callerLeft' | 'handedOn' | 'failed';

/** One phone that rang for the caller. One call may have many; they are never added to calls. */
export interface Offer {
  readonly legId: string;
  readonly extensionId?: string;
  readonly queueId?: string;
  readonly rangAt: number;
  /** When it stopped ringing: answered, or over. */
  readonly endedAt?: number;
  readonly end?: OfferEnd;
}

/** How a caller left a queue. */
export type QueueLeave = 'answered' | 'abandoned' | 'overflowed' | 'voicemail';

/** One stay in one queue. Service levels and abandonment belong to entries, not to calls. */
export interface QueueEntry {
  readonly queueId: string;
  readonly name?: string;
  readonly enteredAt: number;
  readonly leftAt?: number;
  readonly left?: QueueLeave;
}

/** Time spent, ms, as of the end of the call or of `now`. */
export interface Times {
  /** First ring to first answer or end. */
  readonly ringMs: number;
  /** A person and the caller connected, nobody on hold. */
  readonly talkMs: number;
  readonly holdMs: number;
  /** First queue entry, else first ring, to the first answer or the end. */
  readonly waitMs: number;
}

const HANDED_ON: ReadonlySet<LegEndReason> = new Set(['transferred', 'parked', 'switched', 'redirected']);

/** Every ring of a phone, in order. A leg that was switched or picked up to is answered without ringing: no offer. */
export function offersOf(call: Call): Offer[] {
  // A machine calls a machine: nobody's phone rings.
  if (call.kind === 'fax') return [];
  return call.legs.flatMap((leg) => {
    const rang = leg.steps.find(({ phase }) => phase === 'ringing' || phase === 'setup');
    const owner = isPhone(leg) ? leg : forwardedFrom(call, leg);
    return rang === undefined || owner === undefined ? [] : [offerOf(call, leg, rang.at, owner.extensionId)];
  });
}

const isPhone = (leg: Leg): boolean => leg.side === 'receiving' && canTalk(leg) && leg.role !== 'outside';

/** An outside number that rings beside a colleague's phone is that colleague's mobile (find-me); any other is a far end. */
function forwardedFrom(call: Call, leg: Leg): Leg | undefined {
  if (leg.role !== 'outside' || leg.side !== 'receiving') return undefined;
  return call.legs.find((other) => isPhone(other) && other.startedAt <= leg.startedAt && stopOf(other) > leg.startedAt);
}

const stopOf = (leg: Leg): number => leg.answeredAt ?? leg.endedAt ?? Infinity;

function offerOf(call: Call, leg: Leg, rangAt: number, extensionId: string | undefined): Offer {
  const { id: legId, queueId } = leg;
  const stopped = leg.answeredAt ?? leg.endedAt;
  return {
    legId,
    rangAt,
    ...(extensionId !== undefined && { extensionId }),
    ...(queueId !== undefined && { queueId }),
    ...(stopped !== undefined && { endedAt: stopped, end: offerEnd(call, leg, stopped) }),
  };
}

const OFFER_ENDS: Partial<Record<LegEndReason, OfferEnd>> = {
  answeredElsewhere: 'answeredElsewhere',
  pickedUp: 'answeredElsewhere',
  noAnswer: 'noAnswer',
  voicemail: 'noAnswer',
  declined: 'declined',
  busy: 'busy',
  failed: 'failed',
};

function offerEnd(call: Call, leg: Leg, stopped: number): OfferEnd {
  if (leg.answeredAt !== undefined) return 'answered';
  const { endReason } = leg;
  const said = endReason === undefined ? undefined : OFFER_ENDS[endReason];
  if (said !== undefined) return said;
  // No word of its own: whoever made it stop is read off the others.
  if (call.legs.some((other) => other !== leg && tookOver(other, leg, stopped))) return 'answeredElsewhere';
  if (leg.phase === 'gone' || (endReason !== undefined && HANDED_ON.has(endReason))) return 'handedOn';
  return call.legs.some((other) => tookMessage(other)) ? 'noAnswer' : 'callerLeft';
}

/** The phones of one call stop within moments of the answer. */
const AROUND_MS = 3_000;

function tookOver(other: Leg, leg: Leg, stopped: number): boolean {
  const { answeredAt } = other;
  if (other.side !== 'receiving' || !canTalk(other) || answeredAt === undefined) return false;
  return answeredAt >= leg.startedAt && answeredAt <= stopped + AROUND_MS;
}

const tookMessage = (leg: Leg): boolean => leg.steps.some(({ phase }) => phase === 'voicemail');

/** Every stay in a queue, in order of entry. A queue whose own leg was lost is known by the offers it made. */
export function queueEntriesOf(call: Call): QueueEntry[] {
  const legs = call.legs.filter((leg) => leg.role === 'queue' && leg.extensionId !== undefined);
  const known = new Set(legs.map(({ extensionId }) => extensionId));
  const offers = offersOf(call);
  const unheard = offers.filter(({ queueId }) => queueId !== undefined && !known.has(queueId));
  const lost = [...Map.groupBy(unheard, ({ queueId = '' }) => queueId)].map(([queueId, of]): Stay => {
    return { queueId, enteredAt: of[0]?.rangAt ?? call.startedAt };
  });
  const heard = legs.map((leg): Stay => ({ queueId: leg.extensionId ?? '', enteredAt: leg.startedAt, leg }));
  return [...heard, ...lost]
    .toSorted((a, b) => a.enteredAt - b.enteredAt)
    .map((stay, i, stays) => {
      const again = stays.slice(i + 1).find(({ queueId }) => queueId === stay.queueId)?.enteredAt ?? Infinity;
      const own = offers.filter(({ queueId, rangAt }) => queueId === stay.queueId && rangAt < again);
      return entry(
        call,
        stay,
        own.find(({ rangAt, end }) => end === 'answered' && rangAt >= stay.enteredAt),
      );
    });
}

interface Stay {
  readonly queueId: string;
  readonly enteredAt: number;
  readonly leg?: Leg;
}

/** `answered`: the offer of this stay, not of another in the same queue, that a person took. */
function entry(call: Call, { queueId, enteredAt, leg }: Stay, answered: Offer | undefined): QueueEntry {
  const name = leg?.to.name ?? (call.queue?.id === queueId ? call.queue.name : undefined);
  const leftAt = answered?.endedAt ?? leg?.endedAt ?? call.endedAt;
  return {
    queueId,
    enteredAt,
    ...(name !== undefined && { name }),
    ...(leftAt !== undefined && { leftAt, left: leaveOf(call, leg, leftAt, answered) }),
  };
}

function leaveOf(call: Call, leg: Leg | undefined, leftAt: number, answered: Offer | undefined): QueueLeave {
  const taken = leg?.endReason === 'answeredElsewhere' || leg?.endReason === 'pickedUp';
  if (answered !== undefined || taken) return 'answered';
  const next = call.legs.filter((other) => other !== leg && other.side === 'receiving' && comesAfter(other, leftAt));
  if (leg?.endReason === 'voicemail' || next.some(tookMessage)) return 'voicemail';
  return next.length > 0 ? 'overflowed' : 'abandoned';
}

/** The next destination is told within moments of leaving the last, sometimes before. */
const comesAfter = (leg: Leg, leftAt: number): boolean =>
  leg.queueId === undefined && leg.startedAt >= leftAt - AROUND_MS / 3;

interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Ring, talk, hold and wait by RingCentral's recipe (guide "calculating call time metrics"): ring is first `Proceeding` to
 * first `Answered` or `Disconnected`; talk `Answered` to `Hold` or `Disconnected`; hold `Hold` to `Answered` or
 * `Disconnected`. Two colleagues on one call talk once; `now` (upstream ms) ends what is still open.
 */
export function timesOf(call: Call, now: number = call.endedAt ?? call.stateSince): Times {
  const end = call.endedAt ?? now;
  const people = call.legs.filter((leg) => leg.side === 'receiving' && canTalk(leg));
  const caller = call.legs.find((leg) => leg.role === 'caller');
  const answered = call.answeredAt ?? end;
  const rang = earliest(people.flatMap((leg) => leg.steps.find(({ phase }) => phase === 'ringing')?.at ?? []));
  const entered = earliest(queueEntriesOf(call).map(({ enteredAt }) => enteredAt));
  const connected = union(people.flatMap((leg) => spansOf(leg, ['answered'], end)));
  const callerHolds = caller === undefined ? [] : spansOf(caller, ['held'], end);
  const held = union([...people.flatMap((leg) => spansOf(leg, ['held'], end)), ...callerHolds]);
  const talkMs = total(without(connected, callerHolds));
  const waitFrom = entered ?? rang;
  return {
    ringMs: rang === undefined ? 0 : Math.max(0, answered - rang),
    talkMs,
    holdMs: total(without(held, without(connected, callerHolds))),
    waitMs: waitFrom === undefined ? 0 : Math.max(0, answered - waitFrom),
  };
}

const earliest = (times: readonly number[]): number | undefined =>
  times.length === 0 ? undefined : Math.min(...times);

/** The stretches a leg spent in these phases; the last one is open until `end`. */
function spansOf(leg: Leg, phases: readonly LegPhase[], end: number): Span[] {
  return leg.steps.flatMap(({ phase, at }, i) => {
    if (!phases.includes(phase)) return [];
    return [{ from: at, to: leg.steps[i + 1]?.at ?? (isTerminal(leg) ? (leg.endedAt ?? end) : end) }];
  });
}

/** Overlapping stretches become one. */
function union(spans: readonly Span[]): Span[] {
  return spans
    .toSorted((a, b) => a.from - b.from)
    .reduce<Span[]>((joined, span) => {
      const last = joined.at(-1);
      if (last === undefined || span.from > last.to) return [...joined, span];
      return [...joined.slice(0, -1), { from: last.from, to: Math.max(last.to, span.to) }];
    }, []);
}

/** `spans` less whatever `others` cover; both without overlaps in themselves. */
function without(spans: readonly Span[], others: readonly Span[]): Span[] {
  return others.reduce<readonly Span[]>(
    (left, other) =>
      left.flatMap((span) =>
        [
          { from: span.from, to: Math.min(span.to, other.from) },
          { from: Math.max(span.from, other.to), to: span.to },
        ].filter(({ from, to }) => to > from),
      ),
    spans,
  ) as Span[];
}

const total = (spans: readonly Span[]): number => spans.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
