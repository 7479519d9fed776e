import type { Answer, Failure, RequestOptions, RestClient } from './answer.ts';
import { decodeLogRecord, decodeSyncToken } from './decode-log.ts';
import type { LogEntry } from './decode-log.ts';
import { decodePage } from './decode-record.ts';

/** The log of the whole company, or of the own extension only, for want of a permission. */
export type LogLevel = 'account' | 'extension';

/** One answer of the log. */
export interface LogPage {
  readonly ok: true;
  readonly entries: readonly LogEntry[];
  /** Records that could not be read. */
  readonly dropped: number;
  /** No more fitted in: older ones may be missing. */
  readonly full: boolean;
  /** What the next sync continues from; never of a list. */
  readonly token?: string;
  /** Link to the next page; only of a list. */
  readonly next?: string;
}

export interface LogReader {
  /**
   * FSync: the newest 250 records that began at or after `from` (ms since the epoch). A ready-made continuation for the
   * next ISync comes with it. Never rejects.
   */
  full(level: LogLevel, from: number, signal: AbortSignal): Promise<LogPage | Failure>;
  /** ISync: everything new or changed since the token was given. A token that is no longer good fails with status 400. */
  since(level: LogLevel, token: string, signal: AbortSignal): Promise<LogPage | Failure>;
  /** One page of the list: records that began in `from` … `to` (ms since the epoch), or what a link names. */
  list(level: LogLevel, part: LogSpan | string, signal: AbortSignal): Promise<LogPage | Failure>;
}

export interface LogSpan {
  readonly from: number;
  readonly to: number;
}

const roots: Readonly<Record<LogLevel, string>> = {
  account: '/restapi/v1.0/account/~',
  extension: '/restapi/v1.0/account/~/extension/~',
};

/** RingCentral's limit of a sync, and what it gives at most of Detailed records per page of a list. */
const mostRecords = 250;
/** A busy account's polls come first: the log waits a whole window for its place. */
const maxWaitMs = 70_000;

const iso = (ms: number): string => new Date(ms).toISOString();

/** Reads the call log (Heavy) in Detailed view, whose legs tell who was connected, behind every poll. */
export function createLogReader(client: RestClient, now: () => number): LogReader {
  const ask = async (path: string, signal: AbortSignal, query?: RequestOptions['query']): Promise<LogPage | Failure> =>
    read(
      await client.get(path, { group: 'heavy', priority: 'log', maxWaitMs, signal, ...(query && { query }) }),
      now(),
    );
  const sync = (level: LogLevel, signal: AbortSignal, query: NonNullable<RequestOptions['query']>) =>
    ask(`${roots[level]}/call-log-sync`, signal, { view: 'Detailed', ...query });
  return {
    full: (level, from, signal) =>
      sync(level, signal, { syncType: 'FSync', recordCount: mostRecords, dateFrom: iso(from) }),
    since: (level, token, signal) => sync(level, signal, { syncType: 'ISync', syncToken: token }),
    list(level, part, signal) {
      if (typeof part === 'string') return ask(part, signal);
      const query = { view: 'Detailed', dateFrom: iso(part.from), dateTo: iso(part.to), perPage: mostRecords, page: 1 };
      return ask(`${roots[level]}/call-log`, signal, query);
    },
  };
}

function read(answer: Answer, receivedAt: number): LogPage | Failure {
  if (!answer.ok) return answer;
  const page = decodePage(answer.json, (record) => decodeLogRecord(record, receivedAt));
  if (!page) return { ok: false, kind: 'garbage', detail: 'an answer that is no list' };
  const { items: entries, dropped, next } = page;
  const token = decodeSyncToken(answer.json);
  return {
    ok: true,
    entries,
    dropped,
    full: entries.length + dropped >= mostRecords,
    ...(token === undefined ? {} : { token }),
    ...(next === undefined ? {} : { next }),
  };
}
