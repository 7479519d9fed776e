// In:  literal observations and a clock that the test moves. Out: the real app on a free loopback port, and real viewers of it.
// Never: a sleep; whoever waits, waits for a condition.
import { type ObservedValueOf, Subject } from 'rxjs';
import { io, type Socket } from 'socket.io-client';
import { expect, vi } from 'vitest';
import WebSocket from 'ws';
import { type Overrides, type RunningApp, startApp, type TelephoneSystem } from '@ringside/server/app';
import type { Config } from '@ringside/server/options';
import type { LegPhase } from '@ringside/shared/domain/call';
import type { Directory } from '@ringside/shared/domain/directory';
import type { Observation } from '@ringside/shared/domain/observation';
import { apply } from '@ringside/shared/domain/patch';
import {
  type Hello,
  type Patch,
  type ServerToViewer,
  serverMessages,
  type Snapshot,
  type Tick,
  type ViewerToServer,
  type WallCall,
} from '@ringside/shared/protocol/messages';
import { virtualClock, type VirtualClock } from '../simulator/clock.ts';

export const apiToken = 'canary-api-token-0123';
export const startAt = Date.UTC(2026, 2, 3, 14);

export const config: Config = {
  ringcentral: { serverUrl: 'http://127.0.0.1:9', clientId: 'id', clientSecret: 'secret', jwt: 'jwt' },
  host: '127.0.0.1',
  port: 0,
  apiToken,
  logLevel: 'silent',
};

type Status = ObservedValueOf<TelephoneSystem['statuses$']>;

export interface TestApp {
  readonly app: RunningApp;
  readonly time: VirtualClock;
  readonly observations$: Subject<Observation>;
  readonly statuses$: Subject<Status>;
  readonly upstream: {
    readonly [K in 'probe' | 'pollNow' | 'refreshDirectory' | 'dispose']: ReturnType<typeof vi.fn<TelephoneSystem[K]>>;
  };
  /** Observations, and then enough time for them to be framed. */
  tell(...observations: Observation[]): void;
  board(): Promise<{
    revision: number;
    epoch: string;
    feed: { state: string };
    calls: { id: string; state: string }[];
  }>;
}

/** The app with a telephone system that says what the test says. */
export async function startTestApp(overrides: Overrides = {}): Promise<TestApp> {
  const time = virtualClock(startAt);
  const observations$ = new Subject<Observation>();
  const statuses$ = new Subject<Status>();
  const upstream = {
    probe: vi.fn<TelephoneSystem['probe']>(() => new Promise(() => undefined)),
    pollNow: vi.fn<TelephoneSystem['pollNow']>(),
    refreshDirectory: vi.fn<TelephoneSystem['refreshDirectory']>(),
    dispose: vi.fn<TelephoneSystem['dispose']>(() => Promise.resolve()),
  };
  const clock = { now: time.now, monotonic: time.now, after: time.after };
  const connect = (): TelephoneSystem => ({ observations$, statuses$, ...upstream });
  const app = await startApp(config, { clock, connect, ...overrides });
  return {
    app,
    time,
    observations$,
    statuses$,
    upstream,
    tell(...observations) {
      for (const observation of observations) observations$.next(observation);
      time.advance(100);
    },
    async board() {
      const answer = await fetch(`${app.url}/api/v1/board`, { headers: { authorization: `Bearer ${apiToken}` } });
      return (await answer.json()) as Awaited<ReturnType<TestApp['board']>>;
    },
  };
}

const colleagues: Directory = new Map([
  ['e1', { id: 'e1', kind: 'person', name: 'Amara Okafor' }],
  ['q1', { id: 'q1', kind: 'queue', name: 'Support' }],
]);
export const directory: Observation = { kind: 'directory', at: startAt, directory: colleagues };
export const emptyPoll: Observation = { kind: 'poll', at: startAt, startedAt: startAt, complete: true, records: [] };

const outside = { phoneNumber: '+16505554207', name: 'Canary Caller' };

/** An inbound call to a colleague: both parties in one event. */
export function event(sessionId: string, sequence: number, phase: LegPhase, at = startAt): Observation {
  const ends = { from: outside, to: { phoneNumber: '+18005550100', extensionId: 'e1', name: 'Canary Caller' } };
  const caller = { id: `${sessionId}-1`, side: 'placing', phase: phase === 'ringing' ? 'setup' : phase } as const;
  const callee = { id: `${sessionId}-2`, side: 'receiving', phase, extensionId: 'e1' } as const;
  const parties = [caller, callee].map((party) => ({ ...party, ...ends }));
  return { kind: 'event', at, sessionId, sequence, eventTime: at, parties };
}

/** A wall as a program: it checks every message and keeps the picture that the messages add up to. */
export interface Wall {
  readonly socket: Socket<ServerToViewer, ViewerToServer>;
  readonly hello: Hello[];
  readonly snapshots: Snapshot[];
  readonly patches: Patch[];
  readonly ticks: Tick[];
  revision(): number;
  calls(): WallCall[];
}

export function openWall(url: string): Wall {
  const socket: Wall['socket'] = io(url, { transports: ['websocket'], forceNew: true, reconnection: false });
  const seen: Pick<Wall, 'hello' | 'snapshots' | 'patches' | 'ticks'> = {
    hello: [],
    snapshots: [],
    patches: [],
    ticks: [],
  };
  let revision = -1;
  let calls = new Map<string, WallCall>();
  socket.on('hello', (message) => seen.hello.push(serverMessages.hello.parse(message)));
  socket.on('tick', (message) => seen.ticks.push(serverMessages.tick.parse(message)));
  socket.on('snapshot', (message) => {
    seen.snapshots.push(serverMessages.snapshot.parse(message));
    revision = message.revision;
    calls = new Map(message.calls.map((call) => [call.id, call]));
  });
  socket.on('patch', (message) => {
    seen.patches.push(serverMessages.patch.parse(message));
    if (revision >= 0) expect(message.from).toBe(revision);
    revision = message.to;
    calls = apply(calls, message);
  });
  return {
    socket,
    ...seen,
    revision: () => revision,
    calls: () => [...calls.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** A wall that has its first picture. */
export async function readyWall(url: string): Promise<Wall> {
  const wall = openWall(url);
  await vi.waitFor(() => expect(wall.snapshots).toHaveLength(1));
  return wall;
}

export interface RawViewer {
  readonly socket: WebSocket;
  /** Every text frame that came, byte for byte. */
  readonly frames: string[];
}

/** A viewer below socket.io: it sends what it likes and keeps what comes as it came. */
export async function openRaw(url: string, headers: Record<string, string> = {}): Promise<RawViewer> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, { headers });
  const frames: string[] = [];
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    frames.push(text);
    if (text === '2') socket.send('3');
  });
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.send('40');
  await vi.waitFor(() => expect(frames.some((frame) => frame.startsWith('42["snapshot"'))).toBe(true), { interval: 5 });
  return { socket, frames };
}
