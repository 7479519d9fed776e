import type { Call } from '../call.ts';
import type { Act } from '../pbx.ts';
import { arrive } from './arrival.ts';
import { ringOutside } from './dialling.ts';
import { dismissSupervisor } from './supervision.ts';

/** The serving user sends the customer on and leaves; the call goes on in the same session [docs]. */
export function* blindTransfer(call: Call, target: { readonly extensionId?: string; readonly number?: string }): Act {
  if (call.staff === undefined) return;
  const leaving = call.staff;
  call.staff = undefined;
  call.owner = undefined;
  call.tell({ state: 'routing', ringing: [] });
  call.move(leaving, { code: 'Disconnected', reason: 'BlindTransfer' });
  yield* dismissSupervisor(call);
  yield call.gap();
  if (target.extensionId !== undefined) yield* arrive(call, target.extensionId);
  else ringOutside(call, target.number === undefined ? {} : { phoneNumber: target.number });
}
