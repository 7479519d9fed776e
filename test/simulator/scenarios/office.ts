import { buildAccount } from '../pbx/build-account.ts';
import type { Scenario } from '../pbx/scenario.ts';
import { RARE_STORIES } from './rare-stories.ts';
import {
  abandonsQueue,
  callsOut,
  colleagues,
  direct,
  farEndAnswers,
  farEndMissing,
  leavesMessage,
  onTheMove,
  plainTalk,
  ringsInVain,
  talkThenAttendedTransfer,
  talkThenPark,
  talkWithHold,
  viaMenu,
} from './stories.ts';
import { dealtTraffic } from './traffic.ts';

const account = buildAccount({
  id: '530116027',
  users: 8,
  directNumbers: 8,
  menus: ['Welcome Menu'],
  parkLocations: ['Reception Park'],
  queues: [
    {
      name: 'Reception',
      strategy: 'rotating',
      members: [0, 1, 2],
      ringMs: 15_000,
      maxWaitMs: 90_000,
      withinSeconds: 20,
    },
  ],
});

/** A practice or a workshop: eight people, one queue, a call now and then; `rareShare` of them of the seldom kinds. */
export function officeWith(rareShare: number): Scenario {
  return {
    name: 'office',
    about: 'eight people, one reception queue, a call about every twenty seconds',
    account,
    timing: { greetingMs: [1_000, 2_500], wrapUpMs: [1_000, 4_000] },
    warmUpMs: 600_000,
    traffic: dealtTraffic(
      [
        [4, viaMenu(plainTalk)],
        [1, viaMenu(talkThenPark)],
        [1, viaMenu(talkThenAttendedTransfer)],
        [1, abandonsQueue],
        [3, direct(plainTalk)],
        [1, direct(talkWithHold)],
        [1, leavesMessage],
        [1, ringsInVain],
        [1, onTheMove],
        [2, callsOut(farEndAnswers)],
        [1, callsOut(farEndMissing)],
        [2, colleagues],
      ],
      { talkMs: 50_000, ringMs: 6_000, patienceMs: 70_000 },
      () => 20_000,
      { share: rareShare, stories: RARE_STORIES },
    ),
  };
}

/** What part of the calls is one of the seldom kinds: RingOut, conference, fax … */
const RARE_SHARE = 0.1;

export const office: Scenario = officeWith(RARE_SHARE);
