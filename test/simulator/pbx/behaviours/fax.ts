import type { Call } from '../call.ts';
import type { Act } from '../pbx.ts';
import { callerAnswered, internalParty } from './legs.ts';

/** A machine calls, and the extension's fax takes what it sends until one of them hangs up; nobody talks [docs]. */
export function* receiveFax(call: Call, extensionId: string): Act {
  call.customer = call.enter({ direction: 'Outbound', from: call.from, to: call.to, status: { code: 'Setup' } });
  yield call.gap();
  const party = call.enter(internalParty(call, extensionId, { code: 'Setup' }));
  yield call.gap();
  call.move(party, { code: 'FaxReceive' });
  call.fax = party;
  yield* callerAnswered(call);
}
