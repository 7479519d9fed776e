import type { CallScript, CallStep } from '../pbx/model.ts';
import { mobileNumber } from '../pbx/people.ts';
import type { TrafficDesk } from '../pbx/scenario.ts';

/** Typical lengths, ms; each call varies around them. */
export interface Tempo {
  readonly talkMs: number;
  readonly ringMs: number;
  /** How long a caller waits for a person before giving up. */
  readonly patienceMs: number;
}

/** Makes one call out of who is there now, or none when nobody fits. */
export type Story = (desk: TrafficDesk, tempo: Tempo) => CallScript | undefined;

const MENU_MS = 5_000;
const HOLD_MS = 18_000;
const PARKED_MS = 14_000;
const CONSULT_MS = 12_000;

/** What is said on the phone, between the answer and the end. */
export type Talk = (desk: TrafficDesk, tempo: Tempo) => readonly CallStep[];

/** A conversation that simply ends. */
export const plainTalk: Talk = (desk, tempo) => [goodbye(desk, tempo.talkMs)];

/** One party waits on hold in the middle. */
export const talkWithHold: Talk = (desk, tempo) => [
  { do: 'hold', after: desk.random.duration(tempo.talkMs / 2) },
  { do: 'resume', after: desk.random.duration(HOLD_MS) },
  goodbye(desk, tempo.talkMs / 2),
];

/** Parked for a colleague, who fetches the call; one time in three the caller will not wait. */
export const talkThenPark: Talk = (desk, tempo) => {
  const colleague = freeUser(desk);
  const parked: CallStep = { do: 'park', after: desk.random.duration(tempo.talkMs / 2), ...location(desk) };
  if (colleague === undefined || desk.random.chance(1 / 3)) {
    return [parked, { do: 'hangUp', after: desk.random.duration(PARKED_MS), by: 'caller' }];
  }
  const pickup: CallStep = { do: 'pickup', after: desk.random.duration(PARKED_MS), extensionId: colleague };
  return [parked, pickup, goodbye(desk, tempo.talkMs / 2)];
};

/** Sent on without asking: to a colleague, to a queue, now and then to a number outside. */
export const talkThenBlindTransfer: Talk = (desk, tempo) => {
  const after = desk.random.duration(tempo.talkMs / 2);
  const colleague = freeUser(desk);
  const queue = desk.random.pick(desk.directory.account.queues).extensionId;
  const lot = desk.random.int(0, 5);
  const target =
    lot === 0
      ? { toNumber: mobileNumber(desk.random) }
      : { toExtensionId: colleague === undefined || lot <= 2 ? queue : colleague };
  return [{ do: 'blindTransfer', after, ...target }, pickedUp(desk, tempo), goodbye(desk, tempo.talkMs / 2)];
};

/** Sent on after asking a colleague. */
export const talkThenAttendedTransfer: Talk = (desk, tempo) => {
  const colleague = freeUser(desk);
  if (colleague === undefined) return plainTalk(desk, tempo);
  const after = desk.random.duration(tempo.talkMs / 2);
  const consultMs = desk.random.duration(CONSULT_MS);
  return [{ do: 'attendedTransfer', after, toExtensionId: colleague, consultMs }, goodbye(desk, tempo.talkMs / 2)];
};

/** Menu, then a queue, then a person. */
export function viaMenu(talk: Talk): Story {
  return (desk, tempo) => fromMenu(desk, tempo, [pickedUp(desk, tempo), ...talk(desk, tempo)]);
}

/** Menu, queue, and an agent who does not pick up first. */
export const slowAgent: Story = (desk, tempo) =>
  fromMenu(desk, tempo, [
    { do: 'noAnswer', after: 3 * tempo.ringMs },
    pickedUp(desk, tempo),
    goodbye(desk, tempo.talkMs),
  ]);

/** Menu, queue, and the caller has no time. */
export const abandonsQueue: Story = (desk, tempo) =>
  fromMenu(desk, tempo, [{ do: 'hangUp', after: desk.random.duration(2.5 * tempo.ringMs), by: 'caller' }]);

/** Hangs up in the menu. */
export const abandonsMenu: Story = (desk) => ({
  ...outsideCaller(desk),
  steps: [{ do: 'hangUp', after: desk.random.duration(MENU_MS), by: 'caller' }],
});

/** A queue's own number, without a menu. */
export function straightToQueue(talk: Talk): Story {
  return (desk, tempo) => ({
    ...outsideCaller(desk),
    toExtensionId: desk.random.pick(desk.directory.account.queues).extensionId,
    patienceMs: desk.random.duration(tempo.patienceMs),
    steps: [pickedUp(desk, tempo), ...talk(desk, tempo)],
  });
}

/** A user's own number, answered. */
export function direct(talk: Talk): Story {
  return toUser((desk, tempo) => [pickedUp(desk, tempo), ...talk(desk, tempo)]);
}

/** Nobody picks up; the caller leaves a message. */
export const leavesMessage: Story = toUser((desk, tempo) => [
  { do: 'noAnswer', after: desk.random.duration(2 * tempo.ringMs) },
  { do: 'voicemail', after: 2_000, messageMs: desk.random.duration(tempo.talkMs / 2) },
]);

