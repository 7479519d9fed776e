// In:  a simulated platform that goes on, and a folder. Out: the whole product on both, life after life, under one virtual clock;
// what each life says happened, and how often the platform was asked.
// Never: a real wait, or a word of the product's own counters where the platform's can be asked.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { type Overrides, type RunningApp, startApp } from '@ringside/server/app';
import type { Change } from '@ringside/shared/domain/change';
import type { FeedHealth } from '@ringside/shared/domain/feed-health';
import { inProcessFeed } from '../fuzz/in-process-feed.ts';
import { type VirtualTime, virtualTime } from '../fuzz/virtual-time.ts';
import type { SimAccount } from '../simulator/pbx/model.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import { simulatorCredentials } from '../simulator/wire/token-endpoints.ts';
import type { BoardCall } from './real-system.ts';
import { apiToken, config } from './started-app.ts';

/** One life of the server. */
export interface Life {
  readonly app: RunningApp;
  /** What it said happened, in order. */
  readonly changes: readonly Change[];
  board(): Promise<{
    readonly epoch: string;
    readonly feed: FeedHealth;
    readonly calls: readonly (BoardCall & { readonly unconfirmed?: boolean })[];
  }>;
  /** Ends it in order. Time goes on by a few seconds. */
  close(): Promise<void>;
}

export interface World {
  readonly time: VirtualTime;
  readonly simulator: Simulator;
  /** Starts the server on the folder, as the first or as the next life. */
  live(overrides?: Overrides): Promise<Life>;
  /** From now on no answer of the platform arrives, until `release`. */
  hold(): void;
  release(): void;
}

const START = Date.UTC(2026, 2, 3, 14);
const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

/** A platform and an empty folder; everything is ended and removed after the test. */
export function world(account?: SimAccount): World {
  const time = virtualTime(START);
  const simulator = createSimulator({ clock: time, seed: 5, scenario: 'quiet', ...(account && { account }) });
  const dataDir = mkdtempSync(join(tmpdir(), 'ringside-lives-'));
  open.push(() => {
    simulator.stop();
    rmSync(dataDir, { recursive: true, force: true });
    return Promise.resolve();
  });
  let waiting: (() => void)[] | undefined;
  const arrive: Ground['arrive'] = () => new Promise((resolve) => void (waiting ? waiting.push(resolve) : resolve()));
  return {
    time,
    simulator,
    live: (overrides = {}) => begin({ time, simulator, dataDir, arrive }, overrides),
    hold: () => void (waiting ??= []),
    release() {
      const held = waiting ?? [];
      waiting = undefined;
      for (const resolve of held) resolve();
    },
  };
}

interface Ground {
  readonly time: VirtualTime;
  readonly simulator: Simulator;
  readonly dataDir: string;
  /** Resolves when an answer may arrive. */
  readonly arrive: () => Promise<void>;
}

async function begin({ time, simulator, dataDir, arrive }: Ground, overrides: Overrides): Promise<Life> {
  const changes: Change[] = [];
  const ringcentral = { serverUrl: 'http://127.0.0.1', ...simulatorCredentials };
  const wire: Overrides['wire'] = {
    fetch: async (input, init) => {
      const { method, headers, url } = input;
      const body = method === 'GET' ? {} : { body: await input.text() };
      const answer = await simulator.fetch(url, { method, headers, ...body, signal: init?.signal ?? input.signal });
      await arrive();
      return answer;
    },
    spawn: inProcessFeed(simulator),
  };
  const app = await startApp(
    { ...config, ringcentral, dataDir },
    { clock: time, random: () => 0.5, wire, changed: (some) => void changes.push(...some), ...overrides },
  );
  let closed: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    const ended = app.close();
    await time.advance(8_000);
    await ended;
  };
  const life: Life = {
    app,
    changes,
    board: async () => {
      const answer = await fetch(`${app.url}/api/v1/board`, { headers: { authorization: `Bearer ${apiToken}` } });
      return (await answer.json()) as Awaited<ReturnType<Life['board']>>;
    },
    close: () => (closed ??= end()),
  };
  open.push(() => life.close());
  return life;
}
