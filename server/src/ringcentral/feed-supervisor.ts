import { pause } from '../runtime/clock.ts';
import { backOffMs } from '../runtime/worker-loop.ts';
import type { Answer, Failure } from './answer.ts';
import { decodeFrame } from './decode-frame.ts';
import { createEventGate } from './event-gate.ts';
import { feedOff, stepFeed } from './feed-machine.ts';
import type { FeedAct, FeedInput, FeedState } from './feed-machine.ts';
import type { FromFence } from './feed-messages.ts';
import type { Fence } from './fence.ts';
import type { Place } from './rate-budget.ts';
import { unwell, well } from './source-status.ts';
import type { FeedOutput, TelephonyFeedDeps } from './telephony-feed.ts';

export interface FeedTimings {
  /** Silence after which a heartbeat asks for a sign of life, ms. */
  readonly probeAfterMs: number;
  /** Silence after which the link counts as dead, ms. */
  readonly deadAfterMs: number;
  /** Between two link tokens, ms: keeps to 4 a minute of the Auth group's 5. */
  readonly tokenSpacingMs: number;
  readonly restartBaseMs: number;
  readonly restartCapMs: number;
}

const defaultTimings: FeedTimings = {
  probeAfterMs: 30_000,
  deadAfterMs: 40_000,
  tokenSpacingMs: 15_000,
  restartBaseMs: 1_000,
  restartCapMs: 120_000,
};

/** A link that held this long has earned a quick restart. */
const steadyMs = 60_000;
/** A missing permission does not come back within seconds. */
const deniedRetryMs = 300_000;
/** How long the own extension's events stand in for the account's. */
const deniedForMs = 3_600_000;
const stopGraceMs = 1_000;
const tokenPath = '/restapi/oauth/wstoken';

const filters = {
  account: '/restapi/v1.0/account/~/telephony/sessions',
  extension: '/restapi/v1.0/account/~/extension/~/telephony/sessions',
} as const;

/** Owns the worker's life: starts it, watches it, ends it, and tells what got through. */
export interface FeedSupervisor {
  start(): void;
  ready(): boolean;
  level(): 'account' | 'extension';
  restart(reason: string): void;
  close(): Promise<void>;
}

