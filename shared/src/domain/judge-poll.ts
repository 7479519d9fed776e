import type { Candidate, Draft } from './board.ts';
import { inProgress, isQuiet, type Listed, type Listing } from './evidence.ts';
import { emptyKeyed, get, keys, set } from './keyed.ts';
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
  const before = draft.listing;
  const { bySession, others } = readList(draft, poll);
  if (poll.complete) {
    draft.listing = { startedAt: poll.startedAt, bySession };
    draft.watchedSince ??= poll.startedAt;
  }
  const unknown = others.filter(([id]) => isUnknown(draft, id));
  const crowd = unknown.filter(([, { records }]) => records.some(inProgress)).length > ASK_FIRST_LIMIT;
  for (const [id, { records }] of others) {
    const live = get(draft.live, id);
    if (live !== undefined) hearRecords(draft, live, records, poll);
    else if (!isUnknown(draft, id)) hearEnded(draft, id, tellingOf(records, poll));
    else if (!records.every(isOwnPhone) && (isWhole(poll) || records.some(inProgress))) meet(draft, id, records, crowd);
  }
  if (!poll.complete) return;
  for (const [id, listed] of others) if (isPlain(draft, id, listed)) bySession.set(id, { ...listed, plain: true });
  draft.endedSince = emptyKeyed();
  draft.lastCompletePollAt = poll.at;
  for (const id of missing(draft, before, bySession)) {
    const session = get(draft.live, id);
    if (session !== undefined) dropFrom(draft, session, before, poll);
  }
}

type ById = [id: string, listed: Listed];

/**
 * The records by session, and apart those that need a word. Most calls of most polls do not: undoubted, and in progress as
 * they were in the list before, whose entry stands for this one too. So a quiet poll of ten thousand calls touches none.
 */
function readList(draft: Draft, { records }: PollObservation): { bySession: Map<string, Listed>; others: ById[] } {
  const bySession = new Map<string, Listed>();
  const before = draft.listing?.bySession;
  const wordy = new Set<string>();
  for (const record of records) {
    const id = record.sessionId;
    const said = bySession.get(id);
    const known = said === undefined ? before?.get(id) : undefined;
    if (known?.plain === true && inProgress(record) && isAsBefore(draft, id)) {
      bySession.set(id, known);
    } else {
      bySession.set(id, { records: said === undefined ? [record] : [...said.records, record], plain: false });
      wordy.add(id);
    }
  }
  const others = [...wordy].map((id): ById => [id, bySession.get(id) ?? { records: [], plain: false }]);
  return { bySession, others };
}

const isAsBefore = (draft: Draft, id: string): boolean =>
  get(draft.endedSince, id) === undefined && get(draft.unquiet, id) === undefined;

function isPlain(draft: Draft, id: string, { records }: Listed): boolean {
  if (records.length !== 1 || !records.every(inProgress)) return false;
  const session = get(draft.live, id);
  return session?.stream !== undefined && isQuiet(session);
}

/** Calls of the list before that are not in the new one, and those that were missing already. */
function missing(draft: Draft, before: Listing | undefined, now: ReadonlyMap<string, Listed>): Set<string> {
  const ids = new Set<string>();
  for (const id of before?.bySession.keys() ?? []) if (!now.has(id)) ids.add(id);
  for (const id of keys(draft.unquiet)) if (!now.has(id)) ids.add(id);
  return ids;
}

/** Not in the new list: what the one before proved is written down, and a whole list that misses it raises a doubt. */
function dropFrom(draft: Draft, session: Session, before: Listing | undefined, poll: PollObservation): void {
  const records = before?.bySession.get(session.id)?.records;
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

/** The platform rings its own user first: the half of a RingOut that is no call. */
const isOwnPhone = ({ ringOut, direction }: PollRecord): boolean => ringOut === true && direction === 'inbound';

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
  if (session.overSaidAt !== undefined) return endCall(draft, heard, 'probe');
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
  if (isHistory(draft, records)) return;
  const before = get(draft.candidates, id);
  const final = !records.some(inProgress);
  const candidate: Candidate = {
    records,
    lastSeenAt: draft.at,
    over: before?.over ?? false,
    finalPolls: final ? (before?.finalPolls ?? 0) + 1 : 0,
  };
  draft.candidates = set(draft.candidates, id, candidate);
  if (final && candidate.over) return writeDown(draft, candidate);
  // A record that is final may be one of several, and the others lost: two lists in a row must say so, and then the probe.
  if (candidate.over || (final && candidate.finalPolls < draft.limits.absentPolls)) return;
  if (crowd && !final) return showUnconfirmed(draft, candidate);
  ask(draft, id);
}

/** Over before the account was watched: history, which is not told as news. */
function isHistory(draft: Draft, records: readonly PollRecord[]): boolean {
  if (records.some(inProgress)) return false;
  const ends = records.map(({ startedAt, durationMs = 0 }) => startedAt + durationMs);
  return Math.max(...ends) < (draft.watchedSince ?? Infinity);
}

/** A call that nobody saw live, and that is over. */
export function writeDown(draft: Draft, candidate: Candidate): void {
  const session = sessionFromRecords(candidate.records, draft.at, draft.directory);
  if (session !== undefined) backfillCall(draft, session, 'records');
}

/** Shown from its record alone, marked, and asked about again. */
export function showUnconfirmed(draft: Draft, candidate: Candidate): void {
  const session = sessionFromRecords(candidate.records, draft.at, draft.directory);
  if (session === undefined) return;
  draft.tally.startedByRecord++;
  startCall(draft, session);
  doubt(draft, session, 'silent');
}
