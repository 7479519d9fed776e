import { FIRST_SEQUENCE, type Stream } from './admission.ts';
import type { Call, Leg, LegEndReason, Outcome } from './call.ts';
import type { Directory } from './directory.ts';
import type { PollRecord } from './observation.ts';
import type { OutcomePolicy } from './outcome-policy.ts';
import { canTalk, type Sighting } from './story.ts';

/** What is known of an ended call besides its own legs. */
export interface Evidence {
  /** Its end was seen, and nothing that was lost can have been an answer. */
  readonly complete: boolean;
  readonly records: readonly PollRecord[];
  /** What the call log said, when it has spoken. */
  readonly logSays: Outcome | undefined;
  /** The call it went on in, as far as that is known. */
  readonly continuation: Call | undefined;
  readonly directory: Directory;
  readonly policy: OutcomePolicy;
}

export type Decision = Pick<Call, 'outcome' | 'missed' | 'decidedBy'>;

/**
 * What an ended call came to. `undefined` means not yet known: events were lost and no record has spoken, or it goes on in
 * another call that is not over. It is better to be silent than to invent a miss.
 */
export function decide(call: Call, evidence: Evidence): Decision | undefined {
  if (call.kind !== 'voice') return { missed: false };
  const { logSays, policy } = evidence;
  if (wasAnswered(call)) return decided(call, 'answered', 'events', policy);
  // Two calls merged into each other would wait for each other's end.
  const goesOn = evidence.continuation !== undefined && evidence.continuation.continuedIn !== call.id;
  if (goesOn) return decideByContinuation(call, evidence);
  if (logSays !== undefined) return decided(call, refined(call, logSays, policy), 'log', policy);
  if (call.continuedIn !== undefined) return decideByRecords(call, evidence);
  if (evidence.complete) return decided(call, unanswered(call, policy), 'events', policy);
  return decideByRecords(call, evidence);
}

/** The same facts in the words of a policy. `decidedBy` names the witness. */
export function decided(
  call: Call,
  outcome: Outcome,
  decidedBy: NonNullable<Call['decidedBy']>,
  policy: OutcomePolicy,
): Decision {
  return { outcome, missed: isMissed(call, outcome, policy), decidedBy };
}

function decideByRecords(call: Call, { records, directory, policy }: Evidence): Decision | undefined {
  const said = resultOf(records, directory);
  return said === undefined ? undefined : decided(call, refined(call, said, policy), 'list', policy);
}

function decideByContinuation(call: Call, evidence: Evidence): Decision | undefined {
  const { continuation, policy } = evidence;
  if (continuation === undefined) return decideByRecords(call, evidence);
  if (wasAnswered(continuation)) return decided(call, 'answered', 'events', policy);
  if (continuation.outcome === undefined) return undefined;
  // Whether it was missed is said once, by the call in which the caller was last.
  return { ...decided(call, continuation.outcome, 'events', policy), missed: false };
}

function wasAnswered(call: Call): boolean {
  // A phone that stopped because a colleague answered proves the answer whose own event was lost.
  return call.answeredAt !== undefined || call.legs.some((leg) => leg.endReason === 'answeredElsewhere');
}

function isMissed(call: Call, outcome: Outcome, policy: OutcomePolicy): boolean {
  if (call.direction !== 'inbound' || !policy.missed.includes(outcome)) return false;
  return policy.onlyIfOffered !== true || call.legs.some((leg) => leg.role === 'queue' || isOffered(leg));
}

const isOffered = (leg: Leg): boolean => leg.side === 'receiving' && canTalk(leg);

/** How a call ended that nobody answered and whose whole story was heard: by what its last destination says of itself. */
function unanswered(call: Call, policy: OutcomePolicy): Outcome {
  const { legs } = call;
  const mailbox = legs.some(
    (leg) => leg.endReason === 'voicemail' || leg.steps.some(({ phase }) => phase === 'voicemail'),
  );
  if (mailbox) return 'voicemail';
  const last = lastOver(legs.filter((leg) => leg.side === 'receiving' && leg.role !== 'monitor'));
  const left = last !== undefined && callerLeftFirst(legs, last);
  // A RingOut whose user does not pick up their own phone reaches nobody: then the dialling leg says why.
  const { endReason = 'other' } = last ?? legs.find((leg) => leg.role === 'caller') ?? {};
  const outcome = left ? 'abandoned' : (BY_REASON[endReason] ?? 'abandoned');
  return refined(call, outcome, policy);
}

