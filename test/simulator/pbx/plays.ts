/**
 * In:  a step of a story and the call it is about.
 * Out: whether it can be played now, and the act that plays it.
 * Never: when; its clock is kept by story.ts.
 */
import { choose } from './behaviours/arrival.ts';
import { bridge } from './behaviours/conference.ts';
import { bringColleague, consult, sendCustomer } from './behaviours/consultation.ts';
import { findMe } from './behaviours/desk.ts';
import { hangUp } from './behaviours/hang-up.ts';
import { park, pickUp } from './behaviours/park.ts';
import { pickUpElsewhere } from './behaviours/pickup.ts';
import { overflow } from './behaviours/queue.ts';
import { supervise } from './behaviours/supervision.ts';
import { changePhones, hold, record, resume } from './behaviours/talking.ts';
import { blindTransfer } from './behaviours/transfer.ts';
import type { Call } from './call.ts';
import type { CallStep, TrueCall } from './model.ts';
import type { Act } from './pbx.ts';
import { answer, fail, letRing, message } from './ring-plays.ts';
import {
  actingLeg,
  ifFree,
  isUnanswered,
  mailboxOf,
  onceAnswered,
  whileRinging,
  whileTalking,
  type Readiness,
} from './readiness.ts';

/** The step of that name; some share one shape. */
type StepOf<Name, Step = CallStep> = Step extends { readonly do: infer Names }
  ? Name extends Names
    ? Step
    : never
  : never;

/** One kind of step: when it is possible, and what it does. */
interface Play<Step> {
  ready(call: Call, step: Step): Readiness;
  act(call: Call, step: Step): Act;
}

/** For what can be done to a conversation of two. */
const betweenTwo = (call: Call): Readiness => (call.conference ? 'never' : onceAnswered(call));

/** For what is done to a recording that stands like this. */
function whileRecorded(call: Call, ...stands: readonly TrueCall['recording'][]): Readiness {
  return stands.includes(call.truth.recording) ? onceAnswered(call) : 'never';
}

const plays: { readonly [Name in CallStep['do']]: Play<StepOf<Name>> } = {
  choose: {
    ready: (call) => (call.menu === undefined ? 'never' : 'now'),
    act: (call, step) => choose(call, step.extensionId),
  },
  answer: {
    ready: (call, step) => whileRinging(call, step.extensionId),
    act: (call, step) => answer(call, actingLeg(call, step.extensionId)),
  },
  noAnswer: {
    ready: (call, step) => whileRinging(call, step.extensionId),
    act: (call, step) => letRing(call, actingLeg(call, step.extensionId)),
  },
  reject: {
    ready: (call, step) => whileRinging(call, step.extensionId),
    act: (call, step) => fail(call, actingLeg(call, step.extensionId)),
  },
  fail: {
    ready: (call, step) => whileRinging(call, step.extensionId),
    act: (call, step) => fail(call, actingLeg(call, step.extensionId), step.reason),
  },
  overflow: {
    ready: (call) => (call.queue === undefined ? 'never' : 'now'),
    act: (call, step) => sendOn(call, step.toExtensionId),
  },
  directedPickup: {
    ready: (call, step) => ifFree(call, step.extensionId, whileRinging(call, undefined, ['agent', 'desk'])),
    act: (call, { extensionId, into }) =>
      pickUpElsewhere(call, { extensionId, into: into ?? call.random.pick(['ringing', 'picker']) }),
  },
  findMe: {
    ready: (call, step) => whileRinging(call, step.extensionId, ['desk']),
    act: (call, step) => findMe(call, step.extensionId, step.answerAfter),
  },
  hold: { ready: whileTalking, act: (call, step) => hold(call, step.extensionId) },
  resume: { ready: (call) => (call.truth.state === 'held' ? 'now' : 'never'), act: resume },
  park: { ready: betweenTwo, act: (call, step) => park(call, step.location, step.backAfterMs) },
  pickup: {
    ready: (call, step) => {
      if (call.truth.state !== 'parked') return 'never';
      return call.pbx.occupancy.isFree(step.extensionId) ? 'now' : 'wait';
    },
    act: (call, step) => pickUp(call, step.extensionId),
  },
  blindTransfer: {
    ready: betweenTwo,
    act: (call, { toExtensionId, toNumber }) =>
      blindTransfer(call, {
        ...(toExtensionId === undefined ? {} : { extensionId: toExtensionId }),
        ...(toNumber === undefined ? {} : { number: toNumber }),
      }),
  },
  attendedTransfer: {
    ready: betweenTwo,
    act: (call, { toExtensionId, consultMs, into }) =>
      consult(call, { target: toExtensionId, consultMs }, into === 'consult' ? sendCustomer : bringColleague),
  },
  conference: {
    ready: betweenTwo,
    act: (call, { withExtensionId, consultMs }) => consult(call, { target: withExtensionId, consultMs }, bridge),
  },
  flip: { ready: whileTalking, act: (call) => changePhones(call, 'CallFlip') },
  switch: { ready: whileTalking, act: (call) => changePhones(call, 'CallSwitch') },
  supervise: {
    ready: (call, step) => ifFree(call, step.extensionId, whileTalking(call)),
    act: (call, { extensionId, forMs, leg }) =>
      supervise(call, { supervisor: extensionId, forMs, leg: leg ?? call.random.pick(['session', 'joined']) }),
  },
  recordingOn: {
    ready: (call) => (call.truth.recording === undefined ? whileTalking(call) : 'never'),
    act: (call) => record(call, 'on'),
  },
  recordingPause: { ready: (call) => whileRecorded(call, 'on'), act: (call) => record(call, 'paused') },
  recordingResume: { ready: (call) => whileRecorded(call, 'paused'), act: (call) => record(call, 'on') },
  recordingOff: { ready: (call) => whileRecorded(call, 'on', 'paused'), act: (call) => record(call, undefined) },
  voicemail: {
    ready: (call) =>
      call.truth.state === 'voicemail' || (isUnanswered(call) && mailboxOf(call) !== undefined) ? 'now' : 'never',
    act: (call, step) => message(call, step.messageMs),
  },
  hangUp: { ready: (call, step) => hangUpReadiness(call, step.by), act: (call, step) => hangUp(call, step.by) },
};

/** Whether the step can be played now, later, or no more. */
export function readiness(call: Call, step: CallStep): Readiness {
  return playOf(step).ready(call, step);
}

/** What the step does. */
export function actOf(call: Call, step: CallStep): Act {
  return playOf(step).act(call, step);
}

/** The table has each step under its own name. */
function playOf(step: CallStep): Play<CallStep> {
  return plays[step.do];
}

function hangUpReadiness(call: Call, by: 'caller' | 'callee'): Readiness {
  if (by === 'caller') return 'now';
  if (call.truth.state === 'voicemail' || call.truth.state === 'parked') return 'never';
  return isUnanswered(call) ? 'wait' : 'now';
}

/** The queue's rule sends the caller on before the longest wait is over. */
function* sendOn(call: Call, toExtensionId: string | undefined): Act {
  if (call.queue !== undefined) yield* overflow(call, call.queue, toExtensionId);
}
