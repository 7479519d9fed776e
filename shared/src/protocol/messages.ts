import * as z from 'zod/mini';

/**
 * In:  nothing; this is every message of the viewer socket, both directions, as schemas.
 * Out: schemas and the types inferred from them. Event names exist here and nowhere else.
 * Never: a field that a wall may not show. A WallCall has no phone number, caller name or recording.
 */

/** Bump when any schema below changes; version.test.ts pins the hash of the schemas to this number. */
export const PROTOCOL_VERSION = 2;

/** Times are ms since the epoch on the upstream clock. */
export const wallCallSchema = z.strictObject({
  id: z.string(),
  direction: z.enum(['inbound', 'outbound', 'internal']),
  state: z.enum(['routing', 'queued', 'ringing', 'talking', 'held', 'parked', 'voicemail', 'ended']),
  startedAt: z.number(),
  stateSince: z.number(),
  answeredAt: z.optional(z.number()),
  endedAt: z.optional(z.number()),
  /** Whether the outcome counts as missed under the customer's policy. */
  missed: z.optional(z.boolean()),
  /** What an ended call came to; absent while it lives, while that is not known, and for a fax. */
  outcome: z.optional(
    z.enum(['answered', 'missed', 'abandoned', 'shortAbandoned', 'voicemail', 'declined', 'busy', 'failed']),
  ),
  /** Nobody said that it is over: it was not heard of for so long that it is presumed. */
  presumed: z.optional(z.literal(true)),
  unconfirmed: z.optional(z.boolean()),
  /** Learned from its record after the end: when it was answered, if it was, is not known. */
  backfilled: z.optional(z.boolean()),
  /** Machines talk to each other: nobody waits, and nobody can miss it. */
  fax: z.optional(z.literal(true)),
  /** More than two people on it. */
  conference: z.optional(z.literal(true)),
  /** Queue name. */
  queue: z.optional(z.string()),
  /** The outside end, masked on the server: last digits only, e.g. `•••• 4207`; `Anonymous` when unknown. */
  party: z.string(),
  /** The colleague on the call, first name and initial, e.g. `Amara O.`. */
  agent: z.optional(z.string()),
  /** The other colleague of an internal call. */
  peer: z.optional(z.string()),
  /** How many phones ring right now. */
  ringing: z.optional(z.number()),
});
export type WallCall = z.infer<typeof wallCallSchema>;

export const feedHealthSchema = z.strictObject({
  state: z.enum(['starting', 'live', 'degraded', 'stale']),
  troubles: z.array(
    z.enum([
      'catchingUp',
      'eventsDown',
      'eventsSilent',
      'pollFailing',
      'logFailing',
      'rateLimited',
      'loginFailed',
      'permissionMissing',
      'directoryMissing',
      'ownCallsOnly',
      'clockOff',
      'memoryFailing',
    ]),
  ),
  detail: z.optional(z.string()),
  eventAgeMs: z.optional(z.number()),
  pollAgeMs: z.optional(z.number()),
  logAgeMs: z.optional(z.number()),
  directoryAgeMs: z.optional(z.number()),
  limitedUntil: z.optional(z.number()),
  /** The bound that is held: every live call is proved or marked unconfirmed within so many ms. */
  provedWithinMs: z.number(),
  /** What makes the bound longer than it should be; absent when nothing does. */
  boundBy: z.optional(z.enum(['list', 'probes'])),
});

/** Server → viewer, first on every connection. A viewer of another protocol version must reload, not guess. */
export const helloSchema = z.strictObject({
  protocol: z.number(),
  /** Build id of the page this server serves: another one means "reload". */
  build: z.string(),
  epoch: z.string(),
  serverTime: z.number(),
});

/** Server → viewer: the whole picture at `revision`. `serverTime` is the server's wall clock, ms. */
export const snapshotSchema = z.strictObject({
  epoch: z.string(),
  revision: z.number(),
  serverTime: z.number(),
  feed: feedHealthSchema,
  calls: z.array(wallCallSchema),
});

/** Server → viewer: stands on `from` and leads to `to`. A viewer that is elsewhere sends `resync`. */
export const patchSchema = z.strictObject({
  epoch: z.string(),
  from: z.number(),
  to: z.number(),
  serverTime: z.number(),
  upsert: z.array(wallCallSchema),
  remove: z.array(z.string()),
});

/** Server → viewer every 5 s, also when nothing changes: proof that the server and its sources are alive. */
export const tickSchema = z.strictObject({
  epoch: z.string(),
  revision: z.number(),
  serverTime: z.number(),
  feed: feedHealthSchema,
});

export type Hello = z.infer<typeof helloSchema>;
export type Snapshot = z.infer<typeof snapshotSchema>;
export type Patch = z.infer<typeof patchSchema>;
export type Tick = z.infer<typeof tickSchema>;

/** All messages from the server, by socket event name. */
export const serverMessages = {
  hello: helloSchema,
  snapshot: snapshotSchema,
  patch: patchSchema,
  tick: tickSchema,
} as const;

/** All messages from a viewer, by socket event name. */
export const viewerMessages = {
  resync: z.strictObject({ epoch: z.optional(z.string()), revision: z.optional(z.number()) }),
} as const;
export type Resync = z.infer<(typeof viewerMessages)['resync']>;

/** socket.io event maps. */
export interface ServerToViewer {
  hello: (message: Hello) => void;
  snapshot: (message: Snapshot) => void;
  patch: (message: Patch) => void;
  tick: (message: Tick) => void;
}
export interface ViewerToServer {
  resync: (message: Resync) => void;
}
