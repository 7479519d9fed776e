import { map, merge, type Observable, scan } from 'rxjs';
import type { FeedFacts, FeedTrouble } from '@ringside/shared/domain/feed-health';
import type { Observation } from '@ringside/shared/domain/observation';

/** What a source says is wrong with it now; replaces what it said before. Empty: all is well. */
export interface SourceTroubles {
  readonly troubles: readonly FeedTrouble[];
  readonly detail?: string;
}

export const nothingKnown: FeedFacts = { linkUp: false, pollFailures: 0, directoryReady: false, troubles: [] };

/** What is known of the sources, after every observation and every word about troubles. */
export function feedFacts(
  observations$: Observable<Observation>,
  troubles$: Observable<SourceTroubles>,
): Observable<FeedFacts> {
  return merge(
    observations$.pipe(map((observation) => (facts: FeedFacts) => learn(facts, observation))),
    troubles$.pipe(map((named) => (facts: FeedFacts) => withTroubles(facts, named))),
  ).pipe(scan((facts, next) => next(facts), nothingKnown));
}

/** What one observation proves about its source. Ticks and probes prove nothing about the two feeds. */
export function learn(facts: FeedFacts, observation: Observation): FeedFacts {
  switch (observation.kind) {
    case 'event':
      return { ...facts, lastEventAt: observation.at };
    case 'link':
      // An `up` repeats with every answered heartbeat: it is proof of the link each time.
      return observation.up ? { ...facts, linkUp: true, lastEventAt: observation.at } : { ...facts, linkUp: false };
    case 'poll':
      return observation.complete
        ? { ...facts, lastCompletePollAt: observation.at, pollFailures: 0 }
        : { ...facts, pollFailures: facts.pollFailures + 1 };
    case 'directory':
      return { ...facts, directoryReady: true };
    case 'probe':
    case 'tick':
      return facts;
  }
}

function withTroubles(facts: FeedFacts, { troubles, detail }: SourceTroubles): FeedFacts {
  const { detail: _before, ...rest } = facts;
  return { ...rest, troubles, ...(detail !== undefined && { detail }) };
}
