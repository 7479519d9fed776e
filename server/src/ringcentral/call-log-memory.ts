import type { LogRecord } from '@ringside/shared/domain/observation';
import type { LogEntry } from './decode-log.ts';

/** What of the log has been told, so that each telling is news. All times ms since the epoch. */
export interface LogMemory {
  /**
   * The finished records of every session in which one is new or has changed and ended at or after `endedSince`, by start.
   * A session is told whole, because one record alone (an agent who let it ring) may say the opposite of all together.
   * While one of its records is open, nothing is told of it.
   */
  news(entries: readonly LogEntry[], now: number, endedSince?: number): readonly LogRecord[];
  /** Forgets sessions that ended before `before`: no later reading will bring them again. */
  forget(before: number): void;
  /** Sessions remembered. */
  size(): number;
}

type SessionEntries = ReadonlyMap<string, LogEntry>;

/** Three busy hours of a 1,000-seat centre; beyond it the oldest are forgotten, and may be told twice. */
const mostSessions = 30_000;
const mostWaiting = 1_000;
/** A record that stays open for longer will not be finished any more. */
const longestCallMs = 86_400_000;

export function createLogMemory(): LogMemory {
  const told = new Map<string, SessionEntries>();
  let waiting: ReadonlyMap<string, SessionEntries> = new Map();

  function remember(id: string, session: SessionEntries): void {
    // Set anew, so that the order is that of the last telling.
    told.delete(id);
    told.set(id, session);
    for (const oldest of told.keys()) {
      if (told.size <= mostSessions) break;
      told.delete(oldest);
    }
  }

  return {
    news(entries, now, endedSince = -Infinity) {
      const heard = bySession(waiting, entries);
      const lasts = ({ open, record }: LogEntry) => open && record.startedAt > now - longestCallMs;
      const goesOn = (session: SessionEntries) => [...session.values()].some(lasts);
      waiting = new Map([...heard].filter(([, session]) => goesOn(session)).slice(-mostWaiting));
      const news: LogRecord[] = [];
      for (const [id, session] of heard) {
        const known = told.get(id);
        const final = [...session.values()].filter(({ open }) => !open);
        const isNews = ({ record, stamp }: LogEntry) =>
          known?.get(record.recordId)?.stamp !== stamp && endOf(record) >= endedSince;
        if (goesOn(session) || !final.some(isNews)) continue;
        const whole = new Map([...(known ?? []), ...final.map((entry) => [entry.record.recordId, entry] as const)]);
        remember(id, whole);
        for (const { record } of whole.values()) news.push(record);
      }
      return news.toSorted((a, b) => a.startedAt - b.startedAt);
    },
    forget(before) {
      const isOver = ({ record }: LogEntry) => endOf(record) < before;
      for (const [id, session] of told) if ([...session.values()].every(isOver)) told.delete(id);
    },
    size: () => told.size,
  };
}

function bySession(
  before: ReadonlyMap<string, SessionEntries>,
  entries: readonly LogEntry[],
): ReadonlyMap<string, SessionEntries> {
  const sessions = new Map([...before].map(([id, session]) => [id, new Map(session)]));
  for (const entry of entries) {
    const { sessionId, recordId } = entry.record;
    const session = sessions.get(sessionId) ?? new Map<string, LogEntry>();
    sessions.set(sessionId, session.set(recordId, entry));
  }
  return sessions;
}

const endOf = ({ startedAt, durationMs }: LogRecord): number => startedAt + (durationMs ?? 0);
