// In:  the address of a platform, a folder, and words to wait for. Out: the server as a process of its own, as it is started in
// the field, and the ways to end it.
// Never: a wait by time; whoever waits, waits for a line, a request or a picture.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FeedHealth } from '@ringside/shared/domain/feed-health';
import { simulatorCredentials } from '../simulator/wire/token-endpoints.ts';
import type { BoardCall } from '../e2e/real-system.ts';

const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));
const apiToken = 'canary-api-token-0123';

export interface Board {
  readonly feed: FeedHealth;
  readonly calls: readonly BoardCall[];
}

export interface ServerProcess {
  readonly pid: number;
  /** Everything it wrote so far. */
  output(): string;
  /** Resolves when its output holds the words; rejects when it ends without. */
  says(words: string): Promise<void>;
  /** The picture it serves; rejects while it serves none. */
  board(): Promise<Board>;
  /** As a power cut or the kernel does it: no last word. Resolves when it is gone. */
  kill(): Promise<void>;
  /** As `systemctl stop` does it. Resolves with its exit code. */
  stop(): Promise<number | null>;
  /** Resolves with its exit code when it ends by itself. */
  readonly ended: Promise<number | null>;
}

/** Starts the real entry against a platform, on a free port. */
export function startProcess(serverUrl: string, dataDir: string): ServerProcess {
  const { clientId, clientSecret, jwt } = simulatorCredentials;
  const env = {
    RINGCENTRAL_SERVER_URL: serverUrl,
    RINGCENTRAL_CLIENT_ID: clientId,
    RINGCENTRAL_CLIENT_SECRET: clientSecret,
    RINGCENTRAL_JWT: jwt,
    RINGSIDE_API_TOKEN: apiToken,
    DATA_DIR: dataDir,
    PORT: '0',
  };
  // Away from the repository, so that a developer's own settings file is not read.
  const child = spawn(process.execPath, [main], { cwd: dataDir, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const told = listen(child);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve(code));
  });
  const end = (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return ended;
  };
  return {
    pid: child.pid ?? -1,
    output: told.output,
    says: (words) => told.until(words, ended),
    async board() {
      const url = /Ringside is at (http:\S+)/.exec(told.output())?.[1];
      if (url === undefined) throw new Error('it serves nothing yet');
      const answer = await fetch(`${url}/api/v1/board`, { headers: { authorization: `Bearer ${apiToken}` } });
      return (await answer.json()) as Board;
    },
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    ended,
  };
}

function listen(child: ChildProcess): {
  output(): string;
  until(words: string, ended: Promise<unknown>): Promise<void>;
} {
  let output = '';
  const waiting = new Set<() => void>();
  const read = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const look of waiting) look();
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  return {
    output: () => output,
    until: (words, ended) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!output.includes(words)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        void ended.then(() => reject(new Error(`it ended without "${words}":\n${output}`)), reject);
      }),
  };
}
