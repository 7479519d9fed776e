import type { Call } from './call.ts';
import type { Directory } from './directory.ts';
import type { PollRecord } from './observation.ts';

export type RecordsVerdict = 'answered' | 'missed';

/**
 * Whether an ended call was missed: it came from outside and no person talked to the caller. `undefined` means not yet
 * known: events were lost, and no record has spoken. It is better to be silent than to invent a miss.
 */
export function decideMissed(
  call: Pick<Call, 'direction' | 'answeredAt' | 'legs'>,
  complete: boolean,
  verdict: RecordsVerdict | undefined,
): boolean | undefined {
  if (call.direction !== 'inbound' || call.answeredAt !== undefined) return false;
  // A phone that stopped because a colleague answered proves the answer whose own event was lost.
  if (call.legs.some((leg) => leg.endReason === 'answeredElsewhere')) return false;
  if (complete) return true;
  return verdict === undefined ? undefined : verdict === 'missed';
}

/**
 * What a session's finished records say together. A menu or a mailbox "accepting" is not an answer; a record still in
 * progress means that nothing is decided.
 */
export function verdictOf(records: readonly PollRecord[], directory: Directory): RecordsVerdict | undefined {
  if (records.some((record) => record.verdict === 'inProgress')) return undefined;
  const byPeople = records.filter((record) => {
    const kind = record.extensionId === undefined ? undefined : directory.get(record.extensionId)?.kind;
    return kind !== 'menu' && kind !== 'machine';
  });
  if (byPeople.some((record) => record.verdict === 'connected')) return 'answered';
  return records.some((record) => record.verdict === 'missed') ? 'missed' : undefined;
}
