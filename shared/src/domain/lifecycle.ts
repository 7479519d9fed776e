import type { Call } from './call.ts';
import type { Change } from './change.ts';
import type { Draft } from './board.ts';
import { get, remove, set } from './keyed.ts';
import { decideMissed, mayHideAnswer, verdictOf } from './outcome.ts';
import { sameContent } from './patch.ts';
import { ABOUT_LIFE, endTime, trusted, type Doubt, type DoubtCause, type Session } from './session.ts';

/**
 * The only four ways a call may move: start, change, end, and its outcome becoming known. Each writes the change that
 * viewers, the journal and alerts are told.
 */
export function startCall(draft: Draft, session: Session): void {
  draft.live = set(draft.live, session.id, session);
  draft.candidates = remove(draft.candidates, session.id);
  draft.unseen = remove(draft.unseen, session.id);
  emit(draft, 'callStarted', session.call);
}

/** Replaces a live session; viewers hear of it only when the call itself reads differently. */
export function updateSession(draft: Draft, before: Session, after: Session): void {
  if (after === before) return;
  const call = sameContent(before.call, after.call) ? before.call : after.call;
  draft.live = set(draft.live, after.id, { ...after, call });
  if (call !== before.call) emit(draft, 'callChanged', call);
}

/** Ends a live call for good: nothing that comes later can bring it back. */
export function endCall(draft: Draft, session: Session, witnessed: boolean): void {
  const sure = { ...trusted(session), endWitnessed: witnessed };
  const endedAt = endTime(sure, draft.at);
  const call = closed(sure.call, endedAt);
  draft.live = remove(draft.live, session.id);
  draft.tombstones = set(draft.tombstones, session.id, draft.at);
  emit(draft, 'callEnded', settle(draft, { ...sure, call, settlingSince: draft.at }));
  announceMiss(draft, session.id);
}

/** Writes down a call that nobody saw live: started and ended in one step, so that it never flashes. */
export function backfillCall(draft: Draft, session: Session, witnessed: boolean): void {
  const started: Call = { ...trusted(session).call, state: 'routing', backfilled: true };
  draft.tally.backfilled++;
  startCall(draft, { ...session, call: started });
  endCall(draft, { ...session, call: started }, witnessed);
}

/** Tries again to decide a settling call, after new evidence. */
export function resettle(draft: Draft, session: Session): void {
  const before = get(draft.ended, session.id);
  const call = settle(draft, session);
  if (before !== undefined && !sameContent(before, call)) emit(draft, 'callCorrected', call);
  announceMiss(draft, session.id);
}

/**
 * Doubts a session: asks for a probe, unless one was asked for recently. A doubt about the state outweighs one about
 * life, and is asked about at once.
 */
export function doubt(draft: Draft, session: Session, cause: DoubtCause): void {
  const before = session.doubt;
  const graver = before !== undefined && ABOUT_LIFE.has(before.cause) && !ABOUT_LIFE.has(cause);
  const fresh = before === undefined || graver || cause === 'outage';
  if (!fresh && draft.at - before.askedAt < REASK_MS) return;
  const next: Doubt = { cause: fresh ? cause : before.cause, since: before?.since ?? draft.at, askedAt: draft.at };
  updateSession(draft, session, { ...session, doubt: next });
  draft.probes.push(session.id);
}

/** A probe that was not answered is asked for again after this long. */
export const REASK_MS = 20_000;

function settle(draft: Draft, session: Session): Call {
  const verdict = verdictOf(session.records, draft.directory);
  const { stream } = session;
  const complete = session.endWitnessed === true && stream !== undefined && !mayHideAnswer(stream);
  const missed = decideMissed(session.call, complete, verdict);
  const call: Call = missed === undefined ? session.call : { ...session.call, missed };
  draft.ended = set(draft.ended, call.id, call);
  if (missed === undefined) draft.settling = set(draft.settling, call.id, { ...session, call });
  else {
    if (get(draft.settling, call.id) !== undefined) draft.tally.decidedByRecord++;
    draft.settling = remove(draft.settling, call.id);
  }
  return call;
}

function announceMiss(draft: Draft, id: string): void {
  const call = get(draft.ended, id);
  if (call?.missed === true) emit(draft, 'callMissed', call);
}

function closed(call: Call, endedAt: number): Call {
  const legs = call.legs.map((leg) =>
    leg.phase === 'ended' || leg.phase === 'gone' ? leg : { ...leg, phase: 'ended' as const, endedAt },
  );
  return { ...call, state: 'ended', stateSince: endedAt, endedAt, legs };
}

function emit(draft: Draft, type: Change['type'], call: Call): void {
  draft.changes.push({ type, at: draft.at, call });
}
