import { buildAccount } from '../pbx/build-account.ts';
import type { Scenario } from '../pbx/scenario.ts';

/** A small company in which nothing happens unless a call is placed; greetings and wrap-up take no time. */
export const quiet: Scenario = {
  name: 'quiet',
  about: 'no traffic of its own: calls are placed by hand',
  account: buildAccount({
    id: '809646016',
    users: 10,
    directNumbers: 10,
    menus: ['Main Menu'],
    parkLocations: ['Front Desk Park'],
    faxLines: ['Fax Line'],
    withoutMailbox: [9],
    queues: [
      {
        name: 'Support',
        strategy: 'simultaneous',
        members: [1, 2, 3, 4],
        ringMs: 20_000,
        maxWaitMs: 300_000,
        withinSeconds: 20,
      },
      {
        name: 'Billing',
        strategy: 'rotating',
        members: [4, 5, 6],
        ringMs: 15_000,
        maxWaitMs: 120_000,
        withinSeconds: 30,
      },
      {
        name: 'Night Desk',
        strategy: 'simultaneous',
        members: [5, 6],
        ringMs: 20_000,
        maxWaitMs: 30_000,
        overflowTo: 1,
        withinSeconds: 30,
      },
    ],
  }),
  timing: { greetingMs: [0, 0], wrapUpMs: [0, 0] },
  warmUpMs: 0,
};
