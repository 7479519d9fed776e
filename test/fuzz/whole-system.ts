import { startApp, type RunningApp } from '@ringside/server/app';
import type { Change } from '@ringside/shared/domain/change';
import { apply } from '@ringside/shared/domain/patch';
import type { ServerToViewer, Snapshot, ViewerToServer, WallCall } from '@ringside/shared/protocol/messages';
import { io, type Socket } from 'socket.io-client';
import type { TrueCall } from '../simulator/pbx/model.ts';
import { createRng } from '../simulator/pbx/rng.ts';
import type { Scenario } from '../simulator/pbx/scenario.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import { simulatorCredentials } from '../simulator/wire/token-endpoints.ts';
import { inProcessFeed } from './in-process-feed.ts';
import { virtualTime, type VirtualTime } from './virtual-time.ts';

const API_TOKEN = 'fuzz-0123456789abcdef';
const START = Date.UTC(2026, 2, 3, 14);

/** A scenario whose calls come for `busyMs` and then no more; it starts with nobody on the phone. */
export const fading = (scenario: Scenario, busyMs: number, meanGapMs: number): Scenario => {
  const { traffic } = scenario;
  if (traffic === undefined) throw new Error(`${scenario.name} has no traffic`);
  const never = 1e12;
  const meanGap = (sinceStart: number): number => (sinceStart < busyMs ? meanGapMs : never);
  return { ...scenario, warmUpMs: 0, traffic: { ...traffic, meanGapMs: meanGap } };
};

export interface BoardCall {
  readonly id: string;
  readonly direction: string;
  readonly state: string;
  readonly missed?: boolean;
  readonly answeredAt?: string;
  readonly queue?: { readonly id: string };
}

/** The whole product under a virtual clock: platform, server with its real SDK, and one viewer on a real socket. */
export interface WholeSystem {
  readonly time: VirtualTime;
  readonly simulator: Simulator;
  readonly app: RunningApp;
  readonly changes: readonly Change[];
  truth(): readonly TrueCall[];
  board(): Promise<{ readonly feed: { readonly state: string }; readonly calls: readonly BoardCall[] }>;
  /** The viewer's picture, once it stands on the server's latest frame. */
  viewer(): Promise<ReadonlyMap<string, WallCall>>;
  close(): Promise<void>;
}

export interface SystemOptions {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly faults?: string;
}

export async function startWholeSystem({ seed, scenario, faults }: SystemOptions): Promise<WholeSystem> {
  const time = virtualTime(START);
  const random = createRng(`${seed}/product`);
  const simulator = createSimulator({ clock: time, seed, scenario, ...(faults !== undefined && { faults }) });
  const changes: Change[] = [];
  const app = await startApp(
    {
      ringcentral: { serverUrl: 'http://127.0.0.1', ...simulatorCredentials },
      host: '127.0.0.1',
      port: 0,
      dataDir: '.',
      apiToken: API_TOKEN,
      logLevel: 'silent',
    },
    {
      clock: time,
      random: () => random.next(),
      wire: {
        fetch: (input, init) => fetchFrom(simulator, input, init),
        spawn: inProcessFeed(simulator),
        // A long outage would otherwise outlast the time to heal by its back-off alone.
        timings: { restartCapMs: 20_000 },
      },
      changed: (some) => void changes.push(...some),
    },
  );
  const viewer = watch(app.url);
  return {
    time,
    simulator,
    app,
    changes,
    truth: () => simulator.truth(),
    board: async () => {
      const answer = await fetch(`${app.url}/api/v1/board`, { headers: { authorization: `Bearer ${API_TOKEN}` } });
      return (await answer.json()) as Awaited<ReturnType<WholeSystem['board']>>;
    },
    viewer: () => viewer.settled(),
    async close() {
      viewer.socket.disconnect();
      const closed = app.close();
      await time.advance(10_000);
      await closed;
      simulator.stop();
    },
  };
}

/** Small pages, so that a dozen calls already take several, and a page can be lost or shift. */
const smallPages = (url: string): string => url.replace('perPage=1000', 'perPage=8');

async function fetchFrom(simulator: Simulator, input: string | URL | Request, init?: RequestInit): Promise<Response> {
  if (!(input instanceof Request)) return simulator.fetch(smallPages(input.toString()), init);
  const { method, headers, url } = input;
  const body = method === 'GET' ? undefined : await input.text();
  return simulator.fetch(smallPages(url), {
    method,
    headers,
    ...(body !== undefined && { body }),
    signal: init?.signal ?? input.signal,
  });
}

interface Viewer {
  readonly socket: Socket<ServerToViewer, ViewerToServer>;
  settled(): Promise<ReadonlyMap<string, WallCall>>;
}

/** A wall that follows the protocol to the letter, on a real socket. */
function watch(url: string): Viewer {
  const socket: Socket<ServerToViewer, ViewerToServer> = io(url, { transports: ['websocket'], reconnection: false });
  let calls = new Map<string, WallCall>();
  let revision = -1;
  let awaiting: ((snapshot: Snapshot) => void) | undefined;
  socket.on('snapshot', (snapshot) => {
    awaiting?.(snapshot);
    calls = new Map(snapshot.calls.map((call) => [call.id, call]));
    revision = snapshot.revision;
  });
  socket.on('patch', (patch) => {
    if (patch.from !== revision) throw new Error(`viewer at ${revision} got a patch from ${patch.from}`);
    calls = apply(calls, patch);
    revision = patch.to;
  });
  return {
    socket,
    // Frames come in order, so whatever the patches made is complete when the answer to a resync arrives.
    settled: () =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('the viewer got no snapshot')), 10_000);
        awaiting = (snapshot) => {
          clearTimeout(timer);
          const whole = new Map(snapshot.calls.map((call) => [call.id, call]));
          if (snapshot.revision !== revision && revision >= 0) return reject(new Error('the viewer missed a frame'));
          resolve(revision < 0 ? whole : calls);
        };
        socket.emit('resync', {});
      }),
  };
}
