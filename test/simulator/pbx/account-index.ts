import type { PartyEnd, SimAccount, SimExtension, SimQueue } from './model.ts';

/** The account, findable. */
export interface AccountIndex {
  readonly account: SimAccount;
  /** Throws on an unknown id: a story that names nobody is a mistake of its author. */
  extension(id: string): SimExtension;
  isUser(id: string): boolean;
  queue(extensionId: string): SimQueue;
  queuesOf(memberId: string): readonly SimQueue[];
  /** Where the main number leads: the first menu, else the first queue, else the first user. */
  front(): SimExtension;
  /** How an extension is written at the end of a party; `dialled` is the number the caller chose, if from outside. */
  endOf(id: string, dialled?: string): PartyEnd;
}

/** Builds the look-ups once. */
export function indexAccount(account: SimAccount): AccountIndex {
  const extensions = new Map(account.extensions.map((extension) => [extension.id, extension]));
  const queues = new Map(account.queues.map((queue) => [queue.extensionId, queue]));
  const memberships = new Map<string, SimQueue[]>();
  for (const queue of account.queues) {
    for (const member of queue.memberIds) memberships.set(member, [...(memberships.get(member) ?? []), queue]);
  }
  const extension = (id: string): SimExtension => {
    const found = extensions.get(id);
    if (found === undefined) throw new Error(`no extension ${id} in account ${account.id}`);
    return found;
  };
  return {
    account,
    extension,
    isUser: (id) => extensions.get(id)?.type === 'User',
    queue(id) {
      const found = queues.get(id);
      if (found === undefined) throw new Error(`extension ${id} is no queue`);
      return found;
    },
    queuesOf: (memberId) => memberships.get(memberId) ?? [],
    front() {
      const byType = (type: SimExtension['type']) => account.extensions.find((one) => one.type === type);
      const found = byType('IvrMenu') ?? byType('Department') ?? byType('User');
      if (found === undefined) throw new Error('an account needs somewhere to lead a caller');
      return found;
    },
    endOf(id, dialled) {
      const { name, extensionNumber } = extension(id);
      return { phoneNumber: dialled ?? extensionNumber, name, extensionId: id };
    },
  };
}
