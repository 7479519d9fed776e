import type { Draft, Unseen } from './board.ts';
import { filter, get, remove, set, values } from './keyed.ts';
import { conclude, HOLE_GRACE_MS } from './judge-event.ts';
import { backfillCall, doubt, endCall, REASK_MS, updateSession } from './lifecycle.ts';
import { shownUntil } from './retention.ts';
import { openHoles, sessionFromStream, type Doubt, type DoubtCause, type Session } from './session.ts';

/** A call without proof of life for this long is asked about. */
const LEASE_MS = 60_000;
/** A doubt that nobody could settle for this long is shown. */
const SHOW_DOUBT_MS = 30_000;
/** Absent from every complete poll and unanswered by every probe for this long: presumed over. */
const PRESUME_MS = 180_000;
/** The same for a call that polls never list while it rings or waits; and for one parked, where nothing may happen for long. */
const PRESUME_UNLISTED_MS = 10 * 60_000;
const PRESUME_PARKED_MS = 2 * 60 * 60_000;
/** How long an ended call waits for a record to tell its outcome (the cache shows ended calls for 120 s). */
const SETTLE_MS = 180_000;
const SWEEP_MS = 10_000;
/** Longer than cache (120 s), recovery (180 s), the longest poll and a margin together. */
const TOMBSTONE_MS = 35 * 60_000;
const CANDIDATE_MS = 5 * 60_000;

/** Time passing: graces run out, leases are called in, memory is let go. */
export function judgeTick(draft: Draft): void {
  for (const session of values(draft.live)) review(draft, session);
  for (const session of values(draft.settling)) {
    if (draft.at - (session.settlingSince ?? 0) < SETTLE_MS) continue;
    draft.tally.leftUndecided++;
    draft.settling = remove(draft.settling, session.id);
  }
  if (draft.at - draft.lastSweepAt >= SWEEP_MS) sweep(draft);
}

function review(draft: Draft, session: Session): void {
  if (session.overSince !== undefined) conclude(draft, session);
  const open = get(draft.live, session.id);
  if (open !== undefined) settleDoubt(draft, open);
}

function settleDoubt(draft: Draft, session: Session): void {
  const cause = causeOfDoubt(draft, session);
  if (cause === undefined) return;
  const { at } = draft;
  const { doubt: known } = session;
  if (known === undefined) return doubt(draft, session, cause);
  if (isPresumedOver(draft, session, known)) {
    draft.tally.endedPresumed++;
    return endCall(draft, session, false);
  }
  const doubtful = at - known.since >= SHOW_DOUBT_MS && session.call.unconfirmed === undefined;
  const shown = doubtful ? { ...session, call: { ...session.call, unconfirmed: true } } : session;
  updateSession(draft, session, shown);
  if (at - known.askedAt >= REASK_MS) doubt(draft, shown, cause);
}

/** Nobody answers for it: complete polls do not list it, probes do not tell, and no event has come for long. */
function isPresumedOver(draft: Draft, session: Session, known: Doubt): boolean {
  const { at, lastCompletePollAt = -Infinity } = draft;
  const bound = session.polled ? PRESUME_MS : session.call.state === 'parked' ? PRESUME_PARKED_MS : PRESUME_UNLISTED_MS;
  const unproved = Math.min(at - known.since, at - session.lastProofAt) >= bound;
  return unproved && (session.polled ? session.absentPolls > 0 : at - lastCompletePollAt < bound);
}

function causeOfDoubt(draft: Draft, session: Session): DoubtCause | undefined {
  if (session.doubt !== undefined) return session.doubt.cause;
  if (openHoles(session).length > 0 && draft.at - session.lastStateAt >= HOLE_GRACE_MS) return 'hole';
  // Records prove that a call lives, not whether it still rings: without events its state has a lease of its own.
  if (draft.at - session.lastProofAt >= LEASE_MS) return 'silent';
  return !draft.linkUp && draft.at - session.lastStateAt >= LEASE_MS ? 'unheard' : undefined;
}

function sweep(draft: Draft): void {
  const { at } = draft;
  draft.lastSweepAt = at;
  for (const unseen of values(draft.unseen)) reviewUnseen(draft, unseen);
  draft.ended = filter(draft.ended, (call) => at < shownUntil(call));
  draft.tombstones = filter(draft.tombstones, (endedAt) => at - endedAt < TOMBSTONE_MS);
  draft.candidates = filter(draft.candidates, (candidate) => at - candidate.lastSeenAt < CANDIDATE_MS);
}

/** Asked about until somebody answers; in the end it is written down as far as it was heard. */
function reviewUnseen(draft: Draft, unseen: Unseen): void {
  const { at } = draft;
  const { id, stream, heardAt, askedAt } = unseen;
  if (at - heardAt >= CANDIDATE_MS) return backfillCall(draft, sessionFromStream(id, stream, at), false);
  if (at - askedAt < REASK_MS) return;
  draft.unseen = set(draft.unseen, id, { ...unseen, askedAt: at });
  draft.probes.push(id);
}
