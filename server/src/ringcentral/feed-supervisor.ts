import { pause } from '../runtime/clock.ts';
import { backOffMs } from '../runtime/worker-loop.ts';
import type { Failure } from './answer.ts';
import { decodeFrame } from './decode-frame.ts';
import { createEventGate } from './event-gate.ts';
import { feedOff, stepFeed } from './feed-machine.ts';
import { defaultTimings } from './feed-timings.ts';
import type { FeedTimings } from './feed-timings.ts';
import type { FeedAct, FeedInput, FeedState } from './feed-machine.ts';
import type { FromFence } from './feed-messages.ts';
import type { Fence } from './fence.ts';
import { createLinkTokens, tokenPath } from './link-tokens.ts';
import type { LinkTokens } from './link-tokens.ts';
import type { Place, Refusal } from './rate-budget.ts';
import { createSilenceWatch } from './silence-watch.ts';
import type { SilenceWatch } from './silence-watch.ts';
import { unwell, well } from './source-status.ts';
import type { FeedOutput, TelephonyFeedDeps } from './telephony-feed.ts';
import { notSent } from './upstream.ts';

/** A link that held this long has earned a quick restart. */
const steadyMs = 60_000;
/** A missing permission does not come back within seconds. */
const deniedRetryMs = 300_000;
/** How long the own extension's events stand in for the account's before those are asked for again. */
const deniedForMs = 600_000;
const stopGraceMs = 1_000;
/** A replay follows its greeting at once. */
const replayMs = 5_000;

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
  return new Supervisor(deps, emit);
}

const idle = (): void => undefined;

class Supervisor implements FeedSupervisor {
  readonly #deps: TelephonyFeedDeps;
  readonly #emit: (value: FeedOutput) => void;
  readonly #timings: FeedTimings;
  readonly #tokens: LinkTokens;
  readonly #silence: SilenceWatch;
  readonly #gate = createEventGate();
  readonly #ended = new AbortController();
  #state: FeedState = feedOff;
  #fence: Fence | undefined;
  /** Messages of a worker that was given up carry an older number. */
  #generation = 0;
  #subscribePlace: Place | undefined;
  #up = false;
  #failures = 0;
  #readySince = 0;
  #bufferSize = Infinity;
  /** Replayed events that still may come before the replay counts as cut short; undefined when no replay runs. */
  #replayLeft: number | undefined;
  #denied: { readonly failure: Failure; readonly until: number } | undefined;
  #closing: Promise<void> | undefined;
  #onStopped = idle;
  #cancelPatience = idle;
  #cancelLaunch = idle;