export function createFeedSupervisor(deps: TelephonyFeedDeps, emit: (value: FeedOutput) => void): FeedSupervisor {
  const { clock, random, log, client, budget, spawn } = deps;
  const timings = { ...defaultTimings, ...deps.timings };
  const gate = createEventGate();
  const ended = new AbortController();
  let state: FeedState = feedOff;
  let fence: Fence | undefined;
  /** Messages of a worker that was given up carry an older number. */
  let generation = 0;
  let subscribePlace: Place | undefined;
  let up = false;
  let failures = 0;
  let readySince = 0;
  let lastFrameAt = 0;
  let nextTokenAt = 0;
  let denied: { readonly failure: Failure; readonly until: number } | undefined;
  let closing: Promise<void> | undefined;
  let cancelPatience: () => void = () => undefined;
  let cancelWatch: () => void = () => undefined;
  let cancelLaunch: () => void = () => undefined;

  const level = () => (denied && clock.monotonic() < denied.until ? 'extension' : 'account');

  function feed(input: FeedInput): void {
    if (ended.signal.aborted) return;
    const step = stepFeed(state, input);
    const moved = step.state !== state;
    state = step.state;
    if (moved) armPatience();
    for (const act of step.acts) perform(act);
  }

  function armPatience(): void {
    cancelPatience();
    cancelPatience = () => undefined;
    const { patienceMs, phase } = state;
    if (patienceMs === undefined) return;
    cancelPatience = clock.after(patienceMs, () => {
      feed({ kind: 'broken', reason: `no progress while ${phase}` });
    });
  }

  function perform(act: FeedAct): void {
    if (act.act === 'up') return rise(act.gap);
    fall(act.reason);
    if (act.act === 'restart') replaceWorker(act.reason, act.failure);
  }

  function rise(gap: boolean): void {
    up = true;
    readySince = clock.monotonic();
    settleSubscription(200);
    emit({ kind: 'link', at: clock.now(), up: true, gap });
    // The missing account-wide permission stays the trouble to tell while only the own events come.
    emit(denied ? unwell('events', clock.now(), denied.failure) : well('events', clock.now()));
    log.info('feed.up', { gap, kind: level(), attempt: failures });
    watchSilence();
  }

  function fall(reason: string): void {
    cancelWatch();
    if (!up) return;
    up = false;
    const lastedMs = clock.monotonic() - readySince;
    if (lastedMs >= steadyMs) failures = 0;
    emit({ kind: 'link', at: clock.now(), up: false, gap: false, reason });
    log.warn('feed.down', { reason, durationMs: Math.round(lastedMs), ...gate.counts() });
  }

  /** Ages are read when the timer fires, so that no timer is set per frame. */
  function watchSilence(): void {
    cancelWatch();
    const look = () => {
      const silentMs = clock.monotonic() - lastFrameAt;
      if (silentMs >= timings.deadAfterMs) return feed({ kind: 'broken', reason: 'silent' });
      const probing = silentMs >= timings.probeAfterMs;
      if (probing) fence?.send({ type: 'beat' });
      cancelWatch = clock.after((probing ? timings.deadAfterMs : timings.probeAfterMs) - silentMs, look);
    };
    lastFrameAt = Math.max(lastFrameAt, readySince);
    cancelWatch = clock.after(timings.probeAfterMs, look);
  }

  function replaceWorker(reason: string, failure?: Failure): void {
    discardWorker();
    settleSubscription(failure?.status ?? 0);
    failures += 1;
    let delayMs = backOffMs(failures, { baseMs: timings.restartBaseMs, capMs: timings.restartCapMs }, random);
    if (failure?.retryAt !== undefined) delayMs = Math.max(delayMs, failure.retryAt - clock.now());
    if (failure?.kind === 'forbidden') delayMs = fallBack(failure, delayMs);
    const problem = failure ?? { ok: false, kind: 'network', detail: reason };
    emit(unwell('events', clock.now(), { ...problem, retryAt: clock.now() + delayMs }));
    log.warn('feed.restarting', { reason, attempt: failures, delayMs: Math.round(delayMs) });
    launchAfter(delayMs);
  }

  /** Without the account-wide permission the own extension's events are tried; without any, there is no hurry. */
  function fallBack(failure: Failure, delayMs: number): number {
    if (level() === 'extension') return deniedRetryMs;
    denied = { failure, until: clock.monotonic() + deniedForMs };
    return delayMs;
  }

  function discardWorker(): void {
    generation += 1;
    const old = fence;
    fence = undefined;
    old?.kill().catch(() => undefined);
  }

  function launchAfter(delayMs: number): void {
    cancelLaunch();
    const waitMs = Math.max(delayMs, nextTokenAt - clock.monotonic());
    cancelLaunch = clock.after(waitMs, () => void launch());
  }

  async function launch(): Promise<void> {
    const mine = ++generation;
    const { signal } = ended;
    // The SDK subscribes over the socket, which the budget does not see: its place is taken beforehand.
    const place = await budget.acquire({ group: 'medium', priority: 'link', maxWaitMs: 5_000, signal });
    if (mine !== generation || signal.aborted) return place.granted ? place.settle(undefined) : undefined;
    if (!place.granted) return launchAfter(Math.max(1_000, (place.retryAt ?? 0) - clock.now()));
    subscribePlace = place;
    if (denied && clock.monotonic() >= denied.until) denied = undefined;
    feed({ kind: 'launched' });
    const onMessage = (message: FromFence) => {
      if (mine === generation) receive(message, mine);
    };
    const onGone = (cause: string) => {
      if (mine === generation) feed({ kind: 'broken', reason: `worker gone: ${cause}` });
    };
    fence = spawn({ eventFilters: [filters[level()]] }, { onMessage, onGone });
  }

  function settleSubscription(status: number): void {
    const place = subscribePlace;
    subscribePlace = undefined;
    const header = (name: string) => (name === 'x-rate-limit-group' ? 'medium' : null);
    place?.settle({ status, receivedAt: clock.now(), header });
  }

  function receive(message: FromFence, mine: number): void {
    if (message.type === 'frame') return onFrame(message.text);
    if (message.type === 'request') return void serveRequest(message, mine);
    if (message.type === 'badFrame') return log.warn('feed.frameDropped', { reason: 'no frame' });
    if (message.type === 'oversize') {
      return feed({ kind: 'broken', reason: `frame of ${String(message.bytes)} bytes` });
    }
    if (message.type === 'failed') return feed({ kind: 'broken', reason: `SDK gave up: ${message.detail}` });
    if (message.type === 'socket') return feed({ kind: 'socket', recovering: message.recovering });
    feed({ kind: 'closed', code: message.code });
  }

  function onFrame(text: string): void {
    lastFrameAt = clock.monotonic();
    const frame = decodeFrame(text);
    if (!frame) return log.warn('feed.frameDropped', { reason: 'unreadable' });
    if (frame.type === 'reply' && frame.subscriptionId !== undefined) gate.own(frame.subscriptionId);
    if (frame.type !== 'notification') return feed({ kind: 'frame', frame });
    const event = gate.admit(frame.body, clock.now());
    if (event) emit(event);
  }

  /** The SDK's HTTP wishes: only link tokens, at most one per 15 s, with the real token, under the budget. */
  async function serveRequest(
    { id, method, path }: Extract<FromFence, { type: 'request' }>,
    mine: number,
  ): Promise<void> {
    if (method !== 'POST' || path !== tokenPath) return fence?.send({ type: 'answer', id, status: 404, body: '{}' });
    const waitMs = Math.max(0, nextTokenAt - clock.monotonic());
    feed({ kind: 'tokenAsked', waitMs });
    await pause(clock, waitMs, ended.signal);
    if (mine !== generation || ended.signal.aborted) return;
    nextTokenAt = clock.monotonic() + timings.tokenSpacingMs;
    const options = { group: 'auth', priority: 'link', maxWaitMs: 0, signal: ended.signal } as const;
    const answer: Answer = await client.post(tokenPath, options);
    if (mine !== generation) return;
    if (answer.ok) return fence?.send({ type: 'answer', id, status: 200, body: JSON.stringify(answer.json) });
    feed({ kind: 'broken', reason: `no link token: ${answer.detail}`, failure: answer });
  }

  async function shut(): Promise<void> {
    const old = fence;
    ended.abort();
    for (const cancel of [cancelPatience, cancelWatch, cancelLaunch]) cancel();
    settleSubscription(0);
    generation += 1;
    fence = undefined;
    up = false;
    if (!old) return;
    old.send({ type: 'stop' });
    await pause(clock, stopGraceMs);
    await old.kill();
  }

  return {
    start: () => {
      launchAfter(0);
    },
    ready: () => up,
    level,
    restart(reason) {
      feed({ kind: 'broken', reason });
    },
    close: () => (closing ??= shut()),
  };
}
