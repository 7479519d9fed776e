import type { Call } from '../call.ts';
import type { RingingLeg } from '../call-parts.ts';
import type { FailReason, OfferEnd } from '../model.ts';
import type { Act } from '../pbx.ts';
import { mobileNumber } from '../people.ts';
import {
  callerAnswered,
  connect,
  customerEnd,
  endOfRing,
  internalParty,
  mobilePickup,
  ring,
  ringingExtensions,
  verdictOn,
} from './legs.ts';
import { sendToMailbox } from './mailbox.ts';

/** A user's own phone. A busy one refuses at once and the mailbox takes over [inferred]. */
export function* ringDesk(call: Call, extensionId: string): Act {
  const busy = !call.pbx.occupancy.isFree(extensionId);
  call.owner = extensionId;
  if (call.truth.direction === 'inbound') call.tell({ state: 'routing', ringing: [] });
  const party = call.enter(internalParty(call, extensionId, { code: 'Setup' }));
  call.offered(party, { extensionId });
  if (call.truth.direction === 'internal') yield* callerAnswered(call);
  yield call.gap();
  if (busy) {
    call.stop(party, 'busy', { code: 'Disconnected', reason: 'TargetBusy' }, { missedCall: true });
    call.truly((story) => story.comesTo('busy'));
    yield call.gap();
    yield* sendToMailbox(call, extensionId);
    return;
  }
  call.move(party, { code: 'Proceeding', mobilePickupData: mobilePickup(call, extensionId) });
  ring(call, { party, kind: 'desk', extensionId });
}

/** The user's mobile rings along with the desk phone, as a number without extension or under the user's own. */
export function* findMe(call: Call, extensionId: string, answerAfter: number | undefined): Act {
  const party = call.enter(mobileParty(call, extensionId));
  // On the mobile the user is just as busy, though the party may not name them.
  call.pbx.occupancy.claim(extensionId, call.partyId(party));
  ring(call, { party, kind: 'mobile', extensionId });
  if (answerAfter === undefined) return;
  yield answerAfter;
  yield* answerDesk(call, { party, kind: 'mobile', extensionId });
}

function mobileParty(call: Call, extensionId: string) {
  return {
    direction: 'Inbound' as const,
    ...(call.random.chance(0.5) ? { extensionId } : {}),
    from: customerEnd(call),
    to: { phoneNumber: mobileNumber(call.random), name: call.pbx.directory.extension(extensionId).name },
    status: { code: 'Proceeding' as const },
  };
}

/** One of the user's phones is answered; the others stop, and the caller hears it. */
export function* answerDesk(call: Call, leg: RingingLeg): Act {
  connect(call, leg.party);
  yield* stopRinging(call, 'answeredElsewhere', leg.kind === 'mobile' ? 'CallRedirected' : undefined);
  yield* callerAnswered(call);
}

/** It rang out: the mailbox takes the call on the same party [inferred]. */
export function* ringOut(call: Call, extensionId: string): Act {
  const desk = [...call.ringing.values()].find((leg) => leg.kind === 'desk');
  if (desk === undefined) return;
  call.ringing.delete(desk.party);
  yield* stopRinging(call, 'noAnswer', 'NoAnswer');
  call.truly((story, at) => {
    story.offerEnds(at, desk.party, 'noAnswer');
    story.comesTo('missed');
  });
  yield* sendToMailbox(call, extensionId, desk.party);
}

/** The user declines, or the phone fails: their other phones stop too; nothing serves the caller until the mailbox does. */
export function* refuse(call: Call, leg: RingingLeg, reason: FailReason = 'Rejected'): Act {
  const end = endOfRing(reason);
  call.stop(leg.party, end, { code: 'Disconnected', reason }, { missedCall: true });
  call.truly((story) => story.comesTo(verdictOn(end)));
  call.tell(call.ringing.size === 0 ? { state: 'routing', ringing: [] } : { ringing: ringingExtensions(call) });
  yield* stopRinging(call, 'handedOn', 'Cancelled');
  if (call.ringing.size === 0) call.tell({ state: 'routing', ringing: [] });
}

/** Ends every leg that still rings. */
export function* stopRinging(call: Call, end: OfferEnd, reason: string | undefined): Act {
  for (const { party } of [...call.ringing.values()]) {
    yield call.gap();
    call.stop(party, end, { code: 'Disconnected', ...(reason === undefined ? {} : { reason }) });
  }
}
