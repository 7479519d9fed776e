import type { Outcome } from './call.ts';

/**
 * What counts as missed, as data. The outcome is a fact; whether it is a miss is the customer's word, and the field has
 * many (team, hung up before any terminus, rang to the limit …).
 */
export interface OutcomePolicy {
  readonly name: PolicyName;
  /** A caller who left within this long is `shortAbandoned`. ms; 0 knows no such thing. */
  readonly shortAbandonMs: number;
  /** Outcomes that count as missed. */
  readonly missed: readonly Outcome[];
  /** Nothing counts as missed unless a phone rang or a queue was entered. */
  readonly onlyIfOffered?: boolean;
}

export type PolicyName = 'team' | 'automator' | 'analytics' | 'talkdesk' | 'xima' | 'practice';

const UNANSWERED: readonly Outcome[] = [
  'missed',
  'abandoned',
  'shortAbandoned',
  'voicemail',
  'declined',
  'busy',
  'failed',
];

/** The definitions in use in the field; `team` is the default: no person talked to the caller in the whole session. */
export const outcomePolicies: Readonly<Record<PolicyName, OutcomePolicy>> = {
  team: { name: 'team', shortAbandonMs: 5_000, missed: UNANSWERED },
  /** RingCentral Automator: hung up before any terminus; a mailbox or a time-out that routed on is no miss. */
  automator: { name: 'automator', shortAbandonMs: 0, missed: ['abandoned'] },
  /** RingCentral analytics: rang to its limit unanswered. */
  analytics: { name: 'analytics', shortAbandonMs: 0, missed: ['missed', 'busy', 'declined'] },
  /** Talkdesk: ended by the flow, not by the caller. */
  talkdesk: { name: 'talkdesk', shortAbandonMs: 5_000, missed: ['missed', 'declined', 'busy', 'failed'] },
  /** Xima: an agent or a group was rung or queued for, and nobody talked. */
  xima: { name: 'xima', shortAbandonMs: 0, missed: UNANSWERED, onlyIfOffered: true },
  /** Practice by Numbers: a message left is a miss, and so is a drop within five seconds. */
  practice: { name: 'practice', shortAbandonMs: 5_000, missed: UNANSWERED },
};

export const standardPolicy = outcomePolicies.team;
