import type { Clock } from '../runtime/clock.ts';
import { allowanceOf, begin, decide, finish, initialRateState, rateGroups } from './rate-window.ts';
import type { Allowance, RateAnswer, RateGroup, RateState } from './rate-window.ts';

/**
 * Who goes first when the budget is short, first to last: a login carries everything else, the event link carries the
 * board, the poll reconciles it, the log may be late by a minute. `unclassified` is what nobody gave a place.
 */
export const priorities = ['login', 'link', 'poll', 'probe', 'directory', 'log', 'unclassified'] as const;
export type Priority = (typeof priorities)[number];

export interface BudgetRequest {
  readonly group: RateGroup;
  readonly priority: Priority;
  /** Longest wait for a place, ms; 0 means now or not at all. */
  readonly maxWaitMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The right to send one request. `settle` must be called exactly once, also when no answer came (`undefined`). */
export interface Place {
  readonly granted: true;
  settle(answer: RateAnswer | undefined): void;
}

export interface Refusal {
  readonly granted: false;
  readonly because: 'limited' | 'aborted';
  /** Wall-clock time at which asking again can help, when known. */
  readonly retryAt?: number;
}

/** The one gate in front of every request to RingCentral. */
export interface RateBudget {
  /** Waits for a place. Never rejects. A penalty that outlasts `maxWaitMs` is refused at once. */
  acquire(request: BudgetRequest): Promise<Place | Refusal>;
  /** What the limits, as last told by upstream, allow for a group. */
  allows(group: RateGroup): Allowance;
}

interface Waiter {
  readonly request: BudgetRequest;
  readonly rank: number;
  readonly order: number;
  readonly deadline: number;
  readonly answer: (outcome: Place | Refusal) => void;
}

/** Far more than any healthy moment holds; beyond it a request is refused instead of remembered. */
const longestQueue = 5_000;

/** One budget for one RingCentral user and app. */
export function createRateBudget(clock: Clock): RateBudget {
  return new Queue(clock);
}

class Queue implements RateBudget {
  readonly #clock: Clock;
  #state: RateState = initialRateState();
  #waiters: readonly Waiter[] = [];
  #order = 0;
  #cancelTimer: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  acquire(request: BudgetRequest): Promise<Place | Refusal> {
    return new Promise((resolve) => {
      if (request.signal?.aborted) return resolve(this.#refusal('aborted', Infinity));
      if (this.#waiters.length >= longestQueue) return resolve(this.#refusal('limited', Infinity));
      const aborted = () => {
        this.#leave(waiter, this.#refusal('aborted', Infinity));
      };
      const waiter: Waiter = {
        request,
        rank: priorities.indexOf(request.priority),
        order: this.#order++,
        deadline: this.#clock.monotonic() + request.maxWaitMs,
        answer(outcome) {
          request.signal?.removeEventListener('abort', aborted);
          resolve(outcome);
        },
      };
      request.signal?.addEventListener('abort', aborted, { once: true });
      this.#waiters = [...this.#waiters, waiter];
      this.#pump();
    });
  }

  allows(group: RateGroup): Allowance {
    return allowanceOf(this.#state, group);
  }

  #pump(): void {
    this.#cancelTimer();
    const now = this.#clock.monotonic();
    const lookAgain = Math.min(...rateGroups.map((group) => this.#serve(group, now)));
    this.#cancelTimer = Number.isFinite(lookAgain)
      ? this.#clock.after(Math.ceil(lookAgain - now), () => {
          this.#pump();
        })
      : () => undefined;
  }

  /** Serves one group in order of priority; returns when to look again. */
  #serve(group: RateGroup, now: number): number {
    const queue = this.#waiters.filter((waiter) => waiter.request.group === group);
    queue.sort((a, b) => a.rank - b.rank || a.order - b.order);
    let lookAgain = Infinity;
    for (const waiter of queue) {
      const decision = decide(this.#state, group, now);
      if (decision.send) {
        this.#leave(waiter, this.#grant(group));
      } else if (now >= waiter.deadline || (decision.because === 'penalty' && decision.until > waiter.deadline)) {
        this.#leave(waiter, this.#refusal('limited', decision.until));
      } else {
        lookAgain = Math.min(lookAgain, decision.until, waiter.deadline);
      }
    }
    return lookAgain;
  }

  #grant(group: RateGroup): Place {
    this.#state = begin(this.#state, group);
    let open = true;
    return {
      granted: true,
      settle: (answer) => {
        if (!open) return;
        open = false;
        this.#state = finish(this.#state, group, answer ?? noAnswer(this.#clock.now()), this.#clock.monotonic());
        this.#pump();
      },
    };
  }

  #leave(waiter: Waiter, outcome: Place | Refusal): void {
    this.#waiters = this.#waiters.filter((other) => other !== waiter);
    waiter.answer(outcome);
  }

  #refusal(because: 'limited' | 'aborted', until: number): Refusal {
    return { granted: false, because, ...(Number.isFinite(until) ? { retryAt: this.#wallTime(until) } : {}) };
  }

  #wallTime(monotonic: number): number {
    return Math.ceil(this.#clock.now() + monotonic - this.#clock.monotonic());
  }
}

function noAnswer(receivedAt: number): RateAnswer {
  return { status: 0, receivedAt, header: () => null };
}
