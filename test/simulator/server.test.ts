import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { realClock } from './clock.ts';
import { serve, type Served } from './server.ts';
import { createSimulator, type Simulator } from './simulator.ts';
import { simulatorCredentials } from './wire/token-endpoints.ts';

const open: Served[] = [];
afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

async function served(faults = ''): Promise<{ simulator: Simulator; url: string; port: number }> {
  const simulator = createSimulator({ clock: realClock(), scenario: 'quiet', faults });
  const running = await serve(simulator, { port: 0 });
  open.push(running);
  return { simulator, url: running.url, port: running.port };
}

/** Logs in and asks for a socket ticket. */
async function ticket(url: string): Promise<string> {
  const { clientId, clientSecret, jwt } = simulatorCredentials;
  const login = await fetch(`${url}/restapi/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: jwt }),
  });
  const { access_token: token } = (await login.json()) as { access_token: string };
  const answer = await fetch(`${url}/restapi/oauth/wstoken`, {
    method: 'POST',
    headers: { authorization: `bearer ${token}` },
  });
  const { uri, ws_access_token: access } = (await answer.json()) as { uri: string; ws_access_token: string };
  return `${uri}?access_token=${access}`;
}

/** What a client sees of one socket. */
function watch(address: string) {
  const seen = {
    frames: [] as string[],
    closed: undefined as number | undefined,
    refused: undefined as number | undefined,
    failed: false,
  };
  const socket = new WebSocket(address);
  socket.on('message', (data: Buffer) => seen.frames.push(data.toString()));
  socket.on('close', (code) => (seen.closed = code));
  socket.on('unexpected-response', (_request, answer) => (seen.refused = answer.statusCode));
  socket.on('error', () => (seen.failed = true));
  return { socket, seen };
}

const patience = { timeout: 5_000, interval: 10 };

describe('the server', () => {
  it('takes a free port on the loopback and frees it again', async () => {
    const { url, port } = await served();
    expect(url).toBe(`http://127.0.0.1:${port}`);
    await open.splice(0)[0]?.close();
    await expect(fetch(url)).rejects.toThrow();
  });

  it('rejects when the port is taken', async () => {
    const { port } = await served();
    await expect(serve(createSimulator({ clock: realClock(), scenario: 'quiet' }), { port })).rejects.toThrow(
      'EADDRINUSE',
    );
  });

  it('refuses bodies over a megabyte with 413', async () => {
    const { url } = await served();
    const answer = await fetch(`${url}/simulator/faults`, { method: 'POST', body: 'x'.repeat(1_100_000) }).catch(
      (error: Error) => error,
    );
    expect(answer instanceof Response ? answer.status : 413).toBe(413);
  });

  it('opens a socket once per ticket', async () => {
    const { url } = await served();
    const address = await ticket(url);
    const first = watch(address);
    await vi.waitFor(() => expect(first.seen.frames[0]).toContain('ConnectionDetails'), patience);
    const second = watch(address);
    await vi.waitFor(() => expect(second.seen.refused).toBe(401), patience);
  });

  it('cuts with a close frame, or with a reset', async () => {
    const { url, simulator } = await served();
    for (const [fin, code] of [
      [true, 1001],
      [false, 1006],
    ] as const) {
      const { seen } = watch(await ticket(url));
      await vi.waitFor(() => expect(seen.frames).toHaveLength(1), patience);
      simulator.gateway.cut(fin);
      await vi.waitFor(() => expect(seen.closed).toBe(code), patience);
    }
  });

  it('half-open: neither answers nor pongs, and the connection stays', async () => {
    const { url, simulator } = await served();
    const { socket, seen } = watch(await ticket(url));
    await vi.waitFor(() => expect(seen.frames).toHaveLength(1), patience);
    simulator.faults.set('half-open:every=0');
    await vi.waitFor(() => expect(simulator.faults.strikes()).toEqual({ 'half-open': 1 }), patience);
    const pong = vi.fn();
    socket.on('pong', pong);
    socket.ping();
    socket.send('[{"type":"Heartbeat","messageId":"h"}]');
    // A second socket is served meanwhile: whatever the first was going to get, it would have by now.
    simulator.faults.clear();
    const other = watch(await ticket(url));
    await vi.waitFor(() => expect(other.seen.frames).toHaveLength(1), patience);
    expect([pong.mock.calls.length, seen.frames.length, socket.readyState]).toEqual([0, 1, socket.OPEN]);
    socket.terminate();
  });

  it('writes a glued replay and its ConnectionDetails in one TCP chunk', async () => {
    const { url, simulator } = await served();
    const first = watch(await ticket(url));
    await vi.waitFor(() => expect(first.seen.frames).toHaveLength(1), patience);
    const filter = '/restapi/v1.0/account/~/telephony/sessions';
    const request = { type: 'ClientRequest', messageId: 'm', method: 'POST', path: '/restapi/v1.0/subscription' };
    first.socket.send(
      JSON.stringify([request, { deliveryMode: { transportType: 'WebSocket' }, eventFilters: [filter] }]),
    );
    await vi.waitFor(() => expect(first.seen.frames).toHaveLength(2), patience);
    const [{ wsc }] = JSON.parse(first.seen.frames[1] ?? '') as [{ wsc: { token: string } }];
    simulator.gateway.cut(false);
    const user = simulator.account.extensions.find(({ type }) => type === 'User');
    simulator.place({
      kind: 'inbound',
      toExtensionId: user?.id ?? '',
      steps: [{ do: 'hangUp', after: 60_000, by: 'caller' }],
    });
    await vi.waitFor(() => expect(simulator.gateway.counts().notifications).toBeGreaterThan(1), patience);
    simulator.faults.set('replay-glued');
    const chunks = await rawChunks(`${await ticket(url)}&wsc=${wsc.token}`);
    expect(
      chunks.find((chunk) => chunk.includes('ConnectionDetails'))?.match(/ServerNotification/g)?.length,
    ).toBeGreaterThan(1);
  });
});

