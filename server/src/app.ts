/**
 * In:  a Config, and overrides for tests.
 * Out: a running server with its address, and the way to end it.
 * Never: work of its own. It introduces the rooms to each other, subscribes, and disposes in order.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import {
  connectable,
  type Connectable,
  defer,
  distinctUntilChanged,
  filter,
  map,
  merge,
  type Observable,
  Subscription,
  throttle,
} from 'rxjs';
import type { Board } from '@ringside/shared/domain/board';
import type { Change } from '@ringside/shared/domain/change';
import { assess, type FeedFacts, type FeedHealth } from '@ringside/shared/domain/feed-health';
import { proofBound } from '@ringside/shared/domain/feed-health-bound';
import type { Limits } from '@ringside/shared/domain/limits';
import { outcomePolicies } from '@ringside/shared/domain/outcome-policy';
import type { Observation, ProbeObservation } from '@ringside/shared/domain/observation';
import { type AppMemory, openMemory, remembered } from './app-memory.ts';
import type { Config, RingCentralConfig } from './config/options.ts';
import { toBoardDto } from './gateway/board-dto.ts';
import { buildId, createHttp } from './gateway/http.ts';
import { listen, trackConnections } from './gateway/listen.ts';
import { serveSockets, type WallSockets } from './gateway/sockets.ts';
import { feedFacts, nothingKnown, type SourceStatus } from './monitor/feed-health.ts';
import { type LiveBoard, liveBoard, meetsStranger, noBoardYet, probeAnswers } from './monitor/live-board.ts';
import { isGap, observations, supervised } from './monitor/observations.ts';
import { after$, every$ } from './monitor/pulse.ts';
import { connectRingCentral, type RingCentralDeps } from './ringcentral/ringcentral.ts';
import { type Clock, type SteadyClock, steadyClock, systemClock } from './runtime/clock.ts';
import { createLogger, type Logger } from './runtime/logger.ts';
import { describeError } from './runtime/worker-loop.ts';
import type { Store } from './store/store.ts';

/** The telephone system, as the app sees it. Nothing starts before a stream is subscribed to. */
export interface TelephoneSystem {
  readonly observations$: Observable<Observation>;
  readonly statuses$: Observable<SourceStatus>;
  /** Never rejects. */
  probe(sessionId: string): Promise<ProbeObservation>;
  pollNow(): void;
  refreshDirectory(): void;
  dispose(): Promise<void>;
}

/** What a test may put in place of the real thing. */
export interface Overrides {
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Folder of the built page. */
  readonly webRoot?: string;
  /** 0 ≤ x < 1; spreads retries. */
  readonly random?: () => number;
  /** The wire under the telephone system: HTTP transport, event worker, timings. */
  readonly wire?: Pick<RingCentralDeps, 'fetch' | 'spawn' | 'timings'>;
  /** Hears every change as it happens. */
  readonly changed?: (changes: readonly Change[]) => void;
  /** Graces and leases other than the product's own; a test switches a defence off with them. */
  readonly limits?: Partial<Limits>;
  /** Hears the board after every observation. */
  readonly stepped?: (board: Board) => void;
  /** What survives a restart, in place of the files in `dataDir`. */
  readonly store?: Store;
  /** The telephone system itself. */
  readonly connect?: (config: RingCentralConfig, deps: RingCentralDeps) => TelephoneSystem;
}

export interface RunningApp {
  readonly url: string;
  readonly port: number;
  /** Ends everything in order: viewers first, then the platform, then the memory. May be called twice. Never rejects. */
  close(): Promise<void>;
}

/** Ten frames per second: faster than the eye needs, slow enough that a burst costs one frame and not hundreds. */
const FRAME_MS = 100;
const TICK_MS = 5_000;
/** Viewers that do not close their end in time are cut off. */
const CLOSE_MS = 1_500;
const builtPage = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** Starts the server. Rejects, with a message for people, when it cannot listen or its memory cannot be used. */
export async function startApp(config: Config, overrides: Overrides = {}): Promise<RunningApp> {
  const clock = steadyClock(overrides.clock ?? systemClock);
  const log = overrides.log ?? createLogger({ level: config.logLevel });
  const { limits, store } = overrides;
  const rules = { policy: outcomePolicies[config.missedPolicy ?? 'team'], ...(limits && { limits }) };
  const memory = openMemory(config, { clock, log, rules, store });
  try {
    return await startWith(memory, config, { ...overrides, clock, log });
  } catch (error) {
    memory.close(memory.board);
    throw error;
  }
}

interface Basics extends Overrides {
  readonly clock: SteadyClock;
  readonly log: Logger;
}

