import { choose } from './behaviours/arrival.ts';
import { answerOutside, failOutside } from './behaviours/dialling.ts';
import { answerDesk, findMe, refuse, ringOut } from './behaviours/desk.ts';
import { hangUp } from './behaviours/hang-up.ts';
import { leaveMessage, takeMessage } from './behaviours/mailbox.ts';
import { park, pickUp } from './behaviours/park.ts';
import { answerQueue, overflow, passOn } from './behaviours/queue.ts';
import { hold, resume } from './behaviours/talking.ts';
import { attendedTransfer, blindTransfer } from './behaviours/transfer.ts';
import type { Call, RingingLeg } from './call.ts';
import type { CallStep } from './model.ts';
import type { Act } from './pbx.ts';
import { limitOf, type TimeLimit } from './time-limits.ts';

/** Whether a step can be done now, later, or no more. */
type Readiness = 'now' | 'wait' | 'never';

/** Looks where an idle call stands: sets the clock of its next step, or the PBX's own time limit. */
export function settle(call: Call): void {
  if (call.over) return;
  const step = nextStep(call);
  if (step !== undefined && readiness(call, step) === 'now') {
    call.stepTimer ??= call.pbx.later(call, step.after, () => {
      call.stepTimer = undefined;
      call.pbx.run(call, perform(call, step));
    });
  } else {
    call.stepTimer?.cancel();
    call.stepTimer = undefined;
  }
  setLimit(call, step);
}

/** Passes over what can no longer happen. */
function nextStep(call: Call): CallStep | undefined {
  for (;;) {
    const step = call.script.steps[call.step];
    if (step === undefined || readiness(call, step) !== 'never') return step;
    call.stepTimer?.cancel();
    call.stepTimer = undefined;
    call.step += 1;
  }
}

function setLimit(call: Call, step: CallStep | undefined): void {
  const limit = limitOf(call, call.stepTimer === undefined ? undefined : step);
  if (limit?.key === call.limit?.key) return;
  call.limit?.timer.cancel();
  call.limit = undefined;
  if (limit === undefined) return;
  const timer = call.pbx.later(call, limit.ms, () => {
    call.limit = undefined;
    call.pbx.run(call, enforce(call, limit));
  });
  call.limit = { key: limit.key, timer };
}

/** Something else may have happened while the limit waited for its turn. */
function* enforce(call: Call, limit: TimeLimit): Act {
  if (limitOf(call, undefined)?.key === limit.key) yield* limit.act();
}

/** The world may have moved between the step's hour and its turn: then it waits again. */
function* perform(call: Call, step: CallStep): Act {
  if (call.script.steps[call.step] !== step || readiness(call, step) !== 'now') return;
  call.step += 1;
  yield* actOf(call, step);
}

function readiness(call: Call, step: CallStep): Readiness {
  const { state } = call.truth;
  const unanswered = state === 'routing' || state === 'queued' || state === 'ringing';
  switch (step.do) {
    case 'choose':
      return call.menu === undefined ? 'never' : 'now';
    case 'answer':
    case 'noAnswer':
    case 'reject':
      return ringReadiness(call, step.extensionId);
    case 'findMe':
      return ringReadiness(call, step.extensionId, 'desk');
    case 'hold':
      if (state === 'talking') return call.staff === undefined ? 'never' : 'now';
      return unanswered ? 'wait' : 'never';
    case 'resume':
      return state === 'held' ? 'now' : 'never';
    case 'park':
    case 'blindTransfer':
    case 'attendedTransfer':
      if (state === 'talking' || state === 'held') return 'now';
      return unanswered ? 'wait' : 'never';
    case 'pickup':
      if (state !== 'parked') return 'never';
      return call.pbx.occupancy.isFree(step.extensionId) ? 'now' : 'wait';
    case 'voicemail':
      return state === 'voicemail' || (unanswered && mailboxOf(call) !== undefined) ? 'now' : 'never';
    case 'hangUp':
      return hangUpReadiness(call, step.by, unanswered);
  }
}

