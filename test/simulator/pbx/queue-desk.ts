import type { Call } from './call.ts';
import type { AccountIndex } from './account-index.ts';
import type { SimQueue } from './model.ts';
import type { Occupancy } from './occupancy.ts';

/** Who waits in which queue, first come first served, and whose phone is to ring next. */
export interface QueueDesk {
  join(queueId: string, call: Call): void;
  leave(queueId: string, call: Call): void;
  /** Picks phones for callers of this queue for whom none rings, as far as there are free ones. */
  dispatch(queueId: string): void;
  /** An agent became free: every queue they serve may go on. */
  dispatchFor(agentId: string): void;
}

interface DeskDeps {
  readonly directory: AccountIndex;
  readonly occupancy: Occupancy;
  now(): number;
  /** Rings these phones for the call; they are claimed by the name of the call until their parties exist. */
  offer(call: Call, agents: readonly string[]): void;
  /** Everybody offerable has refused: another round after a pause. */
  retry(call: Call): void;
}

/** How a claim made for an offer is called until the party exists. */
export function offerHolder(call: Call, agentId: string): string {
  return `${call.id}/${agentId}`;
}

/** A ring-all queue rings at most ten phones at once. */
const RING_ALL_LIMIT = 10;

/** Empty queues. Cost of a dispatch is bounded by the phones of the queue, never by who waits. */
export function createQueueDesk(deps: DeskDeps): QueueDesk {
  const waiting = new Map<string, Set<Call>>();
  const lastOffered = new Map<string, string>();

  const candidates = (queue: SimQueue, call: Call): readonly string[] => {
    const free = inTurn(queue, lastOffered.get(queue.extensionId)).filter(
      (id) => call.queue?.tried.has(id) !== true && deps.occupancy.isOfferable(id, deps.now()),
    );
    return queue.strategy === 'rotating' ? free.slice(0, 1) : free.slice(0, RING_ALL_LIMIT);
  };

  const dispatch = (queueId: string): void => {
    const queue = deps.directory.queue(queueId);
    for (const call of waiting.get(queueId) ?? []) {
      const place = call.queue;
      if (place === undefined || !place.ready || place.offering || call.ringing.size > 0) continue;
      const agents = candidates(queue, call);
      if (agents.length === 0) {
        // Only somebody this very caller has worn out may be free for the next one in line.
        if (place.tried.size === 0) return;
        deps.retry(call);
        continue;
      }
      for (const agent of agents) deps.occupancy.claim(agent, offerHolder(call, agent));
      lastOffered.set(queueId, agents.at(-1) ?? '');
      place.offering = true;
      deps.offer(call, agents);
    }
  };

  return {
    join(queueId, call) {
      const line = waiting.get(queueId) ?? new Set<Call>();
      waiting.set(queueId, line.add(call));
    },
    leave: (queueId, call) => void waiting.get(queueId)?.delete(call),
    dispatch,
    dispatchFor(agentId) {
      for (const queue of deps.directory.queuesOf(agentId)) dispatch(queue.extensionId);
    },
  };
}

/** Rotating queues go on after the agent offered last; ring-all keeps the listed order. */
function inTurn(queue: SimQueue, last: string | undefined): readonly string[] {
  const after = queue.strategy === 'rotating' && last !== undefined ? queue.memberIds.indexOf(last) + 1 : 0;
  return [...queue.memberIds.slice(after), ...queue.memberIds.slice(0, after)];
}
