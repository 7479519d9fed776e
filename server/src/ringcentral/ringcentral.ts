/**
 * In:  the settings of one RingCentral account, a clock, a logger.
 * Out: everything RingCentral says, as Observations in our words, and how well each source stands.
 * Never: RingCentral's own words, a decision about a call, an upstream request past the one rate budget.
 */
import { filter, merge, Observable, share, tap } from 'rxjs';
import type { Subscriber } from 'rxjs';
import type { Observation, ProbeObservation } from '@ringside/shared/domain/observation';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { createWake } from '../runtime/wake.ts';
import type { Wake } from '../runtime/wake.ts';
import { activeCalls$ } from './active-calls.ts';
import type { Fetch } from './bounded-fetch.ts';
import { createLogBell } from './call-log-bell.ts';
import type { LogBell } from './call-log-bell.ts';
import { callLog$ } from './call-log.ts';
import { createClient } from './client.ts';
import { createDeafnessWatch } from './deafness.ts';
import { directory$ } from './directory.ts';
import type { DirectoryDeps } from './directory.ts';
import type { FeedTimings } from './feed-timings.ts';
import { spawnWorker } from './fence.ts';
import type { SpawnFence } from './fence.ts';
import type { RingCentralConfig } from './gated-sdk.ts';
import { createRateBudget } from './rate-budget.ts';
import { createProbe } from './session-probe.ts';
import type { Probe, SessionProbeDeps } from './session-probe.ts';
import type { SourceStatus } from './source-status.ts';
import { createTelephonyFeed } from './telephony-feed.ts';
import type { TelephonyFeed } from './telephony-feed.ts';

export interface RingCentralDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** 0 ≤ x < 1; spreads retries. */
  readonly random: () => number;
  /** Transport under the SDK; the platform's fetch when absent. */
  readonly fetch?: Fetch;
  /** How the event worker is started; a worker thread when absent. */
  readonly spawn?: SpawnFence;
  readonly timings?: Partial<FeedTimings>;
}

export interface RingCentral {
  /** Polls, events, link states, directories, logs. Cold, shared: work starts with the first subscriber of either stream. */
  readonly observations$: Observable<Observation>;
  /** How each source stands, whenever that is known anew. */
  readonly statuses$: Observable<SourceStatus>;
  /** Is this session alive? Never rejects; not repeated in `observations$`. */
  probe(sessionId: string): Promise<ProbeObservation>;
  /** Asks for a poll as soon as the budget allows. */
  pollNow(): void;
  /** Asks for the directory anew, at most every five minutes. */
  refreshDirectory(): void;
  /** Ends subscription, session and every wait; at most 7 s. Unsubscribe from both streams first. */
  dispose(): Promise<void>;
}

const healthyPollMs = 30_000;
const lonelyPollMs = 15_000;

/** The one door to RingCentral. Nothing is sent before one of the streams is subscribed to or `probe` is called. */
export function connectRingCentral(config: RingCentralConfig, deps: RingCentralDeps): RingCentral {
  const { clock, random, fetch, timings, spawn = spawnWorker } = deps;
  const log = deps.log.room('ringcentral');
  const stop = new AbortController();
  const budget = createRateBudget(clock);
  const client = createClient(config, { clock, random, log, budget, ...(fetch && { fetch }) });
  const base = { client, clock, random, log };
  const feed = createTelephonyFeed({ ...base, budget, spawn, ...(timings && { timings }) });
  const { probe, probeStatuses$ } = probing({ client, clock, signal: stop.signal });
  const pollWake = createWake(clock);
  const directoryWake = createWake(clock);
  const logBell = createLogBell(clock);
  const everything$ = merge(everySource(base, { feed, pollWake, directoryWake, logBell }), probeStatuses$).pipe(
    share(),
  );

  return {
    observations$: everything$.pipe(filter((value): value is Observation => value.kind !== 'status')),
    statuses$: everything$.pipe(filter((value) => value.kind === 'status')),
    async probe(sessionId) {
      const answer = await probe(sessionId);
      logBell.hears(answer);
      return answer;
    },
    pollNow: pollWake.ring,
    refreshDirectory: directoryWake.ring,
    async dispose() {
      stop.abort();
      await feed.close();
      await client.dispose();
    },
  };
}

interface Sources {
  readonly feed: TelephonyFeed;
  readonly pollWake: Wake;
  readonly directoryWake: Wake;
  readonly logBell: LogBell;
}

/** What RingCentral says of itself, and what one source tells another: a new link wants a poll, a poll may find it deaf. */
function everySource(
  base: Omit<DirectoryDeps, 'wake'>,
  { feed, pollWake, directoryWake, logBell }: Sources,
): Observable<Observation | SourceStatus> {
  const deafness = createDeafnessWatch(base.clock);
  const nextDelay = () => (feed.ready() ? healthyPollMs : lonelyPollMs);
  const listen = (value: Observation | SourceStatus): void => {
    if (value.kind === 'link' && value.up) pollWake.ring();
    logBell.hears(value);
    if (deafness.hears(value, feed.level())) feed.restart('polls show calls of which no event came');
  };
  return merge(
    feed.output$,
    activeCalls$({ ...base, wake: pollWake, nextDelay, eventLevel: feed.level }),
    directory$({ ...base, wake: directoryWake }),
    callLog$({ ...base, wake: logBell.wake }),
  ).pipe(tap(listen));
}

/** The probe, with what it says of itself as a stream. */
function probing(deps: Omit<SessionProbeDeps, 'tell'>): {
  readonly probe: Probe;
  readonly probeStatuses$: Observable<SourceStatus>;
} {
  let listener: Subscriber<SourceStatus> | undefined;
  const probeStatuses$ = new Observable<SourceStatus>((subscriber) => {
    listener = subscriber;
  });
  return { probe: createProbe({ ...deps, tell: (status) => listener?.next(status) }), probeStatuses$ };
}
