import type { Cloud } from './cloud.ts';
import { callLogEntryAt, recordId } from './record-phases.ts';
import { recordSources, type RecordSource } from './record-sources.ts';
import { modifiedAt, recordOf, type CallRecord, type View } from './records.ts';

/** Which part of the log is asked for. */
export interface LogScope {
  readonly origin: string;
  readonly view: View;
  /** ms since the epoch. */
  readonly now: number;
  /** One extension's log instead of the account's. */
  readonly extensionId?: string | undefined;
}

/** One entry of the log. The record itself is built when it is asked for: a day holds many thousands, a page few. */
export interface LoggedRecord {
  readonly id: string;
  /** ms since the epoch. */
  readonly modifiedAt: number;
  readonly startAt: number;
  readonly deleted: boolean;
  read(): CallRecord;
}

/** The call log as the endpoints see it: only what has been written by now. */
export interface CallLogBook {
  /** Records whose session may fall in `from`…`to` (start times, ms since the epoch). */
  written(scope: LogScope, from: number, to: number): readonly LoggedRecord[];
  /** Records that entered the log or changed after `after` (ms since the epoch). */
  modifiedSince(scope: LogScope, after: number): readonly LoggedRecord[];
  find(scope: LogScope, id: string): CallRecord | undefined;
  /** Marks what an extension has in its log as deleted. */
  erase(extensionId: string, until: number): void;
}

/** The log over the cloud's sessions; nothing is stored but what was erased. */
export function createCallLogBook(cloud: Cloud): CallLogBook {
  const erased = new Map<string, number>();

  const isErased = (source: RecordSource) => source.startAt < (erased.get(source.extensionId) ?? 0);
  const logged = (scope: LogScope, source: RecordSource): LoggedRecord => {
    const context = { ...scope, cloud, ofExtension: scope.extensionId !== undefined };
    const deleted = isErased(source);
    return {
      id: recordId(source),
      modifiedAt: modifiedAt(cloud, source, scope.now),
      startAt: source.startAt,
      deleted,
      read: () => ({ ...recordOf(context, source, 'ended'), ...(deleted ? { deleted } : {}) }),
    };
  };
  const sourcesIn = (scope: LogScope, from: number, to: number) =>
    cloud.live
      .sessions()
      .filter(({ endedAt, createdAt }) => endedAt !== undefined && endedAt >= from && createdAt < to)
      .flatMap((session) => recordSources(cloud, session))
      .filter((source) => scope.extensionId === undefined || source.extensionId === scope.extensionId)
      .filter((source) => (callLogEntryAt(cloud, source) ?? Number.POSITIVE_INFINITY) <= scope.now);

  return {
    written: (scope, from, to) =>
      sourcesIn(scope, from, to)
        .filter(({ startAt }) => startAt >= from && startAt < to)
        .map((source) => logged(scope, source)),
    modifiedSince: (scope, after) =>
      sourcesIn(scope, 0, Number.POSITIVE_INFINITY)
        .filter((source) => modifiedAt(cloud, source, scope.now) > after)
        .map((source) => logged(scope, source)),
    find(scope, id) {
      const source = sourcesIn(scope, 0, Number.POSITIVE_INFINITY).find((one) => recordId(one) === id);
      return source === undefined ? undefined : logged(scope, source).read();
    },
    erase: (extensionId, until) => void erased.set(extensionId, Math.max(until, erased.get(extensionId) ?? 0)),
  };
}
