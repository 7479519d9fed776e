import { defer } from 'rxjs';
import type { Observable } from 'rxjs';
import type { PollObservation } from '@ringside/shared/domain/observation';
import { pause } from '../runtime/clock.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Wake } from '../runtime/wake.ts';
import { backOffMs, supervisedLoop$ } from '../runtime/worker-loop.ts';
import type { Turn } from '../runtime/worker-loop.ts';
import type { Failure, RestClient } from './answer.ts';
import { decodeRecord } from './decode-record.ts';
import type { IdentifiedRecord } from './decode-record.ts';
import { readPages } from './paged.ts';
import type { PollPace } from './poll-pace.ts';
import type { Reach } from './reach.ts';
import { ownCallsOnly, unwell, well } from './source-status.ts';
import type { SourceStatus } from './source-status.ts';

/** Calls of the whole company, or of the own extension only, for want of a permission. */
type Level = 'account' | 'extension';

export interface ActiveCallsDeps {
  readonly client: RestClient;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly pace: Pick<PollPace, 'polled' | 'everyMs'>;
  readonly reach: Pick<Reach, 'refused' | 'granted' | 'ownCallsOnly'>;
  /** Whose calls the events tell of at present. */
  readonly eventLevel: () => Level;
  /** Rung to poll at once. */
  readonly wake: Wake;
}

const paths: Readonly<Record<Level, string>> = {
  account: '/restapi/v1.0/account/~/active-calls',
  extension: '/restapi/v1.0/account/~/extension/~/active-calls',
};

/** A bell that is rung in a storm must not eat the Heavy budget of 10 a minute. */
const shortestGapMs = 3_000;
/** The wanted pace is asked for anew so often while waiting: a link that is lost makes it faster. */
const lookAgainMs = 5_000;
/** Ten pages are a whole minute of the Heavy budget; the later ones wait for their turn. */
const maxWaitMs = 70_000;
/** How long the own extension's calls stand in for the account's before the permission is asked for again. */
const deniedForMs = 600_000;
const deniedRetryMs = 60_000;
const backOff = { baseMs: 5_000, capMs: 60_000 };

interface Poll {
  readonly pages: number;
  readonly observation?: PollObservation;
  readonly failure?: Failure;
  /** All pages came, but not every record in them could be read. */
  readonly unreadable?: Failure;
}

interface Denied {
  readonly failure: Failure;
  /** Monotonic ms. */
  readonly until: number;
}

type PollTurn = Turn<PollObservation | SourceStatus>;

/**
 * Polls active-calls (Heavy) for ever, the first time at once. Emits an observation for every pass that brought at least
 * one page, complete or not, and a status after each. Cold; ends only by unsubscribing.
 */
export function activeCalls$(deps: ActiveCallsDeps): Observable<PollObservation | SourceStatus> {
  return defer(() => {
    let denied: Denied | undefined;
    return supervisedLoop$({ ...deps, name: 'poll', backOff }, async (signal): Promise<PollTurn> => {
      const startedAt = deps.clock.monotonic();
      if (denied && startedAt >= denied.until) denied = undefined;
      deps.wake.hush();
      const poll = await pollOnce(deps, denied ? 'extension' : 'account', signal);
      if (!denied && !poll.failure) deps.reach.granted();
      if (denied || poll.failure?.kind !== 'forbidden') return outcome(deps, poll, { denied, startedAt, signal });
      await deps.reach.refused(signal);
      denied = { failure: poll.failure, until: deps.clock.monotonic() + deniedForMs };
      // The own extension's calls are asked for at once.
      return { ...outcome(deps, poll, { denied, startedAt, signal }), failed: false, rest: () => Promise.resolve() };
    });
  });
}

interface Pass {
  readonly denied: Denied | undefined;
  /** Monotonic ms. */
  readonly startedAt: number;
  readonly signal: AbortSignal;
}

