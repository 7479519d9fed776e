import { pause } from '../runtime/clock.ts';
import type { FeedInput } from './feed-machine.ts';
import type { FromFence } from './feed-messages.ts';
import type { Fence } from './fence.ts';
import { createLinkTokens, tokenPath } from './link-tokens.ts';
import type { LinkTokens } from './link-tokens.ts';
import type { Place, Refusal } from './rate-budget.ts';
import type { TelephonyFeedDeps } from './telephony-feed.ts';
import { notSent } from './gated-sdk.ts';

const stopGraceMs = 1_000;
const reserveWaitMs = 5_000;

export interface WorkerLifeDeps extends Pick<TelephonyFeedDeps, 'client' | 'budget' | 'clock' | 'log' | 'spawn'> {
  /** Between two link tokens, ms. */
  readonly tokenSpacingMs: number;
  /** Asked when a worker starts: what it is to subscribe to. */
  readonly eventFilters: () => readonly string[];
  readonly onFrame: (text: string) => void;
  /** Hears what happens to the worker, in the words of the feed machine. */
  readonly onInput: (input: FeedInput) => void;
}

/**
 * One worker at a time: its start, its HTTP wishes and its end. Every subscription it may make has a place in the rate
 * budget. What a worker says after it was given up is not heard.
 */
export interface WorkerLife {
  /** Starts a worker after `delayMs`, or as soon after that as a link token and a place in the budget can be had. */
  launchAfter(delayMs: number): void;
  /** Asks the far end for a sign of life. */
  beat(): void;
  /** Tells the budget how upstream answered the subscription; 0 when it was not asked, or did not answer. */
  settle(status: number): void;
  /** Ends the present worker at once. */
  discard(): void;
  /** Ends the subscription upstream and the worker for good; at most 1 s. */
  close(): Promise<void>;
}

export function createWorkerLife(deps: WorkerLifeDeps): WorkerLife {
  return new FencedWorkers(deps);
}

const idle = (): void => undefined;

class FencedWorkers implements WorkerLife {
  readonly #deps: WorkerLifeDeps;
  readonly #tokens: LinkTokens;
  readonly #ended = new AbortController();
  #fence: Fence | undefined;
  /** Messages of a worker that was given up carry an older number. */
  #generation = 0;
  #subscribePlace: Place | undefined;
  #onStopped = idle;
  #cancelLaunch = idle;

  constructor(deps: WorkerLifeDeps) {
    this.#deps = deps;
    this.#tokens = createLinkTokens(deps.client, deps.clock, deps.tokenSpacingMs);
  }

  launchAfter(delayMs: number): void {
    this.#cancelLaunch();
    const waitMs = Math.max(delayMs, this.#tokens.waitMs());
    this.#cancelLaunch = this.#deps.clock.after(waitMs, () => void this.#launch());
  }

  beat(): void {
    this.#fence?.send({ type: 'beat' });
  }

  settle(status: number): void {
    const place = this.#subscribePlace;
    this.#subscribePlace = undefined;
    const header = (name: string) => (name === 'x-rate-limit-group' ? 'medium' : null);
    place?.settle({ status, receivedAt: this.#deps.clock.now(), header });
  }

  discard(): void {
    this.#giveUp()?.kill().catch(idle);
  }

  async close(): Promise<void> {
    const old = this.#giveUp();
    this.#ended.abort();
    this.#cancelLaunch();
    this.settle(0);
    if (!old) return;
    const stopped = new AbortController();
    this.#onStopped = () => {
      stopped.abort();
    };
    old.send({ type: 'stop' });
    await pause(this.#deps.clock, stopGraceMs, stopped.signal);
    await old.kill();
  }

  /** The present worker, which is not heard from now on. */
  #giveUp(): Fence | undefined {
    const old = this.#fence;
    this.#generation += 1;
    this.#fence = undefined;
    return old;
  }

  async #launch(): Promise<void> {
    const { clock, spawn, eventFilters, onInput } = this.#deps;
    const mine = ++this.#generation;
    const refusal = await this.#reserve(reserveWaitMs, mine);
    if (!this.#isCurrent(mine)) return;
    if (refusal) return this.launchAfter(Math.max(1_000, (refusal.retryAt ?? 0) - clock.now()));
    onInput({ kind: 'launched' });
    const onMessage = (message: FromFence) => {
      if (mine === this.#generation) this.#receive(message, mine);
    };
    const onGone = (cause: string) => {
      this.#onStopped();
      if (mine === this.#generation) onInput({ kind: 'broken', reason: `worker gone: ${cause}` });
    };
    this.#fence = spawn({ eventFilters: eventFilters() }, { onMessage, onGone });
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

  #receive(message: FromFence, mine: number): void {
    const { onFrame, onInput, log } = this.#deps;
    switch (message.type) {
      case 'frame':
        return onFrame(message.text);
      case 'request':
        return void this.#serveRequest(message, mine);
      case 'badFrame':
        return log.warn('feed.frameDropped', { reason: 'no frame' });
      case 'oversize':
        return onInput({ kind: 'broken', reason: `frame of ${String(message.bytes)} bytes` });
      case 'failed':
        return onInput({ kind: 'broken', reason: `SDK gave up: ${message.detail}` });
      case 'socket':
        return onInput({ kind: 'socket', recovering: message.recovering });
      case 'closed':
        return onInput({ kind: 'closed', code: message.code });
    }
  }

  /** The SDK's HTTP wishes; none but link tokens are granted. */
  async #serveRequest({ id, method, path }: Extract<FromFence, { type: 'request' }>, mine: number): Promise<void> {
    const { onInput } = this.#deps;
    if (method !== 'POST' || path !== tokenPath)
      return this.#fence?.send({ type: 'answer', id, status: 404, body: '{}' });
    onInput({ kind: 'tokenAsked', waitMs: this.#tokens.waitMs() });
    // A reconnect may end in a subscription as well: the SDK makes one when the session is not given back.
    const refusal = this.#subscribePlace ? undefined : await this.#reserve(0, mine);
    if (!this.#isCurrent(mine)) return;
    if (refusal) return onInput({ kind: 'broken', reason: 'no place to subscribe', failure: notSent(refusal) });
    const answer = await this.#tokens.ask(() => mine === this.#generation, this.#ended.signal);
    if (!answer || mine !== this.#generation) return;
    if (answer.ok) return this.#fence?.send({ type: 'answer', id, status: 200, body: JSON.stringify(answer.json) });
    onInput({ kind: 'broken', reason: `no link token: ${answer.detail}`, failure: answer });
  }
}
