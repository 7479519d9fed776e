import { admit, type Stream } from './admission.ts';
import { conclude, notYetEnded } from './conclude.ts';
import type { Draft } from './board.ts';
import { get, set, values } from './keyed.ts';
import { introduce } from './kinship.ts';
import { ask, backfillCall, doubt, resettle, updateSession } from './lifecycle.ts';
import type { DirectoryObservation, EventObservation, LinkObservation } from './observation.ts';
import { callFrom, sessionFromStream, trusted, type Session } from './session.ts';
import { allLeft, isTerminal, tell } from './story.ts';

/** A telephony event: the authority. */
export function judgeEvent(draft: Draft, event: EventObservation): void {
  const settling = get(draft.settling, event.sessionId);
  if (settling !== undefined) return hearAfterEnd(draft, settling, event);
  if (get(draft.tombstones, event.sessionId) !== undefined) {
    draft.tally.eventAfterEnd++;
    return;
  }
  const before = get(draft.live, event.sessionId);
  const known = before?.stream ?? get(draft.unseen, event.sessionId)?.stream;
  const admitted = admit(known, event, draft.directory);
  if (admitted.verdict === 'duplicate') {
    draft.tally.eventDuplicate++;
    return;
  }
  draft.tally[admitted.verdict === 'late' ? 'eventLate' : 'eventAdmitted']++;
  if (admitted.stream.holes.length > (known?.holes.length ?? 0)) draft.tally.holeOpened++;
  const happenedAt = event.at - lateness(draft, event);
  if (before === undefined) return meetByEvent(draft, event, admitted.stream, happenedAt);
  const origin = event.origin ?? before.origin;
  const session = origin === before.origin || origin === undefined ? before : { ...before, origin };
  const after: Session = {
    ...trusted(session),
    call: callFrom(before.id, admitted.stream, session),
    stream: admitted.stream,
    lastProofAt: Math.max(before.lastProofAt, happenedAt),
    lastStateAt: event.at,
    absentPolls: 0,
  };
  updateSession(draft, before, after.call.state === 'ended' ? { ...after, call: notYetEnded(before, after) } : after);
  const told = get(draft.live, before.id) ?? after;
  // It happened before the probe that we believed: a newer state may have been overwritten by an older word.
  if (before.probedAt !== undefined && event.eventTime < before.probedAt) doubt(draft, told, 'overtaken');
  conclude(draft, get(draft.live, before.id) ?? told);
}

/** Later than this is told by no healthy link; the platform replays what it held for at most 180 s. */
const MAX_LATENESS_MS = 300_000;

/**
 * How much later than usual an event came, ms: word of a leg that is late proves life as of then, not as of now. Our clock
 * and the platform's differ by an unknown lead, of which the smallest ever seen is the best measure; it drifts up slowly.
 */
function lateness(draft: Draft, { at, eventTime }: EventObservation): number {
  const lead = at - eventTime;
  const least = draft.eventLeadMs;
  draft.eventLeadMs = least === undefined || lead < least ? lead : least + (lead - least) / 1024;
  return Math.min(lead - draft.eventLeadMs, MAX_LATENESS_MS);
}

/** The first events of a session. One that is heard of only by the end of its legs has not been seen alive. */
function meetByEvent(draft: Draft, event: EventObservation, stream: Stream, happenedAt: number): void {
  const { sessionId: id, at, origin, legacyId } = event;
  const known = { ...(origin && { origin }), ...(legacyId !== undefined && { legacyId }) };
  const session = { ...sessionFromStream(id, stream, at, known), lastProofAt: happenedAt };
  // A probe has said that it is over: what comes late is kept for its record, not shown.
  const over = get(draft.candidates, id)?.over === true;
  if (session.call.state !== 'ended' && !over) return introduce(draft, session);
  if (session.call.state === 'ended' && stream.holes.length === 0) return backfillCall(draft, session, 'events');
  draft.tally.unseen++;
  const before = get(draft.unseen, id);
  if (before === undefined) ask(draft, id);
  const heard = { id, stream, heardAt: at, askedAt: before?.askedAt ?? at };
  draft.unseen = set(draft.unseen, id, { ...heard, ...(origin && { origin }) });
}

/** An event of a call that has ended but is not decided: it may tell what was lost, and nothing else. */
function hearAfterEnd(draft: Draft, session: Session, event: EventObservation): void {
  draft.tally.eventAfterEnd++;
  const admitted = admit(session.stream, event, draft.directory);
  if (admitted.verdict === 'duplicate') return;
  const { story } = admitted.stream;
  const answeredAt = story.answeredAt ?? session.call.answeredAt;
  const endWitnessed = allLeft(story.legs);
  // Whoever listened in may not be heard to leave, and the call is over all the same.
  const { legs } = story.legs.every(isTerminal) ? story : session.call;
  const call = { ...session.call, legs, ...(answeredAt !== undefined && { answeredAt }) };
  resettle(draft, { ...session, call, stream: admitted.stream, endWitnessed });
}

/** The feed came or went. After a gap every live call is asked about, those whose state moves fastest first. */
export function judgeLink(draft: Draft, link: LinkObservation): void {
  draft.linkUp = link.up;
  if (!link.up || !link.gap) return;
  const urgency = (session: Session): number => (session.call.state === 'talking' ? 1 : 0);
  for (const session of values(draft.live).toSorted((a, b) => urgency(a) - urgency(b))) doubt(draft, session, 'outage');
}

/** Who is a person has changed or become known: every live story is told again. */
export function judgeDirectory(draft: Draft, { directory }: DirectoryObservation): void {
  draft.directory = directory;
  for (const session of values(draft.live)) {
    if (session.stream === undefined) continue;
    const story = tell(session.stream.sightings, directory);
    const stream = { ...session.stream, story };
    const { unconfirmed } = session.call;
    const call = { ...callFrom(session.id, stream, session), ...(unconfirmed && { unconfirmed }) };
    const shown = call.state === 'ended' ? notYetEnded(session, { ...session, call }) : call;
    updateSession(draft, session, { ...session, call: shown, stream });
  }
}
