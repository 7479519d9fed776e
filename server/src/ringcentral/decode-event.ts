import { z } from 'zod';
import type { EventObservation } from '@ringside/shared/domain/observation';
import { decodeParties } from './decode-party.ts';
import { anything, cleanId, cleanTime, lenientId } from './decode-values.ts';

const bodySchema = z.object({
  sequence: z.union([
    z.int().nonnegative(),
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
  ]),
  telephonySessionId: anything,
  eventTime: anything,
  parties: anything,
});

const notificationSchema = z.object({
  uuid: lenientId,
  event: z.string(),
  timestamp: anything,
  subscriptionId: lenientId,
  body: bodySchema,
});

export interface Notification {
  /** Identifies the delivery: the same uuid twice is the same event. */
  readonly uuid?: string;
  readonly subscriptionId?: string;
  readonly event: EventObservation;
}

/** An event can be late by the recovery window (180 s) and a little more, not by hours. */
const oldestEventMs = 300_000;

/**
 * A `ServerNotification` body as an event; undefined when it is no readable telephony-session event. The `event` path
 * is not compared with the filter: on one subscription it differs from party to party (seen in captured traffic).
 */
export function decodeNotification(value: unknown, receivedAt: number): Notification | undefined {
  const parsed = notificationSchema.safeParse(value);
  if (!parsed.success || !/\/telephony\/sessions/.test(parsed.data.event)) return undefined;
  const { uuid, subscriptionId, body, timestamp } = parsed.data;
  const sessionId = cleanId(body.telephonySessionId);
  const { parties } = decodeParties(body.parties);
  if (sessionId === undefined || parties.length === 0) return undefined;
  const eventTime = cleanTime(body.eventTime ?? timestamp, receivedAt, oldestEventMs);
  return {
    ...(uuid ? { uuid } : {}),
    ...(subscriptionId ? { subscriptionId } : {}),
    event: { kind: 'event', at: receivedAt, sessionId, sequence: body.sequence, eventTime, parties },
  };
}
