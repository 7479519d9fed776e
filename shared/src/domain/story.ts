import type { Call, CallState, Direction, Endpoint, Leg, LegPhase, LegRole, QueueRef } from './call.ts';
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
  readonly sides: readonly PartyReport['side'][];
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

export const isTerminal = (leg: Leg): boolean => TERMINAL.has(leg.phase);

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
  const leg = nextLeg(legs[index], sighting, roleOf(party, directory));
  const nextLegs = index < 0 ? [...legs, leg] : legs.with(index, leg);
  const sides = index < 0 ? [...(story?.sides ?? []), party.side] : (story?.sides ?? []);
  const direction = directionOf(nextLegs, sides);
  const state = stateOf({ legs: nextLegs, sides, direction, previous: story?.state });
  const answeredAt = story?.answeredAt ?? firstAnswer(leg, party.side);
  const named = queueOf(leg, party, directory);
  // Entering tells the queue, leaving does not: the old queue's last words come after the new one's first.
  const queue = isTerminal(leg) ? (story?.queue ?? named) : (named ?? story?.queue);
  return {
    legs: nextLegs,
    sides,
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
  const caller = legs[story.sides.indexOf('placing')];
  const first = legs[0];
  const receiver = legs[story.sides.indexOf('receiving')];
  return {
    id,
    direction,
    state,
    startedAt: first?.startedAt ?? stateSince,
    stateSince,
    from: describeEnd(caller?.from, receiver?.from),
    to: describeEnd(caller?.to, receiver?.to),
    legs,
    ...(answeredAt !== undefined && { answeredAt }),
    ...(queue && { queue }),
  };
}

function describeEnd(own: Endpoint | undefined, other: Endpoint | undefined): Endpoint {
  return { ...other, ...own };
}

function roleOf(party: PartyReport, directory: Directory): LegRole {
  if (party.side === 'placing') return 'caller';
  if (party.extensionId === undefined) return 'outside';
  // A queue only ever rings people, so its offers need no directory.
  return directory.get(party.extensionId)?.kind ?? (party.queueCall ? 'person' : 'unknown');
}

function nextLeg(before: Leg | undefined, { at, party }: Sighting, role: LegRole): Leg {
  // A word nobody knows says that something happened, not that what was known is no longer so.
  const phase = party.phase === 'unknown' ? (before?.phase ?? 'unknown') : party.phase;
  const endReason = party.endReason ?? before?.endReason;
  const answeredAt = before?.answeredAt ?? (WAS_ANSWERED.has(phase) ? at : undefined);
  const endedAt = TERMINAL.has(phase) ? (before?.endedAt ?? at) : undefined;
  const extensionId = party.extensionId ?? before?.extensionId;
  return {
    id: party.id,
    role,
    phase,
    from: { ...before?.from, ...party.from },
    to: { ...before?.to, ...party.to },
    startedAt: before?.startedAt ?? at,
    ...(extensionId !== undefined && { extensionId }),
    ...(answeredAt !== undefined && { answeredAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(endReason !== undefined && { endReason }),
    ...((party.queueCall ?? before?.queueOffer) && { queueOffer: true }),
  };
}

/**
 * The dialling party decides: without an extension it is an outside caller. When its events were lost, the party that
 * was dialled tells by whom.
 */
function directionOf(legs: readonly Leg[], sides: Story['sides']): Direction {
  const caller = legs[sides.indexOf('placing')];
  const dialled = legs[sides.indexOf('receiving')];
  if (caller !== undefined) {
    if (caller.extensionId === undefined) return 'inbound';
    const within = dialled === undefined ? caller.to.extensionId : dialled.extensionId;
    return within === undefined ? 'outbound' : 'internal';
  }
  if (dialled?.extensionId === undefined) return 'outbound';
  return dialled.from.extensionId === undefined ? 'inbound' : 'internal';
}

/** Menus, queues and machines may "answer"; only these can be talked to. An unknown extension is taken for a person. */
const canTalk = (role: LegRole): boolean => role === 'person' || role === 'outside' || role === 'unknown';

function firstAnswer(leg: Leg, side: PartyReport['side']): number | undefined {
  return side === 'receiving' && canTalk(leg.role) ? leg.answeredAt : undefined;
}

interface Situation {
  readonly legs: readonly Leg[];
  readonly sides: Story['sides'];
  readonly direction: Direction;
  readonly previous: CallState | undefined;
}

function stateOf({ legs, sides, direction, previous }: Situation): CallState {
  const open = legs.filter((leg) => !isTerminal(leg));
  if (open.length === 0) return 'ended';
  const callees = open.filter((leg) => sides[legs.indexOf(leg)] === 'receiving');
  const people = callees.filter((leg) => canTalk(leg.role));
  const connected = people.filter((leg) => CONNECTED.has(leg.phase));
  if (connected.length > 0) {
    const callerHolds = open.some((leg) => leg.role === 'caller' && leg.phase === 'held');
    return callerHolds || connected.every((leg) => leg.phase === 'held') ? 'held' : 'talking';
  }
  if (open.some((leg) => leg.phase === 'parked')) return 'parked';
  if (open.some((leg) => leg.phase === 'voicemail')) return 'voicemail';
  if (people.length > 0) return 'ringing';
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