/** The TCP chunks of a fresh socket up to the one with ConnectionDetails. */
async function rawChunks(address: string): Promise<readonly string[]> {
  const { hostname, port, pathname, search } = new URL(address);
  const chunks: string[] = [];
  const raw = connect(Number(port), hostname);
  raw.on('data', (chunk) => chunks.push(chunk.toString('latin1')));
  raw.write(
    `GET ${pathname}${search} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await vi.waitFor(() => expect(chunks.join('')).toContain('ConnectionDetails'), patience);
  raw.destroy();
  return chunks;
}

describe('a broken answer', () => {
  const account = async (url: string, token: string) =>
    (
      await fetch(`${url}/restapi/v1.0/account/~/active-calls`, { headers: { authorization: `Bearer ${token}` } })
    ).text();

  it.each(['reset', 'cut-body'])('%s fails the reader', async (fault) => {
    const { url, simulator } = await served(fault);
    const { adminExtensionId: extensionId } = simulator.account;
    const { clientId } = simulatorCredentials;
    const grant = simulator.rest.tokens.login({ clientId, extensionId, scopes: ['ReadCallLog'], admin: true }, {});
    await expect(account(url, grant.accessToken)).rejects.toThrow();
    simulator.faults.clear();
    await expect(account(url, grant.accessToken)).resolves.toContain('records');
  });

  it('hang never finishes the body', async () => {
    const { url, simulator } = await served('hang');
    const { adminExtensionId: extensionId } = simulator.account;
    const { clientId } = simulatorCredentials;
    const grant = simulator.rest.tokens.login({ clientId, extensionId, scopes: ['ReadCallLog'], admin: true }, {});
    const answer = await fetch(`${url}/restapi/v1.0/account/~/active-calls`, {
      headers: { authorization: `Bearer ${grant.accessToken}` },
      signal: AbortSignal.timeout(300),
    });
    await expect(answer.text()).rejects.toThrow();
  });
});
