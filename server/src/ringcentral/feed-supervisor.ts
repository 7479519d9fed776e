import { backOffMs } from '../runtime/worker-loop.ts';
import type { Failure } from './answer.ts';
import { decodeFrame } from './decode-frame.ts';
import { createEventGate } from './event-gate.ts';
import { createFeedLevel } from './feed-level.ts';
import type { FeedLevel } from './feed-level.ts';
import { feedOff, stepFeed } from './feed-machine.ts';
import type { FeedAct, FeedInput, FeedState } from './feed-machine.ts';
import { defaultTimings } from './feed-timings.ts';
import type { FeedTimings } from './feed-timings.ts';
import { createReplayCount } from './replay-count.ts';
import type { ReplayCount } from './replay-count.ts';
import { createSilenceWatch } from './silence-watch.ts';
import type { SilenceWatch } from './silence-watch.ts';
import { ownCallsOnly, unwell, well } from './source-status.ts';
import type { FeedOutput, TelephonyFeedDeps } from './telephony-feed.ts';
import { createWorkerLife } from './worker-life.ts';
import type { WorkerLife } from './worker-life.ts';

/** A link that held this long has earned a quick restart. */
const steadyMs = 60_000;

const filters = {
  account: '/restapi/v1.0/account/~/telephony/sessions',
  extension: '/restapi/v1.0/account/~/extension/~/telephony/sessions',
} as const;

/** Owns the event link: decides when its worker is replaced, and tells what got through. */
export interface FeedSupervisor {
  start(): void;
  ready(): boolean;
  level(): 'account' | 'extension';
  restart(reason: string): void;
  close(): Promise<void>;
}

export function createFeedSupervisor(deps: TelephonyFeedDeps, emit: (value: FeedOutput) => void): FeedSupervisor {
  return new SupervisedLink(deps, emit);
}

const idle = (): void => undefined;

class SupervisedLink implements FeedSupervisor {
  readonly #deps: TelephonyFeedDeps;
  readonly #emit: (value: FeedOutput) => void;
  readonly #timings: FeedTimings;
  readonly #worker: WorkerLife;
  readonly #silence: SilenceWatch;
  readonly #level: FeedLevel;
  readonly #replay: ReplayCount;
  readonly #gate = createEventGate();
  #state: FeedState = feedOff;
  #up = false;
  #failures = 0;
  #readySince = 0;
  #bufferSize = Infinity;
  #closing: Promise<void> | undefined;
  #cancelPatience = idle;
  #cancelAskAgain = idle;

  constructor(deps: TelephonyFeedDeps, emit: (value: FeedOutput) => void) {
    this.#deps = deps;
    this.#emit = emit;
    this.#timings = { ...defaultTimings, ...deps.timings };
    this.#level = createFeedLevel(deps.clock, deps.ownCallsOnly);
    this.#replay = createReplayCount(deps.clock);
    this.#worker = createWorkerLife({
      ...deps,
      tokenSpacingMs: this.#timings.tokenSpacingMs,
      eventFilters: () => {
        this.#level.renew();
        return [filters[this.level()]];
      },
      onFrame: (text) => this.#onFrame(text),
      onInput: (input) => this.#feed(input),
    });
    this.#silence = createSilenceWatch({
      clock: deps.clock,
      ...this.#timings,
      onProbe: () => this.#worker.beat(),
      onDead: () => this.#feed({ kind: 'broken', reason: 'silent' }),
    });
  }

  start(): void {
    this.#worker.launchAfter(0);
  }

  ready(): boolean {
    return this.#up;
  }

  level(): 'account' | 'extension' {
    return this.#level.present();
  }

  restart(reason: string): void {
    this.#feed({ kind: 'broken', reason });
  }

  close(): Promise<void> {
    if (this.#closing) return this.#closing;
    this.#silence.stop();
    this.#cancelPatience();
    this.#cancelAskAgain();
    this.#up = false;
    return (this.#closing = this.#worker.close());
  }

  #feed(input: FeedInput): void {
    if (this.#closing) return;
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
    this.#readySince = clock.monotonic();
    if (gap) this.#replay.none();
    else this.#replay.begin(this.#bufferSize);
    // A link that was given back whole needed no subscription.
    this.#worker.settle(gap ? 200 : 0);
    this.#emit({ kind: 'link', at: clock.now(), up: true, gap });
    this.#tellStanding();
    log.info('feed.up', { gap, kind: this.level(), attempt: this.#failures });
    this.#silence.start();
    this.#askAgainLater();
  }

  /** A link that brings only the own events gives way, so that a permission granted meanwhile is found. */
  #askAgainLater(): void {
    const waitMs = this.#level.askAgainMs();
    if (waitMs === undefined) return;
    this.#cancelAskAgain = this.#deps.clock.after(waitMs, () => {
      if (this.#deps.ownCallsOnly()) return this.#askAgainLater();
      this.restart('asking for the events of the whole account again');
    });
  }

  /** The missing account-wide permission stays the trouble to tell while only the own events come. */
  #tellStanding(): void {
    const now = this.#deps.clock.now();
    const denial = this.#level.denial();
    if (!denial) return this.#emit(well('events', now));
    this.#emit(this.#deps.ownCallsOnly() ? ownCallsOnly('events', now) : unwell('events', now, denial));
  }

  #fall(reason: string): void {
    this.#silence.stop();
    this.#cancelAskAgain();
    if (!this.#up) return;
    const { clock, log } = this.#deps;
    this.#up = false;
    const lastedMs = clock.monotonic() - this.#readySince;
    if (lastedMs >= steadyMs) this.#failures = 0;
    this.#emit({ kind: 'link', at: clock.now(), up: false, gap: false, reason });
    log.warn('feed.down', { reason, durationMs: Math.round(lastedMs), ...this.#gate.counts() });
  }

  #replaceWorker(reason: string, failure?: Failure): void {
    const { clock, log, random } = this.#deps;
    this.#worker.discard();
    this.#worker.settle(failure?.status ?? 0);
    this.#failures += 1;
    const { restartBaseMs: baseMs, restartCapMs: capMs } = this.#timings;
    const untilAllowed = (failure?.retryAt ?? 0) - clock.now();
    // Without the account-wide permission the own extension's events are tried; without any, there is no hurry.
    const deniedMs = failure?.kind === 'forbidden' ? this.#level.deny(failure) : 0;
    const delayMs = Math.max(backOffMs(this.#failures, { baseMs, capMs }, random), untilAllowed, deniedMs);
    const problem = failure ?? { ok: false, kind: 'network', detail: reason };
    this.#emit(unwell('events', clock.now(), { ...problem, retryAt: clock.now() + delayMs }));
    log.warn('feed.restarting', { reason, attempt: this.#failures, delayMs: Math.round(delayMs) });
    this.#worker.launchAfter(delayMs);
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
    if (this.#replay.isFull())
      this.#emit({ kind: 'link', at: clock.now(), up: true, gap: true, reason: 'the replay was full' });
    const event = this.#gate.admit(frame.body, clock.now());
    if (event) this.#emit(event);
  }
}