async function startWith(memory: AppMemory, config: Config, basics: Basics): Promise<RunningApp> {
  const { clock, log, webRoot = builtPage, connect = connectRingCentral, changed, stepped } = basics;
  const epoch = epochOf(memory.startedAt);
  const live = { ...noBoardYet, board: memory.board };
  const state: State = { live, facts: nothingKnown.facts, steppedAt: clock.now() };
  const feed = (): FeedHealth => assess(provedFacts(state, clock.now()), clock.now(), proofBound(state.live.board));
  const board = () =>
    toBoardDto({ epoch, revision: state.live.revision, board: state.live.board, feed: feed() }, clock.now());

  const { apiToken } = config;
  const http = createServer(
    createHttp({ board, webRoot, log: log.room('gateway'), ...(apiToken !== undefined && { apiToken }) }),
  );
  const connections = trackConnections(http);
  const sockets = serveSockets(http, { clock, log: log.room('gateway'), epoch, build: buildId(webRoot), feed });
  // A remembered call that cannot be shown must not keep every later start from succeeding.
  guarded(log, () => {
    sockets.note(remembered(memory.board, clock.now()), memory.board.directory);
    sockets.flush();
  });
  const port = await listen(http, config.host, config.port);
  const upstream = connect(config.ringcentral, {
    clock,
    log,
    random: basics.random ?? Math.random,
    ...(memory.tokens && { tokens: memory.tokens }),
    ...basics.wire,
  });
  const running = run({ upstream, sockets, memory, clock, log, state, feed, changed, stepped });
  log.info('app.started', { port, epoch });

  let ending: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    const cancel = systemClock.after(CLOSE_MS, () => connections.destroyAll());
    await sockets.close();
    cancel();
    running.unsubscribe();
    await upstream.dispose().catch((error: unknown) => log.warn('dispose.failed', { error: describeError(error) }));
    memory.close(state.live.board);
    log.info('app.stopped');
  };
  return { url: urlOf(config.host, port), port, close: () => (ending ??= end()) };
}

interface State {
  live: LiveBoard;
  facts: FeedFacts;
  /** When the board last took something in; ticks alone come every second. Local ms. */
  steppedAt: number;
}

const BOARD_STUCK_MS = 10_000;

/** What the sources say proves nothing while the board itself stands still: then its last step is the last proof. */
function provedFacts({ facts, steppedAt }: State, now: number): FeedFacts {
  const { lastCompletePollAt } = facts;
  if (now - steppedAt < BOARD_STUCK_MS || lastCompletePollAt === undefined) return facts;
  return { ...facts, linkUp: false, lastCompletePollAt: Math.min(lastCompletePollAt, steppedAt) };
}

interface Rooms {
  readonly upstream: TelephoneSystem;
  readonly sockets: WallSockets;
  readonly memory: AppMemory;
  readonly clock: Clock;
  readonly log: Logger;
  readonly state: State;
  readonly feed: () => FeedHealth;
  readonly changed: Overrides['changed'];
  readonly stepped: Overrides['stepped'];
}

/** Joins the streams and lets them flow. The answers to the board's own questions come back to it as observations. */
function run({ upstream, sockets, memory, clock, log, state, feed, changed, stepped }: Rooms): Subscription {
  const monitorLog = log.room('monitor');
  const observed$ = connectable(observations([upstream.observations$], { clock, log: monitorLog }));
  const live$: Connectable<LiveBoard> = connectable(
    merge(
      observed$,
      supervised(
        defer(() => live$.pipe(probeAnswers((id) => upstream.probe(id), monitorLog))),
        { clock, log: monitorLog },
      ),
    ).pipe(liveBoard(monitorLog, state.live.board)),
  );
  const frames$ = live$.pipe(throttle(() => after$(clock, FRAME_MS), { leading: true, trailing: true }));
  const health$ = observed$.pipe(map(feed), distinctUntilChanged(sameHealth));

  const all = new Subscription();
  const when = <T>(stream$: Observable<T>, act: (value: T) => void): void => {
    all.add(stream$.subscribe((value) => guarded(monitorLog, () => act(value))));
  };
  when(feedFacts(observed$, merge(upstream.statuses$, live$.pipe(memory.keep))), (facts) => (state.facts = facts));
  when(live$, (live) => {
    state.live = live;
    state.steppedAt = clock.now();
    sockets.note(live.changes, live.board.directory);
    if (live.changes.length > 0) changed?.(live.changes);
    stepped?.(live.board);
  });
  when(frames$, () => sockets.flush());
  when(every$(clock, TICK_MS), () => sockets.tick());
  when(health$, (health) => {
    logHealth(monitorLog, health);
    sockets.tick();
  });
  when(observed$.pipe(filter(isGap)), () => upstream.pollNow());
  when(live$.pipe(filter(meetsStranger)), () => upstream.refreshDirectory());
  all.add(live$.connect());
  all.add(observed$.connect());
  return all;
}

/** One viewer's or one call's fault must not end the process: an error thrown in a subscriber would. */
function guarded(log: Logger, act: () => void): void {
  try {
    act();
  } catch (error) {
    log.error('step.failed', { error: describeError(error) });
  }
}

function sameHealth(a: FeedHealth, b: FeedHealth): boolean {
  return a.state === b.state && a.detail === b.detail && a.troubles.join() === b.troubles.join();
}

function logHealth(log: Logger, { state, troubles, detail }: FeedHealth): void {
  const write = state === 'live' ? log.info : log.warn;
  write('feed.changed', { outcome: state, trouble: troubles.join(' '), detail });
}

/** A later start gives a larger epoch, also when the machine's clock was set back meanwhile. */
function epochOf(startedAt: number): string {
  return `${startedAt.toString(36).padStart(9, '0')}-${randomBytes(4).toString('hex')}`;
}

function urlOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
