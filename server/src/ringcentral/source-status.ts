import type { FeedTrouble } from '@ringside/shared/domain/feed-health';
import type { Failure } from './answer.ts';

/** How one source of facts stands. No `trouble` means it is well. */
export interface SourceStatus {
  readonly kind: 'status';
  readonly source: 'poll' | 'events' | 'directory' | 'probe' | 'log' | 'clock';
  /** Local time, ms since the epoch. */
  readonly at: number;
  readonly trouble?: FeedTrouble;
  /** What to tell people: names the missing permission or the wrong setting; no secret, no phone number. */
  readonly detail?: string;
  /** Wall-clock ms at which it will be tried again, when known. */
  readonly until?: number;
}

const ownTrouble: Readonly<Record<SourceStatus['source'], FeedTrouble>> = {
  poll: 'pollFailing',
  events: 'eventsDown',
  directory: 'directoryMissing',
  probe: 'pollFailing',
  log: 'logFailing',
  clock: 'clockOff',
};

/** What RingCentral was asked for, where its answer makes no sense. */
const asked: Readonly<Record<SourceStatus['source'], string>> = {
  poll: "RingCentral's list of calls",
  events: "RingCentral's event link",
  directory: "RingCentral's directory",
  probe: "RingCentral's word on a call",
  log: "RingCentral's call log",
  clock: "RingCentral's clock",
};

/** A source that works. */
export function well(source: SourceStatus['source'], at: number): SourceStatus {
  return { kind: 'status', source, at };
}

/** A source that failed, with the failure's cause as its trouble where it has a name of its own. */
export function unwell(source: SourceStatus['source'], at: number, failure: Failure): SourceStatus {
  const until = failure.retryAt === undefined ? {} : { until: failure.retryAt };
  return {
    kind: 'status',
    source,
    at,
    trouble: troubleOf(source, failure),
    detail: failure.kind === 'garbage' ? `${asked[source]}: ${failure.detail}` : describeFailure(failure),
    ...until,
  };
}

/** A source that reads the own calls only, because the user is no administrator: all is well as far as it goes. */
export function ownCallsOnly(source: SourceStatus['source'], at: number): SourceStatus {
  const detail = 'the signed-in user is no administrator: RingCentral shows the calls of this extension only';
  return { kind: 'status', source, at, trouble: 'ownCallsOnly', detail };
}

function troubleOf(source: SourceStatus['source'], { kind }: Failure): FeedTrouble {
  if (kind === 'auth') return 'loginFailed';
  if (kind === 'forbidden') return 'permissionMissing';
  return kind === 'rateLimited' ? 'rateLimited' : ownTrouble[source];
}

/** The failure in words for people. */
export function describeFailure({ kind, detail, permission }: Failure): string {
  if (kind !== 'forbidden') return detail;
  return permission && permission !== 'unnamed'
    ? `RingCentral says the permission ${permission} is missing`
    : `RingCentral says a permission is missing (${detail})`;
}
