import { isCall, type Call, type EndWitness, type Leg } from './call.ts';
import type { Change } from './change.ts';
import type { Draft } from './board.ts';
import { get, remove, set } from './keyed.ts';
import { isQuiet, recordsOf } from './evidence.ts';
import { decide, mayHideAnswer, type Decision } from './outcome.ts';
import { sameContent } from './patch.ts';
import { allLeft, isTerminal } from './story.ts';
import { ABOUT_LIFE, endTime, joined, trusted, type Doubt, type DoubtCause, type Session } from './session.ts';

/**
 * The only four ways a call may move: start, change, end, and its outcome becoming known. Each writes the change that
 * viewers, the journal and alerts are told.
 */
export function startCall(draft: Draft, session: Session): void {
  draft.live = set(draft.live, session.id, session);
  if (!isQuiet(session)) draft.unquiet = set(draft.unquiet, session.id, true);
  if (session.legacyId !== undefined) draft.byLegacyId = set(draft.byLegacyId, session.legacyId, session.id);
  draft.candidates = remove(draft.candidates, session.id);
  draft.unseen = remove(draft.unseen, session.id);
  if (!isCall(session.call)) draft.live = set(draft.live, session.id, { ...session, silent: true });
  else emit(draft, 'callStarted', session);
}

/** What was taken for no call is one after all. */
export function reveal(draft: Draft, session: Session): Session {
  const { silent: _silent, ...shown } = session;
  startCall(draft, shown);
  return shown;
}

/** Replaces a live session; viewers hear of it only when the call itself reads differently. */
export function updateSession(draft: Draft, before: Session, after: Session): void {
  if (after === before) return;
  const unchanged = after.call !== before.call && sameCall(before.call, after.call);
  const next = unchanged ? { ...after, call: before.call } : after;
  draft.live = set(draft.live, next.id, next);
  if (isQuiet(before) !== isQuiet(next)) {
    draft.unquiet = isQuiet(next) ? remove(draft.unquiet, next.id) : set(draft.unquiet, next.id, true);
  }
  if (next.call !== before.call) emit(draft, 'callChanged', next);
}

/** Most changes show in a leg, so legs are looked at first. */
function sameCall(before: Call, after: Call): boolean {
  if (before.state !== after.state || before.legs.length !== after.legs.length) return false;
  const moved = (leg: Leg, i: number): boolean => {
    const old = before.legs[i];
    return old !== leg && (old?.phase !== leg.phase || old.steps.length !== leg.steps.length);
  };
  return !after.legs.some(moved) && sameContent(before, after);
}

/** Ends a live call for good: nothing that comes later can bring it back. */
export function endCall(draft: Draft, session: Session, endedBy: EndWitness): void {
  // It turned out to be a call in the same moment as it ended.
  if (session.silent === true && isCall(session.call)) return endCall(draft, reveal(draft, session), endedBy);
  const allOver = session.stream !== undefined && allLeft(session.stream.story.legs);
  const endWitnessed = endedBy === 'events' || (endedBy === 'probe' && allOver);
  const sure = { ...trusted(session), records: recordsOf(draft, session), endWitnessed };
  const endedAt = endTime(sure, draft.at);
  const call: Call = { ...closed(sure.call, endedAt), endedBy };
  const over = { ...sure, call, settlingSince: draft.at };
  draft.live = remove(draft.live, session.id);
  draft.unquiet = remove(draft.unquiet, session.id);
  if (session.legacyId !== undefined) draft.byLegacyId = remove(draft.byLegacyId, session.legacyId);
  if (draft.listing?.bySession.has(session.id) === true) draft.endedSince = set(draft.endedSince, session.id, true);
  draft.tombstones = set(draft.tombstones, session.id, draft.at);
  if (session.silent === true) return;
  const told = settle(draft, over);
  if (told.continuedIn !== undefined) tellContinuation(draft, told.continuedIn, told);
  emit(draft, 'callEnded', { ...over, call: told });
  announceMiss(draft, session.id);
}