  constructor(deps: TelephonyFeedDeps, emit: (value: FeedOutput) => void) {
    this.#deps = deps;
    this.#emit = emit;
    this.#timings = { ...defaultTimings, ...deps.timings };
    this.#tokens = createLinkTokens(deps.client, deps.clock, this.#timings.tokenSpacingMs);
    this.#silence = createSilenceWatch({
      clock: deps.clock,
      ...this.#timings,
      onProbe: () => this.#fence?.send({ type: 'beat' }),
      onDead: () => {
        this.#feed({ kind: 'broken', reason: 'silent' });
      },
    });
  }

  start(): void {
    this.#launchAfter(0);
  }

  ready(): boolean {
    return this.#up;
  }

  level(): 'account' | 'extension' {
    return this.#denied && this.#now() < this.#denied.until ? 'extension' : 'account';
  }

  restart(reason: string): void {
    this.#feed({ kind: 'broken', reason });
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#shut());
  }

  #now(): number {
    return this.#deps.clock.monotonic();
  }

  #feed(input: FeedInput): void {
    if (this.#ended.signal.aborted) return;
    const step = stepFeed(this.#state, input, this.#timings);
    const moved = step.state !== this.#state;
    this.#state = step.state;
    if (moved) this.#armPatience();
    for (const act of step.acts) this.#perform(act);
  }

  #armPatience(): void {
    this.#cancelPatience();
    this.#cancelPatience = idle;
    const { patienceMs, phase } = this.#state;
    if (patienceMs === undefined) return;
    this.#cancelPatience = this.#deps.clock.after(patienceMs, () => {
      this.#feed({ kind: 'broken', reason: `no progress while ${phase}` });
    });
  }

  #perform(act: FeedAct): void {
    if (act.act === 'up') return this.#rise(act.gap);
    this.#fall(act.reason);
    if (act.act === 'restart') this.#replaceWorker(act.reason, act.failure);
  }

  #rise(gap: boolean): void {
    const { clock, log } = this.#deps;
    this.#up = true;
    this.#readySince = this.#now();
    this.#replayLeft = gap ? undefined : this.#bufferSize;
    // A link that was given back whole needed no subscription.
    this.#settleSubscription(gap ? 200 : 0);
    this.#emit({ kind: 'link', at: clock.now(), up: true, gap });
    // The missing account-wide permission stays the trouble to tell while only the own events come.
    this.#tellStanding();
    log.info('feed.up', { gap, kind: this.level(), attempt: this.#failures });
    this.#silence.start();
    this.#askAgainLater();
  }

  /** A link that brings only the own events gives way, so that a permission granted meanwhile is found. */
  #askAgainLater(): void {
    this.#cancelLaunch();
    if (!this.#denied) return;
    this.#cancelLaunch = this.#deps.clock.after(Math.max(0, this.#denied.until - this.#now()), () => {
      this.restart('asking for the events of the whole account again');
    });
  }

  /** Upstream keeps only its newest messages for a recovery: one that brings as many may have lost older ones. */
  #countReplay(): void {
    if (this.#replayLeft === undefined) return;
    if (this.#now() - this.#readySince > replayMs) this.#replayLeft = undefined;
    else if ((this.#replayLeft -= 1) <= 0) {
      this.#replayLeft = undefined;
      this.#emit({ kind: 'link', at: this.#deps.clock.now(), up: true, gap: true, reason: 'the replay was full' });
    }
  }

  #tellStanding(): void {
    const now = this.#deps.clock.now();
    this.#emit(this.#denied ? unwell('events', now, this.#denied.failure) : well('events', now));
  }

  #fall(reason: string): void {
    this.#silence.stop();
    if (!this.#up) return;
    const { clock, log } = this.#deps;
    this.#up = false;
    const lastedMs = this.#now() - this.#readySince;
    if (lastedMs >= steadyMs) this.#failures = 0;
    this.#emit({ kind: 'link', at: clock.now(), up: false, gap: false, reason });
    log.warn('feed.down', { reason, durationMs: Math.round(lastedMs), ...this.#gate.counts() });
  }

  #replaceWorker(reason: string, failure?: Failure): void {
    const { clock, log, random } = this.#deps;
    this.#discardWorker();
    this.#settleSubscription(failure?.status ?? 0);
    this.#failures += 1;
    const { restartBaseMs: baseMs, restartCapMs: capMs } = this.#timings;
    let delayMs = backOffMs(this.#failures, { baseMs, capMs }, random);
    if (failure?.retryAt !== undefined) delayMs = Math.max(delayMs, failure.retryAt - clock.now());
    if (failure?.kind === 'forbidden') delayMs = this.#fallBack(failure, delayMs);
    const problem = failure ?? { ok: false, kind: 'network', detail: reason };
    this.#emit(unwell('events', clock.now(), { ...problem, retryAt: clock.now() + delayMs }));
    log.warn('feed.restarting', { reason, attempt: this.#failures, delayMs: Math.round(delayMs) });
    this.#launchAfter(delayMs);
  }

  /** Without the account-wide permission the own extension's events are tried; without any, there is no hurry. */
  #fallBack(failure: Failure, delayMs: number): number {
    if (this.level() === 'extension') return deniedRetryMs;
    this.#denied = { failure, until: this.#now() + deniedForMs };
    return delayMs;
  }

  #discardWorker(): void {
    this.#generation += 1;
    const old = this.#fence;
    this.#fence = undefined;
    old?.kill().catch(idle);
  }

  #launchAfter(delayMs: number): void {
    this.#cancelLaunch();
    const waitMs = Math.max(delayMs, this.#tokens.waitMs());
    this.#cancelLaunch = this.#deps.clock.after(waitMs, () => void this.#launch());
  }

  async #launch(): Promise<void> {
    const { clock, spawn } = this.#deps;
    const mine = ++this.#generation;
    const refusal = await this.#reserve(5_000, mine);
    if (!this.#isCurrent(mine)) return;
    if (refusal) return this.#launchAfter(Math.max(1_000, (refusal.retryAt ?? 0) - clock.now()));
    if (this.#denied && this.#now() >= this.#denied.until) this.#denied = undefined;
    this.#feed({ kind: 'launched' });
    const onMessage = (message: FromFence) => {
      if (mine === this.#generation) this.#receive(message, mine);
    };
    const onGone = (cause: string) => {
      this.#onStopped();
      if (mine === this.#generation) this.#feed({ kind: 'broken', reason: `worker gone: ${cause}` });
    };
    this.#fence = spawn({ eventFilters: [filters[this.level()]] }, { onMessage, onGone });
  }

  #isCurrent(generation: number): boolean {
    return generation === this.#generation && !this.#ended.signal.aborted;
  }

  /** The SDK subscribes over the socket, which the budget does not see: its place is taken beforehand. */
  async #reserve(maxWaitMs: number, mine: number): Promise<Refusal | undefined> {
    const { signal } = this.#ended;
    const place = await this.#deps.budget.acquire({ group: 'medium', priority: 'link', maxWaitMs, signal });
    if (!place.granted) return place;
    if (this.#isCurrent(mine)) this.#subscribePlace = place;
    else place.settle(undefined);
    return undefined;
  }

  #settleSubscription(status: number): void {
    const place = this.#subscribePlace;
    this.#subscribePlace = undefined;
    const header = (name: string) => (name === 'x-rate-limit-group' ? 'medium' : null);
    place?.settle({ status, receivedAt: this.#deps.clock.now(), header });
  }

  #receive(message: FromFence, mine: number): void {
    switch (message.type) {
      case 'frame':
        return this.#onFrame(message.text);
      case 'request':
        return void this.#serveRequest(message, mine);
      case 'badFrame':
        return this.#deps.log.warn('feed.frameDropped', { reason: 'no frame' });
      case 'oversize':
        return this.#feed({ kind: 'broken', reason: `frame of ${String(message.bytes)} bytes` });
      case 'failed':
        return this.#feed({ kind: 'broken', reason: `SDK gave up: ${message.detail}` });
      case 'socket':
        return this.#feed({ kind: 'socket', recovering: message.recovering });
      case 'closed':
        return this.#feed({ kind: 'closed', code: message.code });
    }
  }

  #onFrame(text: string): void {
    const { clock, log } = this.#deps;
    this.#silence.heard();
    const frame = decodeFrame(text);
    if (!frame) return log.warn('feed.frameDropped', { reason: 'unreadable' });
    if (frame.type === 'reply' && frame.subscriptionId !== undefined) this.#gate.own(frame.subscriptionId);
    // An answered heartbeat proves a quiet link: a night without calls is no fault.
    if (frame.type === 'other' && this.#up) this.#tellStanding();
    if (frame.type === 'details') this.#bufferSize = frame.bufferSize;
    if (frame.type !== 'notification') return this.#feed({ kind: 'frame', frame });
    this.#countReplay();
    const event = this.#gate.admit(frame.body, clock.now());
    if (event) this.#emit(event);
  }

  /** The SDK's HTTP wishes; none but link tokens are granted. */
  async #serveRequest({ id, method, path }: Extract<FromFence, { type: 'request' }>, mine: number): Promise<void> {
    if (method !== 'POST' || path !== tokenPath)
      return this.#fence?.send({ type: 'answer', id, status: 404, body: '{}' });
    this.#feed({ kind: 'tokenAsked', waitMs: this.#tokens.waitMs() });
    // A reconnect may end in a subscription as well: the SDK makes one when the session is not given back.
    const refusal = this.#subscribePlace ? undefined : await this.#reserve(0, mine);
    if (!this.#isCurrent(mine)) return;
    if (refusal) return this.#feed({ kind: 'broken', reason: 'no place to subscribe', failure: notSent(refusal) });
    const answer = await this.#tokens.ask(() => mine === this.#generation, this.#ended.signal);
    if (!answer || mine !== this.#generation) return;
    if (answer.ok) return this.#fence?.send({ type: 'answer', id, status: 200, body: JSON.stringify(answer.json) });
    this.#feed({ kind: 'broken', reason: `no link token: ${answer.detail}`, failure: answer });
  }

  async #shut(): Promise<void> {
    const old = this.#fence;
    this.#ended.abort();
    this.#silence.stop();
    this.#cancelPatience();
    this.#cancelLaunch();
    this.#settleSubscription(0);
    this.#generation += 1;
    this.#fence = undefined;
    this.#up = false;
    if (!old) return;
    const stopped = new AbortController();
    this.#onStopped = () => {
      stopped.abort();
    };
    old.send({ type: 'stop' });
    await pause(this.#deps.clock, stopGraceMs, stopped.signal);
    await old.kill();
  }
}
