import { startApp, type Overrides, type RunningApp } from '@ringside/server/app';
import { type Board, emptyBoard } from '@ringside/shared/domain/board';
import type { Change } from '@ringside/shared/domain/change';
import type { WallCall } from '@ringside/shared/protocol/messages';
import { fetchResponse, wireRequest } from '../simulator/gateway/in-process.ts';
import type { TrueCall } from '../simulator/pbx/model.ts';
import { createRng } from '../simulator/pbx/rng.ts';
import type { Scenario } from '../simulator/pbx/scenario.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import type { WireResponse } from '../simulator/wire/model.ts';
import { simulatorCredentials } from '../simulator/wire/token-endpoints.ts';
import { inProcessFeed } from './in-process-feed.ts';
import { memoryDisk, type MemoryDisk } from './memory-disk.ts';
import { type Viewer, watchWall } from './viewer.ts';
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

/** Who looks on. All are called in the midst of a step, so they note and do not act. */
export interface Onlookers {
  changed(changes: readonly Change[]): void;
  stepped(board: Board): void;
  /** The platform has decided how to answer a request of the product. */
  answered(url: URL, answer: WireResponse): void;
  /** A frame of the event socket reached the product. */
  heard(text: string): void;
}

export interface SystemOptions {
  readonly seed: number;
  readonly scenario: Scenario;
  /** In the syntax of `--faults`; none when absent. */
  readonly faults?: string;
  /** Whether a wall watches, on a real socket; default true. The wire costs more than all the rest. */
  readonly viewer?: boolean;
  /** Laid over the board's standard limits. */
  readonly limits?: Overrides['limits'];
  readonly onlookers?: Partial<Onlookers>;
  /** What arrives in place of each frame of the event socket. */
  readonly deliver?: (text: string) => readonly string[];
  /** The server has a memory that survives a restart. */
  readonly remembers?: boolean;
  /** The server's changes are not kept: hours of them do not fit into memory. */
  readonly forgetful?: boolean;
  /** Lists come in pages of a thousand, as the product asks for them; else in pages of a few. */
  readonly wholePages?: boolean;
}

/** A call as the API tells it. */
export interface BoardCall {
  readonly id: string;
  readonly direction: string;
  readonly state: string;
  readonly missed?: boolean;
  readonly answeredAt?: string;
  readonly queue?: { readonly id: string };
}

