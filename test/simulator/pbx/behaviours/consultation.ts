import type { Call } from '../call.ts';
import type { Act } from '../pbx.ts';
import { hangUp } from './hang-up.ts';
import { internalParty, talk } from './legs.ts';
import { admit, handOn } from './merging.ts';
import { dismissSupervisor } from './supervision.ts';

/** What part of a consultation passes before the colleague picks up, and at most how long, ms. */
const CONSULT_RING = { share: 3, atMostMs: 4_000 } as const;

/** A colleague to be asked, and how long that takes, ms. */
export interface Consultation {
  readonly target: string;
  readonly consultMs: number;
}

/** What is done when the serving user and the colleague talk; without it the user returns to the customer. */
type Joining = (call: Call, consult: Call) => Act;

/**
 * The serving user holds the customer and asks a colleague in a second session (a true call of its own, internal). When the
 * colleague cannot talk, the user hangs up the consultation and returns to the customer.
 */
export function* consult(call: Call, { target, consultMs }: Consultation, join: Joining): Act {
  const user = call.staff === undefined ? undefined : call.party(call.staff).extensionId;
  if (call.staff === undefined || user === undefined) return;
  if (call.truth.state !== 'held') call.move(call.staff, { code: 'Hold' });
  call.tell({ state: 'held' });
  yield call.gap();
  const ringMs = Math.min(Math.round(consultMs / CONSULT_RING.share), CONSULT_RING.atMostMs);
  const asked = call.pbx.open(
    { kind: 'internal', fromExtensionId: user, toExtensionId: target, steps: [{ do: 'answer', after: ringMs }] },
    { consult: true },
  );
  yield consultMs + 500;
  if (asked.truth.state === 'talking') yield* join(call, asked);
  else yield* giveUp(call, asked);
}

/**
 * The customer's session is the one that lives on: the user's parties in both go (Gone) with each other as peers, the
 * consultation ends, and the colleague enters the customer's session as Answered.
 */
export function* bringColleague(call: Call, consult: Call): Act {
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
  call.truly((story, at) => story.pause(at));
  call.move(staff, { code: 'Gone', reason, peerId: consult.peer(asking) });
  yield call.gap();
  consult.tell({ continuedIn: call.id });
  consult.move(asking, { code: 'Gone', reason, peerId: call.peer(staff) });
  yield call.gap();
  consult.move(asked, { code: 'Gone', reason, peerId: call.peer(entering) });
  yield call.gap();
  call.enter(internalParty(call, target, { code: 'Answered', reason }));
  call.pbx.release(changing, false);
  talk(call, entering, target);
  yield* dismissSupervisor(call);
}

/**
 * The consultation is the session that lives on: the user's parties in both go, then the customer's own, whose peer is the
 * party that enters the consultation for the customer as Answered. The customer's session ends with that.
 */
export function* sendCustomer(call: Call, consult: Call): Act {
  const { staff, customer } = call;
  const { customer: asking } = consult;
  if (staff === undefined || customer === undefined || asking === undefined) return;
  const reason = 'AttendedTransfer';
  const entering = consult.parties().length + 1;
  yield* dismissSupervisor(call);
  call.truly((story, at) => story.pause(at));
  call.move(staff, { code: 'Gone', reason, peerId: consult.peer(asking) });
  yield call.gap();
  consult.move(asking, { code: 'Gone', reason, peerId: call.peer(staff) });
  yield call.gap();
  const { party, entered } = admit(consult, call);
  handOn(call, consult);
  call.move(customer, { code: 'Gone', reason, peerId: consult.peer(entering) });
  yield consult.gap();
  consult.customer = consult.enter({ ...party, status: { code: 'Answered', reason } });
  entered();
  call.pbx.run(consult, settleDown());
}

/** Nothing further: the session only looks at its new story. */
function* settleDown(): Act {
  return;
}

function* giveUp(call: Call, asked: Call): Act {
  call.pbx.run(asked, hangUp(asked, 'caller'));
  yield 2 * call.gap();
  if (call.staff === undefined) return;
  call.move(call.staff, { code: 'Answered' });
  call.tell({ state: 'talking' });
}
