import type { Observation, PollObservation } from '@ringside/shared/domain/observation';
import type { Clock } from '../runtime/clock.ts';

/** Notices a subscription that is dead although its link answers. */
export interface DeafnessWatch {
  /** Takes note of one fact; true when the event feed should be started anew. */
  hears(value: Observation | { readonly kind: 'status' }, level: 'account' | 'extension'): boolean;
}

/** So many calls within ten minutes that only polls showed are no accident. */
const enough = 3;
const withinMs = 600_000;
/** Calls from before the link came up are naturally silent; active-calls lags 3–10 s, clocks differ. */
const marginMs = 30_000;
const remembered = 20_000;
/** If a new subscription does not help, it is tried ever more rarely: some accounts see only some of their events. */
const shortestRestMs = 600_000;
const longestRestMs = 3_600_000;

/**
 * Counts sessions first learned from a poll while the link was up. Meaningless when the events cover less than the
 * polls (`extension` level), so nothing is concluded then.
 */
export function createDeafnessWatch(clock: Clock): DeafnessWatch {
  const known = new Set<string>();
  let upSince: number | undefined;
  let missed: readonly number[] = [];
  let restUntil = 0;
  let restMs = shortestRestMs;

  function learn(sessionId: string): void {
    known.add(sessionId);
    if (known.size > remembered) for (const oldest of known) return void known.delete(oldest);
  }

  function judge({ at, records }: PollObservation): boolean {
    const since = upSince;
    for (const { sessionId, startedAt } of records) {
      if (known.has(sessionId)) continue;
      const silent = since !== undefined && startedAt > since + marginMs && startedAt < at - marginMs;
      if (silent) missed = [...missed, at];
      // A call that is too young to judge is looked at again in the next poll.
      if (silent || since === undefined || startedAt <= since + marginMs) learn(sessionId);
    }
    missed = missed.filter((time) => time > at - withinMs);
    if (missed.length < enough || clock.monotonic() < restUntil) return false;
    missed = [];
    restUntil = clock.monotonic() + restMs;
    restMs = Math.min(longestRestMs, restMs * 2);
    return true;
  }

  return {
    hears(value, level) {
      if (value.kind === 'event') learn(value.sessionId);
      if (value.kind === 'link') upSince = value.up ? value.at : undefined;
      return value.kind === 'poll' && level === 'account' && judge(value);
    },
  };
}
