import type { Call, Outcome } from './call.ts';
import type { Draft } from './board.ts';
import type { Directory } from './directory.ts';
import { inProgress } from './evidence.ts';
import { get, set } from './keyed.ts';
import { backfillCall, correctCall, doubt, resettle } from './lifecycle.ts';
import type { LogObservation, LogRecord } from './observation.ts';
import { decided, isDiallersOwn, refined, resultOf } from './outcome.ts';
import { endsFrom, endTime, sessionFromRecords, type Session } from './session.ts';

/**
 * The call log, the last word on what a call came to. It decides what stayed open, corrects what was decided otherwise,
 * and tells of calls that began and ended unseen. It never starts, ends or revives a live call.
 */
export function judgeLog(draft: Draft, log: LogObservation): void {
  for (const [id, records] of Map.groupBy(log.records, (record) => record.sessionId)) {
    const logSays = logResult(records, draft.directory);
    if (logSays === undefined) continue;
    const live = get(draft.live, id);
    const settling = get(draft.settling, id);
    const ended = get(draft.ended, id);
    if (live !== undefined) hearOfLive(draft, { ...live, logSays });
    else if (settling !== undefined) {
      resettle(draft, { ...settling, call: withEnds(settling.call, records, draft.directory), logSays });
    } else if (ended !== undefined) correct(draft, withEnds(ended, records, draft.directory), logSays, records);
    else writeDown(draft, id, records, logSays);
  }
}

/** The log may know of an end before the board does, and says everything but once: its word is kept for then. */
function hearOfLive(draft: Draft, session: Session): void {
  draft.live = set(draft.live, session.id, session);
  if (draft.at - session.lastStateAt >= draft.limits.absenceGraceMs) doubt(draft, session, 'finished');
}

/**
 * What the log says a call came to. With legs it is told who was connected: that of a menu, a queue's greeting or a
 * mailbox is no answer, whatever the record as a whole is called.
 */
function logResult(records: readonly LogRecord[], directory: Directory): Outcome | undefined {
  if (records.some(inProgress)) return undefined;
  const detailed = records.filter((record) => record.legs !== undefined && !isDiallersOwn(record));
  if (detailed.length === 0) return resultOf(records, directory);
  const talked = detailed.some(({ legs = [] }) =>
    legs.some(({ connected, extensionId }) => connected && isPerson(extensionId, directory)),
  );
  if (talked) return 'answered';
  const own = records.filter(({ extensionId, verdict }) => verdict === 'missed' || isPerson(extensionId, directory));
  return resultOf(own, directory);
}

/** Of a call that only records tell of, the list may have named nobody; the log may know who talked to whom. */
function withEnds(call: Call, records: readonly LogRecord[], directory: Directory): Call {
  const named = records.filter(({ from }) => Object.keys(from).length > 0);
  return call.legs.length > 0 || named.length === 0 ? call : { ...call, ...endsFrom(named, directory) };
}

const isPerson = (extensionId: string | undefined, directory: Directory): boolean =>
  extensionId === undefined || (directory.get(extensionId)?.kind ?? 'person') === 'person';

function correct(draft: Draft, call: Call, said: Outcome, records: readonly LogRecord[]): void {
  if (call.kind !== 'voice' || (call.outcome !== undefined && !overrules(call, said, records))) return;
  draft.tally.correctedByLog++;
  correctCall(draft, call, decided(call, refined(call, said, draft.policy), 'log', draft.policy));
}

/**
 * The log outweighs what was concluded, not what was heard: an answer it shows was one; an answer that only an unknown
 * extension gave was none when its legs say so; among the unanswered, events that were all heard tell it finer.
 */
function overrules(call: Call, said: Outcome, records: readonly LogRecord[]): boolean {
  if ((said === 'answered') !== (call.outcome === 'answered')) {
    if (said === 'answered') return true;
    const heard = call.legs.some(
      (leg) => leg.answeredAt !== undefined && (leg.role === 'person' || leg.role === 'outside'),
    );
    return !heard && call.decidedBy !== 'log' && records.every(({ legs }) => legs !== undefined);
  }
  return said !== 'answered' && said !== 'missed' && said !== call.outcome && call.decidedBy === 'list';
}

/** A call that nobody saw: written down as begun and ended, if it is news and not from before the account was watched. */
function writeDown(draft: Draft, id: string, records: readonly LogRecord[], logSays: Outcome): void {
  const { at, watchedSince = Infinity, limits } = draft;
  if (records.every(({ ringOut, direction }) => ringOut === true && direction === 'inbound')) return;
  const known = get(draft.tombstones, id) ?? get(draft.unseen, id);
  const session = known === undefined ? sessionFromRecords(records, at, draft.directory) : undefined;
  if (session === undefined) return;
  // What ended longer ago than tombstones are kept may have been known and forgotten.
  if (endTime(session, 0) < Math.max(watchedSince, at - limits.tombstoneMs)) return;
  backfillCall(draft, { ...session, logSays }, 'records');
}
