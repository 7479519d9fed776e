import { map, merge, type Observable, scan } from 'rxjs';
import type { FeedFacts, FeedTrouble } from '@ringside/shared/domain/feed-health';
import type { Observation } from '@ringside/shared/domain/observation';

/** How one source stands, in its own words; replaces what it said before. No `trouble`: it is well. */
export interface SourceStatus {
  readonly source: 'poll' | 'events' | 'directory' | 'probe' | 'log' | 'clock' | 'memory';
  /** Local ms. */
  readonly at: number;
  readonly trouble?: FeedTrouble;
  /** For people: names the cause, never a secret or a number. */
  readonly detail?: string;
  /** When it will be tried again, local ms. */
  readonly until?: number;
}

type Source = SourceStatus['source'];

/** The facts, and what each source said last. */
export interface FeedKnowledge {
  readonly facts: FeedFacts;
  readonly said: Readonly<Partial<Record<Source, SourceStatus>>>;
}

export const nothingKnown: FeedKnowledge = {
  facts: { linkUp: false, pollFailures: 0, directoryReady: false, troubles: [] },
  said: {},
};

/** What is known of the sources, after every observation and every word of a source about itself. */
export function feedFacts(
  observations$: Observable<Observation>,
  statuses$: Observable<SourceStatus>,
): Observable<FeedFacts> {
  const observed$ = observations$.pipe(map((each) => (known: FeedKnowledge) => learn(known, each)));
  const told$ = statuses$.pipe(map((each) => (known: FeedKnowledge) => hear(known, each)));
  return merge(observed$, told$).pipe(
    scan((known, next) => next(known), nothingKnown),
    map(({ facts }) => facts),
  );
}

/** What one observation proves about its source. Ticks and probes prove nothing about the two feeds. */
export function learn(known: FeedKnowledge, observation: Observation): FeedKnowledge {
  const { facts } = known;
  switch (observation.kind) {
    case 'event':
      return { ...known, facts: { ...facts, lastEventAt: observation.at } };
    case 'link': {
      const { up, at } = observation;
      return { ...known, facts: { ...facts, linkUp: up, ...(up && { lastEventAt: at }) } };
    }
    case 'poll':
      return observation.complete
        ? { ...known, facts: { ...facts, lastCompletePollAt: observation.at, pollFailures: 0 } }
        : known;
    case 'directory':
      return { ...known, facts: { ...facts, directoryReady: true, lastDirectoryAt: observation.at } };
    case 'log':
      return { ...known, facts: { ...facts, lastLogAt: observation.at } };
    case 'probe':
    case 'tick':
    default:
      return known;
  }
}

/**
 * Takes in how a source says it stands. A well event link has just heard from the other end, and a well call log has
 * answered without news: that is proof of them.
 */
export function hear(known: FeedKnowledge, status: SourceStatus): FeedKnowledge {
  const said = { ...known.said, [status.source]: status };
  const { detail: _detail, limitedUntil: _until, ...facts } = known.facts;
  const standing = Object.values(said);
  const troubles = standing.flatMap(({ trouble }) => trouble ?? []);
  const details = standing.flatMap(({ trouble, detail }) => (trouble === undefined ? [] : (detail ?? [])));
  const limits = standing.flatMap(({ trouble, until }) => (trouble === 'rateLimited' ? (until ?? []) : []));
  const failed = status.source === 'poll' && status.trouble !== undefined;
  const isWell = status.trouble === undefined;
  const proof = status.source === 'events' && isWell && facts.linkUp;
  return {
    said,
    facts: {
      ...facts,
      troubles: [...new Set(troubles)],
      pollFailures: facts.pollFailures + (failed ? 1 : 0),
      ...(proof && { lastEventAt: status.at }),
      ...(status.source === 'log' && isWell && { lastLogAt: status.at }),
      ...(limits.length > 0 && { limitedUntil: Math.max(...limits) }),
      ...(details.length > 0 && { detail: [...new Set(details)].join(' · ') }),
    },
  };
}
