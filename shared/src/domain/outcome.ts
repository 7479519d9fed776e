import { FIRST_SEQUENCE, type Stream } from './admission.ts';
import type { Call, Leg, LegEndReason } from './call.ts';
import type { Directory } from './directory.ts';
import type { PollRecord } from './observation.ts';
import type { Sighting } from './story.ts';

export type RecordsVerdict = 'answered' | 'missed';

/**
 * Whether an ended call was missed: it came from outside and no person talked to the caller. `undefined` means not yet
 * known: events were lost, and no record has spoken. It is better to be silent than to invent a miss.
 */
export function decideMissed(
  call: Pick<Call, 'direction' | 'answeredAt' | 'legs'>,
  complete: boolean,
  verdict: RecordsVerdict | undefined,
): boolean | undefined {
  if (call.direction !== 'inbound' || call.answeredAt !== undefined) return false;
  // A phone that stopped because a colleague answered proves the answer whose own event was lost.
  if (call.legs.some((leg) => leg.endReason === 'answeredElsewhere')) return false;
  if (complete) return true;
  return verdict === undefined ? undefined : verdict === 'missed';
}

/**
 * What a session's finished records say together. A menu or a mailbox "accepting" is not an answer; a record still in
 * progress means that nothing is decided.
 */
export function verdictOf(records: readonly PollRecord[], directory: Directory): RecordsVerdict | undefined {
  if (records.some((record) => record.verdict === 'inProgress')) return undefined;
  const byPeople = records.filter((record) => {
    const kind = record.extensionId === undefined ? undefined : directory.get(record.extensionId)?.kind;
    return kind !== 'menu' && kind !== 'machine';
  });
  if (byPeople.some((record) => record.verdict === 'connected')) return 'answered';
  return records.some((record) => record.verdict === 'missed') ? 'missed' : undefined;
}

/** Ends that say by themselves that this phone was never answered. */
const UNANSWERED: ReadonlySet<LegEndReason> = new Set([
  'noAnswer',
  'declined',
  'busy',
  'cancelled',
  'answeredElsewhere',
]);

/**
 * Whether the events that never came, or came in words nobody knows, could have told of an answer. The first event of a session is the caller's set-up,
 * so its loss hides nothing; one lost event can be the answer of a phone that was known to ring before it and to stop
 * after it; two or more could be a whole leg.
 */
export function mayHideAnswer(stream: Stream): boolean {
  // What was merged into another session may be talked to there.
  if (stream.story.legs.some((leg) => leg.phase === 'gone')) return true;
  if (stream.sightings.some((sighting) => mayBeAnswer(sighting, stream))) return true;
  const [hole, another] = stream.holes.filter((sequence) => sequence > FIRST_SEQUENCE);
  if (hole === undefined) return false;
  if (another !== undefined) return true;
  return stream.story.legs.some((leg) => couldHaveAnsweredAt(hole, leg, stream));
}

function mayBeAnswer({ rank, party }: Sighting, stream: Stream): boolean {
  if (party.phase !== 'unknown') return false;
  return stream.story.legs.some((leg) => leg.id === party.id && couldHaveAnsweredAt(rank, leg, stream));
}

function couldHaveAnsweredAt(hole: number, leg: Leg, { sightings }: Stream): boolean {
  if (leg.role === 'caller' || leg.role === 'queue' || leg.role === 'menu' || leg.role === 'machine') return false;
  if (leg.answeredAt !== undefined || (leg.endReason !== undefined && UNANSWERED.has(leg.endReason))) return false;
  const own = sightings.filter((sighting) => sighting.party.id === leg.id);
  const over = own.find(
    ({ rank, party }) => Number.isInteger(rank) && (party.phase === 'ended' || party.phase === 'gone'),
  );
  const waiting = own.findLast(({ party }) => party.phase === 'setup' || party.phase === 'ringing');
  return over === undefined || ((waiting?.rank ?? 0) < hole && hole < over.rank);
}