/** The call that a merged one went on in takes over its caller. */
function tellContinuation(draft: Draft, into: string, from: Call): void {
  draft.tally.merged++;
  const session = get(draft.live, into);
  if (session !== undefined) updateSession(draft, session, joined(session, from));
  else if (get(draft.tombstones, into) === undefined) {
    draft.heirs = set(draft.heirs, into, { of: from.id, mergedAt: draft.at });
  }
}

/** Writes down a call that nobody saw live: started and ended in one step, so that it never flashes. */
export function backfillCall(draft: Draft, session: Session, endedBy: EndWitness): void {
  const started: Call = { ...trusted(session).call, state: 'routing', backfilled: true };
  if (isCall(started)) draft.tally.backfilled++;
  startCall(draft, { ...session, call: started });
  endCall(draft, get(draft.live, session.id) ?? session, endedBy);
}

/** Tries again to decide a settling call, after new evidence. */
export function resettle(draft: Draft, session: Session): void {
  const before = get(draft.ended, session.id);
  const call = settle(draft, session);
  if (before === undefined || sameContent(before, call)) return;
  emit(draft, 'callCorrected', { ...session, call });
  if (before.missed !== true) announceMiss(draft, session.id);
}

/** Writes down that an outcome once told was wrong. Never silently: it is a change of its own. */
export function correctCall(draft: Draft, before: Call, decision: Decision): void {
  const call = { ...before, ...decision };
  draft.ended = set(draft.ended, call.id, call);
  draft.changes.push({ type: 'callCorrected', at: draft.at, call });
  if (before.missed !== true) announceMiss(draft, call.id);
}

/**
 * Doubts a session: asks for a probe, unless one was asked for recently. A doubt about the state outweighs one about
 * life, and is asked about at once.
 */
export function doubt(draft: Draft, session: Session, cause: DoubtCause): void {
  const before = session.doubt;
  const graver = before !== undefined && ABOUT_LIFE.has(before.cause) && !ABOUT_LIFE.has(cause);
  const fresh = before === undefined || graver || cause === 'outage';
  if (!fresh && draft.at - before.askedAt < draft.limits.reaskMs) return;
  const next: Doubt = { cause: fresh ? cause : before.cause, since: before?.since ?? draft.at, askedAt: draft.at };
  updateSession(draft, session, { ...session, doubt: next });
  ask(draft, session.id);
}

/** Has the platform asked about a session; the answer comes back as an observation. */
export function ask(draft: Draft, id: string): void {
  if (draft.limits.probing) draft.probes.push(id);
}

function settle(draft: Draft, session: Session): Call {
  const { stream, records, logSays } = session;
  const { directory, policy } = draft;
  const complete = session.endWitnessed === true && stream !== undefined && !mayHideAnswer(stream);
  const { continuedIn } = session.call;
  const continuation = continuedIn === undefined ? undefined : callById(draft, continuedIn);
  const decision = decide(session.call, { complete, records, logSays, continuation, directory, policy });
  const call: Call = { ...session.call, ...decision };
  draft.ended = set(draft.ended, call.id, call);
  if (decision === undefined) draft.settling = set(draft.settling, call.id, { ...session, call });
  else {
    if (get(draft.settling, call.id) !== undefined) draft.tally.decidedByRecord++;
    draft.settling = remove(draft.settling, call.id);
  }
  return call;
}

const callById = (draft: Draft, id: string): Call | undefined => get(draft.live, id)?.call ?? get(draft.ended, id);

function announceMiss(draft: Draft, id: string): void {
  const call = get(draft.ended, id);
  if (call?.missed === true) draft.changes.push({ type: 'callMissed', at: draft.at, call });
}

function closed(call: Call, endedAt: number): Call {
  const legs = call.legs.map((leg) =>
    isTerminal(leg)
      ? leg
      : { ...leg, phase: 'ended' as const, endedAt, steps: [...leg.steps, { phase: 'ended' as const, at: endedAt }] },
  );
  return { ...call, state: 'ended', stateSince: endedAt, endedAt, legs };
}

function emit(draft: Draft, type: Change['type'], { call, silent }: Pick<Session, 'call' | 'silent'>): void {
  if (silent !== true) draft.changes.push({ type, at: draft.at, call });
}
