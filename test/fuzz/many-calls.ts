// In:  how many calls, and a seed. Out: what the server made of them, as ManyCalls.
// Never: a call that does not ring all four phones: each queue has one call at a time. Runs in a thread of its own, where
// nothing between the code and Node slows a quarter of a million events down.
import { parentPort, workerData } from 'node:worker_threads';
import { liveCalls } from '@ringside/shared/domain/board';
import type { Change } from '@ringside/shared/domain/change';
import { agents, answeredBy, callTo, ringAll } from './ring-all.ts';
import { startWholeSystem, type WholeSystem } from './whole-system.ts';

export interface ManyOrder {
  readonly calls: number;
  readonly seed: number;
}

/** How often the server said what, and what was left. */
export type ManyCalls = Readonly<Record<Change['type'], number>> & {
  readonly events: number;
  /** Calls whose last word was `answered`. */
  readonly answered: number;
  /** Calls still shown at the end, and calls that truly lived then. */
  readonly live: number;
  readonly trulyLive: number;
};

const queues = 60;
const every = 14_000;
const overMs = 30_000;
const scenario = ringAll(queues);

/** One call to each queue, spread over the round, each answered by another of the four. */
async function placeRound({ simulator, time }: WholeSystem, count: number): Promise<void> {
  for (let queue = 0; queue < count; queue += 1) {
    const answer = answeredBy(scenario, queue, queue % agents);
    simulator.place(callTo(scenario, queue, answer, { do: 'hangUp', after: 6_000, by: 'caller' }));
    await time.advance(every / queues);
  }
}

async function run({ calls, seed }: ManyOrder): Promise<ManyCalls> {
  const counts = { callStarted: 0, callChanged: 0, callEnded: 0, callMissed: 0, callCorrected: 0 };
  const outcomes = new Map<string, string | undefined>();
  let events = 0;
  const onlookers = {
    changed(changes: readonly Change[]) {
      for (const { type, call } of changes) {
        counts[type] += 1;
        if (call.state === 'ended') outcomes.set(call.id, call.outcome);
      }
    },
    heard: () => void (events += 1),
  };
  const options = { seed, scenario, viewer: false, wholePages: true, forgetful: true, onlookers };
  const system = await startWholeSystem(options);
  await system.time.advance(5_000);
  for (let placed = 0; placed < calls; placed += queues) await placeRound(system, Math.min(queues, calls - placed));
  await system.time.advance(overMs);
  const answered = [...outcomes.values()].filter((outcome) => outcome === 'answered').length;
  const trulyLive = system.truth().filter(({ state }) => state !== 'ended').length;
  const live = liveCalls(system.picture()).length;
  await system.close();
  return { ...counts, events, answered, live, trulyLive };
}

parentPort?.postMessage(await run(workerData as ManyOrder));
