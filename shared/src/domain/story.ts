import type { Call, CallState, Direction, Endpoint, Leg, LegPhase, LegRole, LegStep, QueueRef } from './call.ts';
import type { Directory } from './directory.ts';
import type { PartyReport } from './observation.ts';

/**
 * One party seen in one phase. `rank` is the event's sequence; what a probe saw stands half a step after the last
 * sequence known when it was asked, so that any event not yet heard then still wins.
 */
export interface Sighting {
  readonly rank: number;
  /** Upstream time of the event, ms; local time for a probe. */
  readonly at: number;
  readonly party: PartyReport;
}

/** What a session's sightings, folded in rank order, say about the call. */
export interface Story {
  readonly legs: readonly Leg[];
  readonly state: CallState;
  readonly stateSince: number;
  readonly direction: Direction;
  readonly queue?: QueueRef;
  readonly answeredAt?: number;
}

const TERMINAL: ReadonlySet<LegPhase> = new Set(['ended', 'gone']);
const CONNECTED: ReadonlySet<LegPhase> = new Set(['answered', 'held']);
/** Only what was answered can be held or parked. */
const WAS_ANSWERED: ReadonlySet<LegPhase> = new Set(['answered', 'held', 'parked']);
/** A leg that is held and taken back without end keeps its first and its last steps. */
const MAX_STEPS = 64;

export const isTerminal = (leg: Leg): boolean => TERMINAL.has(leg.phase);

/** Whether everybody has left; a supervisor who listens to nobody keeps no call alive. */
export function allLeft(legs: readonly Leg[]): boolean {
  const parties = legs.filter(({ role }) => role !== 'monitor');
  return (parties.length > 0 ? parties : legs).every(isTerminal);
}

/** Tells the story from its sightings, at least one, sorted by rank. */
export function tell(sightings: readonly Sighting[], directory: Directory): Story {
  const story = sightings.reduce<Story | undefined>((told, next) => advance(told, next, directory), undefined);
  if (story === undefined) throw new Error('a story needs a sighting');
  return story;
}

/** One step of the fold: the next sighting in rank order. */
export function advance(story: Story | undefined, sighting: Sighting, directory: Directory): Story {
  const { party } = sighting;
  const legs = story?.legs ?? [];
  const index = legs.findIndex((leg) => leg.id === party.id);
  const before = legs[index];
  const leg = nextLeg(before, sighting, roleOf(party, before, directory));
  const nextLegs = index < 0 ? [...legs, leg] : legs.with(index, leg);
  const direction = directionOf(nextLegs);
  const state = stateOf(nextLegs, direction, story?.state);
  const answeredAt =
    before !== undefined && before.role !== leg.role
      ? firstAnswer(nextLegs)
      : (story?.answeredAt ?? firstAnswer([leg]));
  const named = queueOf(leg, party, directory);
  // Entering tells the queue, leaving does not: the old queue's last words come after the new one's first.
  const queue = isTerminal(leg) ? (story?.queue ?? named) : (named ?? story?.queue);
  return {
    legs: nextLegs,
    state,
    stateSince: state === story?.state ? story.stateSince : sighting.at,
    direction,
    ...(queue && { queue }),
    ...(answeredAt !== undefined && { answeredAt }),
  };
}

/** The story as viewers are told it. */
export function toCall(id: string, story: Story): Call {
  const { legs, state, stateSince, direction, queue, answeredAt } = story;
  const caller = legs.find((leg) => leg.side === 'placing');
  const receiver = legs.find((leg) => leg.side === 'receiving');
  return {
    id,
    kind: kindOf(legs),
    direction,
    state,
    startedAt: legs[0]?.startedAt ?? stateSince,
    stateSince,
    from: merged(receiver?.from, caller?.from ?? {}),
    to: merged(receiver?.to, caller?.to ?? {}),
    legs,
    ...(answeredAt !== undefined && { answeredAt }),
    ...(queue && { queue }),
  };
}

/** What is said anew wins over what was known; the same object when nothing new is said. */
function merged(known: Endpoint | undefined, said: Endpoint): Endpoint {
  if (known === undefined || known === said) return said;
  const same =
    (said.phoneNumber === undefined || said.phoneNumber === known.phoneNumber) &&
    (said.name === undefined || said.name === known.name) &&
    (said.extensionId === undefined || said.extensionId === known.extensionId);
  return same ? known : { ...known, ...said };
}

/** A session in which nobody but a supervisor is reached is no call; nor is a fax one that anybody answers. */
function kindOf(legs: readonly Leg[]): Call['kind'] {
  if (legs.some((leg) => leg.steps.some(({ phase }) => phase === 'fax'))) return 'fax';
  if (!legs.some((leg) => leg.role === 'monitor')) return 'voice';
  const reached = legs.some((leg) => leg.side === 'receiving' && leg.role !== 'monitor');
  return reached && legs.some((leg) => leg.role === 'caller') ? 'voice' : 'supervision';
}

function roleOf(party: PartyReport, before: Leg | undefined, directory: Directory): LegRole {
  if (party.monitors === true || party.endReason === 'supervision' || before?.role === 'monitor') return 'monitor';
  if (party.side === 'placing') return 'caller';
  const extensionId = party.extensionId ?? before?.extensionId;
  if (extensionId === undefined) return 'outside';
  // A queue only ever rings people, so its offers need no directory.
  return directory.get(extensionId)?.kind ?? (party.queueCall || before?.queueOffer ? 'person' : 'unknown');
}

