import type { Call } from '../call.ts';
import type { Act } from '../pbx.ts';
import { enterDialler } from './dialling.ts';
import { callerAnswered, internalParty, talk } from './legs.ts';
import { admit, handOn } from './merging.ts';
import { stopForPickup } from './queue.ts';

/** Who fetches a call that rings elsewhere, and which of the two sessions lives on. */
export interface DirectedPickup {
  readonly extensionId: string;
  readonly into: 'ringing' | 'picker';
}

/**
 * A colleague fetches a ringing call, group or directed, by dialling in a session of their own. Then either their leg there is
 * Gone, its peer a party that enters the ringing session as Answered; or the caller is Gone, its peer a party that enters the
 * colleague's session. The phones that rang leave with the same reason [inferred].
 */
export function* pickUpElsewhere(call: Call, { extensionId, into }: DirectedPickup): Act {
  const rung = call.ringing.values().next().value?.extensionId;
  if (rung === undefined || call.customer === undefined) return;
  const picking = call.pbx.prepare({ kind: 'internal', fromExtensionId: extensionId, toExtensionId: rung, steps: [] });
  call.pbx.start(picking, dial(picking));
  yield call.gap();
  if (into === 'ringing') yield* bringPicker(call, picking);
  else yield* sendCaller(call, picking);
}

function* dial(picking: Call): Act {
  picking.staff = enterDialler(picking);
}

function* bringPicker(call: Call, picking: Call): Act {
  const extensionId = picking.script.fromExtensionId;
  if (extensionId === undefined || picking.staff === undefined) return;
  const changing = `${call.id}/pickup`;
  call.pbx.occupancy.claim(extensionId, changing);
  picking.tell({ continuedIn: call.id });
  picking.truly((story) => story.comesTo('answered'));
  const entering = call.parties().length + 1;
  picking.move(picking.staff, { code: 'Gone', reason: 'Pickup', peerId: call.peer(entering) });
  yield call.gap();
  yield* stopForPickup(call);
  yield call.gap();
  call.enter(internalParty(call, extensionId, { code: 'Answered' }));
  call.pbx.release(changing, false);
  talk(call, entering, extensionId);
  yield* callerAnswered(call);
}

function* sendCaller(call: Call, picking: Call): Act {
  const { customer } = call;
  if (customer === undefined) return;
  yield* stopForPickup(call);
  yield call.gap();
  const { party, entered } = admit(picking, call);
  const entering = picking.parties().length + 1;
  handOn(call, picking);
  call.truly((story) => story.comesTo('answered'));
  call.move(customer, { code: 'Gone', reason: 'Pickup', peerId: picking.peer(entering) });
  yield picking.gap();
  picking.enter({ ...party, status: { code: 'Answered', reason: 'Pickup' } });
  entered();
  talk(picking, entering, undefined);
  picking.pbx.run(picking, callerAnswered(picking));
}
