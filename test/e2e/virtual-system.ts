// In:  a simulated platform, faults, and the machine's clock, which a test may set wrong. Out: the whole product on it, real SDK
// included, under virtual time; what it shows, what it asks, what it says happened.
// Never: a real wait, or a word of the product's own counters where the platform's can be asked.
import { afterEach, expect } from 'vitest';
import { type Overrides, type RunningApp, startApp } from '@ringside/server/app';
import type { Change } from '@ringside/shared/domain/change';
import type { FeedHealth } from '@ringside/shared/domain/feed-health';
import { inProcessFeed } from '../fuzz/in-process-feed.ts';
import { virtualTime, type VirtualTime } from '../fuzz/virtual-time.ts';
import type { CallScript, TrueCall } from '../simulator/pbx/model.ts';
import type { Scenario } from '../simulator/pbx/scenario.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import { simulatorCredentials } from '../simulator/wire/token-endpoints.ts';
import { apiToken, config } from './started-app.ts';
import type { BoardCall } from './real-system.ts';

export interface VirtualSystemOptions {
  readonly faults?: string;
  readonly scenario?: Scenario | string;
  readonly seed?: number;
  /** ms since the epoch. */
  readonly startAt?: number;
  /** Credential of the user who is signed in; the administrator's when absent. */
  readonly jwt?: string;
  /** Records on a page. */
  readonly perPage?: number;
  readonly wire?: Overrides['wire'];
  /** How far the machine's clock is ahead of true time from the beginning, ms. */
  readonly skewMs?: number;
}

export interface Sent {
  /** Virtual ms since the start. */
  readonly at: number;
  readonly path: string;
}

export interface VirtualSystem {
  readonly time: VirtualTime;
  readonly simulator: Simulator;
  readonly app: RunningApp;
  readonly changes: readonly Change[];
  /** Every request that left the product, in order. */
  readonly sent: readonly Sent[];
  board(): Promise<{ readonly feed: FeedHealth; readonly calls: readonly BoardCall[] }>;
  truth(): readonly TrueCall[];
  /** Stops the product as SIGSTOP does: the world goes on, it does not. */
  freeze(): void;
  /** Lets it go on: everything that fell due or came meanwhile, at once. */
  thaw(): void;
  /** Sets the wall clock of the machine, and nothing else, by so many ms. */
  jump(ms: number): void;
  close(): Promise<void>;
}

const START = Date.UTC(2026, 2, 3, 14);
const open: VirtualSystem[] = [];

afterEach(async () => {
  for (const system of open.splice(0)) await system.close();
});

/** Starts platform and product; both are closed after the test. */
export async function startVirtualSystem(options: VirtualSystemOptions = {}): Promise<VirtualSystem> {
  const { faults, scenario = 'quiet', seed = 7, startAt = START, jwt, perPage = 1000, wire, skewMs = 0 } = options;
  const time = virtualTime(startAt);
  const simulator = createSimulator({ clock: time, seed, scenario, ...(faults !== undefined && { faults }) });
  let skew = skewMs;
  const gate = createGate();
  const after: VirtualTime['after'] = (ms, task) => time.after(ms, () => gate.pass(task));
  const machine = { now: () => time.now() + skew, monotonic: time.monotonic, after };
  const changes: Change[] = [];
  const sent: Sent[] = [];
  const ringcentral = { serverUrl: 'http://127.0.0.1', ...simulatorCredentials, ...(jwt !== undefined && { jwt }) };
  const app = await startApp(
    { ...config, ringcentral },
    {
      clock: machine,
      random: () => 0.5,
      wire: {
        fetch: async (input, init) => {
          sent.push({ at: time.monotonic(), path: new URL(input.url).pathname });
          const answer = await ask(simulator, input, { perPage, signal: init?.signal ?? input.signal });
          answer.headers.set('date', new Date(time.now()).toUTCString());
          return new Promise((resolve) => gate.pass(() => resolve(answer)));
        },
        spawn: gatedFeed(simulator, gate),
        timings: { restartCapMs: 20_000 },
        ...wire,
      },
      changed: (some) => void changes.push(...some),
    },
  );
  const system: VirtualSystem = {
    ...{ time, simulator, app, changes, sent },
    board: async () => {
      const answer = await fetch(`${app.url}/api/v1/board`, { headers: { authorization: `Bearer ${apiToken}` } });
      return (await answer.json()) as Awaited<ReturnType<VirtualSystem['board']>>;
    },
    truth: () => simulator.truth(),
    freeze: () => gate.close(),
    thaw: () => gate.open(),
    jump: (ms) => void (skew += ms),
    async close() {
      const closed = app.close();
      await time.advance(10_000);
      await closed;
      simulator.stop();
    },
  };
  open.push(system);
  return system;
}

