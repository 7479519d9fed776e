import { answerOutside, failOutside } from './behaviours/dialling.ts';
import { answerDesk, refuse, ringOut } from './behaviours/desk.ts';
import { leaveMessage, takeMessage } from './behaviours/mailbox.ts';
import { answerQueue, overflow, passOn } from './behaviours/queue.ts';
import { answerOwn, failOwn } from './behaviours/ring-out.ts';
import type { Call } from './call.ts';
import type { RingingLeg } from './call-parts.ts';
import type { FailReason } from './model.ts';
import type { Act } from './pbx.ts';
import { mailboxOf } from './readiness.ts';

/** Whoever is rung on this leg picks up. */
export function* answer(call: Call, leg: RingingLeg | undefined): Act {
  if (leg === undefined) return;
  if (leg.kind === 'agent') yield* answerQueue(call, leg);
  else if (leg.kind === 'outside') yield* answerOutside(call, leg);
  else if (leg.kind === 'own') yield* answerOwn(call, leg);
  else yield* answerDesk(call, leg);
}

/** The leg rings to its limit. */
export function* letRing(call: Call, leg: RingingLeg | undefined): Act {
  if (leg === undefined) return;
  if (leg.kind === 'agent') yield* passOn(call, leg, 'NoAnswer');
  else if (leg.kind === 'outside') yield* failOutside(call, leg, 'NoAnswer');
  else if (leg.kind === 'own') yield* failOwn(call, leg, 'NoAnswer');
  else if (leg.extensionId !== undefined) yield* ringOut(call, leg.extensionId);
}

/** The leg refuses or fails; without a reason a person declines, and a number outside is busy. */
export function* fail(call: Call, leg: RingingLeg | undefined, reason?: FailReason): Act {
  if (leg === undefined) return;
  if (leg.kind === 'agent') yield* passOn(call, leg, reason ?? 'Rejected');
  else if (leg.kind === 'outside') yield* failOutside(call, leg, reason ?? 'TargetBusy');
  else if (leg.kind === 'own') yield* failOwn(call, leg, reason ?? 'Rejected');
  else yield* refuse(call, leg, reason);
}

/** Brings the caller to the mailbox first, when that has not happened yet; then a message is left. */
export function* message(call: Call, messageMs: number): Act {
  if (call.truth.state !== 'voicemail') {
    const owner = mailboxOf(call);
    if (owner === undefined) return;
    if (call.queue !== undefined) yield* overflow(call, call.queue, undefined);
    else if (call.ringing.size > 0) yield* ringOut(call, owner);
    else yield* takeMessage(call, owner);
  }
  yield* leaveMessage(call, messageMs);
}