function ringReadiness(call: Call, extensionId: string | undefined, kind?: RingingLeg['kind']): Readiness {
  if (legs(call, extensionId, kind).length > 0) return 'now';
  const { queue } = call;
  if (queue === undefined || kind !== undefined) return 'never';
  return extensionId === undefined || queue.queue.memberIds.includes(extensionId) ? 'wait' : 'never';
}

function hangUpReadiness(call: Call, by: 'caller' | 'callee', unanswered: boolean): Readiness {
  if (by === 'caller') return 'now';
  if (call.truth.state === 'voicemail' || call.truth.state === 'parked') return 'never';
  return unanswered ? 'wait' : 'now';
}

/** The legs a step may mean. */
function legs(call: Call, extensionId?: string, kind?: RingingLeg['kind']): readonly RingingLeg[] {
  return [...call.ringing.values()].filter(
    (leg) =>
      (extensionId === undefined || leg.extensionId === extensionId) && (kind === undefined || leg.kind === kind),
  );
}

/** The leg that acts: any of several agents, but a user's own phone before the mobile. */
function actingLeg(call: Call, extensionId: string | undefined): RingingLeg | undefined {
  const found = legs(call, extensionId);
  return found[0]?.kind === 'agent' ? call.random.pick(found) : found[0];
}

/** Whose mailbox takes the call: the user who was called last, else the queue. */
function mailboxOf(call: Call): string | undefined {
  return call.queue?.queue.extensionId ?? call.owner;
}

function actOf(call: Call, step: CallStep): Act {
  switch (step.do) {
    case 'choose':
      return choose(call, step.extensionId);
    case 'answer':
      return answer(call, actingLeg(call, step.extensionId));
    case 'noAnswer':
      return letRing(call, actingLeg(call, step.extensionId));
    case 'reject':
      return reject(call, actingLeg(call, step.extensionId));
    case 'hold':
      return hold(call, step.extensionId);
    case 'resume':
      return resume(call);
    case 'park':
      return park(call, step.location);
    case 'pickup':
      return pickUp(call, step.extensionId);
    case 'blindTransfer':
      return blindTransfer(call, {
        ...(step.toExtensionId === undefined ? {} : { extensionId: step.toExtensionId }),
        ...(step.toNumber === undefined ? {} : { number: step.toNumber }),
      });
    case 'attendedTransfer':
      return attendedTransfer(call, step.toExtensionId, step.consultMs);
    case 'findMe':
      return findMe(call, step.extensionId, step.answerAfter);
    case 'voicemail':
      return message(call, step.messageMs);
    case 'hangUp':
      return hangUp(call, step.by);
  }
}

function* answer(call: Call, leg: RingingLeg | undefined): Act {
  if (leg === undefined) return;
  if (leg.kind === 'agent') yield* answerQueue(call, leg);
  else if (leg.kind === 'outside') yield* answerOutside(call, leg);
  else yield* answerDesk(call, leg);
}

function* letRing(call: Call, leg: RingingLeg | undefined): Act {
  if (leg === undefined) return;
  if (leg.kind === 'agent') yield* passOn(call, leg, 'NoAnswer');
  else if (leg.kind === 'outside') yield* failOutside(call, leg, 'NoAnswer');
  else if (leg.extensionId !== undefined) yield* ringOut(call, leg.extensionId);
}

function* reject(call: Call, leg: RingingLeg | undefined): Act {
  if (leg === undefined) return;
  if (leg.kind === 'agent') yield* passOn(call, leg, 'Rejected');
  else if (leg.kind === 'outside') yield* failOutside(call, leg, 'TargetBusy');
  else yield* refuse(call, leg);
}

/** Brings the caller to the mailbox first, when that has not happened yet. */
function* message(call: Call, messageMs: number): Act {
  if (call.truth.state !== 'voicemail') {
    const owner = mailboxOf(call);
    if (owner === undefined) return;
    if (call.queue !== undefined) yield* overflow(call, call.queue);
    else if (call.ringing.size > 0) yield* ringOut(call, owner);
    else yield* takeMessage(call, owner);
  }
  yield* leaveMessage(call, messageMs);
}
