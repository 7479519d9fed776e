/** A task waiting for its time. */
export interface Timer {
  readonly at: number;
  cancel(): void;
}

/** What is due when; ordered by (time, order of scheduling), so that a run never depends on chance. */
export interface Timeline {
  /** `at`: ms since the epoch. */
  schedule(at: number, task: () => void): Timer;
  /** When the next uncancelled task is due. */
  nextAt(): number | undefined;
  /** Removes and returns the next task due up to and including `at`. */
  takeDue(at: number): { readonly at: number; readonly task: () => void } | undefined;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly task: () => void;
  cancelled: boolean;
}

/** An empty timeline: a binary heap, cancelled entries are dropped when they surface. */
export function createTimeline(): Timeline {
  const heap: Entry[] = [];
  let order = 0;
  const head = (): Entry | undefined => {
    while (heap[0]?.cancelled === true) removeHead(heap);
    return heap[0];
  };
  return {
    schedule(at, task) {
      const entry: Entry = { at, order, task, cancelled: false };
      order += 1;
      insert(heap, entry);
      return { at, cancel: () => void (entry.cancelled = true) };
    },
    nextAt: () => head()?.at,
    takeDue(at) {
      const entry = head();
      if (entry === undefined || entry.at > at) return undefined;
      removeHead(heap);
      return entry;
    },
  };
}

function before(left: Entry, right: Entry): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}

function insert(heap: Entry[], entry: Entry): void {
  let place = heap.length;
  heap.push(entry);
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const above = heap[parent] as Entry;
    if (!before(entry, above)) break;
    heap[place] = above;
    place = parent;
  }
  heap[place] = entry;
}

function removeHead(heap: Entry[]): void {
  const entry = heap.pop() as Entry;
  if (heap.length === 0) return;
  let place = 0;
  for (;;) {
    const left = 2 * place + 1;
    if (left >= heap.length) break;
    const right = left + 1;
    const child = right < heap.length && before(heap[right] as Entry, heap[left] as Entry) ? right : left;
    if (!before(heap[child] as Entry, entry)) break;
    heap[place] = heap[child] as Entry;
    place = child;
  }
  heap[place] = entry;
}
