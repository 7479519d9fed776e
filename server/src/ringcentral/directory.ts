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
import { unwell, well } from './source-status.ts';
import type { SourceStatus } from './source-status.ts';

export interface DirectoryDeps {
  readonly client: RestClient;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** Rung when an extension turned up that is not in the directory. */
  readonly wake: Wake;
}

const extensionsPath = '/restapi/v1.0/account/~/extension';
const queuesPath = '/restapi/v1.0/account/~/call-queues';
const refreshMs = 3_600_000;
/** An extension that stays unknown is asked about in every event: once in five minutes is enough. */
const shortestGapMs = 300_000;
const backOff = { baseMs: 15_000, capMs: 300_000 };

/**
 * Who each extension is: at once, then hourly, and when rung (at most every five minutes). A failed load keeps the
 * directory before it and says so in a status. Cold; ends only by unsubscribing.
 */
export function directory$(deps: DirectoryDeps): Observable<DirectoryObservation | SourceStatus> {
  return supervisedLoop$({ ...deps, name: 'directory', backOff }, (signal) => loadTurn(deps, signal));
}

async function loadTurn(deps: DirectoryDeps, signal: AbortSignal): Promise<Turn<DirectoryObservation | SourceStatus>> {
  const { clock, wake, random } = deps;
  const { directory, failure } = await load(deps, signal);
  const at = clock.now();
  if (failure) {
    return {
      says: [unwell('directory', at, failure)],
      failed: true,
      rest: (failures) => {
        const untilAllowed = (failure.retryAt ?? 0) - clock.now();
        return pause(clock, Math.max(untilAllowed, backOffMs(failures, backOff, random)), signal);
      },
    };
  }
  return {
    says: [...(directory ? [{ kind: 'directory', at, directory } as const] : []), well('directory', at)],
    failed: false,
    rest: async () => {
      await pause(clock, shortestGapMs, signal);
      await wake.wait(refreshMs - shortestGapMs, signal);
    },
  };
}

interface Load {
  readonly directory?: Directory;
  readonly failure?: Failure;
}

async function load({ client, clock, log }: DirectoryDeps, signal: AbortSignal): Promise<Load> {
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
  const { failure } = extensions;
  const entries: readonly Extension[] = [...queues.items, ...extensions.items];
  const fields = { records: entries.length, dropped: extensions.dropped + queues.dropped, detail: failure?.detail };
  const durationMs = Math.round(clock.monotonic() - began);
  (failure ? log.warn : log.info)('directory.loaded', {
    ...fields,
    pages: extensions.pages + queues.pages,
    durationMs,
  });
  if (failure) return { failure };
  return { directory: new Map(entries.map((entry) => [entry.id, entry])) };
}
