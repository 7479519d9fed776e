import type { Scenario } from '../pbx/scenario.ts';
import { callcentre } from './callcentre.ts';
import { abandonsMenu, afterHours, direct, leavesMessage, plainTalk, ringsInVain } from './stories.ts';
import { dealtTraffic } from './traffic.ts';

/** The call centre after hours: long silences, messages, a guard who sometimes picks up. */
export const night: Scenario = {
  ...callcentre,
  name: 'night',
  about: 'after hours: a call every two minutes, mostly to the mailbox',
  warmUpMs: 1_800_000,
  traffic: dealtTraffic(
    [
      [3, afterHours],
      [1, abandonsMenu],
      [1, leavesMessage],
      [1, ringsInVain],
      [1, direct(plainTalk)],
    ],
    { talkMs: 40_000, ringMs: 8_000, patienceMs: 60_000 },
    () => 120_000,
  ),
};
