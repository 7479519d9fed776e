import { buildAccount } from '../pbx/build-account.ts';
import type { Scenario } from '../pbx/scenario.ts';
import { RARE_STORIES } from './rare-stories.ts';
import {
  abandonsMenu,
  abandonsQueue,
  callsOut,
  colleagues,
  declined,
  direct,
  farEndAnswers,
  farEndHeld,
  farEndMissing,
  leavesMessage,
  onTheMove,
  plainTalk,
  ringsInVain,
  slowAgent,
  straightToQueue,
  talkThenAttendedTransfer,
  talkThenBlindTransfer,
  talkThenPark,
  talkWithHold,
  viaMenu,
} from './stories.ts';
import { dealtTraffic } from './traffic.ts';

/** One call about every four seconds. */
const MEAN_GAP_MS = 4_000;

const account = buildAccount({
  id: '412870056',
  users: 24,
  directNumbers: 24,
  menus: ['Main Menu', 'Customer Care Menu'],
  parkLocations: ['Front Desk Park', 'Workshop Park'],
  queues: [
    {
      name: 'Support',
      strategy: 'simultaneous',
      members: [0, 1, 2, 3, 4, 5, 6, 7],
      ringMs: 20_000,
      maxWaitMs: 90_000,
      withinSeconds: 20,
    },
    {
      name: 'Billing',
      strategy: 'rotating',
      members: [6, 7, 8, 9, 10, 11],
      ringMs: 12_000,
      maxWaitMs: 75_000,
      withinSeconds: 30,
    },
    {
      name: 'Sales',
      strategy: 'simultaneous',
      members: [12, 13, 14, 15, 16, 17],
      ringMs: 20_000,
      maxWaitMs: 60_000,
      withinSeconds: 15,
    },
  ],
});

/** Three queues and eighteen agents on a busy morning; `rareShare` of the calls are of the seldom kinds. */
export function callcentreWith(rareShare: number): Scenario {
  return {
    name: 'callcentre',
    about: 'three queues, eighteen agents, a call about every four seconds (the demo)',
    account,
    timing: { greetingMs: [1_500, 4_000], wrapUpMs: [2_000, 7_000] },
    warmUpMs: 600_000,
    traffic: dealtTraffic(
      [
        [7, viaMenu(plainTalk)],
        [3, viaMenu(talkWithHold)],
        [2, viaMenu(talkThenPark)],
        [1, viaMenu(talkThenBlindTransfer)],
        [1, viaMenu(talkThenAttendedTransfer)],
        [1, slowAgent],
        [1, abandonsQueue],
        [1, abandonsMenu],
        [2, straightToQueue(plainTalk)],
        [2, direct(plainTalk)],
        [2, leavesMessage],
        [1, ringsInVain],
        [1, declined],
        [1, onTheMove],
        [2, callsOut(farEndAnswers)],
        [1, callsOut(farEndHeld)],
        [1, callsOut(farEndMissing)],
        [1, colleagues],
      ],
      { talkMs: 34_000, ringMs: 5_000, patienceMs: 60_000 },
      () => MEAN_GAP_MS,
      { share: rareShare, stories: RARE_STORIES },
    ),
  };
}

/** What part of the calls is one of the seldom kinds: RingOut, conference, fax … */
const RARE_SHARE = 0.1;

export const callcentre: Scenario = callcentreWith(RARE_SHARE);
