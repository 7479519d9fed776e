import { Worker } from 'node:worker_threads';
import type { FenceInput, FromFence, ToFence } from './feed-messages.ts';

/** A running worker as its supervisor sees it. */
export interface Fence {
  send(message: ToFence): void;
  /** Ends it at once, whatever it is doing. Resolves when it is gone. */
  kill(): Promise<void>;
}

export interface FenceHandlers {
  readonly onMessage: (message: FromFence) => void;
  /** Called once when the worker is gone, killed or dead by itself. `cause` is fit for a log. */
  readonly onGone: (cause: string) => void;
}

export type SpawnFence = (input: FenceInput, handlers: FenceHandlers) => Fence;

/** From source the worker is TypeScript, in the build a file of its own next to main.js. */
const workerFile = import.meta.url.endsWith('.ts') ? './feed-worker.ts' : './feed-worker.js';

/** Runs the event SDK in a worker thread with its own small heap: its crash, hang or memory is not ours. */
export const spawnWorker: SpawnFence = (input, { onMessage, onGone }) => {
  const worker = new Worker(new URL(workerFile, import.meta.url), {
    workerData: input,
    // Nothing of the main thread's settings or flags gets in, and nothing it prints gets into our log.
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 },
  });
  worker.stdout.resume();
  worker.stderr.resume();
  let cause = 'ended';
  worker.on('message', onMessage);
  worker.on('messageerror', () => void worker.terminate());
  worker.on('error', (error: unknown) => {
    cause = error instanceof Error ? error.message : 'unknown error';
  });
  worker.on('exit', (code) => {
    onGone(`${cause} (code ${String(code)})`);
  });
  return {
    send: (message) => {
      worker.postMessage(message);
    },
    kill: async () => {
      await worker.terminate();
    },
  };
};
