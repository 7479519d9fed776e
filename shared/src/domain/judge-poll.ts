import type { Candidate, Draft } from './board.ts';
import { get, mapValues, set, values } from './keyed.ts';
import { backfillCall, doubt, endCall, resettle, startCall, updateSession } from './lifecycle.ts';
import type { PollObservation, PollRecord } from './observation.ts';
import { ABOUT_LIFE, endsFrom, sessionFromRecords, trusted, type Session } from './session.ts';

/** The platform's cache may be this late, so younger evidence outweighs absence. */
const ABSENCE_GRACE_MS = 15_000;
/** Complete polls a call must be missing from before it is doubted. */
const ABSENT_POLLS = 2;
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
  const bySession = Map.groupBy(poll.records, (record) => record.sessionId);
  const others = renewLeases(draft, bySession, poll);
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
  if (poll.gaps === true) return;
  for (const session of values(draft.live)) if (!bySession.has(session.id)) missFrom(draft, session, poll);
}

type Listed = readonly [id: string, records: readonly PollRecord[]];

/** The usual case, for most calls of most polls, in one pass: undoubted, and still in progress. Returns the rest. */
function renewLeases(
  draft: Draft,
  bySession: ReadonlyMap<string, readonly PollRecord[]>,
  poll: PollObservation,
): Listed[] {
  const renewed = new Set<string>();
  draft.live = mapValues(draft.live, (session) => {
    const records = session.doubt === undefined ? bySession.get(session.id) : undefined;
    if (records === undefined || !records.some(inProgress)) return session;
    renewed.add(session.id);
    const lastProofAt = Math.max(session.lastProofAt, poll.startedAt);
    return { ...session, records, polled: true, absentPolls: 0, lastProofAt };
  });
  return renewed.size === bySession.size ? [] : [...bySession].filter(([id]) => !renewed.has(id));
}

const isWhole = (poll: PollObservation): boolean => poll.complete && poll.gaps !== true;

/** One record of a session may say missed while another, on a page that was lost, says connected. */
function tellingOf(records: readonly PollRecord[], poll: PollObservation): readonly PollRecord[] {
  return isWhole(poll) ? records : records.filter((record) => record.verdict !== 'missed');
}

const inProgress = (record: PollRecord): boolean => record.verdict === 'inProgress';

function isUnknown(draft: Draft, id: string): boolean {
  return get(draft.live, id) === undefined && get(draft.tombstones, id) === undefined;
}

function hearRecords(draft: Draft, session: Session, records: readonly PollRecord[], poll: PollObservation): void {
  const call = session.stream === undefined ? { ...session.call, ...endsFrom(records, draft.directory) } : session.call;
  const telling = tellingOf(records, poll);
  const heard: Session = { ...session, call, records: telling, polled: true, absentPolls: 0 };
  if (records.some(inProgress)) {
    const lastProofAt = Math.max(session.lastProofAt, poll.startedAt);
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
  if (!session.polled || session.lastProofAt > poll.startedAt - ABSENCE_GRACE_MS) return;
  const absent = { ...session, absentPolls: session.absentPolls + 1 };
  updateSession(draft, session, absent);
  if (absent.absentPolls >= ABSENT_POLLS) doubt(draft, absent, 'absent');
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
    if (candidate.over || candidate.finalPolls >= ABSENT_POLLS) writeDown(draft, candidate);
    return;
  }
  if (candidate.over) return;
  if (crowd) return showUnconfirmed(draft, candidate);
  draft.probes.push(id);
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