/** What a destination's own word for its end makes of the call; one without a word was left by the caller. */
const BY_REASON: Partial<Record<LegEndReason, Outcome>> = {
  noAnswer: 'missed',
  declined: 'declined',
  busy: 'busy',
  failed: 'failed',
};

const lastOver = (legs: readonly Leg[]): Leg | undefined =>
  legs.reduce<Leg | undefined>(
    (last, leg) => (last === undefined || (leg.endedAt ?? Infinity) >= (last.endedAt ?? Infinity) ? leg : last),
    undefined,
  );

/** Whoever hangs up is the first to be gone; when the destination gives up, the caller's leg follows it. */
function callerLeftFirst(legs: readonly Leg[], last: Leg): boolean {
  const caller = legs.find((leg) => leg.role === 'caller');
  return caller?.endedAt !== undefined && last.endedAt !== undefined && caller.endedAt < last.endedAt;
}

/** A caller who left within the policy's few seconds is told apart. */
export function refined(call: Call, outcome: Outcome, { shortAbandonMs }: OutcomePolicy): Outcome {
  if (outcome !== 'abandoned' || call.endedAt === undefined) return outcome;
  return call.endedAt - call.startedAt < shortAbandonMs ? 'shortAbandoned' : outcome;
}

/**
 * What a session's finished records say together. A menu or a mailbox "accepting" is not an answer; a record still in
 * progress means that nothing is decided. A record that says no more than missed is refined by none.
 */
export function resultOf(records: readonly PollRecord[], directory: Directory): Outcome | undefined {
  if (records.some((record) => record.verdict === 'inProgress')) return undefined;
  const byPeople = records.filter((record) => {
    const kind = record.extensionId === undefined ? undefined : directory.get(record.extensionId)?.kind;
    return kind !== 'menu' && kind !== 'machine' && !isDiallersOwn(record);
  });
  if (byPeople.some((record) => record.verdict === 'connected')) return 'answered';
  const missed = records.filter((record) => record.verdict === 'missed');
  // A record that names nobody at the other end may be of a call between colleagues: it says that nobody came, not who called.
  if (!missed.some(({ from }) => Object.keys(from).length > 0)) return undefined;
  return missed.find(({ result }) => result !== undefined && result !== 'missed')?.result ?? 'missed';
}

/** A colleague's own record of dialling another says that the call was put through, be it to a mailbox. */
export const isDiallersOwn = ({ direction, extensionId, from, to }: PollRecord): boolean =>
  direction === 'outbound' &&
  to.extensionId !== undefined &&
  from.extensionId !== undefined &&
  (extensionId ?? from.extensionId) === from.extensionId;

/** Ends that say by themselves that this phone was never answered. */
const UNANSWERED: ReadonlySet<LegEndReason> = new Set([
  'noAnswer',
  'declined',
  'busy',
  'cancelled',
  'answeredElsewhere',
]);

/**
 * Whether the events that never came, or came in words nobody knows, could have told of an answer. The first event of a
 * session is the caller's set-up, so its loss hides nothing; one lost event can be the answer of a phone that was known
 * to ring before it and to stop after it; two or more could be a whole leg.
 */
export function mayHideAnswer(stream: Stream): boolean {
  // Met by a probe: what happened between it and the first event heard nobody knows.
  if (stream.sightings[0] !== undefined && stream.sightings[0].rank < FIRST_SEQUENCE) return true;
  // What was merged into another session may be talked to there; a supervisor's leg is nobody's answer.
  if (stream.story.legs.some((leg) => leg.phase === 'gone' && leg.role !== 'monitor')) return true;
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
  if (!canTalk(leg)) return false;
  if (leg.answeredAt !== undefined || (leg.endReason !== undefined && UNANSWERED.has(leg.endReason))) return false;
  const own = sightings.filter((sighting) => sighting.party.id === leg.id);
  const over = own.find(
    ({ rank, party }) => Number.isInteger(rank) && (party.phase === 'ended' || party.phase === 'gone'),
  );
  const waiting = own.findLast(({ party }) => party.phase === 'setup' || party.phase === 'ringing');
  return over === undefined || ((waiting?.rank ?? 0) < hole && hole < over.rank);
}
