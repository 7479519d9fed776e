import type { EventObservation } from '@ringside/shared/domain/observation';
import type { Clock } from '../runtime/clock.ts';

/** Asks about the calls of a user who hears only of his own part in them. */
export interface OwnCalls {
  hears(event: EventObservation): void;
  stop(): void;
}

/** The other end follows within moments; what comes later has an event, or a lease, of its own. */
const afterMs = 1_000;
const mostPending = 500;

/**
 * Events of the others' parts in a call are kept from a plain user: that the far end rings, answers or is gone. The
 * session itself shows everybody, so it is asked about once after each of the own events.
 */
export function createOwnCalls(clock: Clock, ask: (sessionId: string) => void): OwnCalls {
  const pending = new Map<string, () => void>();
  return {
    hears({ sessionId }) {
      if (pending.has(sessionId) || pending.size >= mostPending) return;
      const cancel = clock.after(afterMs, () => {
        pending.delete(sessionId);
        ask(sessionId);
      });
      pending.set(sessionId, cancel);
    },
    stop() {
      for (const cancel of pending.values()) cancel();
      pending.clear();
    },
  };
}
