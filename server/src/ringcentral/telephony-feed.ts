import { Observable } from 'rxjs';
import type { EventObservation, LinkObservation } from '@ringside/shared/domain/observation';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { RingCentralClient } from './client.ts';
import { createFeedSupervisor } from './feed-supervisor.ts';
import type { FeedSupervisor } from './feed-supervisor.ts';
import type { FeedTimings } from './feed-timings.ts';
import type { SpawnFence } from './fence.ts';
import type { RateBudget } from './rate-budget.ts';
import type { SourceStatus } from './source-status.ts';

export type FeedOutput = EventObservation | LinkObservation | SourceStatus;

export interface TelephonyFeedDeps {
  readonly client: Pick<RingCentralClient, 'post'>;
  readonly budget: RateBudget;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly spawn: SpawnFence;
  /** Whether the user is known to have no right to the account's events. */
  readonly ownCallsOnly: () => boolean;
  readonly timings?: Partial<FeedTimings>;
}

export interface TelephonyFeed {
  /** Events and the state of their link. Cold: a worker runs while there is a subscriber. */
  readonly output$: Observable<FeedOutput>;
  /** True while events flow. */
  ready(): boolean;
  /** `account`: events of the whole company · `extension`: of the own extension only, for want of a permission. */
  level(): 'account' | 'extension';
  /** Starts a new subscription, for a reason that only the outside can see. */
  restart(reason: string): void;
  /** Ends the subscription upstream and the worker; at most 1 s. */
  close(): Promise<void>;
}

/** The telephony-session event feed behind its fence. */
export function createTelephonyFeed(deps: TelephonyFeedDeps): TelephonyFeed {
  let present: FeedSupervisor | undefined;
  const output$ = new Observable<FeedOutput>((subscriber) => {
    const supervisor = createFeedSupervisor(deps, (value) => {
      subscriber.next(value);
    });
    present = supervisor;
    supervisor.start();
    return () => {
      void supervisor.close();
    };
  });
  return {
    output$,
    ready: () => present?.ready() ?? false,
    level: () => present?.level() ?? 'account',
    restart: (reason) => present?.restart(reason),
    close: async () => present?.close(),
  };
}
