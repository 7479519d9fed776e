import { z } from 'zod';
import type { Row } from '@ringside/shared/domain/memory';

/**
 * What a row's value must look like to be believed. The shapes are those of shared/src/domain, field by field; the test
 * beside this file does not compile when they differ, or a field added there would be lost at every restart.
 */
const endpoint = z.object({
  phoneNumber: z.string().exactOptional(),
  name: z.string().exactOptional(),
  extensionId: z.string().exactOptional(),
});

const phase = z.enum([
  ...(['setup', 'ringing', 'answered', 'held', 'parked', 'voicemail', 'fax', 'ended', 'gone', 'unknown'] as const),
]);

const endReason = z.enum([
  ...(['answeredElsewhere', 'noAnswer', 'declined', 'busy', 'cancelled', 'voicemail', 'transferred'] as const),
  ...(['pickedUp', 'parked', 'switched', 'redirected', 'supervision', 'conference', 'failed', 'other'] as const),
]);

const side = z.enum(['placing', 'receiving']);
const state = z.enum(['routing', 'queued', 'ringing', 'talking', 'held', 'parked', 'voicemail', 'ended']);
const direction = z.enum(['inbound', 'outbound', 'internal']);
const outcome = z.enum([
  ...(['answered', 'missed', 'abandoned', 'shortAbandoned', 'voicemail', 'declined', 'busy', 'failed'] as const),
]);
const queue = z.object({ id: z.string(), name: z.string().exactOptional() });
const link = z.object({ callId: z.string().exactOptional(), legId: z.string().exactOptional() });
const recording = z.enum(['on', 'paused']);

const leg = z.object({
  id: z.string(),
  side,
  role: z.enum(['caller', 'person', 'outside', 'queue', 'menu', 'machine', 'monitor', 'unknown']),
  phase,
  extensionId: z.string().exactOptional(),
  from: endpoint,
  to: endpoint,
  startedAt: z.number(),
  answeredAt: z.number().exactOptional(),
  endedAt: z.number().exactOptional(),
  endReason: endReason.exactOptional(),
  queueOffer: z.boolean().exactOptional(),
  queueId: z.string().exactOptional(),
  steps: z.array(z.object({ phase, at: z.number() })),
  mergedInto: link.exactOptional(),
  recording: recording.exactOptional(),
});

export const callSchema = z.object({
  id: z.string(),
  kind: z.enum(['voice', 'fax', 'supervision', 'ownPhone']),
  direction,
  state,
  startedAt: z.number(),
  stateSince: z.number(),
  answeredAt: z.number().exactOptional(),
  endedAt: z.number().exactOptional(),
  endedBy: z.enum(['events', 'probe', 'records', 'presumption']).exactOptional(),
  outcome: outcome.exactOptional(),
  decidedBy: z.enum(['events', 'list', 'log']).exactOptional(),
  missed: z.boolean().exactOptional(),
  conference: z.boolean().exactOptional(),
  continuedIn: z.string().exactOptional(),
  continues: z.array(z.string()).exactOptional(),
  queue: queue.exactOptional(),
  from: endpoint,
  to: endpoint,
  legs: z.array(leg),
  metAt: z.number().exactOptional(),
  backfilled: z.boolean().exactOptional(),
  unconfirmed: z.boolean().exactOptional(),
});

const party = z.object({
  id: z.string(),
  extensionId: z.string().exactOptional(),
  side,
  phase,
  endReason: endReason.exactOptional(),
  from: endpoint,
  to: endpoint,
  queueCall: z.boolean().exactOptional(),
  monitors: z.boolean().exactOptional(),
  mergedInto: link.exactOptional(),
  recording: recording.exactOptional(),
});

const story = z.object({
  legs: z.array(leg),
  state,
  stateSince: z.number(),
  direction,
  queue: queue.exactOptional(),
  answeredAt: z.number().exactOptional(),
});

const stream = z.object({
  sightings: z.array(z.object({ rank: z.number(), at: z.number(), party })),
  highest: z.number(),
  holes: z.array(z.number()),
  unread: z.array(z.number()),
  forgottenTo: z.number(),
  story,
});

const record = z.object({
  sessionId: z.string(),
  verdict: z.enum(['inProgress', 'connected', 'missed', 'unknown']),
  result: z.enum(['answered', 'missed', 'abandoned', 'voicemail', 'declined', 'busy', 'failed']).exactOptional(),
  fax: z.boolean().exactOptional(),
  ringOut: z.boolean().exactOptional(),
  direction: z.enum(['inbound', 'outbound']),
  startedAt: z.number(),
  durationMs: z.number().exactOptional(),
  extensionId: z.string().exactOptional(),
  from: endpoint,
  to: endpoint,
});

const kin = z.object({
  partOf: z.string().exactOptional(),
  continues: z.array(z.string()).exactOptional(),
  continuedIn: z.string().exactOptional(),
  caller: callSchema.pick({ direction: true, from: true, to: true }).exactOptional(),
});

export const sessionSchema = z.object({
  id: z.string(),
  call: callSchema,
  stream: stream.exactOptional(),
  origin: z.enum(['call', 'ringOut', 'conference']).exactOptional(),
  legacyId: z.string().exactOptional(),
  silent: z.boolean().exactOptional(),
  kin: kin.exactOptional(),
  lastProofAt: z.number(),
  lastStateAt: z.number(),
  bornAt: z.number().exactOptional(),
  metAt: z.number().exactOptional(),
  probedAt: z.number().exactOptional(),
  coveredTo: z.number(),
  polled: z.boolean(),
  absentPolls: z.number(),
  records: z.array(record),
  doubt: z
    .object({
      cause: z.enum(['hole', 'absent', 'finished', 'silent', 'unheard', 'overtaken', 'outage']),
      since: z.number(),
      askedAt: z.number(),
    })
    .exactOptional(),
  overSaidAt: z.number().exactOptional(),
  overSince: z.number().exactOptional(),
  settlingSince: z.number().exactOptional(),
  logSays: outcome.exactOptional(),
  endWitnessed: z.boolean().exactOptional(),
});

const schemas: Readonly<Record<Row['kind'], z.ZodType>> = {
  live: sessionSchema,
  settling: sessionSchema,
  ended: callSchema,
  tombstone: z.number(),
  since: z.number(),
};

/** The row that a line of the table stands for; undefined when it makes no sense. */
export function readRow(kind: string, id: string, json: string): Row | undefined {
  const schema = Object.hasOwn(schemas, kind) ? schemas[kind as Row['kind']] : undefined;
  const value = schema?.safeParse(parse(json));
  if (value?.success !== true) return undefined;
  return { kind, id, value: value.data } as unknown as Row;
}

export const tokensSchema = z.object({
  accessToken: z.string().min(1),
  expiresAt: z.number(),
  refreshToken: z.string().min(1).exactOptional(),
  refreshExpiresAt: z.number().exactOptional(),
});

/** Undefined when it is no JSON. */
export function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
