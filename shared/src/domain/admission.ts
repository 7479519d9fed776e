import type { Directory } from './directory.ts';
import type { EventObservation, PartyReport } from './observation.ts';
import { advance, tell, type Sighting, type Story } from './story.ts';

/** The first sequence number of every session (seen in every real capture). */
export const FIRST_SEQUENCE = 2;
/** More sightings than any real call makes; beyond it the oldest are folded away for good. */
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
  readonly story: Story;
}

export type Admitted =
  { readonly verdict: 'admitted' | 'late'; readonly stream: Stream } | { readonly verdict: 'duplicate' };

/**
 * Admits one event. In order: one more step of the story. Late: the story is told again with the event in its place, so
 * every permutation of the same events ends in the same story. Twice: dropped.
 */
export function admit(stream: Stream | undefined, event: EventObservation, directory: Directory): Admitted {
  if (stream !== undefined && isDuplicate(stream, event)) return { verdict: 'duplicate' };
  const fresh = event.parties.map((party) => ({ rank: event.sequence, at: event.eventTime, party }));
  const last = stream?.sightings.at(-1)?.rank ?? 0;
  const holes = holesAfter(stream, event.sequence);
  const highest = Math.max(stream?.highest ?? 0, event.sequence);
  if (event.sequence >= last) {
    const story = fresh.reduce<Story | undefined>((told, next) => advance(told, next, directory), stream?.story);
    if (story === undefined) return { verdict: 'duplicate' };
    const sightings = [...(stream?.sightings ?? []), ...fresh].slice(-MAX_SIGHTINGS);
    return { verdict: 'admitted', stream: { sightings, highest, holes, story } };
  }
  const sightings = [...(stream?.sightings ?? []), ...fresh].toSorted((a, b) => a.rank - b.rank);
  const story = tell(sightings, directory);
  if (story === undefined) return { verdict: 'duplicate' };
  return { verdict: 'late', stream: { sightings, highest, holes, story } };
}

/**
 * Adds what a probe saw: each party whose phase differs from what we believe, ranked just after what was known. A party
 * that the platform no longer lists has left.
 */
export function admitProbe(
  stream: Stream | undefined,
  parties: readonly PartyReport[],
  at: number,
  directory: Directory,
): Stream | undefined {
  const known = new Map(stream?.story.legs.map((leg) => [leg.id, leg.phase]));
  const rank = (stream?.highest ?? 0) + 0.5;
  const news = parties.filter((party) => known.get(party.id) !== party.phase);
  const listed = new Set(parties.map((party) => party.id));
  const left = (stream?.sightings ?? [])
    .map((sighting) => sighting.party)
    .filter((party, i, all) => !listed.has(party.id) && all.findLastIndex((p) => p.id === party.id) === i)
    .filter((party) => !['ended', 'gone'].includes(known.get(party.id) ?? ''))
    .map((party): PartyReport => ({ ...party, phase: 'ended' }));
  const seen = [...news, ...left].map((party) => ({ rank, at, party }));
  const story = seen.reduce<Story | undefined>((told, next) => advance(told, next, directory), stream?.story);
  if (story === undefined) return undefined;
  const sightings = [...(stream?.sightings ?? []), ...seen].slice(-MAX_SIGHTINGS);
  return { sightings, highest: stream?.highest ?? 0, holes: stream?.holes ?? [], story };
}

function isDuplicate(stream: Stream, event: EventObservation): boolean {
  if (event.sequence > stream.highest) return false;
  return stream.sightings.some(
    (seen) => seen.rank === event.sequence && event.parties.some((party) => party.id === seen.party.id),
  );
}

function holesAfter(stream: Stream | undefined, sequence: number): readonly number[] {
  if (stream !== undefined && sequence <= stream.highest) return stream.holes.filter((hole) => hole !== sequence);
  const holes = [...(stream?.holes ?? [])];
  const from = stream === undefined || stream.highest === 0 ? FIRST_SEQUENCE : stream.highest + 1;
  for (let missing = from; missing < sequence && holes.length < MAX_HOLES; missing++) holes.push(missing);
  return holes;
}
