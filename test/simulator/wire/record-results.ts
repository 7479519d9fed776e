import type CallLogRecord from '@rc-ex/core/definitions/CallLogRecord';
import { isPickupSession } from './pickups.ts';
import { reachedMailbox, type RecordSource } from './record-sources.ts';

export interface Outcome {
  /** The installed type definitions are older than the published description and lack one value. */
  readonly result: NonNullable<CallLogRecord['result']> | 'Answered Elsewhere';
  readonly reason?: NonNullable<CallLogRecord['reason']>;
}

/** Why the far end did not take an outgoing call, by the party's last reason. */
const OUTBOUND: Readonly<Record<string, Outcome>> = {
  TargetBusy: { result: 'Busy', reason: 'Line Busy' },
  Rejected: { result: 'Rejected', reason: 'Calls Not Accepted' },
  InvalidNumber: { result: 'Wrong Number', reason: 'Bad Number' },
  NoSuchUser: { result: 'Wrong Number', reason: 'Bad Number' },
  NoAnswer: { result: 'No Answer', reason: 'Not Answered' },
  Timeout: { result: 'No Answer', reason: 'Not Answered' },
  InternationalDisabled: { result: 'International Disabled', reason: 'International Disabled' },
  DestinationBlocked: { result: 'Blocked', reason: 'Number Blocked' },
  NotEnoughFunds: { result: 'No Calling Credit', reason: 'No Credit' },
  InternalError: { result: 'Internal Error', reason: 'Internal Error' },
};

/** Why an extension did not take a call, by its party's last reason. */
const INBOUND: Readonly<Record<string, Outcome>> = {
  AgentAnswered: { result: 'Answered Elsewhere', reason: 'Stopped' },
  Pickup: { result: 'Answered Elsewhere', reason: 'Stopped' },
  TargetBusy: { result: 'Busy', reason: 'Line Busy' },
  Rejected: { result: 'Rejected', reason: 'Calls Not Accepted' },
  NoAnswer: { result: 'Missed', reason: 'No Answer' },
  Timeout: { result: 'Missed', reason: 'No Answer' },
  InternalError: { result: 'Internal Error', reason: 'Internal Error' },
};

function lastReason(source: RecordSource): string {
  return (
    source.parties.findLast(({ direction, status }) => direction === 'Inbound' && status.reason !== undefined)?.status
      .reason ?? ''
  );
}

function otherEndsReason(source: RecordSource): string {
  const others = source.session.parties.filter(({ direction }) => direction === 'Inbound');
  return others.findLast(({ status }) => status.reason !== undefined)?.status.reason ?? '';
}

/** A queue nobody answered for: who waited too long was sent on, who was fetched from another phone is served there. */
function queueOutcome(source: RecordSource): Outcome {
  const reason = lastReason(source);
  if (reason === 'Timeout' || reason === 'Pickup') return INBOUND[reason] ?? { result: 'Missed' };
  return source.voicemail ? { result: 'Voicemail', reason: 'No Answer' } : { result: 'Abandoned', reason: 'Hang Up' };
}

/** The final result and reason of an ended record, in the platform's enumerations. */
export function outcomeOf(source: RecordSource): Outcome {
  const answered = source.answeredAt !== undefined;
  if (source.role === 'fax') return { result: 'Received' };
  if (source.role === 'monitor')
    return answered ? { result: 'Call connected' } : { result: 'Hang Up', reason: 'Hang Up' };
  if (source.role === 'caller') {
    // A mailbox is an answer to the one who calls it.
    if (answered || source.session.parties.some(reachedMailbox) || isPickupSession(source.session))
      return { result: 'Call connected' };
    return OUTBOUND[otherEndsReason(source)] ?? { result: 'Hang Up', reason: 'Hang Up' };
  }
  if (answered) return { result: 'Accepted' };
  if (source.role === 'queue') return queueOutcome(source);
  if (source.voicemail) return { result: 'Voicemail', reason: 'No Answer' };
  if (source.role === 'menu') return { result: 'Hang Up', reason: 'Hang Up' };
  return INBOUND[lastReason(source)] ?? { result: 'Missed', reason: 'Hang Up' };
}
