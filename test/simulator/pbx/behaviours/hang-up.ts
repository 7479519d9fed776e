import type { Call } from '../call.ts';
import type { Act } from '../pbx.ts';
import { isOver, type StatusDraft } from '../session-machine.ts';
import { closeMailbox } from './mailbox.ts';
import { vacate } from './queue.ts';

/** Ends the call wherever it stands; whoever hangs up is reported first [capture]. */
export function* hangUp(call: Call, by: 'caller' | 'callee'): Act {
  if (call.truth.state === 'voicemail') yield* closeMailbox(call);
  else if (call.queue !== undefined) yield* abandonQueue(call);
  else {
    call.truly((story, at) => {
      story.pause(at);
      if (by === 'caller') story.callerLeaves(at);
    });
    yield* leave(call, first(call, by));
  }
}

/** In a queue the phones stop first, then the queue, flagged missed, then the caller [inferred]. */
function* abandonQueue(call: Call): Act {
  const queueParty = call.queue?.party;
  const reason = call.random.pick(['AgentDropped', 'Cancelled']);
  yield* vacate(call, 'callerLeft', { code: 'Disconnected', reason });
  call.truly((story, at) => story.leaveQueue(at, 'abandoned'));
  if (queueParty !== undefined) call.move(queueParty, { code: 'Disconnected' }, { missedCall: true });
  yield call.gap();
  call.truly((story, at) => story.callerLeaves(at));
  if (call.customer !== undefined) call.move(call.customer, { code: 'Disconnected' });
}

/** The party of the one who hangs up. */
function first(call: Call, by: 'caller' | 'callee'): number | undefined {
  const callerSide = call.truth.direction === 'outbound' ? call.staff : call.customer;
  const calleeSide = call.truth.direction === 'outbound' ? call.customer : call.staff;
  return by === 'caller' ? callerSide : (calleeSide ?? callerSide);
}

function* leave(call: Call, leaving: number | undefined): Act {
  if (leaving !== undefined) call.move(leaving, { code: 'Disconnected' });
  for (let number = 1; number <= call.parties().length; number += 1) {
    if (isOver(call.party(number).status.code)) continue;
    yield call.gap();
    const unanswered = call.ringing.has(number);
    call.stop(number, 'callerLeft', unanswered ? cancelled(call) : { code: 'Disconnected' }, {
      missedCall: unanswered && call.truth.direction === 'inbound' && !call.talked,
    });
  }
}

/** A phone whose caller gave up says so, or says nothing [inferred]. */
function cancelled(call: Call): StatusDraft {
  return call.random.chance(0.5) ? { code: 'Disconnected', reason: 'Cancelled' } : { code: 'Disconnected' };
}
