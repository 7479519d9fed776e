// In:  the real app on the real SDKs, its worker thread and its sockets; a simulated platform behind a real port; a real viewer.
// Out: what each of them says of a call, from its first moment to its last.
// Never: a fake on the way, or a sleep; whoever waits, waits for a condition.
import { expect, vi } from 'vitest';
import { type RunningApp, startApp } from '@ringside/server/app';
import type { Config } from '@ringside/server/options';
import type { Call, CallState } from '@ringside/shared/domain/call';
import type { Change } from '@ringside/shared/domain/change';
import type { FeedHealth } from '@ringside/shared/domain/feed-health';
import type { WallCall } from '@ringside/shared/protocol/messages';
import { realClock } from '../simulator/clock.ts';
import type { CallScript, SimAccount, TrueCall } from '../simulator/pbx/model.ts';
import { serve } from '../simulator/server.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import { simulatorCredentials } from '../simulator/wire/token-endpoints.ts';
import { apiToken, config, type Wall, openWall } from './started-app.ts';

/** How long a condition may take on a busy machine, and how often it is looked at. */
export const patience = { timeout: 15_000, interval: 20 };

/** A call as GET /api/v1/board tells it. Times are ISO 8601. */
export type BoardCall = Pick<
  Call,
  'id' | 'direction' | 'state' | 'queue' | 'from' | 'to' | 'missed' | 'continuedIn'
> & {
  readonly startedAt: string;
  readonly answeredAt?: string;
  readonly endedAt?: string;
  readonly legs: readonly { readonly phase: string; readonly role: string; readonly extensionId?: string }[];
};

export interface Board {
  readonly feed: FeedHealth;
  readonly calls: readonly BoardCall[];
}

export interface RealSystem {
  readonly simulator: Simulator;
  /** Of the simulator. */
  readonly platformUrl: string;
  readonly app: RunningApp;
  readonly wall: Wall;
  readonly changes: readonly Change[];
  board(): Promise<Board>;
  /** Waits until both feeds are proved. */
  untilLive(): Promise<void>;
  /** The call as the API tells it, as soon as it satisfies the test. */
  boardCall(id: string, test?: (call: BoardCall) => boolean): Promise<BoardCall>;
  /** The call as the viewer's wall shows it, as soon as it satisfies the test. */
  wallCall(id: string, test?: (call: WallCall) => boolean): Promise<WallCall>;
  /** The states the call went through on the server's board, without repetitions. */
  states(id: string): readonly CallState[];
  truth(id: string): TrueCall | undefined;
  close(): Promise<void>;
}

export interface RealSystemOptions {
  readonly account?: SimAccount;
  readonly faults?: string;
  readonly ringcentral?: Partial<Config['ringcentral']>;
}

/** Starts platform, server and viewer, each on a free loopback port. */
export async function startRealSystem({ account, faults, ringcentral }: RealSystemOptions = {}): Promise<RealSystem> {
  const simulator = createSimulator({
    clock: realClock(),
    scenario: 'quiet',
    ...(account && { account }),
    ...(faults !== undefined && { faults }),
  });
  const served = await serve(simulator, { port: 0 });
  const changes: Change[] = [];
  const app = await startApp(
    { ...config, ringcentral: { serverUrl: served.url, ...simulatorCredentials, ...ringcentral } },
    { changed: (some) => void changes.push(...some) },
  );
  const wall = openWall(app.url);
  const board = async (): Promise<Board> => {
    const answer = await fetch(`${app.url}/api/v1/board`, { headers: { authorization: `Bearer ${apiToken}` } });
    return (await answer.json()) as Board;
  };
  return {
    simulator,
    platformUrl: served.url,
    app,
    wall,
    changes,
    board,
    untilLive: () =>
      vi.waitFor(async () => expect((await board()).feed).toMatchObject({ state: 'live', troubles: [] }), patience),
    boardCall: (id, test = () => true) => vi.waitFor(async () => found((await board()).calls, id, test), patience),
    wallCall: (id, test = () => true) => vi.waitFor(() => found(wall.calls(), id, test), patience),
    states: (id) => statesOf(changes, id),
    truth: (id) => simulator.truth().find((call) => call.id === id),
    async close() {
      wall.socket.disconnect();
      await app.close();
      await served.close();
    },
  };
}

/** Asks the platform to place a call, as anybody may over its control door. */
export async function place({ platformUrl }: RealSystem, script: CallScript): Promise<string> {
  const answer = await fetch(`${platformUrl}/simulator/calls`, { method: 'POST', body: JSON.stringify(script) });
  const { id } = (await answer.json()) as { id?: string };
  if (id === undefined) throw new Error(`the call was not placed: ${answer.status}`);
  return id;
}

function statesOf(changes: readonly Change[], id: string): readonly CallState[] {
  const states: CallState[] = [];
  for (const { call } of changes) if (call.id === id && call.state !== states.at(-1)) states.push(call.state);
  return states;
}

function found<T extends { readonly id: string }>(calls: readonly T[], id: string, test: (call: T) => boolean): T {
  const [call, another] = calls.filter((one) => one.id === id);
  if (call === undefined) throw new Error(`${id} is not shown`);
  if (another !== undefined) throw new Error(`${id} is shown twice`);
  if (!test(call)) throw new Error(`${id} is shown as ${JSON.stringify(call)}`);
  return call;
}
