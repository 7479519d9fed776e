import type { Observable } from 'rxjs';
import type { Directory, Extension } from '@ringside/shared/domain/directory';
import type { DirectoryObservation } from '@ringside/shared/domain/observation';
import { pause } from '../runtime/clock.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Wake } from '../runtime/wake.ts';
import { backOffMs, supervisedLoop$ } from '../runtime/worker-loop.ts';
import type { Turn } from '../runtime/worker-loop.ts';
import type { Failure, RestClient } from './answer.ts';
import { decodeExtension, decodeQueue } from './decode-extension.ts';
import { readPages } from './paged.ts';
import type { Reach } from './reach.ts';
import { ownCallsOnly, unwell, well } from './source-status.ts';
import type { SourceStatus } from './source-status.ts';

export interface DirectoryDeps {
  readonly client: RestClient;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly reach: Pick<Reach, 'refused' | 'ownCallsOnly' | 'self'>;
  /** Rung when an extension turned up that is not in the directory. */
  readonly wake: Wake;
}

const extensionsPath = '/restapi/v1.0/account/~/extension';
const queuesPath = '/restapi/v1.0/account/~/call-queues';
const refreshMs = 3_600_000;
/** An extension that stays unknown is asked about in every event: once in five minutes is enough. */
const shortestGapMs = 300_000;
const backOff = { baseMs: 15_000, capMs: 300_000 };
/** A missing permission does not come back within seconds. */
const deniedRetryMs = 300_000;

/**
 * Who each extension is: at once, then hourly, and when rung (at most every five minutes). A failed load keeps the
 * directory before it and says so in a status. Cold; ends only by unsubscribing.
 */
export function directory$(deps: DirectoryDeps): Observable<DirectoryObservation | SourceStatus> {
  let known = false;
  return supervisedLoop$({ ...deps, name: 'directory', backOff }, async (signal) => {
    const loaded = await load(deps, signal);
    // Half a directory is better than none, and worse than the whole one from before.
    const directory = loaded.failure && known ? undefined : loaded.directory;
    known ||= directory !== undefined && !loaded.failure;
    return turnOf(deps, { ...loaded, directory }, signal);
  });
}

function turnOf(deps: DirectoryDeps, loaded: Load, signal: AbortSignal): Turn<DirectoryObservation | SourceStatus> {
  const { clock, wake, random, reach } = deps;
  const { directory, failure } = loaded;
  const at = clock.now();
  const news = directory ? [{ kind: 'directory', at, directory } as const] : [];
  if (failure) {
    const own = failure.kind === 'forbidden' && reach.ownCallsOnly();
    return {
      says: [...news, own ? ownCallsOnly('directory', at) : unwell('directory', at, failure)],
      failed: true,
      rest: (failures) => {
        const untilAllowed = failure.kind === 'forbidden' ? deniedRetryMs : (failure.retryAt ?? 0) - clock.now();
        return pause(clock, Math.max(untilAllowed, backOffMs(failures, backOff, random)), signal);
      },
    };
  }
  return {
    says: [...news, well('directory', at)],
    failed: false,
    rest: async () => {
      await pause(clock, shortestGapMs, signal);
      await wake.wait(refreshMs - shortestGapMs, signal);
    },
  };
}

interface Load {
  readonly directory: Directory | undefined;
  readonly failure?: Failure;
}

async function load({ client, clock, log, reach }: DirectoryDeps, signal: AbortSignal): Promise<Load> {
  const began = clock.monotonic();
  const options = {
    group: 'medium',
    priority: 'directory',
    maxWaitMs: 60_000,
    signal,
    query: { perPage: 1000 },
  } as const;
  const extensions = await readPages(client, extensionsPath, options, decodeExtension);
  // Queues stand in both lists; theirs is asked too because an account may hide them from the first.
  const queues = await readPages(client, queuesPath, options, decodeQueue);
  const trouble = extensions.failure;
  if (trouble?.kind === 'forbidden') await reach.refused(signal);
  const self = trouble ? reach.self() : undefined;
  const entries: readonly Extension[] = [...queues.items, ...(self ? [self] : []), ...extensions.items];
  // Without the extensions the queues alone are worth having, who is a queue is no person; so is who we are ourselves.
  const failure = trouble && entries.length === 0 ? trouble : undefined;
  const fields = { records: entries.length, dropped: extensions.dropped + queues.dropped, detail: trouble?.detail };
  const durationMs = Math.round(clock.monotonic() - began);
  (trouble ? log.warn : log.info)('directory.loaded', {
    ...fields,
    pages: extensions.pages + queues.pages,
    durationMs,
  });
  if (failure) return { failure, directory: undefined };
  return { directory: new Map(entries.map((entry) => [entry.id, entry])), ...(trouble && { failure: trouble }) };
}
