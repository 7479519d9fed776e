import type { EventObservation } from '@ringside/shared/domain/observation';
import { decodeNotification } from './decode-event.ts';

/** Lets each telephony-session event through once. */
export interface EventGate {
  /** The event of a notification, or undefined for a repeat, a stranger or something unreadable. */
  admit(body: unknown, receivedAt: number): EventObservation | undefined;
  /** A subscription of ours; events of any other are dropped from now on. */
  own(subscriptionId: string): void;
  /** How many were dropped since the start, by cause, and of how many the time could not be true. */
  counts(): EventCounts;
}

export interface EventCounts {
  readonly duplicates: number;
  readonly strangers: number;
  readonly unreadable: number;
  readonly clamped: number;
}

/** A replay brings at most 100 frames; this holds minutes of the busiest stream. */
const remembered = 10_000;
/** Events of a subscription that we replaced may still come and are as true as any. */
const ownRemembered = 16;

export function createEventGate(): EventGate {
  const seen = new Set<string>();
  const owned = new Set<string>();
  let duplicates = 0;
  let strangers = 0;
  let unreadable = 0;
  let clamped = 0;
  return {
    admit(body, receivedAt) {
      const notification = decodeNotification(body, receivedAt);
      if (!notification) {
        unreadable += 1;
        return undefined;
      }
      const { uuid, subscriptionId, event } = notification;
      // Before the first subscription is known nothing can be called foreign.
      if (subscriptionId !== undefined && owned.size > 0 && !owned.has(subscriptionId)) {
        strangers += 1;
        return undefined;
      }
      if (uuid !== undefined && seen.has(uuid)) {
        duplicates += 1;
        return undefined;
      }
      if (uuid !== undefined) remember(seen, uuid, remembered);
      if (notification.clamped) clamped += 1;
      return event;
    },
    own(subscriptionId) {
      remember(owned, subscriptionId, ownRemembered);
    },
    counts: () => ({ duplicates, strangers, unreadable, clamped }),
  };
}

/** Adds to a set that forgets its oldest members. */
function remember(set: Set<string>, value: string, most: number): void {
  set.delete(value);
  set.add(value);
  if (set.size > most) for (const oldest of set.values()) return void set.delete(oldest);
}
