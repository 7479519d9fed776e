import type { ProofBound } from './feed-health-bound.ts';

/**
 * How far the live picture can be trusted, as data.
 * `starting`: no complete poll yet ("catching up", never "0 calls") · `live` · `degraded`: one source is missing, the
 * other carries · `stale`: nothing has proved the picture within its bound.
 */
export type FeedState = 'starting' | 'live' | 'degraded' | 'stale';

/** Named causes, shown to people in plain words. */
export type FeedTrouble =
  | 'catchingUp'
  | 'eventsDown'
  | 'eventsSilent'
  | 'pollFailing'
  | 'logFailing'
  | 'rateLimited'
  | 'loginFailed'
  | 'permissionMissing'
  | 'directoryMissing'
  | 'ownCallsOnly'
  | 'clockOff'
  | 'memoryFailing';

export interface FeedHealth extends ProofBound {
  readonly state: FeedState;
  readonly troubles: readonly FeedTrouble[];
  /** Free text that names the cause (e.g. the missing permission); never a secret or a phone number. */
  readonly detail?: string;
  /** Ages in ms of the last proof per source; absent when there was none yet. */
  readonly eventAgeMs?: number;
  readonly pollAgeMs?: number;
  /** The call log's last answer, with news or without. */
  readonly logAgeMs?: number;
  /** The last complete pass over extensions and queues. */
  readonly directoryAgeMs?: number;
  /** While `rateLimited`: when the platform may be asked again, ms since the epoch. */
  readonly limitedUntil?: number;
}

/** What is known of the sources, as the monitor keeps it. Times are local ms. */
export interface FeedFacts {
  readonly linkUp: boolean;
  /** Last proof from the event link: a frame or an answered heartbeat, not merely an open socket. */
  readonly lastEventAt?: number;
  readonly lastCompletePollAt?: number;
  readonly lastLogAt?: number;
  readonly lastDirectoryAt?: number;
  /** Polls that failed in a row. */
  readonly pollFailures: number;
  readonly directoryReady: boolean;
  /** Troubles that a source named itself (rate limit, login, permission). */
  readonly troubles: readonly FeedTrouble[];
  readonly detail?: string;
  readonly limitedUntil?: number;
}

/** Without a complete poll for this long, and without the event link, nothing proves the picture. */
const STALE_MS = 45_000;
/** The link's own heartbeat comes at least this often. */
const LINK_SILENT_MS = 45_000;
const POLL_LATE_MS = 75_000;

/**
 * Judges the facts at `now` (local ms). Both sources proved: live. One: degraded, naming the other. None: stale. `bound`:
 * what the board promises at present, passed on.
 */
export function assess(facts: FeedFacts, now: number, bound: ProofBound): FeedHealth {
  const eventAgeMs = age(facts.lastEventAt, now);
  const pollAgeMs = age(facts.lastCompletePollAt, now);
  const eventsGood = facts.linkUp && eventAgeMs !== undefined && eventAgeMs <= LINK_SILENT_MS;
  const pollGood = pollAgeMs !== undefined && pollAgeMs <= lateMs(bound) && facts.pollFailures < 3;
  const troubles = new Set<FeedTrouble>(facts.troubles);
  if (facts.lastCompletePollAt === undefined) troubles.add('catchingUp');
  else if (!pollGood) troubles.add('pollFailing');
  if (!facts.linkUp) troubles.add('eventsDown');
  else if (!eventsGood) troubles.add('eventsSilent');
  if (!facts.directoryReady) troubles.add('directoryMissing');
  const { detail, limitedUntil } = facts;
  const told = { ...(detail !== undefined && { detail }), ...(limitedUntil !== undefined && { limitedUntil }) };
  const health = { troubles: byGravity(troubles), ...told };
  return { state: stateOf(facts, { eventsGood, pollGood, pollAgeMs }), ...health, ...ages(facts, now), ...bound };
}

/** A list so long that the limits let it be read but rarely is not late for that. */
const lateMs = ({ provedWithinMs, boundBy }: ProofBound): number =>
  boundBy === 'list' ? Math.max(POLL_LATE_MS, provedWithinMs) : POLL_LATE_MS;

/** What says how far the picture reaches, or what else is wrong here, comes after what makes it late or doubtful. */
const MILD: ReadonlySet<FeedTrouble> = new Set<FeedTrouble>(['memoryFailing', 'clockOff', 'ownCallsOnly']);

function byGravity(troubles: ReadonlySet<FeedTrouble>): readonly FeedTrouble[] {
  const all = [...troubles];
  return [...all.filter((trouble) => !MILD.has(trouble)), ...all.filter((trouble) => MILD.has(trouble))];
}

interface Proof {
  readonly eventsGood: boolean;
  readonly pollGood: boolean;
  readonly pollAgeMs: number | undefined;
}

function stateOf(facts: FeedFacts, { eventsGood, pollGood, pollAgeMs }: Proof): FeedState {
  if (facts.lastCompletePollAt === undefined) return 'starting';
  if (!eventsGood && (pollAgeMs === undefined || pollAgeMs > STALE_MS)) return 'stale';
  return eventsGood && pollGood && facts.directoryReady && facts.troubles.length === 0 ? 'live' : 'degraded';
}

function ages(facts: FeedFacts, now: number): Pick<FeedHealth, `${Source}AgeMs`> {
  const eventAgeMs = age(facts.lastEventAt, now);
  const pollAgeMs = age(facts.lastCompletePollAt, now);
  const logAgeMs = age(facts.lastLogAt, now);
  const directoryAgeMs = age(facts.lastDirectoryAt, now);
  return {
    ...(eventAgeMs !== undefined && { eventAgeMs }),
    ...(pollAgeMs !== undefined && { pollAgeMs }),
    ...(logAgeMs !== undefined && { logAgeMs }),
    ...(directoryAgeMs !== undefined && { directoryAgeMs }),
  };
}

type Source = 'event' | 'poll' | 'log' | 'directory';

const age = (since: number | undefined, now: number): number | undefined =>
  since === undefined ? undefined : Math.max(0, now - since);
