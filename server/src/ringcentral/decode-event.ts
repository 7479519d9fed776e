import { z } from 'zod';
import type { EventObservation } from '@ringside/shared/domain/observation';
import { toOrigin } from './decode.ts';
import { decodeParties } from './decode-party.ts';
import { anything, cleanId, cleanTime, isOddTime, lenientId, lenientNumericId, present } from './decode-values.ts';

const bodySchema = z.object({
  sequence: z.union([
    z.int().nonnegative(),
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
  ]),
  telephonySessionId: anything,
  sessionId: lenientNumericId,
  origin: z.object({ type: anything }).partial().optional().catch(undefined),
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
  /** It claims to have happened when it cannot have: its time is that of receipt. */
  readonly clamped: boolean;
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
  const said = body.eventTime ?? timestamp;
  const eventTime = cleanTime(said, receivedAt, oldestEventMs);
  const { sequence, sessionId: legacyId } = body;
  const place = { kind: 'event', at: receivedAt, sessionId, sequence, eventTime } as const;
  return {
    ...(uuid ? { uuid } : {}),
    ...(subscriptionId ? { subscriptionId } : {}),
    event: present({ ...place, origin: toOrigin(body.origin?.type), legacyId, parties }),
    clamped: isOddTime(said, receivedAt, oldestEventMs),
  };
}
