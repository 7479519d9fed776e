import { admitProbe } from './admission.ts';
import type { Draft, Unseen } from './board.ts';
import { get, set } from './keyed.ts';
import { conclude, notYetEnded } from './conclude.ts';
import { inProgress, recordsOf } from './evidence.ts';
import { introduce } from './kinship.ts';
import { ask, backfillCall, endCall, updateSession } from './lifecycle.ts';
import type { ProbeObservation } from './observation.ts';
import { callFrom, sessionFromStream, trusted, type Session } from './session.ts';
import { showUnconfirmed, writeDown } from './judge-poll.ts';

/** The answer about one session: what settles a doubt. An answer that was overtaken by an event settles nothing. */
export function judgeProbe(draft: Draft, probe: ProbeObservation): void {
  const session = get(draft.live, probe.sessionId);
  if (probe.verdict === 'failed') return fail(draft, probe);
  if (session === undefined) return meetByProbe(draft, probe);
  if (isOutrun(session, probe)) {
    draft.tally.probeOutrun++;
    const asked = session.doubt && { ...session.doubt, askedAt: 0 };
    return updateSession(draft, session, asked ? { ...session, doubt: asked } : session);
  }
  if (probe.verdict === 'over') {
    draft.tally.probeOver++;
    if (isContradicted(draft, session)) return askAgain(draft, session);
    draft.tally.endedByProbe++;
    return endCall(draft, session, 'probe');
  }
  draft.tally.probeLive++;
  const after = confirmed(draft, session, probe);
  updateSession(draft, session, after.call.state === 'ended' ? { ...after, call: notYetEnded(session, after) } : after);
  // The platform counts whoever listens in: to us a session that only a supervisor has not left is over.
  conclude(draft, get(draft.live, session.id) ?? after);
}

/** An event, or a gap in the events, came after the question: the answer may be of the time before. */
function isOutrun(session: Session, probe: ProbeObservation): boolean {
  const gapSince = session.doubt?.cause === 'outage' ? session.doubt.askedAt : -Infinity;
  return session.lastStateAt >= probe.startedAt || gapSince > probe.startedAt;
}

/** The list says that it lives, events do not deny it, and this is the first time that the session does. One is behind. */
function isContradicted(draft: Draft, session: Session): boolean {
  const listed = session.absentPolls === 0 && recordsOf(draft, session).some(inProgress);
  return listed && session.overSaidAt === undefined && session.overSince === undefined;
}

function askAgain(draft: Draft, session: Session): void {
  const { at } = draft;
  const doubt = { cause: session.doubt?.cause ?? 'finished', since: session.doubt?.since ?? at, askedAt: at };
  updateSession(draft, session, { ...session, doubt, overSaidAt: at });
}

/** A live probe shows every party at once, so it answers every doubt and closes every hole behind it. */
function confirmed(draft: Draft, session: Session, probe: ProbeObservation): Session {
  const stream = admitProbe(session.stream, probe, probe.at, draft.directory);
  const { overSince: _over, ...sure } = trusted(session);
  const lastProofAt = Math.max(session.lastProofAt, probe.startedAt);
  const proof = { lastProofAt, lastStateAt: probe.at, absentPolls: 0, probedAt: probe.startedAt };
  if (stream === undefined) return { ...sure, ...proof };
  const bornAt = Math.min(session.bornAt ?? Infinity, probe.createdAt ?? Infinity, session.call.startedAt);
  const met = session.stream === undefined ? { metAt: probe.at } : {};
  const { origin = session.origin } = probe;
  const known = {
    ...sure,
    ...proof,
    ...met,
    ...(origin !== undefined && { origin }),
    bornAt,
    stream,
    coveredTo: stream.highest,
  };
  return { ...known, call: callFrom(session.id, stream, known) };
}

function fail(draft: Draft, probe: ProbeObservation): void {
  draft.tally.probeFailed++;
  const candidate = get(draft.candidates, probe.sessionId);
  if (candidate === undefined) return;
  // Nobody can be asked: what the list says is believed, with the doubt where it says that the call lives.
  if (candidate.finalPolls >= draft.limits.absentPolls) writeDown(draft, candidate);
  else if (!candidate.over && candidate.finalPolls === 0) showUnconfirmed(draft, candidate);
}

/** The answer about a session that no event has shown alive. */
function meetByProbe(draft: Draft, probe: ProbeObservation): void {
  const { sessionId } = probe;
  const candidate = get(draft.candidates, sessionId);
  const unseen = get(draft.unseen, sessionId);
  if ((candidate ?? unseen) === undefined || get(draft.tombstones, sessionId) !== undefined) return;
  if (probe.verdict === 'over') {
    draft.tally.probeOver++;
    if (unseen !== undefined) return backfillUnseen(draft, unseen);
    if (candidate === undefined) return;
    draft.candidates = set(draft.candidates, sessionId, { ...candidate, over: true });
    // Else its record is still in progress: it is waited for, to be told with its outcome.
    if (candidate.finalPolls > 0) writeDown(draft, candidate);
    return;
  }
  if (unseen !== undefined && unseen.heardAt >= probe.startedAt) {
    return ask(draft, sessionId);
  }
  const stream = admitProbe(unseen?.stream, probe, probe.at, draft.directory);
  if (stream === undefined) return fail(draft, { ...probe, verdict: 'failed' });
  draft.tally.probeLive++;
  draft.tally.startedByProbe++;
  const bornAt = probe.createdAt ?? stream.story.legs[0]?.startedAt ?? probe.at;
  const { origin, legacyId } = probe;
  // Only the beginning is known from before: when it was answered or held, nobody saw.
  const met = unseen === undefined ? { metAt: probe.at } : {};
  const told = sessionFromStream(sessionId, stream, probe.at, {
    bornAt,
    ...met,
    ...(origin && { origin }),
    ...(legacyId !== undefined && { legacyId }),
  });
  const session = { ...told, coveredTo: stream.highest, lastProofAt: probe.startedAt, probedAt: probe.startedAt };
  introduce(draft, { ...session, polled: candidate !== undefined, records: candidate?.records ?? [] });
}

/** Nothing of it lives: what its events told is written down, and its outcome waits for its record. */
function backfillUnseen(draft: Draft, { id, stream, origin }: Unseen): void {
  backfillCall(draft, sessionFromStream(id, stream, draft.at, origin && { origin }), 'probe');
}
