// In:  seeds, one after the other, from simulate.ts. Out: the verdict of each, or why there is none.
// Never: a life that touches the next: each has its own server, platform and clock.
import { parentPort, workerData } from 'node:worker_threads';
import { runLife } from './life.ts';
import { planOf, type Wishes } from './plan.ts';
import type { Said } from './simulate.ts';

parentPort?.on('message', (seed: number) => {
  const answer = (said: Said): void => parentPort?.postMessage(said);
  runLife(planOf(seed, workerData as Wishes)).then(
    (verdict) => answer({ verdict }),
    (error: unknown) => answer({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