/** Declined, then the mailbox. */
export const declined: Story = toUser((desk, tempo) => [
  { do: 'reject', after: desk.random.duration(tempo.ringMs) },
  { do: 'voicemail', after: 1_500, messageMs: desk.random.duration(tempo.talkMs / 3) },
]);

/** The caller gives up while it rings. */
export const ringsInVain: Story = toUser((desk, tempo) => [
  { do: 'hangUp', after: desk.random.duration(2 * tempo.ringMs), by: 'caller' },
]);

/** Answered on the mobile. */
export const onTheMove: Story = toUser((desk, tempo, extensionId) => [
  { do: 'findMe', after: desk.random.duration(3_000), extensionId, answerAfter: desk.random.duration(tempo.ringMs) },
  goodbye(desk, tempo.talkMs),
]);

/** A user calls a number outside. */
export function callsOut(end: Talk): Story {
  return (desk, tempo) => {
    const fromExtensionId = freeUser(desk);
    if (fromExtensionId === undefined) return undefined;
    return { kind: 'outbound', fromExtensionId, steps: end(desk, tempo) };
  };
}

/** The far end answers. */
export const farEndAnswers: Talk = (desk, tempo) => [pickedUp(desk, tempo), goodbye(desk, tempo.talkMs)];

/** The far end answers and is put on hold. */
export const farEndHeld: Talk = (desk, tempo) => [pickedUp(desk, tempo), ...talkWithHold(desk, tempo)];

/** Busy, no answer, or the user gives up. */
export const farEndMissing: Talk = (desk, tempo) => {
  const after = desk.random.duration(2 * tempo.ringMs);
  return [
    desk.random.pick<CallStep>([
      { do: 'noAnswer', after },
      { do: 'reject', after },
      { do: 'hangUp', after, by: 'caller' },
    ]),
  ];
};

/** Colleague to colleague; one time in five nobody is at the desk. */
export const colleagues: Story = (desk, tempo) => {
  const fromExtensionId = freeUser(desk);
  const toExtensionId = freeUser(desk, fromExtensionId);
  if (fromExtensionId === undefined || toExtensionId === undefined) return undefined;
  const steps = desk.random.chance(0.8)
    ? [pickedUp(desk, tempo), goodbye(desk, tempo.talkMs / 2)]
    : [{ do: 'hangUp' as const, after: desk.random.duration(2 * tempo.ringMs), by: 'caller' as const }];
  return { kind: 'internal', fromExtensionId, toExtensionId, steps };
};

/** After hours: the menu, then the company's mailbox. */
export const afterHours: Story = (desk, tempo) => {
  const mailbox = desk.directory.account.extensions.find((extension) => extension.type === 'Voicemail');
  if (mailbox === undefined) return undefined;
  return {
    ...outsideCaller(desk),
    steps: [
      { do: 'choose', after: desk.random.duration(2 * MENU_MS), extensionId: mailbox.id },
      { do: 'voicemail', after: 3_000, messageMs: desk.random.duration(tempo.talkMs / 2) },
    ],
  };
};

function fromMenu(desk: TrafficDesk, tempo: Tempo, steps: readonly CallStep[]): CallScript {
  const queue = desk.random.pick(desk.directory.account.queues).extensionId;
  return {
    ...outsideCaller(desk),
    patienceMs: desk.random.duration(tempo.patienceMs),
    steps: [{ do: 'choose', after: desk.random.duration(MENU_MS), extensionId: queue }, ...steps],
  };
}

/** A call to the own number of somebody who is free. */
export function toUser(steps: (desk: TrafficDesk, tempo: Tempo, extensionId: string) => readonly CallStep[]): Story {
  return (desk, tempo) => {
    const toExtensionId = freeUser(desk);
    if (toExtensionId === undefined) return undefined;
    return { ...outsideCaller(desk), toExtensionId, steps: steps(desk, tempo, toExtensionId) };
  };
}

/** Somebody from outside; one in twenty-five hides the number. */
export function outsideCaller(desk: TrafficDesk): { readonly kind: 'inbound'; readonly anonymous?: true } {
  return desk.random.chance(0.04) ? { kind: 'inbound', anonymous: true } : { kind: 'inbound' };
}

/** A phone that rings is answered. */
export function pickedUp(desk: TrafficDesk, tempo: Tempo): CallStep {
  return { do: 'answer', after: desk.random.duration(tempo.ringMs) };
}

/** One of both hangs up. */
export function goodbye(desk: TrafficDesk, typicalMs: number): CallStep {
  return { do: 'hangUp', after: desk.random.duration(typicalMs), by: desk.random.chance(0.6) ? 'caller' : 'callee' };
}

/** Half the time a park location, half the time an orbit. */
function location(desk: TrafficDesk): { readonly location?: string } {
  const found = desk.directory.account.extensions.find((extension) => extension.type === 'ParkLocation');
  return found === undefined || desk.random.chance(0.5) ? {} : { location: found.id };
}

/** A few guesses are enough: a company without a free phone makes no further calls. */
export function freeUser(desk: TrafficDesk, except?: string): string | undefined {
  for (let guess = 0; guess < 8; guess += 1) {
    const found = desk.random.pick(desk.directory.account.extensions);
    if (found.type === 'User' && found.id !== except && desk.isFree(found.id)) return found.id;
  }
  return undefined;
}
