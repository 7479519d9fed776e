import { virtualClock, type VirtualClock } from '../clock.ts';
import type { PartyEnd, SimAccount, SimParty, SimSession, World } from '../pbx/model.ts';
import type { WireRequest, WireResponse } from './model.ts';
import type { RestOptions } from './options.ts';
import { createRestApi, type RestApi, type RestFaults } from './rest-api.ts';
import { simulatorCredentials } from './token-endpoints.ts';

/** A company of three people, one queue and one menu, for tests that lay down sessions by hand. */
export const tinyAccount: SimAccount = {
  id: '401',
  mainNumber: '+12065550100',
  adminExtensionId: '6301',
  extensions: [
    {
      id: '6301',
      extensionNumber: '101',
      name: 'Ada Admin',
      type: 'User',
      email: 'ada@example.com',
      directNumber: '+12065550101',
    },
    {
      id: '6302',
      extensionNumber: '102',
      name: 'Bo Agent',
      type: 'User',
      email: 'bo@example.com',
      directNumber: '+12065550102',
    },
    { id: '6303', extensionNumber: '103', name: 'Cy Agent', type: 'User', email: 'cy@example.com' },
    { id: '6400', extensionNumber: '200', name: 'Support', type: 'Department' },
    { id: '6500', extensionNumber: '300', name: 'Main menu', type: 'IvrMenu' },
  ],
  queues: [
    {
      extensionId: '6400',
      strategy: 'simultaneous',
      memberIds: ['6302', '6303'],
      ringMs: 20_000,
      maxWaitMs: 120_000,
      serviceLevel: { slaGoal: 80, slaThresholdSeconds: 20, includeAbandonedCalls: true, abandonedThresholdSeconds: 5 },
    },
  ],
};

export const START = Date.parse('2026-03-03T14:00:00.000Z');
const ORIGIN = 'http://127.0.0.1:9';
export const CALLER: PartyEnd = { phoneNumber: '+14155550142', name: 'WIRELESS CALLER' };

/** A party of session `s-<hex>`; everything but the number may be overridden. */
export function tinyParty(hex: string, number: number, over: Partial<SimParty> = {}): SimParty {
  return {
    id: `p-${hex}-${number}`,
    accountId: tinyAccount.id,
    direction: number === 1 ? 'Outbound' : 'Inbound',
    from: CALLER,
    to: { phoneNumber: '+12065550101', extensionId: '6301', name: 'Ada Admin' },
    status: { code: 'Setup', rcc: false },
    missedCall: false,
    standAlone: false,
    muted: false,
    park: {},
    createdAt: START,
    ...over,
  };
}

/** A session of these parties; it has ended when all of them have. */
export function tinySession(hex: string, parties: readonly SimParty[], over: Partial<SimSession> = {}): SimSession {
  const over_ = parties.every(({ endedAt }) => endedAt !== undefined);
  const endedAt = Math.max(...parties.map((party) => party.endedAt ?? 0));
  return {
    telephonySessionId: `s-${hex}`,
    sessionId: '1293048823004',
    createdAt: START,
    origin: 'Call',
    serverId: '10.13.116.45.TAM',
    sequence: 2,
    parties,
    truth: {
      id: `s-${hex}`,
      direction: 'inbound',
      state: over_ ? 'ended' : 'ringing',
      startedAt: START,
      from: CALLER,
      to: {},
      kind: 'voice',
      offers: [],
      queueEntries: [],
      talkMs: 0,
      holdMs: 0,
      ringing: [],
    },
    ...(over_ ? { endedAt } : {}),
    ...over,
  };
}

/** PSTN to Ada: rings at once, answered and ended at the given times (ms after START). */
export function directCall(hex: string, answeredAfter?: number, endedAfter?: number): SimSession {
  const times = {
    ...(answeredAfter === undefined ? {} : { answeredAt: START + answeredAfter }),
    ...(endedAfter === undefined ? {} : { endedAt: START + endedAfter }),
  };
  const code = endedAfter !== undefined ? 'Disconnected' : answeredAfter !== undefined ? 'Answered' : 'Proceeding';
  const status = { code, rcc: false } as const;
  return tinySession(hex, [
    tinyParty(hex, 1, { status, ...times }),
    tinyParty(hex, 2, { extensionId: '6301', status, ...times }),
  ]);
}

