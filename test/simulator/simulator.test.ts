import { describe, expect, it } from 'vitest';
import { virtualClock } from './clock.ts';
import { heard, ofType, subscribe } from './gateway/fixture.ts';
import type { CapturedNotification } from './replay.ts';
import { createSimulator, type SimulatorOptions } from './simulator.ts';
import { simulatorCredentials } from './wire/token-endpoints.ts';

const START = Date.parse('2026-03-03T14:00:00.000Z');
const BASE = 'http://127.0.0.1:4100';

async function bench(options: Omit<SimulatorOptions, 'clock'> = {}) {
  const clock = virtualClock(START);
  const simulator = createSimulator({ clock, scenario: 'quiet', ...options });
  const { clientId, clientSecret, jwt } = simulatorCredentials;
  const read = async (answer: Promise<Response>) => (await (await answer).json()) as Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- answers are read freely here
  const login = await read(
    simulator.fetch(`${BASE}/restapi/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: jwt }),
    }),
  );
  const headers = { authorization: `Bearer ${login['access_token']}` };
  const get = (path: string) => read(simulator.fetch(BASE + path, { headers }));
  const post = (path: string, body: unknown) =>
    read(simulator.fetch(BASE + path, { method: 'POST', headers, body: JSON.stringify(body) }));
  const listener = async () => {
    const { uri, ws_access_token: ticket } = await read(
      simulator.fetch(`${BASE}/restapi/oauth/wstoken`, { method: 'POST', headers }),
    );
    const socket = simulator.connect(`${uri}?access_token=${ticket}`);
    socket.send(subscribe());
    clock.advance(100);
    return socket;
  };
  return { clock, simulator, get, post, listener };
}

/** Two events of a call recorded long ago, 3 s apart. */
const capture: CapturedNotification[] = ['Setup', 'Disconnected'].map((code, index) => ({
  uuid: `70000000000000000${index}`,
  event: '/restapi/v1.0/account/900/extension/901/telephony/sessions',
  timestamp: new Date(Date.parse('2021-05-04T10:00:00.100Z') + index * 3_000).toISOString(),
  body: {
    sequence: index + 2,
    sessionId: '77',
    telephonySessionId: 's-recorded',
    serverId: 'x',
    eventTime: new Date(Date.parse('2021-05-04T10:00:00.000Z') + index * 3_000).toISOString(),
    parties: [
      { accountId: '900', extensionId: '901', id: 'p-recorded-1', direction: 'Outbound', status: { code, rcc: false } },
    ],
    origin: { type: 'Call' },
  } as CapturedNotification['body'],
}));

describe('a placed call', () => {
  it('reaches the socket as the world has it, without a gap, each party on its own path', async () => {
    const { clock, simulator, post, listener } = await bench();
    const socket = await listener();
    const user = simulator.account.extensions.find(({ type }) => type === 'User')?.id ?? '';
    const script = {
      kind: 'inbound',
      toExtensionId: user,
      steps: [
        { do: 'answer', after: 2_000, extensionId: user },
        { do: 'hangUp', after: 5_000, by: 'caller' },
      ],
    };
    const { id } = await post('/simulator/calls', script);
    clock.advance(10_000);
    const session = simulator.rest.live.session(id);
    expect(heard(socket)).toEqual(Array.from({ length: (session?.sequence ?? 0) - 1 }, (_, index) => index + 2));
    const { id: account } = simulator.account;
    const paths = ofType(socket, 'ServerNotification').map(({ body }) => (body as { event: string }).event);
    expect(new Set(paths)).toEqual(
      new Set([
        `/restapi/v1.0/account/${account}/telephony/sessions`,
        `/restapi/v1.0/account/${account}/extension/${user}/telephony/sessions`,
      ]),
    );
  });

  it('is in the truth', async () => {
    const { clock, post, get } = await bench();
    const { id } = await post('/simulator/calls', {
      kind: 'inbound',
      steps: [{ do: 'hangUp', after: 5_000, by: 'caller' }],
    });
    clock.advance(1_000);
    const truth = await get('/simulator/truth');
    expect([truth['now'], truth['calls'].map((call: { id: string }) => call.id)]).toEqual([START + 1_000, [id]]);
  });
});

describe('the same seed', () => {
  it('says the same, byte for byte', async () => {
    const run = async (seed: number) => {
      const { clock, listener } = await bench({ scenario: 'callcentre', seed, faults: 'drop:p=0.1,reorder' });
      const socket = await listener();
      clock.advance(60_000);
      return socket.frames.map(({ raw }) => raw);
    };
    const first = await run(5);
    expect(first.length).toBeGreaterThan(30);
    expect(await run(5)).toEqual(first);
    expect(await run(6)).not.toEqual(first);
  });
});

describe('a replay', () => {
  it('keeps uuid, order and gaps, moves the times to now, and REST agrees with it', async () => {
    const { clock, simulator, post, listener } = await bench();
    const socket = await listener();
    const start = clock.now();
    expect(await post('/simulator/replay', { events: capture, speed: 2 })).toEqual({ events: 2, ms: 1_500 });
    clock.advance(1_000);
    expect(simulator.rest.live.session('s-recorded')?.parties[0]?.status.code).toBe('Setup');
    expect(simulator.rest.live.session('s-recorded')?.endedAt).toBeUndefined();
    clock.advance(1_000);
    const told = ofType(socket, 'ServerNotification').map(({ body }) => body as CapturedNotification);
    expect(told.map(({ uuid }) => uuid)).toEqual(capture.map(({ uuid }) => uuid));
    expect(told.map(({ timestamp }) => Date.parse(timestamp) - start)).toEqual([0, 1_500]);
    expect(told.map(({ body }) => Date.parse(body.eventTime ?? '') - start)).toEqual([-50, 1_450]);
    expect(told[0]?.body.parties).toEqual(capture[0]?.body.parties);
    expect(simulator.rest.live.session('s-recorded')?.endedAt).toBe(start + 1_500);
  });

  it('leaves the recorded times when told to', async () => {
    const { clock, post, listener } = await bench();
    const socket = await listener();
    await post('/simulator/replay', { events: capture, keepTimes: true });
    clock.advance(5_000);
    const times = ofType(socket, 'ServerNotification').map(({ body }) => (body as CapturedNotification).body.eventTime);
    expect(times).toEqual(capture.map(({ body }) => body.eventTime));
  });

  it('is refused, with the entry, when it is no capture', async () => {
    const { post } = await bench();
    expect((await post('/simulator/replay', { events: [capture[0], {}] }))['error']).toMatch('entry 1');
    expect((await post('/simulator/replay', { events: capture, speed: 0 }))['error']).toMatch('speed');
  });
});

describe('the control door', () => {
  it('sets, counts and clears faults', async () => {
    const { post, get } = await bench();
    expect(await post('/simulator/faults', { set: 'http-500,drop:p=0.5' })).toEqual({
      active: ['http-500', 'drop:p=0.5'],
    });
    expect(await get('/restapi/v1.0/account/~/active-calls')).toMatchObject({ errorCode: 'CMN-203' });
    expect(await get('/simulator/faults')).toEqual({
      active: ['http-500', 'drop:p=0.5'],
      strikes: { 'http-500': 1, drop: 0 },
    });
    expect(await post('/simulator/faults', { clear: true })).toEqual({ active: [] });
    expect((await get('/restapi/v1.0/account/~/active-calls'))['records']).toEqual([]);
    expect((await post('/simulator/faults', { set: 'nothing' }))['error']).toMatch('unknown fault "nothing"');
  });

  it('cuts every socket', async () => {
    const { post, listener } = await bench();
    const [one, two] = [await listener(), await listener()];
    expect(await post('/simulator/cut', { fin: true })).toEqual({ cut: 2 });
    expect([one.ended, two.ended]).toEqual(['close', 'close']);
  });

  it('counts requests and what broke the limits', async () => {
    const { get, listener } = await bench();
    await listener();
    for (let i = 0; i < 12; i++) await get('/restapi/v1.0/account/~/active-calls');
    const report = await get('/simulator/requests');
    expect(report['violations']).toEqual({ overBudget: 1, insidePenalty: 1 });
    expect(report['gateway']).toMatchObject({ open: 1, subscribed: 1, upgrades: 1, refused: 0 });
  });

  it('explains itself, and refuses what it does not know', async () => {
    const { get, simulator } = await bench();
    const help = await get('/simulator/help');
    expect(help['endpoints']).toHaveLength(8);
    expect(help['faults']).toHaveLength(simulator.faults.known.length);
    expect((await simulator.fetch(`${BASE}/simulator/nothing`)).status).toBe(404);
    expect((await simulator.fetch(`${BASE}/simulator/cut`)).status).toBe(405);
    expect(
      (await simulator.fetch(`${BASE}/simulator/calls`, { method: 'POST', body: '{"kind":"sideways"}' })).status,
    ).toBe(400);
  });
});

describe('a subscription', () => {
  it('ends when it is deleted over HTTP', async () => {
    const { clock, simulator, listener, post } = await bench();
    const socket = await listener();
    const { id } = ofType(socket, 'ClientRequest')[0]?.body as { id: string };
    expect(simulator.rest.subscriptions.delete(id)).toBe(true);
    await post('/simulator/calls', { kind: 'inbound', steps: [{ do: 'hangUp', after: 500, by: 'caller' }] });
    clock.advance(2_000);
    expect(heard(socket)).toEqual([]);
  });

  it('is charged to Medium, and a made-up 429 begins a real penalty', async () => {
    const { clock, simulator, listener } = await bench({ faults: 'subscribe-429:times=1' });
    const socket = await listener();
    socket.send(subscribe(undefined, 'again'));
    clock.advance(100);
    expect(ofType(socket, 'ClientRequest').map(({ meta }) => meta['status'])).toEqual([429, 429]);
    expect(simulator.rest.requests().violations.insidePenalty).toBe(1);
  });
});
