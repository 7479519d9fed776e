import { z } from 'zod';
import type { LogLeg, LogRecord } from '@ringside/shared/domain/observation';
import { toVerdict } from './decode.ts';
import { decodeRecord } from './decode-record.ts';
import { anything, cleanTime, lenientId, lenientText, present } from './decode-values.ts';

const legSchema = z.object({
  extension: z.object({ id: lenientId }).partial().optional().catch(undefined),
  to: z.object({ extensionId: lenientId }).partial().optional().catch(undefined),
  result: anything,
});

const recordSchema = z.object({
  id: lenientId,
  startTime: z.string(),
  result: anything,
  duration: anything,
  finished: anything,
  lastModifiedTime: lenientText,
  legs: z.array(z.unknown()).optional().catch(undefined),
});

const syncSchema = z.object({ syncInfo: z.object({ syncToken: z.string().min(1) }) });

/** One record of the call log, and whether it can still change for good. */
export interface LogEntry {
  readonly record: LogRecord;
  /** Differs whenever the record does. */
  readonly stamp: string;
  /** The call goes on. */
  readonly open: boolean;
}

/** A sync reaches back 30 days; an older start is a wrong clock, and a call must not be written down under it. */
const oldestMs = 31 * 86_400_000;

/**
 * One call-log record in Detailed view (`CallLogRecord`). Undefined when it does not say which record it is, which
 * session it belongs to, or when it began: the log is remembered by these three.
 */
export function decodeLogRecord(value: unknown, receivedAt: number): LogEntry | undefined {
  const parsed = recordSchema.safeParse(value);
  const base = decodeRecord(value, receivedAt);
  if (!parsed.success || !base) return undefined;
  const { id, startTime, result, duration, finished, lastModifiedTime, legs } = parsed.data;
  const started = Date.parse(startTime);
  if (id === undefined || !(started >= receivedAt - oldestMs)) return undefined;
  const read = legs?.map((leg) => legSchema.safeParse(leg)).flatMap(({ data }) => data ?? []);
  const record: LogRecord = present({
    ...base.record,
    recordId: id,
    startedAt: cleanTime(startTime, receivedAt, oldestMs),
    legs: read?.map(toLeg),
  });
  const nothingFinal = base.record.durationMs === undefined && (result === undefined || result === '');
  const open =
    record.verdict === 'inProgress' ||
    finished === false ||
    nothingFinal ||
    read?.some((leg) => toVerdict(leg.result) === 'inProgress') === true;
  const content = [result, duration, read?.length].map(String).join(' ');
  return { record, open, stamp: lastModifiedTime ?? content };
}

function toLeg({ extension, to, result }: z.infer<typeof legSchema>): LogLeg {
  const extensionId = extension?.id ?? to?.extensionId;
  return { connected: isConnected(result), ...(extensionId === undefined ? {} : { extensionId }) };
}

/** "Answered Elsewhere" makes a call an answered one, but this leg was not the one. */
function isConnected(result: unknown): boolean {
  const elsewhere = typeof result === 'string' && result.trim().toLowerCase() === 'answered elsewhere';
  return toVerdict(result) === 'connected' && !elsewhere;
}

/** `syncInfo.syncToken` of a call-log-sync answer; undefined when there is none, and the next sync must be a full one. */
export function decodeSyncToken(json: unknown): string | undefined {
  const parsed = syncSchema.safeParse(json);
  return parsed.success ? parsed.data.syncInfo.syncToken : undefined;
}
