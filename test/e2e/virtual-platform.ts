// In:  a simulated platform and the real server, both under one virtual clock, and a real viewer.
// Out: what became of each call, what the call log was asked, and a way to make the list of active calls lie.
// Never: a sleep, or a look at the server's own counters.
import { afterEach } from 'vitest';
import { type RunningApp, startApp } from '@ringside/server/app';
import type { Call } from '@ringside/shared/domain/call';
import type { Change } from '@ringside/shared/domain/change';
import { inProcessFeed } from '../fuzz/in-process-feed.ts';
import { type VirtualTime, virtualTime } from '../fuzz/virtual-time.ts';
import type { TrueCall } from '../simulator/pbx/model.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import type { RestOptions } from '../simulator/wire/options.ts';
import { simulatorCredentials } from '../simulator/wire/token-endpoints.ts';
import { apiToken, config, openWall, type Wall } from './started-app.ts';

export interface Platform {
  readonly time: VirtualTime;
  readonly simulator: Simulator;
  readonly wall: Wall;
  readonly app: RunningApp;
  /** What became of a call, in order. */
  changes(id: string): readonly Change[];
  last(id: string): Call | undefined;
  truth(id: string): TrueCall | undefined;
  user(index: number): string;
  queue(index: number): string;
  /** Paths and answers of the call log's endpoints, in order. */
  readonly asked: readonly LogRequest[];
  /** Rewrites every list of active calls, until it is set back. */
  lie: (record: Record<string, unknown>) => Record<string, unknown>;
}

interface LogRequest {
  readonly path: string;
  readonly syncType: string | null;
  readonly status: number;
  /** ms since the start. */
  readonly at: number;
}

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** Starts platform, server and viewer, and lets twenty seconds pass: link up, first list, first sync. */
export async function startPlatform(rest: Partial<RestOptions> = {}): Promise<Platform> {
  const time = virtualTime(Date.UTC(2026, 2, 3, 14));
  const simulator = createSimulator({ clock: time, seed: 11, scenario: 'quiet', rest });
  const all: Change[] = [];
  const asked: LogRequest[] = [];
  const wire = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const { pathname, searchParams } = new URL(url);
    const answer = await simulator.fetch(url, init);
    if (pathname.includes('/call-log'))
      asked.push({
        path: pathname,
        syncType: searchParams.get('syncType'),
        status: answer.status,
        at: time.monotonic(),
      });
    if (!pathname.endsWith('/active-calls') || !answer.ok) return answer;
    const page = (await answer.json()) as { records: Record<string, unknown>[] };
    return new Response(JSON.stringify({ ...page, records: page.records.map(platform.lie) }), {
      headers: answer.headers,
    });
  };
  const app = await startApp(
    { ...config, ringcentral: { serverUrl: 'http://127.0.0.1', ...simulatorCredentials } },
    {
      clock: time,
      random: () => 0.5,
      wire: {
        fetch: async (input, init) => {
          const { method, headers, url } = input;
          const body = method === 'GET' ? {} : { body: await input.text() };
          return wire(url, { method, headers, ...body, signal: init?.signal ?? input.signal });
        },
        spawn: inProcessFeed(simulator),
      },
      changed: (changes) => void all.push(...changes),
    },
  );
  const wall = openWall(app.url);
  const idOf = (type: string, index: number) =>
    simulator.account.extensions.filter((extension) => extension.type === type)[index]?.id ?? '';
  const changes = (id: string) => all.filter(({ call }) => call.id === id);
  const platform: Platform = {
    ...{ time, simulator, wall, app, asked, changes },
    last: (id) => changes(id).at(-1)?.call,
    truth: (id) => simulator.truth().find((call) => call.id === id),
    user: (index) => idOf('User', index),
    queue: (index) => idOf('Department', index),
    lie: (record) => record,
  };
  open.push(async () => {
    wall.socket.disconnect();
    const closed = app.close();
    await time.advance(10_000);
    await closed;
    simulator.stop();
  });
  await time.advance(20_000);
  return platform;
}

/** How the API says the feed stands. */
export async function feedOf(
  app: RunningApp,
): Promise<{ readonly troubles: readonly string[]; readonly detail?: string }> {
  const reply = await fetch(`${app.url}/api/v1/board`, { headers: { authorization: `Bearer ${apiToken}` } });
  const { feed } = (await reply.json()) as { feed: { troubles: string[]; detail?: string } };
  return feed;
}