/** The whole product under a virtual clock: platform, server with its real SDK, and perhaps a viewer on a real socket. */
export interface WholeSystem {
  readonly time: VirtualTime;
  readonly simulator: Simulator;
  /** Everything the server has said so far, unless it is forgetful. */
  readonly changes: readonly Change[];
  /** The server that runs now. */
  app(): RunningApp;
  /** The server's latest board, as it is. */
  picture(): Board;
  /** The same, as the API tells it. */
  board(): Promise<{ readonly feed: { readonly state: string }; readonly calls: readonly BoardCall[] }>;
  truth(): readonly TrueCall[];
  /** The viewer's picture, once it stands on the server's latest frame. */
  viewer(): Promise<ReadonlyMap<string, WallCall>>;
  /** Ends the server in order, lets the world go on without it for `downMs` and the goodbyes, and starts it from its memory. */
  restart(downMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts everything. Rejects when the server cannot listen. */
export async function startWholeSystem(options: SystemOptions): Promise<WholeSystem> {
  const { seed, scenario, faults } = options;
  const time = virtualTime(START);
  const simulator = createSimulator({ clock: time, seed, scenario, ...(faults !== undefined && { faults }) });
  const changes: Change[] = [];
  const disk = memoryDisk();
  let picture = emptyBoard();
  const onlookers: Partial<Onlookers> = {
    ...options.onlookers,
    changed(some) {
      if (options.forgetful !== true) changes.push(...some);
      options.onlookers?.changed?.(some);
    },
    stepped(next) {
      picture = next;
      options.onlookers?.stepped?.(next);
    },
  };
  const start = (): Promise<RunningApp> =>
    startApp(config, overrides({ ...options, onlookers }, { clock: time, simulator, disk }));
  let app = await start();
  let viewer: Viewer | undefined = options.viewer === false ? undefined : watchWall(app.url);
  const stop = async (): Promise<void> => {
    viewer?.leave();
    const closed = app.close();
    await time.advance(CLOSING_MS);
    await closed;
  };
  return {
    ...{ time, simulator, changes },
    app: () => app,
    picture: () => picture,
    board: async () => {
      const answer = await fetch(`${app.url}/api/v1/board`, { headers: { authorization: `Bearer ${API_TOKEN}` } });
      return (await answer.json()) as Awaited<ReturnType<WholeSystem['board']>>;
    },
    truth: () => simulator.truth(),
    viewer: () => viewer?.settled() ?? Promise.reject(new Error('nobody watches')),
    async restart(downMs) {
      await stop();
      await time.advance(downMs);
      app = await start();
      if (viewer !== undefined) viewer = watchWall(app.url);
    },
    async close() {
      await stop();
      simulator.stop();
    },
  };
}

/** Virtual time in which a server that was told to end says its goodbyes. */
const CLOSING_MS = 10_000;

const config: Parameters<typeof startApp>[0] = {
  ringcentral: { serverUrl: 'http://127.0.0.1', ...simulatorCredentials },
  host: '127.0.0.1',
  port: 0,
  apiToken: API_TOKEN,
  logLevel: 'silent',
};

interface Surroundings {
  readonly clock: VirtualTime;
  readonly simulator: Simulator;
  readonly disk: MemoryDisk;
}

function overrides(options: SystemOptions, { clock, simulator, disk }: Surroundings): Overrides {
  const { seed, limits, onlookers, deliver, wholePages } = options;
  const random = createRng(`${seed}/product`);
  return {
    clock,
    random: () => random.next(),
    ...(limits !== undefined && { limits }),
    ...(options.remembers === true && { store: disk.open() }),
    changed: (changes) => onlookers?.changed?.(changes),
    stepped: (board) => onlookers?.stepped?.(board),
    wire: {
      fetch: overheard({
        ...{ clock, wholePages, answered: onlookers?.answered?.bind(onlookers) },
        handle: (request) => simulator.handle(request),
      }),
      spawn: inProcessFeed(simulator, { heard: onlookers?.heard?.bind(onlookers), deliver }),
      // A long outage would otherwise outlast the time to heal by its back-off alone.
      timings: { restartCapMs: 20_000 },
    },
  };
}

type Fetch = NonNullable<NonNullable<Overrides['wire']>['fetch']>;

/** Small pages, so that a dozen calls already take several, and a page can be lost or shift. */
const smallPages = (url: string): string => url.replace('perPage=1000', 'perPage=8');

interface Overhearing extends Pick<Simulator, 'handle' | 'clock'> {
  readonly wholePages: boolean | undefined;
  readonly answered: Onlookers['answered'] | undefined;
}

function overheard({ handle, clock, wholePages, answered }: Overhearing): Fetch {
  return async (input, init) => {
    const { href, request, signal } = await requestOf(input, init);
    const url = new URL(wholePages === true ? href : smallPages(href));
    const answer = handle(wireRequest(url, request));
    answered?.(url, answer);
    return fetchResponse(answer, clock, signal);
  };
}

async function requestOf(
  input: string | URL | Request,
  init?: RequestInit,
): Promise<{ readonly href: string; readonly request: RequestInit; readonly signal: AbortSignal | null | undefined }> {
  if (!(input instanceof Request)) return { href: input.toString(), request: init ?? {}, signal: init?.signal };
  const { method, headers, url } = input;
  const body = method === 'GET' ? {} : { body: await input.text() };
  return { href: url, request: { method, headers, ...body }, signal: init?.signal ?? input.signal };
}
