import type { CallScript, CallStep } from '../pbx/model.ts';
import type { Cast } from './scripts.ts';

/** Calls of the seldom kinds, ready to be placed in a quiet world. */
export interface RareCalls {
  readonly ringOut: CallScript;
  /** The user does not pick up their own phone, so the number is never called. */
  readonly ringOutUnattended: CallScript;
  readonly conference: CallScript;
  /** The supervisor's leg is in a session of its own. */
  readonly supervisedFromOutside: CallScript;
  /** The supervisor is a party of the call. */
  readonly supervisedWithin: CallScript;
  /** A colleague fetches the call into its own session. */
  readonly fetchedIntoRinging: CallScript;
  /** A colleague fetches a caller of the queue into theirs. */
  readonly fetchedFromQueue: CallScript;
  /** The customer is sent into the consultation. */
  readonly attendedTransferIntoConsult: CallScript;
  /** The conversation goes on on another phone. */
  readonly flipped: CallScript;
  /** To a user's own number; a fax line serves as well. */
  readonly fax: CallScript;
  readonly recorded: CallScript;
  /** Nobody fetches it, so it rings whoever parked it. */
  readonly parkedAndBack: CallScript;
  /** The queue sends the caller on to the other one, where an agent answers. */
  readonly overflowed: CallScript;
  readonly numberInvalid: CallScript;
  readonly numberDeclines: CallScript;
}

const bye: CallStep = { do: 'hangUp', after: 15_000, by: 'caller' };
const answer = { do: 'answer', after: 4_000 } as const;

function inbound(toExtensionId: string, ...steps: readonly CallStep[]): CallScript {
  return { kind: 'inbound', number: '+14155550142', callerName: 'WIRELESS CALLER', toExtensionId, steps };
}

/** The scripts for a cast; all share its first users. */
export function rareCalls({ users: [first, second], ringAll, rotating }: Cast): RareCalls {
  const dial = { fromExtensionId: first, number: '+14085550164' } as const;
  const asked = { after: 6_000, consultMs: 10_000 } as const;
  const listen = { do: 'supervise', after: 2_000, extensionId: second, forMs: 5_000 } as const;
  const fetch = { do: 'directedPickup', after: 3_000, extensionId: second } as const;
  const failed = (reason: 'InvalidNumber' | 'Rejected'): CallScript => {
    return { kind: 'outbound', ...dial, steps: [{ do: 'fail', after: 1_500, reason }] };
  };
  return {
    ringOut: { kind: 'ringOut', ...dial, steps: [{ ...answer, extensionId: first }, answer, bye] },
    ringOutUnattended: { kind: 'ringOut', ...dial, steps: [] },
    conference: inbound(first, answer, { do: 'conference', ...asked, withExtensionId: second }, bye),
    supervisedFromOutside: inbound(first, answer, { ...listen, leg: 'session' }, bye),
    supervisedWithin: inbound(first, answer, { ...listen, leg: 'joined' }, bye),
    fetchedIntoRinging: inbound(first, { ...fetch, into: 'ringing' }, bye),
    fetchedFromQueue: inbound(ringAll.id, { ...fetch, into: 'picker' }, bye),
    attendedTransferIntoConsult: inbound(
      first,
      answer,
      { do: 'attendedTransfer', ...asked, toExtensionId: second, into: 'consult' },
      bye,
    ),
    flipped: inbound(first, answer, { do: 'flip', after: 5_000 }, bye),
    fax: { kind: 'fax', number: '+14155550143', toExtensionId: first, steps: [] },
    recorded: inbound(
      first,
      answer,
      { do: 'recordingOn', after: 2_000 },
      { do: 'recordingPause', after: 3_000 },
      { do: 'recordingResume', after: 4_000 },
      { do: 'recordingOff', after: 5_000 },
      bye,
    ),
    parkedAndBack: inbound(
      first,
      answer,
      { do: 'park', after: 5_000, location: 'any', backAfterMs: 20_000 },
      answer,
      bye,
    ),
    overflowed: inbound(rotating.id, { do: 'overflow', after: 8_000, toExtensionId: ringAll.id }, answer, bye),
    numberInvalid: failed('InvalidNumber'),
    numberDeclines: failed('Rejected'),
  };
}
