import type { CallScript, CallStep, SimAccount, SimExtension } from '../pbx/model.ts';
import { rareCalls, type RareCalls } from './rare-scripts.ts';

/** Calls every test needs, ready to be placed in a quiet world. Times from the start of the call, ms, where it matters. */
export interface ScriptedCalls {
  /** All agents ring, the first one answers, the caller hangs up. */
  readonly ringAllAnswered: CallScript;
  /** Menu, then all agents ring, one answers. */
  readonly menuThenQueue: CallScript;
  /** The first agent lets it ring out, the second answers. */
  readonly rotatingSecondAnswers: CallScript;
  readonly abandonedInQueue: CallScript;
  /** Nobody answers for the queue's longest wait: its mailbox takes a message. */
  readonly queueOverflow: CallScript;
  readonly menuHangUp: CallScript;
  readonly directAnswered: CallScript;
  /** Rings out, then a message is left: missed. */
  readonly directMissedVoicemail: CallScript;
  /** The caller hangs up while it rings: missed. */
  readonly directAbandoned: CallScript;
  readonly rejected: CallScript;
  readonly holdResume: CallScript;
  readonly blindTransfer: CallScript;
  readonly blindTransferOutside: CallScript;
  readonly attendedTransfer: CallScript;
  readonly parkPickup: CallScript;
  /** Parked, but the caller does not wait. Not missed: a person has talked. */
  readonly parkAbandoned: CallScript;
  /** Answered on the mobile. */
  readonly findMe: CallScript;
  readonly outboundAnswered: CallScript;
  readonly outboundUnanswered: CallScript;
  readonly outboundBusy: CallScript;
  readonly internalAnswered: CallScript;
  readonly internalUnanswered: CallScript;
  readonly anonymous: CallScript;
}

/**
 * The scripts for an account. It needs a menu, a simultaneous and a rotating queue with two agents or more each, and three
 * users besides; throws an Error naming what is lacking. Most scripts share the
 * first user: place them one after another, or cast your own from `castOf`.
 */
export function scriptedCalls(account: SimAccount): ScriptedCalls & RareCalls {
  const cast = castOf(account);
  const common = { ...queueCalls(cast), ...directCalls(cast), ...transferredCalls(cast), ...diallingCalls(cast) };
  return { ...common, ...rareCalls(cast) };
}

/** Who plays in the scripts. */
export interface Cast {
  readonly menu: string;
  readonly ringAll: { readonly id: string; readonly agents: readonly string[] };
  readonly rotating: { readonly id: string; readonly agents: readonly string[] };
  /** Users in no queue. */
  readonly users: readonly [string, string, string];
}

/** Picks the cast from an account; throws an Error naming what is lacking. */
export function castOf(account: SimAccount): Cast {
  const first = (type: SimExtension['type']) => account.extensions.find((extension) => extension.type === type)?.id;
  const queue = (strategy: 'simultaneous' | 'rotating') => {
    const found = account.queues.find((one) => one.strategy === strategy && one.memberIds.length > 1);
    return found === undefined ? undefined : { id: found.extensionId, agents: found.memberIds };
  };
  const agents = new Set(account.queues.flatMap((one) => one.memberIds));
  const [one, two, three] = account.extensions.filter((each) => each.type === 'User' && !agents.has(each.id));
  return {
    menu: needed(first('IvrMenu'), 'a menu'),
    ringAll: needed(queue('simultaneous'), 'a simultaneous queue of two agents'),
    rotating: needed(queue('rotating'), 'a rotating queue of two agents'),
    users: [
      needed(one, 'a user outside the queues').id,
      needed(two, 'a second user outside the queues').id,
      needed(three, 'a third user outside the queues').id,
    ],
  };
}

function needed<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`the scripts need ${what}`);
  return found;
}

const bye = (after: number, by: 'caller' | 'callee' = 'caller'): CallStep => ({ do: 'hangUp', after, by });

