import type { Directory } from './directory.ts';
import type { EventObservation, PartyReport, ProbeObservation } from './observation.ts';
import { advance, isTerminal, tell, type Sighting, type Story } from './story.ts';

/** The first sequence number of every session (seen in every real capture). */
export const FIRST_SEQUENCE = 2;
/** Enough for hours in a queue that rings everybody; beyond it the oldest offers that came to nothing are forgotten. */
const MAX_SIGHTINGS = 256;
const MAX_HOLES = 64;

/**
 * What has been admitted of one session's stream. Sequences are contiguous per session, across its parties, so a number
 * that has not come is a hole: a hint that something was lost, never a guess about what.
 */
export interface Stream {
  readonly sightings: readonly Sighting[];
  readonly highest: number;
  /** Sequence numbers below `highest` that have not come, ascending. */
  readonly holes: readonly number[];
  /** Ranks of the words nobody knows that are the last of their leg: what became of it must be asked. */
  readonly unread: readonly number[];
  /** Legs up to this rank may have been forgotten: what comes from before is too late to be told. */
  readonly forgottenTo: number;
  /** Always what the sightings tell, in order. */
  readonly story: Story;
}

export type Admitted =
  { readonly verdict: 'admitted' | 'late'; readonly stream: Stream } | { readonly verdict: 'duplicate' };

/**
 * Admits one event. In order: one more step of the story. Late: the story is told again with the event in its place, so
 * every permutation of the same events ends in the same story. Twice: dropped.
 */
export function admit(stream: Stream | undefined, event: EventObservation, directory: Directory): Admitted {
  const parties = stream === undefined ? event.parties : unheard(stream, event);
  if (parties.length === 0) return { verdict: 'duplicate' };
  const fresh = parties.map((party) => ({ rank: event.sequence, at: event.eventTime, party }));
  const late = event.sequence < (stream?.sightings.at(-1)?.rank ?? 0);
  const sightings = [...(stream?.sightings ?? []), ...fresh];
  const heard = {
    sightings: late ? sightings.toSorted((a, b) => a.rank - b.rank) : sightings,
    highest: Math.max(stream?.highest ?? 0, event.sequence),
    holes: holesAfter(stream, event.sequence),
    forgottenTo: stream?.forgottenTo ?? 0,
  };
  const told = late ? tell(heard.sightings, directory) : goOn(stream?.story, fresh, directory);
  const unread = isUnread(stream, event) ? unreadOf(heard.sightings, told) : NONE;
  return { verdict: late ? 'late' : 'admitted', stream: bounded({ ...heard, unread, story: told }, directory) };
}

/**
 * Adds what a probe saw: each party whose phase differs from what we believe, ranked just after what was known. A party
 * that the platform no longer lists has left.
 */
export function admitProbe(
  stream: Stream | undefined,
  probe: Pick<ProbeObservation, 'parties' | 'partial'>,
  at: number,
  directory: Directory,
): Stream | undefined {
  const known = new Map(stream?.story.legs.map((leg) => [leg.id, leg.phase]));
  const rank = (stream?.highest ?? 0) + 0.5;
  const isNews = ({ id, phase }: PartyReport): boolean =>
    known.get(id) !== phase && !(phase === 'unknown' && known.has(id));
  const news = probe.parties.filter(isNews);
  const left = probe.partial === true ? [] : unlisted(stream, probe.parties);
  const fresh = [...news, ...left].map((party) => ({ rank, at, party }));
  if (stream === undefined && fresh.length === 0) return undefined;
  const heard = { highest: 0, holes: NONE, unread: NONE, forgottenTo: 0, ...stream };
  const sightings = [...(stream?.sightings ?? []), ...fresh];
  return bounded({ ...heard, sightings, story: goOn(stream?.story, fresh, directory) }, directory);
}

