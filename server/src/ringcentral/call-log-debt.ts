import type { Failure } from './answer.ts';
import type { LogLevel, LogPage, LogReader, LogSpan } from './call-log-reader.ts';

/** What a full sync could not hold: the older part of its frame, read from the list page by page. */
export interface LogDebt {
  /** Nothing is owed when undefined; otherwise the oldest start still to be read, ms since the epoch. */
  from(): number | undefined;
  /** Adds the records that began in the span. What is owed already becomes part of it. */
  owe(span: LogSpan): void;
  /** Reads the next page. After a failure the same page is next. Never rejects. */
  pay(level: LogLevel, signal: AbortSignal): Promise<LogPage | Failure>;
  clear(): void;
}

/** 50,000 records. */
const mostPages = 200;

interface Owed {
  readonly from: number;
  readonly next: LogSpan | string;
  /** Links read before: a chain that comes back to one goes in a circle. */
  readonly followed: readonly string[];
}

export function createLogDebt(reader: LogReader): LogDebt {
  let owed: Owed | undefined;
  return {
    from: () => owed?.from,
    owe({ from, to }) {
      const oldest = Math.min(from, owed?.from ?? from);
      // One ms more, because records of the same moment may have been cut apart.
      owed = { from: oldest, next: { from: oldest, to: to + 1 }, followed: [] };
    },
    async pay(level, signal) {
      if (owed === undefined) return endless();
      const { next, followed } = owed;
      const page = await reader.list(level, next, signal);
      if (!page.ok) return page;
      owed = page.next === undefined ? undefined : { ...owed, next: page.next, followed: [...followed, page.next] };
      if (page.next === undefined || (!followed.includes(page.next) && followed.length < mostPages)) return page;
      owed = undefined;
      return endless();
    },
    clear() {
      owed = undefined;
    },
  };
}

function endless(): Failure {
  return { ok: false, kind: 'garbage', detail: 'a list that does not end' };
}
