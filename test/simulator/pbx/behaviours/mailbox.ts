import type { Call } from '../call.ts';
import type { Act } from '../pbx.ts';
import { isOver } from '../session-machine.ts';
import { callerAnswered, internalParty } from './legs.ts';

/** Nobody took the call at this extension: its mailbox does, or the caller is cut off. */
export function* sendToMailbox(call: Call, extensionId: string, party?: number): Act {
  if (call.pbx.directory.extension(extensionId).noMailbox === true) yield* cutOff(call, party);
  else yield* takeMessage(call, extensionId, party);
}

/** Phone first, when it still rings, then everybody else. */
function* cutOff(call: Call, ringing: number | undefined): Act {
  call.tell({ ringing: [] });
  if (ringing !== undefined) call.move(ringing, { code: 'Disconnected', reason: 'NoAnswer' }, { missedCall: true });
  for (let number = 1; number <= call.parties().length; number += 1) {
    if (isOver(call.party(number).status.code)) continue;
    yield call.gap();
    call.move(number, { code: 'Disconnected' });
  }
}

/** The mailbox of an extension greets the caller: on the party that rang, or on a new one when that has left. */
export function* takeMessage(call: Call, extensionId: string, party?: number): Act {
  if (party === undefined) {
    call.mailbox = call.enter({ ...internalParty(call, extensionId, { code: 'VoiceMail' }), missedCall: true });
  } else {
    call.move(party, { code: 'VoiceMail' }, { missedCall: true });
    call.mailbox = party;
  }
  call.staff = undefined;
  call.truly((story, at) => {
    story.comesTo('voicemail');
    story.leaveQueue(at, 'voicemail');
  });
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