/** Parties we believe to be there and that the platform does not list: they have left. */
function unlisted(stream: Stream | undefined, parties: readonly PartyReport[]): PartyReport[] {
  const listed = new Set(parties.map((party) => party.id));
  const gone = stream?.story.legs.filter((leg) => !isTerminal(leg) && !listed.has(leg.id)) ?? [];
  return gone.flatMap((leg) => {
    const last = stream?.sightings.findLast((sighting) => sighting.party.id === leg.id);
    return last === undefined ? [] : [{ ...last.party, phase: 'ended' as const }];
  });
}

function goOn(story: Story | undefined, fresh: readonly Sighting[], directory: Directory): Story {
  const told = fresh.reduce<Story | undefined>((sofar, next) => advance(sofar, next, directory), story);
  if (told === undefined) throw new Error('a story needs a sighting');
  return told;
}

/**
 * Keeps a session from growing for ever: legs that are over are forgotten, the oldest first, but never a caller, nor the
 * leg that answered first, on which the outcome rests. What remains is told anew, so that story and sightings agree.
 */
function bounded(stream: Stream, directory: Directory): Stream {
  if (stream.sightings.length <= MAX_SIGHTINGS) return stream;
  const { legs, answeredAt } = stream.story;
  const first = answeredAt === undefined ? undefined : legs.find((leg) => leg.answeredAt === answeredAt);
  const over = legs.filter((leg) => isTerminal(leg) && leg.side === 'receiving' && leg !== first);
  const forgotten = new Set(over.slice(0, Math.ceil(over.length / 2)).map((leg) => leg.id));
  const kept = stream.sightings.filter(({ party }) => !forgotten.has(party.id));
  const sightings = kept.length < stream.sightings.length ? kept : thinned(kept);
  const dropped = stream.sightings.filter((sighting) => !sightings.includes(sighting));
  const forgottenTo = Math.max(stream.forgottenTo, ...dropped.map(({ rank }) => rank));
  return { ...stream, sightings, forgottenTo, story: tell(sightings, directory) };
}

/** No leg to forget, only one that is held and taken back without end: its middle goes, its first and last words stay. */
function thinned(sightings: readonly Sighting[]): readonly Sighting[] {
  const early = MAX_SIGHTINGS / 4;
  const middle = sightings.slice(early, -early);
  const first = new Set(sightings.map(({ party }) => sightings.find((one) => one.party.id === party.id)));
  const last = new Set(sightings.map(({ party }) => sightings.findLast((one) => one.party.id === party.id)));
  const needed = middle.filter((sighting) => first.has(sighting) || last.has(sighting));
  return [...sightings.slice(0, early), ...needed, ...sightings.slice(-early)];
}

const NONE: readonly number[] = [];

const isUnread = (stream: Stream | undefined, { parties }: EventObservation): boolean =>
  (stream?.unread.length ?? 0) > 0 || parties.some(({ phase }) => phase === 'unknown');

function unreadOf(sightings: readonly Sighting[], { legs }: Story): readonly number[] {
  const open = legs.filter((leg) => !isTerminal(leg));
  const last = open.map(({ id }) => sightings.findLast(({ party }) => party.id === id));
  return last.flatMap((sighting) => (sighting?.party.phase === 'unknown' ? [sighting.rank] : []));
}

/** The parties of an event that this sequence number has not told of yet. */
function unheard(stream: Stream, { sequence, parties }: EventObservation): readonly PartyReport[] {
  if (sequence > stream.highest) return parties;
  if (sequence <= stream.forgottenTo) return [];
  const told = new Set(stream.sightings.flatMap(({ rank, party }) => (rank === sequence ? [party.id] : [])));
  return parties.filter(({ id }) => !told.has(id));
}

function holesAfter(stream: Stream | undefined, sequence: number): readonly number[] {
  if (stream !== undefined && sequence <= stream.highest) return stream.holes.filter((hole) => hole !== sequence);
  const holes = [...(stream?.holes ?? [])];
  // A probe came before any event: it has shown what the earlier ones led to.
  const from = stream === undefined ? FIRST_SEQUENCE : stream.highest === 0 ? sequence : stream.highest + 1;
  for (let missing = from; missing < sequence && holes.length < MAX_HOLES; missing++) holes.push(missing);
  return holes;
}
