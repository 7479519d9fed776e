import type { SimAccount, SimExtension, SimQueue } from './model.ts';
import { companyNumber, staffName } from './people.ts';

/** A company in a few words; ids, numbers, names and devices follow from it. */
export interface CompanyPlan {
  readonly id: string;
  readonly users: number;
  /** Users with a number of their own: the first ones. */
  readonly directNumbers: number;
  readonly queues: readonly QueuePlan[];
  /** Names of the menus; the first is what the main number leads to. */
  readonly menus: readonly string[];
  readonly parkLocations: readonly string[];
  readonly faxLines?: readonly string[];
  /** Positions of the users without a mailbox. */
  readonly withoutMailbox?: readonly number[];
}

export interface QueuePlan {
  readonly name: string;
  readonly strategy: SimQueue['strategy'];
  /** Positions of its agents among the users, from 0. */
  readonly members: readonly number[];
  readonly ringMs: number;
  readonly maxWaitMs: number;
  /** Position among the queues of the one that takes who has waited too long. */
  readonly overflowTo?: number;
  /** Answered within how many seconds counts as good service. */
  readonly withinSeconds: number;
}

/** Builds the account: users from extension 101, queues from 201, menus from 301, mailbox 401, fax lines
 * from 701, park locations from 801. */
export function buildAccount(plan: CompanyPlan): SimAccount {
  const id = (kind: number, index: number): string => `6304${kind}${String(index).padStart(5, '0')}04`;
  const users = Array.from({ length: plan.users }, (_, index): SimExtension => {
    const name = staffName(index);
    return {
      id: id(1, index),
      extensionNumber: String(index < 99 ? 101 + index : 1_000 + index),
      name,
      type: 'User',
      deviceId: `8021${String(index).padStart(5, '0')}04`,
      email: `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}${index}@example.com`,
      ...(plan.withoutMailbox?.includes(index) === true ? { noMailbox: true } : {}),
      ...(index < plan.directNumbers ? { directNumber: companyNumber(index + 10) } : {}),
    };
  });
  const plain = (type: SimExtension['type'], kind: number, names: readonly string[]): SimExtension[] =>
    names.map((name, index) => ({ id: id(kind, index), extensionNumber: String(kind * 100 + index + 1), name, type }));
  const departments = plain(
    'Department',
    2,
    plan.queues.map((queue) => queue.name),
  );
  return {
    id: plan.id,
    mainNumber: companyNumber(0),
    adminExtensionId: id(1, 0),
    extensions: [
      ...users,
      ...departments,
      ...plain('IvrMenu', 3, plan.menus),
      ...plain('Voicemail', 4, ['Company Mailbox']),
      ...plain('ParkLocation', 8, plan.parkLocations),
      ...plain('FaxUser', 7, plan.faxLines ?? []),
    ],
    queues: plan.queues.map((queue, index) => buildQueue(queue, id(2, index), id)),
  };
}

function buildQueue(plan: QueuePlan, extensionId: string, id: (kind: number, index: number) => string): SimQueue {
  return {
    extensionId,
    strategy: plan.strategy,
    memberIds: plan.members.map((member) => id(1, member)),
    ringMs: plan.ringMs,
    maxWaitMs: plan.maxWaitMs,
    ...(plan.overflowTo === undefined ? {} : { overflowToId: id(2, plan.overflowTo) }),
    serviceLevel: {
      slaGoal: 80,
      slaThresholdSeconds: plan.withinSeconds,
      includeAbandonedCalls: true,
      abandonedThresholdSeconds: 5,
    },
  };
}