function inbound(toExtensionId: string, ...steps: readonly CallStep[]): CallScript {
  return { kind: 'inbound', number: '+14155550142', callerName: 'WIRELESS CALLER', toExtensionId, steps };
}

function queueCalls({ menu, ringAll, rotating }: Cast) {
  const agent = ringAll.agents[0] ?? '';
  return {
    ringAllAnswered: inbound(ringAll.id, { do: 'answer', after: 5_000, extensionId: agent }, bye(30_000)),
    menuThenQueue: inbound(
      menu,
      { do: 'choose', after: 4_000, extensionId: ringAll.id },
      { do: 'answer', after: 5_000, extensionId: agent },
      bye(30_000),
    ),
    rotatingSecondAnswers: inbound(
      rotating.id,
      { do: 'noAnswer', after: 12_000 },
      { do: 'answer', after: 4_000 },
      bye(20_000, 'callee'),
    ),
    abandonedInQueue: inbound(ringAll.id, bye(20_000)),
    queueOverflow: inbound(rotating.id),
    menuHangUp: inbound(menu, bye(6_000)),
  };
}

function directCalls({ users: [user] }: Cast) {
  const answer: CallStep = { do: 'answer', after: 4_000, extensionId: user };
  return {
    directAnswered: inbound(user, answer, bye(20_000)),
    directMissedVoicemail: inbound(
      user,
      { do: 'noAnswer', after: 20_000, extensionId: user },
      { do: 'voicemail', after: 2_000, messageMs: 12_000 },
    ),
    directAbandoned: inbound(user, bye(9_000)),
    rejected: inbound(
      user,
      { do: 'reject', after: 3_000, extensionId: user },
      { do: 'voicemail', after: 1_000, messageMs: 8_000 },
    ),
    findMe: inbound(user, { do: 'findMe', after: 3_000, extensionId: user, answerAfter: 5_000 }, bye(20_000)),
    holdResume: inbound(
      user,
      answer,
      { do: 'hold', after: 5_000 },
      { do: 'resume', after: 8_000 },
      bye(10_000, 'callee'),
    ),
    anonymous: { kind: 'inbound', anonymous: true, toExtensionId: user, steps: [answer, bye(10_000)] },
  } satisfies Partial<ScriptedCalls>;
}

function transferredCalls({ users: [first, second, third] }: Cast) {
  const answer: CallStep = { do: 'answer', after: 4_000 };
  return {
    blindTransfer: inbound(
      first,
      answer,
      { do: 'blindTransfer', after: 6_000, toExtensionId: second },
      answer,
      bye(15_000),
    ),
    blindTransferOutside: inbound(
      first,
      answer,
      { do: 'blindTransfer', after: 6_000, toNumber: '+13035550117' },
      answer,
      bye(15_000),
    ),
    attendedTransfer: inbound(
      first,
      answer,
      { do: 'attendedTransfer', after: 6_000, toExtensionId: second, consultMs: 10_000 },
      bye(15_000),
    ),
    parkPickup: inbound(
      first,
      answer,
      { do: 'park', after: 5_000 },
      { do: 'pickup', after: 12_000, extensionId: third },
      bye(15_000),
    ),
    parkAbandoned: inbound(first, answer, { do: 'park', after: 5_000 }, bye(30_000)),
  };
}

function diallingCalls({ users: [first, second] }: Cast) {
  const outbound = (...steps: readonly CallStep[]): CallScript => {
    return { kind: 'outbound', fromExtensionId: first, number: '+14085550164', steps };
  };
  const internal = (...steps: readonly CallStep[]): CallScript => {
    return { kind: 'internal', fromExtensionId: first, toExtensionId: second, steps };
  };
  return {
    outboundAnswered: outbound({ do: 'answer', after: 7_000 }, bye(20_000)),
    outboundUnanswered: outbound({ do: 'noAnswer', after: 25_000 }),
    outboundBusy: outbound({ do: 'reject', after: 4_000 }),
    internalAnswered: internal({ do: 'answer', after: 4_000 }, bye(15_000, 'callee')),
    internalUnanswered: internal(bye(12_000)),
  };
}