function outcome(deps: ActiveCallsDeps, poll: Poll, { denied, startedAt, signal }: Pass): PollTurn {
  const { observation, failure } = poll;
  const endedAt = deps.clock.monotonic();
  if (observation?.complete) deps.pace.polled({ pages: poll.pages, lastedMs: endedAt - startedAt });
  return {
    says: observation ? [observation, standing(deps, poll, denied)] : [standing(deps, poll, denied)],
    failed: failure !== undefined,
    rest: (failures) => {
      const afterFailure = failure && endedAt + delayAfter(deps, failure, failures);
      return restUntil(deps, () => afterFailure ?? startedAt + deps.pace.everyMs(), { startedAt, signal });
    },
  };
}

/** The missing account-wide permission stays the trouble to tell while only the own calls can be read. */
function standing({ clock, reach }: ActiveCallsDeps, poll: Poll, denied: Denied | undefined): SourceStatus {
  const at = clock.now();
  const { failure = denied?.failure ?? poll.unreadable } = poll;
  if (denied && failure === denied.failure && reach.ownCallsOnly()) return ownCallsOnly('poll', at);
  return failure ? unwell('poll', at, failure) : well('poll', at);
}

/** Waits until the time that `due` names, monotonic ms, or until it is rung; what is due may change meanwhile. */
async function restUntil(
  { clock, wake }: ActiveCallsDeps,
  due: () => number,
  { startedAt, signal }: Pick<Pass, 'startedAt' | 'signal'>,
): Promise<void> {
  for (let leftMs = due() - clock.monotonic(); leftMs > 0; leftMs = due() - clock.monotonic()) {
    const why = await wake.wait(Math.min(leftMs, lookAgainMs), signal);
    if (why === 'aborted') return;
    if (why === 'time') continue;
    const gapMs = startedAt + shortestGapMs - clock.monotonic();
    if (gapMs > 0) await pause(clock, gapMs, signal);
    return;
  }
}

function delayAfter({ clock, random }: ActiveCallsDeps, failure: Failure, failures: number): number {
  if (failure.kind === 'forbidden') return deniedRetryMs;
  if (failure.retryAt !== undefined) return Math.max(1_000, failure.retryAt - clock.now() + 1_000 * random());
  return shortestGapMs + backOffMs(failures, backOff, random);
}

async function pollOnce(deps: ActiveCallsDeps, level: Level, signal: AbortSignal): Promise<Poll> {
  const { client, clock, log } = deps;
  const startedAt = clock.now();
  const began = clock.monotonic();
  const query = { view: 'Simple', type: 'Voice', perPage: 1000, page: 1 };
  const options = { group: 'heavy', priority: 'poll', maxWaitMs, signal, query } as const;
  const list = await readPages(client, paths[level], options, (record) => decodeRecord(record, clock.now()));
  const { pages, dropped, failure } = list;
  const records = withoutRepeats(list.items);
  const complete = !failure;
  // The own calls prove nothing about the others that events tell of: not in such a list is not gone.
  const gaps = dropped > 0 || (level === 'extension' && deps.eventLevel() === 'account');
  const clamped = list.items.filter((item) => item.clamped).length;
  const fields = { pages, records: records.length, dropped, clamped, complete, kind: level };
  const write = complete && dropped === 0 ? log.info : log.warn;
  write('poll.finished', { ...fields, durationMs: Math.round(clock.monotonic() - began), detail: failure?.detail });
  const observation: PollObservation = {
    kind: 'poll',
    at: clock.now(),
    startedAt,
    complete,
    records,
    ...(gaps && { gaps }),
  };
  return {
    pages,
    ...(pages > 0 ? { observation } : {}),
    ...(failure ? { failure } : {}),
    ...(dropped > 0 ? { unreadable: unreadableRecords(dropped) } : {}),
  };
}

function unreadableRecords(count: number): Failure {
  return { ok: false, kind: 'garbage', detail: `${String(count)} entries that could not be read` };
}

/** A list that grows while it is read shows its last record again on the next page. */
function withoutRepeats(list: readonly IdentifiedRecord[]): PollObservation['records'] {
  const seen = new Set<string>();
  const fresh = list.filter(({ recordId }) => {
    if (recordId === undefined) return true;
    const repeated = seen.has(recordId);
    seen.add(recordId);
    return !repeated;
  });
  return fresh.map(({ record }) => record);
}