/** What is let through at once, or, while closed, when it opens, in order. */
interface Gate {
  pass(task: () => void): void;
  close(): void;
  open(): void;
}

function createGate(): Gate {
  let held: (() => void)[] | undefined;
  return {
    pass: (task) => void (held ? held.push(task) : task()),
    close: () => void (held = []),
    open() {
      const tasks = held ?? [];
      held = undefined;
      for (const task of tasks) task();
    },
  };
}

/** The event worker, whose messages wait at the gate. */
function gatedFeed(simulator: Simulator, gate: Gate): ReturnType<typeof inProcessFeed> {
  const spawn = inProcessFeed(simulator);
  return (input, { onMessage, onGone }) =>
    spawn(input, {
      onMessage: (message) => gate.pass(() => onMessage(message)),
      onGone: (cause) => gate.pass(() => onGone(cause)),
    });
}

interface Asking {
  readonly perPage: number;
  readonly signal: AbortSignal;
}

async function ask(simulator: Simulator, request: Request, { perPage, signal }: Asking): Promise<Response> {
  const { method, headers, url } = request;
  const body = method === 'GET' ? undefined : await request.text();
  const paged = url.replace('perPage=1000', `perPage=${String(perPage)}`);
  return simulator.fetch(paged, { method, headers, signal, ...(body !== undefined && { body }) });
}

let placed = 0;

/** A script of an inbound call that a person answers at once; it lasts `talkMs`. Each time another person. */
export function talk({ account }: Simulator, talkMs: number): CallScript {
  const people = account.extensions.filter(({ type }) => type === 'User');
  const extensionId = people[placed++ % people.length]?.id ?? '';
  return {
    kind: 'inbound',
    toExtensionId: extensionId,
    steps: [
      { do: 'answer', after: 1_000, extensionId },
      { do: 'hangUp', after: talkMs, by: 'caller' },
    ],
  };
}

/** Live on both feeds, and nothing wrong. */
export async function isLive(system: VirtualSystem): Promise<void> {
  expect((await system.board()).feed).toMatchObject({ state: 'live', troubles: [] });
}

/** The calls that are shown as living, with what they do. */
export function living(calls: readonly { readonly id: string; readonly state: string }[]): readonly string[] {
  return calls.flatMap(({ id, state }) => (state === 'ended' ? [] : [`${id} ${state}`])).toSorted();
}

/** The board shows what is true, and nothing of it in doubt. */
export async function showsTruth(system: VirtualSystem): Promise<void> {
  const { calls } = await system.board();
  expect(living(calls)).toEqual(living(system.truth()));
  expect(calls.filter((call) => 'unconfirmed' in call)).toEqual([]);
}

/** Each call began once and ended at most once, in that order, and whatever ended is over in truth (I-1, I-2, I-3). */
export function toldOnce({ changes, truth }: VirtualSystem): void {
  const over = new Set(truth().flatMap(({ id, endedAt }) => (endedAt === undefined ? [] : [id])));
  const told = Map.groupBy(changes, ({ call }) => call.id);
  for (const [id, list] of told) {
    const words = list.map(({ type }) => type);
    expect(
      words.filter((word) => word === 'callStarted'),
      id,
    ).toHaveLength(1);
    expect(words[0], id).toBe('callStarted');
    const ended = words.indexOf('callEnded');
    if (ended < 0) continue;
    expect(over, `${id} ended on the board and lives`).toContain(id);
    const after = words.slice(ended + 1).filter((word) => word !== 'callMissed' && word !== 'callCorrected');
    expect(after, `${id} after its end`).toEqual([]);
  }
}

/** A fault that never struck proves nothing. */
export function struck({ simulator }: VirtualSystem): void {
  for (const [fault, times] of Object.entries(simulator.faults.strikes())) expect(times, fault).toBeGreaterThan(0);
}

/** No limit of the platform was broken: as the platform counts it. */
export function keptLimits({ simulator }: VirtualSystem): void {
  expect(simulator.rest.requests().violations).toEqual({ insidePenalty: 0, overBudget: 0 });
}
