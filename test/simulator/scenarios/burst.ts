import { buildAccount } from '../pbx/build-account.ts';
import type { Scenario } from '../pbx/scenario.ts';
import {
  abandonsQueue,
  callsOut,
  direct,
  farEndAnswers,
  leavesMessage,
  plainTalk,
  straightToQueue,
  viaMenu,
} from './stories.ts';
import { dealtTraffic } from './traffic.ts';

/** The storm: its period, when in it the storm begins, and how long it lasts, ms. */
const PERIOD_MS = 180_000;
const STORM_FROM_MS = 20_000;
const STORM_MS = 30_000;
const CALM_GAP_MS = 1_500;
const STORM_GAP_MS = 33;

const AGENTS = Array.from({ length: 60 }, (_, index) => index);

/** Something broke, and everybody calls at once: about 200 events a second for half a minute. */
export const burst: Scenario = {
  name: 'burst',
  about: 'a large company; every three minutes everybody calls at once for thirty seconds',
  account: buildAccount({
    id: '661900034',
    users: 140,
    directNumbers: 90,
    menus: ['Main Menu'],
    parkLocations: [],
    queues: [
      {
        name: 'Outage Line',
        strategy: 'rotating',
        members: AGENTS.slice(0, 40),
        ringMs: 12_000,
        maxWaitMs: 60_000,
        withinSeconds: 20,
      },
      {
        name: 'Service Desk',
        strategy: 'simultaneous',
        members: AGENTS.slice(40, 60),
        ringMs: 20_000,
        maxWaitMs: 60_000,
        withinSeconds: 20,
      },
    ],
  }),
  timing: { greetingMs: [500, 2_000], wrapUpMs: [1_000, 3_000] },
  warmUpMs: 120_000,
  traffic: dealtTraffic(
    [
      [8, straightToQueue(plainTalk)],
      [4, viaMenu(plainTalk)],
      [3, abandonsQueue],
      [3, direct(plainTalk)],
      [2, leavesMessage],
      [2, callsOut(farEndAnswers)],
    ],
    { talkMs: 12_000, ringMs: 4_000, patienceMs: 25_000 },
    (sinceStart) => (isStorm(sinceStart) ? STORM_GAP_MS : CALM_GAP_MS),
  ),
};

function isStorm(sinceStart: number): boolean {
  if (sinceStart < 0) return false;
  const phase = sinceStart % PERIOD_MS;
  return phase >= STORM_FROM_MS && phase < STORM_FROM_MS + STORM_MS;
}
