import type { Call } from '../call.ts';
import type { Act } from '../pbx.ts';
import { arrive } from './arrival.ts';
import { ringOutside } from './dialling.ts';
import { hangUp } from './hang-up.ts';
import { internalParty, talk } from './legs.ts';

/** The serving user sends the customer on and leaves; the call goes on in the same session [docs]. */
export function* blindTransfer(call: Call, target: { readonly extensionId?: string; readonly number?: string }): Act {
  if (call.staff === undefined) return;
  const leaving = call.staff;
  call.staff = undefined;
  call.owner = undefined;
  call.tell({ state: 'routing', ringing: [] });
  call.move(leaving, { code: 'Disconnected', reason: 'BlindTransfer' });
  yield call.gap();
  if (target.extensionId !== undefined) yield* arrive(call, target.extensionId);
  else ringOutside(call, target.number === undefined ? {} : { phoneNumber: target.number });
}

/** What part of a consultation passes before the colleague picks up, and at most how long, ms. */
const CONSULT_RING = { share: 3, atMostMs: 4_000 } as const;

/**
 * The serving user holds the customer, asks a colleague in a second session (a true call of its own, internal), then joins
 * the two. The customer's session is the one that lives on: the user's parties in both go (Gone) with each other as peers, the
 * consultation ends, and the colleague enters the customer's session as Answered. When the colleague cannot talk, the
 * user hangs up the consultation and returns to the customer.
 */
export function* attendedTransfer(call: Call, target: string, consultMs: number): Act {
  const user = call.staff === undefined ? undefined : call.party(call.staff).extensionId;
  if (call.staff === undefined || user === undefined) return;
  if (call.truth.state !== 'held') call.move(call.staff, { code: 'Hold' });
  call.tell({ state: 'held' });
  yield call.gap();
  const ringMs = Math.min(Math.round(consultMs / CONSULT_RING.share), CONSULT_RING.atMostMs);
  const consult = call.pbx.open(
    { kind: 'internal', fromExtensionId: user, toExtensionId: target, steps: [{ do: 'answer', after: ringMs }] },
    { consult: true },
  );
  yield consultMs + 500;
  if (consult.truth.state === 'talking') yield* merge(call, consult);
  else yield* giveUp(call, consult);
}

function* merge(call: Call, consult: Call): Act {
  const { staff } = call;
  const { customer: asking, staff: asked } = consult;
  if (staff === undefined || asking === undefined || asked === undefined) return;
  const target = consult.party(asked).extensionId;
  const reason = 'AttendedTransfer';
  const entering = call.parties().length + 1;
  if (target === undefined) return;
  // Nobody else may catch the colleague's phone while it changes sessions.
  const changing = `${call.id}/merge`;
  call.pbx.occupancy.claim(target, changing);
  call.move(staff, { code: 'Gone', reason, peerId: consult.peer(asking) });
  yield call.gap();
  consult.move(asking, { code: 'Gone', reason, peerId: call.peer(staff) });
  yield call.gap();
  consult.move(asked, { code: 'Gone', reason, peerId: call.peer(entering) });
  yield call.gap();
  call.enter(internalParty(call, target, { code: 'Answered', reason }));
  call.pbx.release(changing, false);
  talk(call, entering, target);
}

function* giveUp(call: Call, consult: Call): Act {
  call.pbx.run(consult, hangUp(consult, 'caller'));
  yield 2 * call.gap();
  if (call.staff === undefined) return;
  call.move(call.staff, { code: 'Answered' });
  call.tell({ state: 'talking' });
}
