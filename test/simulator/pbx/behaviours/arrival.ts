import type { Call } from '../call.ts';
import type { Act } from '../pbx.ts';
import { ringDesk } from './desk.ts';
import { callerAnswered, internalParty } from './legs.ts';
import { takeMessage } from './mailbox.ts';
import { joinQueue } from './queue.ts';

/** A call from outside comes in: Setup of the caller, then whatever its number leads to. */
export function* comeIn(call: Call, destination: string): Act {
  call.customer = call.enter({ direction: 'Outbound', from: call.from, to: call.to, status: { code: 'Setup' } });
  yield call.gap();
  yield* arrive(call, destination);
}

/** Leads the caller to an extension of any type. */
export function* arrive(call: Call, extensionId: string): Act {
  call.owner = undefined;
  switch (call.pbx.directory.extension(extensionId).type) {
    case 'User':
      yield* ringDesk(call, extensionId);
      return;
    case 'Department':
      yield* joinQueue(call, extensionId);
      return;
    case 'Voicemail':
      yield* takeMessage(call, extensionId);
      return;
    case 'FaxUser':
    case 'IvrMenu':
    case 'Announcement':
    case 'ParkLocation':
      yield* enterMenu(call, extensionId);
  }
}

/** A machine talks, or whistles. The caller's party says Answered, though nobody has [capture]. */
function* enterMenu(call: Call, extensionId: string): Act {
  call.tell({ state: 'routing', ringing: [] });
  call.menu = call.enter(internalParty(call, extensionId, { code: 'Setup' }));
  yield* callerAnswered(call);
}

/** The caller presses a key; the menu leaves without a reason [capture]. */
export function* choose(call: Call, extensionId: string): Act {
  if (call.menu === undefined) return;
  const menu = call.menu;
  call.menu = undefined;
  call.move(menu, { code: 'Disconnected' });
  yield call.gap();
  yield* arrive(call, extensionId);
}
