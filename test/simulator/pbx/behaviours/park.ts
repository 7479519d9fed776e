import type { Call } from '../call.ts';
import type { Act } from '../pbx.ts';
import { arrive } from './arrival.ts';
import { internalParty, talk } from './legs.ts';
import { dismissSupervisor } from './supervision.ts';

/**
 * Parks the customer. With a park location the data is empty; otherwise an orbit `*8xx` is named in both places [docs].
 * The parking user's phone is free from here on.
 */
export function* park(call: Call, location: string | undefined, backAfterMs?: number): Act {
  if (call.staff === undefined) return;
  const { extensionId } = call.party(call.staff);
  const parked = call.staff;
  if (location !== undefined) {
    call.move(call.staff, { code: 'Parked', reason: 'ParkLocation', parkData: '' });
  } else {
    const orbit = `*8${call.random.digits(2)}`;
    call.move(call.staff, { code: 'Parked', reason: 'CallPark', parkData: orbit }, { park: { id: orbit } });
  }
  call.tell({ state: 'parked' });
  yield* dismissSupervisor(call);
  if (backAfterMs === undefined || extensionId === undefined) return;
  call.comesBack = true;
  call.pbx.later(call, backAfterMs, () => call.pbx.run(call, ringBack(call, parked, extensionId)));
}

/** Nobody fetched the call in time: it rings whoever parked it [inferred]. */
function* ringBack(call: Call, parked: number, extensionId: string): Act {
  call.comesBack = false;
  if (call.staff !== parked || call.truth.state !== 'parked') return;
  call.staff = undefined;
  call.move(parked, { code: 'Disconnected', reason: 'Timeout' });
  call.tell({ state: 'routing', ringing: [] });
  yield call.gap();
  yield* arrive(call, extensionId);
}

/** Somebody fetches the parked customer: the parked party leaves, a new one starts as Answered [docs]. */
export function* pickUp(call: Call, extensionId: string): Act {
  if (call.staff === undefined) return;
  call.pbx.occupancy.claim(extensionId, `${call.id}/pickup`);
  call.move(call.staff, { code: 'Disconnected', reason: 'Pickup' });
  yield call.gap();
  const party = call.enter(internalParty(call, extensionId, { code: 'Answered' }));
  call.pbx.release(`${call.id}/pickup`, false);
  talk(call, party, extensionId);
}
