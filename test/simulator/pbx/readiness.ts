import type { Call } from './call.ts';
import type { RingingLeg } from './call-parts.ts';

/** Whether a step can be done now, later, or no more. */
export type Readiness = 'now' | 'wait' | 'never';

/** Nobody has taken the call yet, and somebody still may. */
export function isUnanswered(call: Call): boolean {
  const { state } = call.truth;
  return state === 'routing' || state === 'queued' || state === 'ringing';
}

/** For what is done to a conversation that is not on hold. */
export function whileTalking(call: Call): Readiness {
  if (call.truth.state === 'talking') return call.staff === undefined ? 'never' : 'now';
  return isUnanswered(call) ? 'wait' : 'never';
}

/** For what is done to a conversation, on hold or not. */
export function onceAnswered(call: Call): Readiness {
  const { state } = call.truth;
  if (state === 'talking' || state === 'held') return 'now';
  return isUnanswered(call) ? 'wait' : 'never';
}

/** For what somebody does who must have a phone to spare; who has none lets it be, as they may be on this very call. */
export function ifFree(call: Call, extensionId: string, ready: Readiness): Readiness {
  return ready !== 'now' || call.pbx.occupancy.isFree(extensionId) ? ready : 'never';
}

/** For what is done to a phone that rings. */
export function whileRinging(
  call: Call,
  extensionId: string | undefined,
  kinds?: readonly RingingLeg['kind'][],
): Readiness {
  if (ringingLegs(call, extensionId, kinds).length > 0) return 'now';
  if (call.comesBack) return 'wait';
  const { queue } = call;
  if (queue === undefined || (kinds !== undefined && !kinds.includes('agent'))) return 'never';
  return extensionId === undefined || queue.queue.memberIds.includes(extensionId) ? 'wait' : 'never';
}

/** The ringing legs a step may mean. */
export function ringingLegs(
  call: Call,
  extensionId?: string,
  kinds?: readonly RingingLeg['kind'][],
): readonly RingingLeg[] {
  return [...call.ringing.values()].filter(
    (leg) =>
      (extensionId === undefined || leg.extensionId === extensionId) &&
      (kinds === undefined || kinds.includes(leg.kind)),
  );
}

/** The leg that acts: any of several agents, but a user's own phone before the mobile. */
export function actingLeg(call: Call, extensionId: string | undefined): RingingLeg | undefined {
  const found = ringingLegs(call, extensionId);
  return found[0]?.kind === 'agent' ? call.random.pick(found) : found[0];
}

/** Whose mailbox takes the call: the queue's, or that of the user who was called last, if they have one. */
export function mailboxOf(call: Call): string | undefined {
  if (call.queue !== undefined) return call.queue.queue.extensionId;
  const { owner } = call;
  return owner === undefined || call.pbx.directory.extension(owner).noMailbox === true ? undefined : owner;
}
