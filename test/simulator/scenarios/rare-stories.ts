import type { CallStep, FailReason } from '../pbx/model.ts';
import {
  callsOut,
  direct,
  freeUser,
  goodbye,
  outsideCaller,
  pickedUp,
  straightToQueue,
  toUser,
  viaMenu,
  type Story,
  type Talk,
} from './stories.ts';

const CONSULT_MS = 9_000;
const LISTEN_MS = 15_000;
const BACK_MS = 20_000;
const FAX_MS = 25_000;

/** Followed by another phone of the same person. */
const talkThenOtherPhone =
  (change: 'flip' | 'switch'): Talk =>
  (desk, tempo) => [{ do: change, after: desk.random.duration(tempo.talkMs / 3) }, goodbye(desk, tempo.talkMs / 2)];

/** Sent on after asking a colleague, into whose call the customer comes. */
const talkThenSentToColleague: Talk = (desk, tempo) => {
  const toExtensionId = freeUser(desk);
  if (toExtensionId === undefined) return [goodbye(desk, tempo.talkMs)];
  const after = desk.random.duration(tempo.talkMs / 2);
  const consultMs = desk.random.duration(CONSULT_MS);
  return [
    { do: 'attendedTransfer', after, toExtensionId, consultMs, into: 'consult' },
    goodbye(desk, tempo.talkMs / 2),
  ];
};

const talkThenConference: Talk = (desk, tempo) => {
  const withExtensionId = freeUser(desk);
  if (withExtensionId === undefined) return [goodbye(desk, tempo.talkMs)];
  const after = desk.random.duration(tempo.talkMs / 2);
  const consultMs = desk.random.duration(CONSULT_MS);
  return [{ do: 'conference', after, withExtensionId, consultMs }, goodbye(desk, tempo.talkMs / 2)];
};

const talkListenedTo: Talk = (desk, tempo) => {
  const supervisor = freeUser(desk);
  if (supervisor === undefined) return [goodbye(desk, tempo.talkMs)];
  const after = desk.random.duration(tempo.talkMs / 3);
  const forMs = desk.random.duration(LISTEN_MS);
  return [{ do: 'supervise', after, extensionId: supervisor, forMs }, goodbye(desk, tempo.talkMs)];
};

const talkRecorded: Talk = (desk, tempo) => {
  const after = (): number => desk.random.duration(tempo.talkMs / 5);
  return [
    { do: 'recordingOn', after: after() },
    { do: 'recordingPause', after: after() },
    { do: 'recordingResume', after: after() },
    { do: 'recordingOff', after: after() },
    goodbye(desk, tempo.talkMs / 5),
  ];
};

/** Parked and forgotten: the call rings whoever parked it. */
const talkThenParkedAndBack: Talk = (desk, tempo) => [
  { do: 'park', after: desk.random.duration(tempo.talkMs / 2), backAfterMs: desk.random.duration(BACK_MS) },
  pickedUp(desk, tempo),
  goodbye(desk, tempo.talkMs / 3),
];

/** A colleague fetches the call that rings, and talks. */
const fetched =
  (into: 'ringing' | 'picker'): Story =>
  (desk, tempo) =>
    toUser(() => {
      const extensionId = freeUser(desk);
      const fetch: readonly CallStep[] =
        extensionId === undefined
          ? []
          : [{ do: 'directedPickup', after: desk.random.duration(tempo.ringMs), extensionId, into }];
      return [...fetch, goodbye(desk, tempo.talkMs)];
    })(desk, tempo);

/** The queue sends the caller on before anybody has answered: to a queue, or to its mailbox. */
const overflows: Story = (desk, tempo) => {
  const queue = desk.random.pick(desk.directory.account.queues).extensionId;
  const next = desk.random.pick(desk.directory.account.queues).extensionId;
  const after = desk.random.duration(tempo.ringMs);
  return {
    ...outsideCaller(desk),
    toExtensionId: queue,
    patienceMs: desk.random.duration(tempo.patienceMs),
    steps: [
      { do: 'overflow', after, ...(desk.random.chance(0.5) ? { toExtensionId: next } : {}) },
      pickedUp(desk, tempo),
      goodbye(desk, tempo.talkMs),
    ],
  };
};

/** The platform rings the user first; one time in five the user is not there. */
const ringsBothEnds: Story = (desk, tempo) => {
  const fromExtensionId = freeUser(desk);
  if (fromExtensionId === undefined) return undefined;
  const own: CallStep = desk.random.chance(0.8)
    ? { do: 'answer', after: desk.random.duration(tempo.ringMs), extensionId: fromExtensionId }
    : { do: 'noAnswer', after: desk.random.duration(3 * tempo.ringMs), extensionId: fromExtensionId };
  return { kind: 'ringOut', fromExtensionId, steps: [own, pickedUp(desk, tempo), goodbye(desk, tempo.talkMs)] };
};

/** Pages for a fax line, where the company has one, else for a user's own number. */
const fax: Story = (desk) => {
  const line = desk.directory.account.extensions.find(({ type }) => type === 'FaxUser')?.id ?? freeUser(desk);
  if (line === undefined) return undefined;
  const sent: CallStep = { do: 'hangUp', after: desk.random.duration(FAX_MS), by: 'caller' };
  return { kind: 'fax', toExtensionId: line, steps: [sent] };
};

const REASONS: readonly FailReason[] = [
  'InvalidNumber',
  'InternalError',
  'DestinationBlocked',
  'Rejected',
  'NotEnoughFunds',
];

/** The number cannot be had. */
const farEndFails: Talk = (desk) => [
  { do: 'fail', after: desk.random.duration(2_000), reason: desk.random.pick(REASONS) },
];

/** What telephone systems also do, seldom enough that a day can pass without it. */
export const RARE_STORIES: readonly Story[] = [
  ringsBothEnds,
  fax,
  callsOut(farEndFails),
  overflows,
  fetched('ringing'),
  fetched('picker'),
  direct(talkThenOtherPhone('flip')),
  viaMenu(talkThenOtherPhone('switch')),
  direct(talkThenSentToColleague),
  direct(talkThenConference),
  viaMenu(talkListenedTo),
  direct(talkRecorded),
  straightToQueue(talkThenParkedAndBack),
];
