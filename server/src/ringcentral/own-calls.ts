import type { EventObservation } from '@ringside/shared/domain/observation';
import type { Clock } from '../runtime/clock.ts';

/** Asks about the calls of a user who hears only of his own part in them. */
export interface OwnCalls {
  hears(event: EventObservation): void;
  stop(): void;
}

/** The other end follows within moments; what comes later has an event, or a lease, of its own. */
const afterMs = 1_000;
/** That a call is over is believed when it is said twice. */
const againMs = 3_000;
const mostPending = 500;

/**
 * Events of the others' parts in a call are kept from a plain user: that the far end rings, answers or is gone. The
 * session itself shows everybody, so it is asked about after each of the own events, and twice after the own part's end.
 */
export function createOwnCalls(clock: Clock, ask: (sessionId: string) => void): OwnCalls {
  const pending = new Map<string, () => void>();
  function askAfter(ms: number, sessionId: string): void {
    const key = `${String(ms)} ${sessionId}`;
    if (pending.has(key) || pending.size >= mostPending) return;
    const cancel = clock.after(ms, () => {
      pending.delete(key);
      ask(sessionId);
    });
    pending.set(key, cancel);
  }
  return {
    hears({ sessionId, parties }) {
      askAfter(afterMs, sessionId);
      if (parties.every(({ phase }) => phase === 'ended' || phase === 'gone')) askAfter(againMs, sessionId);
    },
    stop() {
      for (const cancel of pending.values()) cancel();
      pending.clear();
    },
  };
}
