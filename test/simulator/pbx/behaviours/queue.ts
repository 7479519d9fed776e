import type { Call } from '../call.ts';
import type { QueuePlace, RingingLeg } from '../call-parts.ts';
import type { FailReason, OfferEnd } from '../model.ts';
import type { Act } from '../pbx.ts';
import { offerHolder } from '../queue-desk.ts';
import type { PartyDraft, StatusDraft } from '../session-machine.ts';
import { arrive } from './arrival.ts';
import {
  callerAnswered,
  callerLabel,
  connect,
  endOfRing,
  internalParty,
  mobilePickup,
  ring,
  ringingExtensions,
} from './legs.ts';
import { takeMessage } from './mailbox.ts';

/** How long a queue lets the phones of agents who all refused rest before it asks again, ms. */
const NEXT_ROUND_MS = 3_000;

/** The caller enters a queue: its party appears, a greeting plays, then phones ring. */
export function* joinQueue(call: Call, queueId: string): Act {
  const queue = call.pbx.directory.queue(queueId);
  const { name } = call.pbx.directory.extension(queueId);
  call.tell({ state: 'queued', queueId, queueName: name, ringing: [] });
  call.truly((story, at) => story.enterQueue(at, queueId));
  const party = call.enter(internalParty(call, queueId, { code: 'Setup' }));
  const place: QueuePlace = { queue, party, tried: new Set(), ready: false, offering: false };
  call.queue = place;
  call.pbx.queues.join(queueId, call);
  yield* callerAnswered(call);
  call.pbx.later(call, call.random.int(...call.pbx.timing.greetingMs) + call.gap(), () => {
    place.ready = true;
    call.pbx.queues.dispatch(queueId);
  });
  call.pbx.later(call, queue.maxWaitMs, () => call.pbx.run(call, overflow(call, place, nextQueue(call, place))));
}

/** Phones of agents ring: Proceeding without Setup, labelled with the queue [capture]. */
export function* offer(call: Call, place: QueuePlace, agents: readonly string[]): Act {
  for (const [index, agent] of agents.entries()) {
    if (index > 0) yield call.gap();
    const holder = offerHolder(call, agent);
    if (call.queue === place) {
      const party = call.enter(agentParty(call, place, agent));
      ring(call, { party, kind: 'agent', extensionId: agent, queueId: place.queue.extensionId });
    }
    call.pbx.release(holder, false);
  }
  place.offering = false;
}

function agentParty(call: Call, place: QueuePlace, agent: string): PartyDraft {
  const queueId = place.queue.extensionId;
  const queueName = call.pbx.directory.extension(queueId).name;
  const { name: _own, ...number } = internalParty(call, queueId, { code: 'Proceeding' }).from;
  return {
    ...internalParty(call, queueId, { code: 'Proceeding', mobilePickupData: mobilePickup(call, agent) }),
    extensionId: agent,
    from: { ...number, name: `${queueName} - ${callerLabel(call)}` },
    queueCall: true,
    uiCallInfo: {
      primary: { type: 'QueueName', value: queueName },
      additional: { type: 'CallerIdName', value: callerLabel(call) },
    },
  };
}

/** One agent wins: the others and the queue leave with AgentAnswered [inferred]. */
export function* answerQueue(call: Call, leg: RingingLeg): Act {
  const place = leaveQueue(call);
  call.truly((story, at) => story.leaveQueue(at, 'answered'));
  connect(call, leg.party);
  // Undecided by the documents: some losers are flagged missed although a colleague answered.
  const missedCall = call.random.chance(0.25);
  for (const { party } of [...call.ringing.values()]) {
    yield call.gap();
    call.stop(party, 'answeredElsewhere', { code: 'Disconnected', reason: 'AgentAnswered' }, { missedCall });
  }
  if (place === undefined) return;
  yield call.gap();
  call.move(place.party, { code: 'Disconnected', reason: 'AgentAnswered' });
}

/** An agent lets it ring out or refuses; the queue asks the next one. */
export function* passOn(call: Call, leg: RingingLeg, reason: FailReason | 'NoAnswer'): Act {
  const place = call.queue;
  if (place === undefined) return;
  if (leg.extensionId !== undefined) place.tried.add(leg.extensionId);
  const missedCall = call.random.chance(0.5);
  call.stop(leg.party, endOfRing(reason), { code: 'Disconnected', reason }, { missedCall });
  call.tell({ state: call.ringing.size > 0 ? 'ringing' : 'queued', ringing: ringingExtensions(call) });
  yield call.gap();
  call.pbx.queues.dispatch(place.queue.extensionId);
}

/** Everybody who may be asked has refused: another round after a pause. */
export function nextRound(call: Call): void {
  const place = call.queue;
  if (place === undefined || place.round !== undefined) return;
  place.round = call.pbx.later(call, NEXT_ROUND_MS, () => {
    delete place.round;
    place.tried.clear();
    if (call.queue === place) call.pbx.queues.dispatch(place.queue.extensionId);
  });
}

/** The longest wait is over: phones stop, and another extension or, without one, the queue's own mailbox takes the call. */
export function* overflow(call: Call, place: QueuePlace, toExtensionId: string | undefined): Act {
  if (call.queue !== place) return;
  yield* vacate(call, 'noAnswer', { code: 'Disconnected', reason: 'Timeout' });
  if (toExtensionId === undefined) {
    yield* takeMessage(call, place.queue.extensionId, place.party);
    return;
  }
  call.truly((story, at) => story.leaveQueue(at, 'overflowed'));
  call.tell({ state: 'routing', ringing: [] });
  call.move(place.party, { code: 'Disconnected', reason: 'Timeout' });
  yield call.gap();
  yield* arrive(call, toExtensionId);
}

/** Two queues that overflow into each other do not send a caller round and round. */
function nextQueue(call: Call, { queue }: QueuePlace): string | undefined {
  const { overflowToId } = queue;
  const been = call.truth.queueEntries.some((entry) => entry.queueId === overflowToId);
  return been ? undefined : overflowToId;
}

/** A colleague fetches the call from elsewhere: every phone that rings for it stops, and the queue's part is over. */
export function* stopForPickup(call: Call): Act {
  const status: StatusDraft = { code: 'Disconnected', reason: 'Pickup' };
  const place = leaveQueue(call);
  for (const { party } of [...call.ringing.values()]) {
    call.stop(party, 'answeredElsewhere', status);
    call.tell({ ringing: ringingExtensions(call) });
    yield call.gap();
  }
  if (place === undefined) return;
  call.truly((story, at) => story.leaveQueue(at, 'answered'));
  call.move(place.party, status);
}

/** Takes the caller out of the line and stops every phone that rings for the queue. */
export function* vacate(call: Call, end: OfferEnd, status: StatusDraft): Act {
  leaveQueue(call);
  const missedCall = call.random.chance(0.5);
  for (const { party } of [...call.ringing.values()]) {
    call.stop(party, end, status, { missedCall });
    call.tell({ state: call.ringing.size > 0 ? 'ringing' : 'queued', ringing: ringingExtensions(call) });
    yield call.gap();
  }
}

/** The caller stands in line no more; where that leads is told by whoever knows. */
function leaveQueue(call: Call): QueuePlace | undefined {
  const place = call.queue;
  if (place === undefined) return undefined;
  call.queue = undefined;
  place.round?.cancel();
  call.pbx.queues.leave(place.queue.extensionId, call);
  return place;
}
