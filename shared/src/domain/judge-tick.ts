import type { Draft, Unseen } from './board.ts';
import { isListed, leaseMs, provedAt } from './evidence.ts';
import { filter, get, keys, remove, set, values, type Keyed } from './keyed.ts';
import { isCall } from './call.ts';
import { conclude } from './conclude.ts';
import { ask, backfillCall, doubt, endCall, resettle, reveal, updateSession } from './lifecycle.ts';
import { shownUntil } from './retention.ts';
import { ABOUT_LIFE, openHoles, sessionFromStream, type Doubt, type DoubtCause, type Session } from './session.ts';

/** Without word of its state for this long, while events are down, a call is asked about although its record proves life. */
const STATE_LEASE_MS = 60_000;
/** A doubt about the state that nobody could settle for this long is shown; about life, see `Limits`. */
const SHOW_STATE_DOUBT_MS = 30_000;
/** Absent from every complete poll and unanswered by every probe for this long: presumed over. */
const PRESUME_MS = 180_000;
/** The same for a call that polls never listed, of which nothing may be heard for long while it waits or is parked. */
const PRESUME_UNLISTED_MS = 2 * 60 * 60_000;
const SWEEP_MS = 10_000;
const CANDIDATE_MS = 5 * 60_000;

/** Time passing: graces run out, leases are called in, memory is let go. */
export function judgeTick(draft: Draft): void {
  const live = values(draft.live);
  draft.unlisted = live.filter((session) => !isListed(draft, session)).length;
  for (const session of live) review(draft, session);
  for (const session of values(draft.settling)) reviewSettling(draft, session);
  if (draft.at - draft.lastSweepAt >= SWEEP_MS) sweep(draft);
}

function reviewSettling(draft: Draft, session: Session): void {
  // The call it went on in may have come to its own end.
  if (session.call.continuedIn !== undefined) resettle(draft, session);
  if (draft.at - (session.settlingSince ?? 0) < draft.limits.settleMs) return;
  if (get(draft.settling, session.id) === undefined) return;
  draft.tally.leftUndecided++;
  draft.settling = remove(draft.settling, session.id);
}

function review(draft: Draft, session: Session): void {
  if (session.silent === true && isCall(session.call)) reveal(draft, session);
  const known = get(draft.live, session.id) ?? session;
  if (known.overSince !== undefined) conclude(draft, known);
  const open = get(draft.live, session.id);
  if (open !== undefined) settleDoubt(draft, open);
}

function settleDoubt(draft: Draft, session: Session): void {
  const cause = causeOfDoubt(draft, session);
  if (cause === undefined) return;
  const { at } = draft;
  const { doubt: known } = session;
  if (known === undefined) {
    if (cause === 'silent') draft.tally.leaseCalledIn++;
    return doubt(draft, session, cause);
  }
  if (isPresumedOver(draft, session, known)) {
    draft.tally.endedPresumed++;
    return endCall(draft, session, 'presumption');
  }
  const shown = isWorthShowing(draft, session, known) ? marked(draft, session) : session;
  updateSession(draft, session, shown);
  if (at - known.askedAt >= draft.limits.reaskMs) doubt(draft, shown, cause);
}

/** Life unproved for longer than its lease, or a state that nobody could tell: people must see that we do not know. */
function isWorthShowing(draft: Draft, session: Session, known: Doubt): boolean {
  const { at, limits } = draft;
  const showAfterMs = ABOUT_LIFE.has(known.cause) ? limits.showDoubtMs : SHOW_STATE_DOUBT_MS;
  // After an outage a long talk is asked about last; what it missed, if anything, changes little.
  const patient = known.cause === 'outage' && session.call.state === 'talking';
  if (!patient && at - known.since >= showAfterMs) return true;
  return at - provedAt(draft, session) >= leaseMs(draft, isListed(draft, session)) + limits.showDoubtMs;
}

function marked(draft: Draft, session: Session): Session {
  if (session.call.unconfirmed === true) return session;
  draft.tally.shownUnconfirmed++;
  return { ...session, call: { ...session.call, unconfirmed: true } };
}

/** Nobody answers for it: complete polls do not list it, probes do not tell, and no event has come for long. */
function isPresumedOver(draft: Draft, session: Session, known: Doubt): boolean {
  const { at, lastCompletePollAt = -Infinity } = draft;
  const listed = isListed(draft, session);
  const bound = listed ? PRESUME_MS : PRESUME_UNLISTED_MS;
  const unproved = Math.min(at - known.since, at - provedAt(draft, session)) >= bound;
  return unproved && (listed ? session.absentPolls > 0 : at - lastCompletePollAt < bound);
}

function causeOfDoubt(draft: Draft, session: Session): DoubtCause | undefined {
  if (session.doubt !== undefined) return session.doubt.cause;
  const { at, limits, linkUp } = draft;
  if (openHoles(session).length > 0 && at - session.lastStateAt >= limits.holeGraceMs) return 'hole';
  // Records prove that a call lives, not whether it still rings: without events its state has a lease of its own.
  if (at - provedAt(draft, session) >= leaseMs(draft, isListed(draft, session))) return 'silent';
  return !linkUp && at - session.lastStateAt >= STATE_LEASE_MS ? 'unheard' : undefined;
}

function sweep(draft: Draft): void {
  const { at } = draft;
  draft.lastSweepAt = at;
  for (const unseen of values(draft.unseen)) reviewUnseen(draft, unseen);
  const { tombstoneMs, remembered } = draft.limits;
  const ended = filter(draft.ended, (call) => at < shownUntil(call));
  const tombstones = filter(draft.tombstones, (endedAt) => at - endedAt < tombstoneMs);
  const candidates = filter(draft.candidates, (candidate) => at - candidate.lastSeenAt < CANDIDATE_MS);
  draft.ended = newest(ended, remembered, ({ endedAt = 0 }) => endedAt);
  draft.tombstones = newest(tombstones, remembered, (endedAt) => endedAt);
  draft.candidates = newest(candidates, remembered, ({ lastSeenAt }) => lastSeenAt);
  draft.settling = newest(draft.settling, remembered, ({ settlingSince = 0 }) => settlingSince);
  draft.unseen = newest(draft.unseen, remembered, ({ heardAt }) => heardAt);
  draft.heirs = filter(draft.heirs, ({ mergedAt }) => at - mergedAt < CANDIDATE_MS);
}

/** Asked about until somebody answers; in the end it is written down as far as it was heard. */
function reviewUnseen(draft: Draft, unseen: Unseen): void {
  const { at } = draft;
  const { id, origin, stream, heardAt, askedAt } = unseen;
  if (at - heardAt >= CANDIDATE_MS)
    return backfillCall(draft, sessionFromStream(id, stream, at, origin && { origin }), 'presumption');
  if (at - askedAt < draft.limits.reaskMs) return;
  draft.unseen = set(draft.unseen, id, { ...unseen, askedAt: at });
  ask(draft, id);
}

/** A flood must not grow any memory without end: the oldest go first. */
function newest<V>(map: Keyed<V>, most: number, since: (value: V) => number): Keyed<V> {
  if (map.size <= most) return map;
  const ageOf = (key: string): number => {
    const value = get(map, key);
    return value === undefined ? 0 : since(value);
  };
  const byAge = keys(map).toSorted((a, b) => ageOf(b) - ageOf(a));
  return byAge.slice(most).reduce(remove<V>, map);
}
