/**
 * In:  the settings of one RingCentral account, a clock, a logger.
 * Out: everything RingCentral says, as Observations in our words, and how well each source stands.
 * Never: RingCentral's own words, a decision about a call, an upstream request past the one rate budget.
 */
import { filter, finalize, merge, mergeMap, Observable, share, tap } from 'rxjs';
import type { Subscriber } from 'rxjs';
import type { Observation, ProbeObservation } from '@ringside/shared/domain/observation';
import type { SteadyClock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { createWake } from '../runtime/wake.ts';
import type { Wake } from '../runtime/wake.ts';
import { activeCalls$ } from './active-calls.ts';
import type { Fetch } from './bounded-fetch.ts';
import { createLogBell } from './call-log-bell.ts';
import type { LogBell } from './call-log-bell.ts';
import { callLog$ } from './call-log.ts';
import type { CallLogDeps } from './call-log.ts';
import { createClient } from './client.ts';
import { createClockWatch } from './clock-watch.ts';
import type { TimedAnswer } from './clock-watch.ts';
import { createDeafnessWatch } from './deafness.ts';
import { directory$ } from './directory.ts';
import type { FeedTimings } from './feed-timings.ts';
import { spawnWorker } from './fence.ts';
import type { SpawnFence } from './fence.ts';
import type { RingCentralConfig } from './gated-sdk.ts';
import { createOwnCalls } from './own-calls.ts';
import type { OwnCalls } from './own-calls.ts';
import { createPollPace } from './poll-pace.ts';
import type { PollPace } from './poll-pace.ts';
import { createRateBudget } from './rate-budget.ts';
import { createReach } from './reach.ts';
import type { Reach } from './reach.ts';
import { createSecondLook } from './second-look.ts';
import { createProbe } from './session-probe.ts';
import type { TokenKeeper } from './session-tokens.ts';
import type { SourceStatus } from './source-status.ts';
import { createTelephonyFeed } from './telephony-feed.ts';
import type { TelephonyFeed } from './telephony-feed.ts';

export interface RingCentralDeps {
  readonly clock: SteadyClock;
  readonly log: Logger;
  /** 0 ≤ x < 1; spreads retries. */
  readonly random: () => number;
  /** Transport under the SDK; the platform's fetch when absent. */
  readonly fetch?: Fetch;
  /** How the event worker is started; a worker thread when absent. */
  readonly spawn?: SpawnFence;
  readonly timings?: Partial<FeedTimings>;
  /** Keeps the session over a restart; when absent it ends with the process. */
  readonly tokens?: TokenKeeper;
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

/** The one door to RingCentral. Nothing is sent before one of the streams is subscribed to or `probe` is called. */
export function connectRingCentral(config: RingCentralConfig, deps: RingCentralDeps): RingCentral {
  const { clock, random, fetch, timings, tokens, spawn = spawnWorker } = deps;
  const log = deps.log.room('ringcentral');
  const stop = new AbortController();
  const budget = createRateBudget(clock);
  const said = aside<SourceStatus | ProbeObservation>();
  const clockWatch = createClockWatch(clock);
  const heard = (answer: TimedAnswer) => said.tell(clockWatch.hears(answer));
  const client = createClient(config, {
    ...{ clock, random, log, budget, heard },
    ...(fetch && { fetch }),
    ...(tokens && { tokens }),
  });
  const reach = createReach(client, clock);
  const base = { client, clock, random, log, ownCallsOnly: reach.ownCallsOnly };
  const feed = createTelephonyFeed({ ...base, budget, spawn, ...(timings && { timings }) });
  const probe = createProbe({ client, clock, signal: stop.signal, tell: said.tell });
  const ownCalls = createOwnCalls(clock, (id) => void probe(id).then(said.tell));
  const pollWake = createWake(clock);
  const directoryWake = createWake(clock);
  const logBell = createLogBell(clock);
  const pace = createPollPace(budget, feed.ready);
  const sources = { feed, pollWake, directoryWake, logBell, pace, reach, ownCalls };
  const everything$ = merge(everySource(base, sources), said.values$).pipe(
    // What the limits allow is told as soon as any word could have changed it.
    mergeMap((value) => [pace.news(clock.now()), value].filter((each) => each !== undefined)),
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
      ownCalls.stop();
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
  readonly pace: PollPace;
  readonly reach: Reach;
  readonly ownCalls: OwnCalls;
}

/** What RingCentral says of itself, and what one source tells another: a new link wants a poll, a poll may find it deaf. */
function everySource(
  base: Omit<CallLogDeps, 'wake'>,
  { feed, pollWake, directoryWake, logBell, pace, reach, ownCalls }: Sources,
): Observable<Observation | SourceStatus> {
  const deafness = createDeafnessWatch(base.clock);
  const eventLevel = () => (reach.ownCallsOnly() ? 'extension' : feed.level());
  const secondLook = createSecondLook(base.clock, pollWake.ring);
  const listen = (value: Observation | SourceStatus): void => {
    if (value.kind === 'link' && value.up) pollWake.ring();
    if (value.kind === 'link' && value.gap) secondLook.gap();
    reach.hears(value);
    if (value.kind === 'event' && reach.ownCallsOnly()) ownCalls.hears(value);
    logBell.hears(value);
    if (deafness.hears(value, eventLevel())) feed.restart('polls show calls of which no event came');
  };
  return merge(
    feed.output$,
    activeCalls$({ ...base, wake: pollWake, pace, reach, eventLevel }),
    directory$({ ...base, wake: directoryWake, reach }),
    callLog$({ ...base, wake: logBell.wake }),
  ).pipe(tap(listen), finalize(secondLook.stop));
}

/** A stream of what is said in passing, by whoever has no stream of his own. */
function aside<T>(): { readonly tell: (value: T | undefined) => void; readonly values$: Observable<T> } {
  let listener: Subscriber<T> | undefined;
  const values$ = new Observable<T>((subscriber) => {
    listener = subscriber;
  });
  return { tell: (value) => value !== undefined && listener?.next(value), values$ };
}
