import type { RateGroup } from './rate-window.ts';
import type { Priority } from './rate-budget.ts';

/**
 * Why there is no usable answer. `auth`: RingCentral does not accept who we are · `forbidden`: a permission is missing ·
 * `garbage`: an answer that is not what was asked for · `aborted`: we no longer wanted it.
 */
export type FailureKind =
  'rateLimited' | 'auth' | 'forbidden' | 'notFound' | 'server' | 'network' | 'timeout' | 'garbage' | 'aborted';

/** An expected failure is data. `detail` is fit for people and logs: no secret, no phone number. */
export interface Failure {
  readonly ok: false;
  readonly kind: FailureKind;
  readonly detail: string;
  readonly status?: number;
  /** Wall-clock ms: asking earlier is pointless. */
  readonly retryAt?: number;
  /** The app scope or user permission that RingCentral named. */
  readonly permission?: string;
}

export interface Success {
  readonly ok: true;
  readonly json: unknown;
  readonly headers: Headers;
}

export type Answer = Success | Failure;

/** How one request is to be sent. */
export interface RequestOptions {
  readonly group: RateGroup;
  readonly priority: Priority;
  readonly signal?: AbortSignal;
  readonly query?: Readonly<Record<string, string | number>>;
  /** Longest wait for the rate budget, ms. Default 20 s. */
  readonly maxWaitMs?: number;
}

/** What every reader of RingCentral's REST interface needs. */
export interface RestClient {
  /** GET of a whole path (`/restapi/v1.0/…`) or of a paging link. Never rejects; ends within the wait plus 15 s. */
  get(path: string, options: RequestOptions): Promise<Answer>;
}
