import type { Overrides } from '@ringside/server/app';

type Clock = NonNullable<Overrides['clock']>;

/** One clock for the platform and the product. It moves only when told, and lets promises settle after each step. */
export interface VirtualTime extends Clock {
  /** Moves on by `ms`, running what falls due in order of time, then of arming. */
  advance(ms: number): Promise<void>;
}

interface Timer {
  readonly at: number;
  readonly order: number;
  /** Gone once it has run or was cancelled, so that a far timer keeps nothing alive. */
  task: (() => void) | undefined;
}

/** A clock that starts at `startAt`, ms since the epoch. Wall clock and monotonic clock move together. */
export function virtualTime(startAt: number): VirtualTime {
  const timers = createHeap();
  let elapsed = 0;
  let order = 0;

  return {
    now: () => startAt + elapsed,
    monotonic: () => elapsed,
    after(ms, task) {
      const timer: Timer = { at: elapsed + Math.max(0, ms), order: order++, task };
      timers.push(timer);
      return () => void (timer.task = undefined);
    },
    async advance(ms) {
      const until = elapsed + ms;
      await turn();
      for (let due = timers.takeDue(until); due !== undefined; due = timers.takeDue(until)) {
        const { task } = due;
        if (task === undefined) continue;
        due.task = undefined;
        elapsed = Math.max(elapsed, due.at);
        task();
        await turn();
      }
      elapsed = until;
    },
  };
}

/** Everything already resolved runs; two turns, because an answer's body is read in a turn of its own. */
async function turn(): Promise<void> {
  for (let turns = 0; turns < 2; turns++) await new Promise((resolve) => setImmediate(resolve));
}

interface Heap {
  push(timer: Timer): void;
  /** The first timer due at or before `until`, taken out. */
  takeDue(until: number): Timer | undefined;
}

const earlier = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Thousands of timers are armed when thousands of calls run at once, and most are cancelled before they are due. */
function createHeap(): Heap {
  const heap: Timer[] = [];
  const at = (index: number): Timer => heap[index] as Timer;

  function place(timer: Timer, from: number): void {
    let index = from;
    for (let child = 2 * index + 1; child < heap.length; child = 2 * index + 1) {
      if (child + 1 < heap.length && earlier(at(child + 1), at(child))) child += 1;
      if (!earlier(at(child), timer)) break;
      heap[index] = at(child);
      index = child;
    }
    heap[index] = timer;
  }

  return {
    push(timer) {
      let index = heap.length;
      for (let parent = (index - 1) >> 1; index > 0 && earlier(timer, at(parent)); parent = (index - 1) >> 1) {
        heap[index] = at(parent);
        index = parent;
      }
      heap[index] = timer;
    },
    takeDue(until) {
      const [first] = heap;
      if (first === undefined || first.at > until) return undefined;
      const last = heap.pop();
      if (last !== undefined && last !== first) place(last, 0);
      return first;
    },
  };
}
