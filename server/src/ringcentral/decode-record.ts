import { z } from 'zod';
import type { PollRecord, RecordVerdict } from '@ringside/shared/domain/observation';
import { toResult, toVerdict } from './decode.ts';
import { anything, cleanId, cleanTime, isOddTime, lenientEndpoint, lenientId, present } from './decode-values.ts';

const lenientNumber = z.number().nonnegative().optional().catch(undefined);

const recordSchema = z.object({
  id: lenientId,
  telephonySessionId: anything,
  direction: anything,
  type: anything,
  action: anything,
  result: anything,
  startTime: anything,
  duration: lenientNumber,
  durationMs: lenientNumber,
  extension: z.object({ id: lenientId }).partial().catch({}).optional(),
  from: lenientEndpoint,
  to: lenientEndpoint,
});

const pageSchema = z.object({ records: z.array(z.unknown()) });
const linkSchema = z.object({ navigation: z.object({ nextPage: z.object({ uri: z.string().min(1) }) }) });

/** One page of any paged answer. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Records that could not be read. */
  readonly dropped: number;
  /** Link to the next page; absent on the last. */
  readonly next?: string;
}

/** Reads a page record by record: a bad one is dropped and counted, the rest kept. Undefined when it is no page at all. */
export function decodePage<T>(json: unknown, read: (record: unknown) => T | undefined): Page<T> | undefined {
  const page = pageSchema.safeParse(json);
  if (!page.success) return undefined;
  const items = page.data.records.map(read).filter((item) => item !== undefined);
  // Totals are usually missing, so the link alone says whether there is more.
  const link = linkSchema.safeParse(json);
  const dropped = page.data.records.length - items.length;
  return { items, dropped, ...(link.success ? { next: link.data.navigation.nextPage.uri } : {}) };
}

export interface IdentifiedRecord {
  /** The record's own id, the same on a later page or poll. */
  readonly recordId?: string;
  readonly record: PollRecord;
  /** It claims to have begun when it cannot have: its time is that of receipt. */
  readonly clamped: boolean;
}

/** One active-calls record; undefined when it does not say which session it belongs to. */
export function decodeRecord(value: unknown, receivedAt: number): IdentifiedRecord | undefined {
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const raw = parsed.data;
  const sessionId = cleanId(raw.telephonySessionId);
  if (sessionId === undefined) return undefined;
  const direction = toDirection(raw.direction);
  const verdict = trust(toVerdict(raw.result), direction);
  const lengthMs = raw.durationMs ?? (raw.duration === undefined ? undefined : raw.duration * 1000);
  const ringOut = typeof raw.action === 'string' && /^ringout\b/i.test(raw.action);
  const record: PollRecord = present({
    sessionId,
    verdict,
    result: verdict === 'unknown' ? undefined : toResult(raw.result),
    fax: isFax(raw.type) ? true : undefined,
    ringOut: ringOut ? true : undefined,
    direction: direction ?? ('inbound' as const),
    startedAt: cleanTime(raw.startTime, receivedAt),
    durationMs: verdict === 'inProgress' ? undefined : lengthMs,
    extensionId: raw.extension?.id,
    from: raw.from,
    to: raw.to,
  });
  return { ...(raw.id ? { recordId: raw.id } : {}), record, clamped: isOddTime(raw.startTime, receivedAt) };
}

const isFax = (type: unknown): boolean => typeof type === 'string' && type.toLowerCase() === 'fax';

function toDirection(value: unknown): 'inbound' | 'outbound' | undefined {
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  return word === 'inbound' || word === 'outbound' ? word : undefined;
}

/** A record that does not say which way it went can prove that the call lives or ended, never that it was missed. */
function trust(verdict: RecordVerdict, direction: 'inbound' | 'outbound' | undefined): RecordVerdict {
  return direction === undefined && verdict === 'missed' ? 'unknown' : verdict;
}
