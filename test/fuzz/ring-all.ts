import { buildAccount } from '../simulator/pbx/build-account.ts';
import type { CallScript, CallStep } from '../simulator/pbx/model.ts';
import type { Scenario } from '../simulator/pbx/scenario.ts';

export const agents = 4;

/** `count` queues, each ringing four agents of its own at once. */
export const ringAll = (count: number): Scenario => ({
  name: 'ring-all',
  about: 'queues that ring all of their four agents at once; calls are placed by hand',
  account: buildAccount({
    ...{ id: '809646099', users: count * agents, directNumbers: 0, menus: ['Main Menu'], parkLocations: [] },
    queues: Array.from({ length: count }, (_, queue) => ({
      ...{ name: `Team ${queue + 1}`, strategy: 'simultaneous' as const, ringMs: 20_000, maxWaitMs: 300_000 },
      ...{ members: Array.from({ length: agents }, (_agent, i) => queue * agents + i), withinSeconds: 20 },
    })),
  }),
  timing: { greetingMs: [0, 0], wrapUpMs: [0, 0] },
  warmUpMs: 0,
});

/** One agent of the queue answers, by position. Throws when there is none such. */
export const answeredBy = (scenario: Scenario, queue: number, agent: number): CallStep => {
  const extensionId = scenario.account.queues[queue]?.memberIds[agent];
  if (extensionId === undefined) throw new Error(`queue ${queue} has no agent ${agent}`);
  return { do: 'answer', after: 3_000, extensionId };
};

/** An outside call to a queue, by position. Throws when there is none such. */
export const callTo = (scenario: Scenario, queue: number, ...steps: readonly CallStep[]): CallScript => {
  const toExtensionId = scenario.account.queues[queue]?.extensionId;
  if (toExtensionId === undefined) throw new Error(`there is no queue ${queue}`);
  return { kind: 'inbound', toExtensionId, steps };
};