/** PSTN to Support: Bo and Cy ring after 5 s, Bo answers after 10 s; ended at `endedAfter`. */
export function queueCall(hex: string, endedAfter?: number): SimSession {
  const to = { phoneNumber: '+12065550100', extensionId: '6400', name: 'Support' };
  const from = { ...CALLER, name: 'Support - WIRELESS CALLER' };
  const end = endedAfter === undefined ? {} : { endedAt: START + endedAfter };
  const code = endedAfter === undefined ? 'Answered' : 'Disconnected';
  const agent = { from, to, queueCall: true, createdAt: START + 5_000 };
  const lost = {
    status: { code: 'Disconnected', reason: 'AgentAnswered', rcc: false },
    endedAt: START + 10_000,
  } as const;
  return tinySession(hex, [
    tinyParty(hex, 1, { to, status: { code, rcc: false }, answeredAt: START + 1_000, ...end }),
    tinyParty(hex, 2, { to, extensionId: '6400', createdAt: START + 1_000, ...lost }),
    tinyParty(hex, 3, {
      ...agent,
      extensionId: '6302',
      status: { code, rcc: false },
      answeredAt: START + 10_000,
      ...end,
    }),
    tinyParty(hex, 4, { ...agent, extensionId: '6303', ...lost }),
  ]);
}

/** A REST side over hand-made sessions, with a client that is logged in on demand. */
export interface TinyCloud {
  readonly rest: RestApi;
  readonly clock: VirtualClock;
  sessions: SimSession[];
  /** Logs in (once) and sends; `url` is path and query. */
  get(url: string, headers?: Readonly<Record<string, string>>): WireResponse;
  send(method: string, url: string, body?: object): WireResponse;
  /** Sends without touching the authorization given. */
  raw(request: Partial<WireRequest> & { readonly path: string }): WireResponse;
  /** Posts a form to /restapi/oauth/token with the right client credentials. */
  token(form: Readonly<Record<string, string>>): WireResponse;
  bearer(): string;
}

const basic = `Basic ${Buffer.from(`${simulatorCredentials.clientId}:${simulatorCredentials.clientSecret}`).toString('base64')}`;

/** The JSON of an answer. */
export function bodyOf<T = Record<string, unknown>>(response: WireResponse): T {
  return JSON.parse(String(response.body)) as T;
}

function staticWorld(clock: VirtualClock, sessions: () => readonly SimSession[]): World {
  return {
    account: tinyAccount,
    now: () => clock.now(),
    advanceTo: () => [],
    nextAt: () => undefined,
    place: () => 's-none',
    session: (id) => sessions().find(({ telephonySessionId }) => telephonySessionId === id),
    sessions,
    liveSessions: () => sessions().filter(({ endedAt }) => endedAt === undefined),
    truth: () => sessions().map(({ truth }) => truth),
  };
}

/** Everything at START, no session, no fault. `jwt` logs in as somebody other than the administrator. */
export function tinyCloud(
  options: Partial<RestOptions> = {},
  extra: { jwt?: string; faults?: RestFaults } = {},
): TinyCloud {
  const clock = virtualClock(START);
  const world = staticWorld(clock, () => tiny.sessions);
  const { jwt = simulatorCredentials.jwt, faults } = extra;
  const rest = createRestApi({ world, clock, seed: 7, options, ...(faults === undefined ? {} : { faults }) });
  let access: string | undefined;
  const raw: TinyCloud['raw'] = (request) =>
    rest.handle({ method: 'GET', query: new URLSearchParams(), headers: {}, body: '', origin: ORIGIN, ...request });
  const send = (method: string, url: string, body: string, headers: Readonly<Record<string, string>>) => {
    const { pathname, searchParams } = new URL(url, ORIGIN);
    return raw({
      method,
      path: pathname,
      query: searchParams,
      body,
      headers: { authorization: `bearer ${tiny.bearer()}`, ...headers },
    });
  };
  const tiny: TinyCloud = {
    rest,
    clock,
    sessions: [],
    raw,
    get: (url, headers = {}) => send('GET', url, '', headers),
    send: (method, url, body) =>
      send(method, url, body === undefined ? '' : JSON.stringify(body), { 'content-type': 'application/json' }),
    token(form) {
      const headers = { authorization: basic, 'content-type': 'application/x-www-form-urlencoded' };
      return raw({ method: 'POST', path: '/restapi/oauth/token', headers, body: new URLSearchParams(form).toString() });
    },
    bearer() {
      access ??= bodyOf<{ access_token: string }>(
        tiny.token({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: jwt }),
      ).access_token;
      return access;
    },
  };
  return tiny;
}
