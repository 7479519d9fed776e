import type { Call } from '../call.ts';
import type { Act } from '../pbx.ts';
import { callerAnswered, internalParty } from './legs.ts';

/** The mailbox of an extension greets the caller: on the party that rang, or on a new one when that has left. */
export function* takeMessage(call: Call, extensionId: string, party?: number): Act {
  if (party === undefined) {
    call.mailbox = call.enter({ ...internalParty(call, extensionId, { code: 'VoiceMail' }), missedCall: true });
  } else {
    call.move(party, { code: 'VoiceMail' }, { missedCall: true });
    call.mailbox = party;
  }
  call.staff = undefined;
  call.tell({ state: 'voicemail', ringing: [] });
  yield* callerAnswered(call);
}

/** The caller has spoken for `messageMs` and hangs up. */
export function* leaveMessage(call: Call, messageMs: number): Act {
  yield messageMs;
  yield* closeMailbox(call);
}

/** Caller first, then the mailbox [inferred]. */
export function* closeMailbox(call: Call): Act {
  if (call.mailbox === undefined || call.customer === undefined) return;
  call.move(call.customer, { code: 'Disconnected' });
  yield call.gap();
  call.move(call.mailbox, { code: 'Disconnected', reason: 'Voicemail' });
}
