import type { Clock } from '../runtime/clock.ts';
import { begin, decide, finish, initialRateState, rateGroups } from './rate-window.ts';
import type { RateAnswer, RateGroup, RateState } from './rate-window.ts';

/**
 * Who goes first when the budget is short, first to last: a login carries everything else, the event link carries the
 * board, the poll reconciles it; history waits.
 */
export const priorities = ['login', 'link', 'poll', 'probe', 'recording', 'directory', 'recent', 'archive'] as const;
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

export interface GroupStatus {
  readonly group: RateGroup;
  readonly limit: number;
  readonly waiting: number;
  /** Wall-clock end of a penalty that is on. */
  readonly blockedUntil?: number;
}

/** The one gate in front of every request to RingCentral. */
export interface RateBudget {
  /** Waits for a place. Never rejects. A penalty that outlasts `maxWaitMs` is refused at once. */
  acquire(request: BudgetRequest): Promise<Place | Refusal>;
  status(): readonly GroupStatus[];
  /** Wall-clock end of the longest penalty that is on; undefined when there is none. */
  limitedUntil(): number | undefined;
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
  let state: RateState = initialRateState();
  let waiters: readonly Waiter[] = [];
  let order = 0;
  let cancelTimer: () => void = () => undefined;

  const wallTime = (monotonic: number) => clock.now() + (monotonic - clock.monotonic());

  function refusal(because: 'limited' | 'aborted', until: number): Refusal {
    const retryAt = Number.isFinite(until) ? Math.ceil(wallTime(until)) : undefined;
    return { granted: false, because, ...(retryAt === undefined ? {} : { retryAt }) };
  }

  function grant(group: RateGroup): Place {
    state = begin(state, group);
    let open = true;
    return {
      granted: true,
      settle(answer) {
        if (!open) return;
        open = false;
        state = finish(state, group, answer ?? noAnswer(clock.now()), clock.monotonic());
        pump();
      },
    };
  }

  /** Serves one group in order of priority; returns when to look again. */
  function serve(group: RateGroup, now: number): number {
    const queue = waiters.filter((waiter) => waiter.request.group === group);
    queue.sort((a, b) => a.rank - b.rank || a.order - b.order);
    let lookAgain = Infinity;
    for (const waiter of queue) {
      const decision = decide(state, group, now);
      if (decision.send) {
        leave(waiter, grant(group));
      } else if (now >= waiter.deadline || (decision.because === 'penalty' && decision.until > waiter.deadline)) {
        leave(waiter, refusal('limited', decision.until));
      } else {
        lookAgain = Math.min(lookAgain, decision.until, waiter.deadline);
      }
    }
    return lookAgain;
  }

  function leave(waiter: Waiter, outcome: Place | Refusal): void {
    waiters = waiters.filter((other) => other !== waiter);
    waiter.answer(outcome);
  }

  function pump(): void {
    cancelTimer();
    const now = clock.monotonic();
    const lookAgain = Math.min(...rateGroups.map((group) => serve(group, now)));
    cancelTimer = Number.isFinite(lookAgain) ? clock.after(Math.ceil(lookAgain - now), pump) : () => undefined;
  }

  function acquire(request: BudgetRequest): Promise<Place | Refusal> {
    return new Promise((resolve) => {
      if (request.signal?.aborted) return resolve(refusal('aborted', Infinity));
      if (waiters.length >= longestQueue) return resolve(refusal('limited', Infinity));
      const aborted = () => {
        leave(waiter, refusal('aborted', Infinity));
      };
      const waiter: Waiter = {
        request,
        rank: priorities.indexOf(request.priority),
        order: order++,
        deadline: clock.monotonic() + request.maxWaitMs,
        answer(outcome) {
          request.signal?.removeEventListener('abort', aborted);
          resolve(outcome);
        },
      };
      request.signal?.addEventListener('abort', aborted, { once: true });
      waiters = [...waiters, waiter];
      pump();
    });
  }

  function blockedUntil(group: RateGroup): number | undefined {
    const until = Math.max(state.groups[group].blockedUntil, state.allBlockedUntil);
    return until > clock.monotonic() ? Math.ceil(wallTime(until)) : undefined;
  }

  return {
    acquire,
    status: () =>
      rateGroups.map((group) => {
        const until = blockedUntil(group);
        const waiting = waiters.filter((waiter) => waiter.request.group === group).length;
        return { group, limit: state.groups[group].limit, waiting, ...(until ? { blockedUntil: until } : {}) };
      }),
    limitedUntil() {
      const ends = rateGroups.map(blockedUntil).filter((end) => end !== undefined);
      return ends.length > 0 ? Math.max(...ends) : undefined;
    },
  };
}

function noAnswer(receivedAt: number): RateAnswer {
  return { status: 0, receivedAt, header: () => null };
}