function nextLeg(before: Leg | undefined, { at, party }: Sighting, role: LegRole): Leg {
  // A word nobody knows says that something happened, not that what was known is no longer so.
  const phase = party.phase === 'unknown' ? (before?.phase ?? 'unknown') : party.phase;
  const endReason = party.endReason ?? before?.endReason;
  const answeredAt = before?.answeredAt ?? (WAS_ANSWERED.has(phase) ? at : undefined);
  const endedAt = TERMINAL.has(phase) ? (before?.endedAt ?? at) : undefined;
  const extensionId = party.extensionId ?? before?.extensionId;
  const queueId = party.queueCall ? (party.to.extensionId ?? before?.queueId) : before?.queueId;
  const mergedInto = party.mergedInto ?? before?.mergedInto;
  const recording = party.recording ?? before?.recording;
  return {
    id: party.id,
    side: before?.side ?? party.side,
    role,
    phase,
    from: merged(before?.from, party.from),
    to: merged(before?.to, party.to),
    startedAt: before?.startedAt ?? at,
    steps: nextSteps(before?.steps, phase, at),
    ...(extensionId !== undefined && { extensionId }),
    ...(answeredAt !== undefined && { answeredAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(endReason !== undefined && { endReason }),
    ...((party.queueCall ?? before?.queueOffer) && { queueOffer: true }),
    ...(queueId !== undefined && { queueId }),
    ...(mergedInto !== undefined && { mergedInto }),
    ...(recording !== undefined && { recording }),
  };
}

function nextSteps(steps: readonly LegStep[] | undefined, phase: LegPhase, at: number): readonly LegStep[] {
  if (steps === undefined) return [{ phase, at }];
  if (steps.at(-1)?.phase === phase) return steps;
  const kept = steps.length < MAX_STEPS ? steps : steps.toSpliced(MAX_STEPS / 2, 2);
  return [...kept, { phase, at }];
}

/**
 * The dialling party decides: without an extension it is an outside caller. When its events were lost, the party that
 * was dialled tells by whom.
 */
function directionOf(legs: readonly Leg[]): Direction {
  const caller = legs.find((leg) => leg.side === 'placing');
  const dialled = legs.find((leg) => leg.side === 'receiving');
  if (caller !== undefined) {
    if (caller.extensionId === undefined) return 'inbound';
    const within = dialled === undefined ? caller.to.extensionId : dialled.extensionId;
    return within === undefined ? 'outbound' : 'internal';
  }
  if (dialled?.extensionId === undefined) return 'outbound';
  return dialled.from.extensionId === undefined ? 'inbound' : 'internal';
}

/** Menus, queues and machines may "answer"; only these can be talked to. An unknown extension is taken for a person. */
export const canTalk = ({ role }: Pick<Leg, 'role'>): boolean =>
  role === 'person' || role === 'outside' || role === 'unknown';

/** A leg that a person may answer, or has: not the caller's own, nor a machine's. */
export const isReached = (leg: Leg): boolean => leg.side === 'receiving' && canTalk(leg);

function firstAnswer(legs: readonly Leg[]): number | undefined {
  const answers = legs.flatMap((leg) => (isReached(leg) && leg.answeredAt !== undefined ? [leg.answeredAt] : []));
  return answers.length === 0 ? undefined : Math.min(...answers);
}

function stateOf(legs: readonly Leg[], direction: Direction, previous: CallState | undefined): CallState {
  if (allLeft(legs)) return 'ended';
  const open = legs.filter((leg) => !isTerminal(leg) && leg.role !== 'monitor');
  const people = open.filter(isReached);
  const connected = people.filter((leg) => CONNECTED.has(leg.phase));
  if (connected.length > 0) {
    const callerHolds = open.some((leg) => leg.role === 'caller' && leg.phase === 'held');
    return callerHolds || connected.every((leg) => leg.phase === 'held') ? 'held' : 'talking';
  }
  if (open.some((leg) => leg.phase === 'parked')) return 'parked';
  if (open.some((leg) => leg.phase === 'voicemail')) return 'voicemail';
  if (open.some((leg) => leg.phase === 'fax')) return 'routing';
  if (people.length > 0) return 'ringing';
  const callees = open.filter((leg) => leg.side === 'receiving');
  if (callees.some((leg) => leg.role === 'queue')) return 'queued';
  if (callees.length > 0) return 'routing';
  // Only the caller is left: hanging up, or on the way to the next destination, but not ringing anywhere.
  if (previous === 'ringing' && direction === 'inbound') return 'routing';
  // Dialling counts as ringing.
  return previous !== undefined && previous !== 'ended' ? previous : direction === 'inbound' ? 'routing' : 'ringing';
}

function queueOf(leg: Leg, party: PartyReport, directory: Directory): QueueRef | undefined {
  const id = leg.role === 'queue' ? leg.extensionId : party.queueCall ? party.to.extensionId : undefined;
  if (id === undefined || (directory.get(id)?.kind ?? 'queue') !== 'queue') return undefined;
  const name = directory.get(id)?.name ?? party.to.name;
  return { id, ...(name !== undefined && { name }) };
}
