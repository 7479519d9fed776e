import type { Candidate, Draft } from './board.ts';
import { inProgress, isQuiet, type Listing } from './evidence.ts';
import { get, set, values } from './keyed.ts';
import { ask, backfillCall, doubt, endCall, resettle, startCall, updateSession } from './lifecycle.ts';
import type { PollObservation, PollRecord } from './observation.ts';
import { ABOUT_LIFE, endsFrom, sessionFromRecords, trusted, type Session } from './session.ts';

/** Up to so many unknown calls are asked about one by one; a larger crowd (a restart) is shown at once, unconfirmed. */
const ASK_FIRST_LIMIT = 20;

/**
 * A poll is a witness, not a judge: it may add, it may prove life, and it may raise a doubt. It never ends a call, never
 * revives one, and what is missing from an incomplete poll means nothing.
 */
export function judgePoll(draft: Draft, poll: PollObservation): void {
  if (poll.startedAt <= draft.lastPollStartedAt) {
    draft.tally.pollIgnored++;
    return;
  }
  draft.lastPollStartedAt = poll.startedAt;
  draft.tally[poll.complete ? 'pollApplied' : 'pollIncomplete']++;
  const bySession = recordsBySession(poll.records);
  const before = draft.listing;
  const others = poll.complete ? takeListing(draft, bySession, poll) : [...bySession];
  const unknown = others.filter(([id]) => isUnknown(draft, id));
  const crowd = unknown.filter(([, records]) => records.some(inProgress)).length > ASK_FIRST_LIMIT;
  for (const [id, records] of others) {
    const live = get(draft.live, id);
    if (live !== undefined) hearRecords(draft, live, records, poll);
    else if (!isUnknown(draft, id)) hearEnded(draft, id, tellingOf(records, poll));
    else if (isWhole(poll) || records.some(inProgress)) meet(draft, id, records, crowd);
  }
  if (!poll.complete) return;
  draft.lastCompletePollAt = poll.at;
  draft.watchedSince ??= poll.startedAt;
  for (const session of values(draft.live)) if (!bySession.has(session.id)) dropFrom(draft, session, before, poll);
}

type Listed = readonly [id: string, records: readonly PollRecord[]];

/** Most sessions have one record, so a list is only made anew for a second one. */
function recordsBySession(records: readonly PollRecord[]): Map<string, readonly PollRecord[]> {
  const bySession = new Map<string, readonly PollRecord[]>();
  for (const record of records) {
    const others = bySession.get(record.sessionId);
    bySession.set(record.sessionId, others === undefined ? [record] : [...others, record]);
  }
  return bySession;
}

/**
 * The new list stands for the evidence it is, so most calls of most polls, undoubted and still in progress, are not
 * touched at all. Returns those that need a word.
 */
function takeListing(draft: Draft, bySession: Map<string, readonly PollRecord[]>, poll: PollObservation): Listed[] {
  draft.listing = { startedAt: poll.startedAt, bySession };
  const others: Listed[] = [];
  for (const listed of bySession) {
    const live = listed[1].some(inProgress) ? get(draft.live, listed[0]) : undefined;
    if (live === undefined || live.stream === undefined || !isQuiet(live)) others.push(listed);
  }
  return others;
}

/** Not in the new list: what the one before proved is written down, and a whole list that misses it raises a doubt. */
function dropFrom(draft: Draft, session: Session, before: Listing | undefined, poll: PollObservation): void {
  const records = before?.bySession.get(session.id);
  const alive = records?.some(inProgress) === true && before !== undefined;
  const lastProofAt = alive
    ? Math.max(session.lastProofAt, before.startedAt - draft.limits.listLagMs)
    : session.lastProofAt;
  const known = records === undefined ? session : { ...session, records, polled: true, lastProofAt };
  if (known !== session) updateSession(draft, session, known);
  if (poll.gaps !== true) missFrom(draft, known, poll);
}

const isWhole = (poll: PollObservation): boolean => poll.complete && poll.gaps !== true;

/** One record of a session may say missed while another, on a page that was lost, says connected. */
function tellingOf(records: readonly PollRecord[], poll: PollObservation): readonly PollRecord[] {
  return isWhole(poll) ? records : records.filter((record) => record.verdict !== 'missed');
}

function isUnknown(draft: Draft, id: string): boolean {
  return get(draft.live, id) === undefined && get(draft.tombstones, id) === undefined;
}

function hearRecords(draft: Draft, session: Session, records: readonly PollRecord[], poll: PollObservation): void {
  const call = session.stream === undefined ? { ...session.call, ...endsFrom(records, draft.directory) } : session.call;
  const telling = tellingOf(records, poll);
  if (session.absentPolls > 0) draft.tally.absenceForgiven++;
  const heard: Session = { ...session, call, records: telling, polled: true, absentPolls: 0 };
  if (records.some(inProgress)) {
    const lastProofAt = Math.max(session.lastProofAt, poll.startedAt - draft.limits.listLagMs);
    // A record proves life, not state; nor does it have the last word against a probe: both say it again.
    const settled =
      session.doubt !== undefined && ABOUT_LIFE.has(session.doubt.cause) && session.overSaidAt === undefined;
    const known = settled && session.stream !== undefined ? trusted(heard) : heard;
    return updateSession(draft, session, { ...known, lastProofAt });
  }
  updateSession(draft, session, heard);
  // The probe has said so before: now both witnesses agree.
  if (session.overSaidAt !== undefined) return endCall(draft, heard, false);
  if (session.lastStateAt < poll.startedAt) doubt(draft, heard, 'finished');
}

function missFrom(draft: Draft, session: Session, poll: PollObservation): void {
  if (!session.polled) return;
  // The platform's list may be behind: younger evidence outweighs absence.
  if (Math.max(session.lastProofAt, session.lastStateAt) > poll.startedAt - draft.limits.absenceGraceMs) return;
  const absent = { ...session, absentPolls: session.absentPolls + 1 };
  updateSession(draft, session, absent);
  if (absent.absentPolls >= draft.limits.absentPolls) doubt(draft, absent, 'absent');
}

function hearEnded(draft: Draft, id: string, records: readonly PollRecord[]): void {
  draft.tally.recordOfEnded++;
  const settling = get(draft.settling, id);
  if (settling !== undefined && !records.some(inProgress)) resettle(draft, { ...settling, records });
}

/** A session only polls know: asked about first, so that one which is already over never appears as live. */
function meet(draft: Draft, id: string, records: readonly PollRecord[], crowd: boolean): void {
  const before = get(draft.candidates, id);
  const final = !records.some(inProgress);
  const candidate: Candidate = {
    records,
    lastSeenAt: draft.at,
    over: before?.over ?? false,
    finalPolls: final ? (before?.finalPolls ?? 0) + 1 : 0,
  };
  draft.candidates = set(draft.candidates, id, candidate);
  if (final) {
    if (candidate.over || candidate.finalPolls >= draft.limits.absentPolls) writeDown(draft, candidate);
    return;
  }
  if (candidate.over) return;
  if (crowd) return showUnconfirmed(draft, candidate);
  ask(draft, id);
}

function writeDown(draft: Draft, candidate: Candidate): void {
  const session = sessionFromRecords(candidate.records, draft.at, draft.directory);
  if (session !== undefined) backfillCall(draft, session, false);
}

/** Shown from its record alone, marked, and asked about again. */
export function showUnconfirmed(draft: Draft, candidate: Candidate): void {
  const session = sessionFromRecords(candidate.records, draft.at, draft.directory);
  if (session === undefined) return;
  draft.tally.startedByRecord++;
  startCall(draft, session);
  doubt(draft, session, 'silent');
}
