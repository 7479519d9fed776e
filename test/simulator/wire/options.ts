import type { RateGroup } from './rate-groups.ts';

/** Range in ms from which one value is drawn per change, seeded. */
export type Spread = readonly [number, number];

/**
 * How the simulated platform is set up and in which documented ways it lies.
 * Every vice is on by default, because the real platform has it on; a test may switch each one off alone.
 */
export interface RestOptions {
  /** App setting "issue refresh tokens". Off by default for JWT apps on the platform; on here, see `no-refresh-token`. */
  readonly issueRefreshToken: boolean;
  /** Default life of an access token, s. */
  readonly expiresIn: number;
  readonly refreshExpiresIn: number;
  /** App scopes granted at login. */
  readonly scopes: readonly string[];
  /** Whether the JWT's owner is an administrator; a plain user may not read the account. */
  readonly admin: boolean;
  /** Parallel sessions per user and app; one more evicts the oldest. */
  readonly maxSessions: number;
  readonly wsTokenExpiresIn: number;
  readonly budgets: Readonly<Record<RateGroup, number>>;
  /** Sliding window and penalty, ms. */
  readonly rateWindowMs: number;
  readonly penaltyMs: number;
  /** How long a change of a record takes to reach active-calls. */
  readonly activeCallsLagMs: Spread;
  /** How long an ended call stays in active-calls with its final result. */
  readonly lingerMs: number;
  /** How long after its end a call enters the call log. */
  readonly callLogDelayMs: Spread;
  /** How much later than the record its recording appears. */
  readonly recordingDelayMs: Spread;
  /** Share of answered calls of 30 s or more that are recorded. */
  readonly recordedShare: number;
  /** Live record of a queue's agent reads Outbound, "VoIP Call", from the agent. */
  readonly reverseLiveQueueCalls: boolean;
  /** Calls that wait in a queue or walk through a menu are in active-calls. */
  readonly showRoutingCalls: boolean;
  /** Calls still ringing at a person are in active-calls. */
  readonly showRingingCalls: boolean;
  /** Every agent a queue rang in vain has a record "Answered Elsewhere" of his own. */
  readonly recordsOfLosers: boolean;
  /** `GET telephony/sessions/{id}` of an ended session: Disconnected this long, then 404. */
  readonly sessionGoneAfterMs: number;
  /** paging.totalPages and totalElements in the call-log family. */
  readonly callLogTotals: boolean;
  /** `http:` webhook addresses pass; the platform refuses them with SUB-523. */
  readonly allowPlainWebhooks: boolean;
}

export const defaultRestOptions: RestOptions = {
  issueRefreshToken: true,
  expiresIn: 3600,
  refreshExpiresIn: 604_800,
  scopes: [
    'ReadAccounts',
    'ReadCallLog',
    'ReadCallRecording',
    'ReadPresence',
    'CallControl',
    'ReadMessages',
    'SubscriptionWebhook',
    'WebSocketsSubscription',
  ],
  admin: true,
  maxSessions: 5,
  wsTokenExpiresIn: 30,
  budgets: { light: 50, medium: 40, heavy: 10, auth: 5 },
  rateWindowMs: 60_000,
  penaltyMs: 60_000,
  activeCallsLagMs: [3_000, 10_000],
  lingerMs: 120_000,
  callLogDelayMs: [15_000, 30_000],
  recordingDelayMs: [20_000, 60_000],
  recordedShare: 0.6,
  reverseLiveQueueCalls: true,
  showRoutingCalls: false,
  showRingingCalls: true,
  recordsOfLosers: false,
  sessionGoneAfterMs: 5_000,
  callLogTotals: false,
  allowPlainWebhooks: true,
};
