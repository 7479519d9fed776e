import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../runtime/logger.ts';
import type { BoardDto } from './board-dto.ts';
import { buildId, createHttp } from './http.ts';

const token = 'canary-token-0123456789';
const empty: BoardDto = {
  epoch: 'e',
  revision: 0,
  serverTime: '',
  feed: { state: 'starting', troubles: [], provedWithinMs: 60_000 },
  calls: [],
};

let webRoot: string;
let servers: Server[] = [];

async function serve(deps: { apiToken?: string; board?: () => BoardDto; webRoot?: string }): Promise<string> {
  const server = createServer(createHttp({ board: () => empty, webRoot, log: silentLogger, ...deps }));
  servers = [...servers, server];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const bearer = (value: string) => ({ headers: { authorization: `Bearer ${value}` } });
const asPage = { headers: { accept: 'text/html,application/xhtml+xml' } };

beforeEach(() => {
  webRoot = mkdtempSync(join(tmpdir(), 'ringside-web-'));
  mkdirSync(join(webRoot, 'assets'));
  writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>Ringside</title>');
  writeFileSync(join(webRoot, 'assets', 'index-4f2a.js'), 'export {};');
  writeFileSync(join(webRoot, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
});

afterEach(() => {
  for (const server of servers) server.close().closeAllConnections();
  servers = [];
  rmSync(webRoot, { recursive: true });
});

describe('the API', () => {
  it('says that it is alive, and nothing else', async () => {
    const answer = await fetch(`${await serve({})}/healthz`);
    expect([answer.status, await answer.text(), answer.headers.get('cache-control')]).toEqual([
      200,
      '{"status":"ok"}',
      'no-store',
    ]);
  });

  it('gives the board to who holds the token', async () => {
    const answer = await fetch(`${await serve({ apiToken: token })}/api/v1/board`, bearer(token));
    expect([answer.status, await answer.json()]).toEqual([200, empty]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['no header', {}],
    ['another token', bearer('another-token-012345678')],
    ['part of the token', bearer(token.slice(0, -1))],
    ['an empty token', bearer('')],
    ['another scheme', { headers: { authorization: `Basic ${token}` } }],
  ])('answers 401 to %s', async (_name, init) => {
    const answer = await fetch(`${await serve({ apiToken: token })}/api/v1/board`, init);
    const text = await answer.text();
    expect([answer.status, JSON.parse(text)]).toMatchObject([401, { error: { code: 'unauthorized' } }]);
    expect(text).not.toContain(token);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  it.each(['undefined', '', token])('answers 401 to "%s" when no token is set', async (given) => {
    const answer = await fetch(`${await serve({})}/api/v1/board`, bearer(given));
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: { code: 'unauthorized' } }]);
  });

  it.each(['/api', '/api/', '/api/v1/nothing', '/api/v1/board/x'])(
    'answers 404 as JSON to %s, even to a browser',
    async (path) => {
      const answer = await fetch(`${await serve({ apiToken: token })}${path}`, asPage);
      expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: 'notFound' } }]);
    },
  );

  it('answers 400 to a broken escape and 500 to a fault of its own, without details', async () => {
    const board = (): BoardDto => {
      throw new Error('canary +16505554207');
    };
    const url = await serve({ apiToken: token, board });
    expect((await fetch(`${url}/%E0%A4%A`, asPage)).status).toBe(400);
    const answer = await fetch(`${url}/api/v1/board`, bearer(token));
    const text = await answer.text();
    expect([answer.status, JSON.parse(text)]).toMatchObject([500, { error: { code: 'internal' } }]);
    expect(text).not.toContain('canary');
  });
});

describe('the page', () => {
  it.each(['/', '/wall', '/some/deep/address'])('is served at %s and never kept', async (path) => {
    const answer = await fetch(`${await serve({})}${path}`, asPage);
    expect([answer.status, await answer.text()]).toEqual([200, '<!doctype html><title>Ringside</title>']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('lets hashed files be kept for ever and others be asked for again', async () => {
    const url = await serve({});
    const asset = await fetch(`${url}/assets/index-4f2a.js`);
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    expect((await fetch(`${url}/icon.svg`)).headers.get('cache-control')).toBe('no-cache');
  });

  it.each(['/assets/index-old.js', '/missing.png', '/..%2fpackage.json', '/.env'])(
    'answers 404 to %s and not the page',
    async (path) => expect((await fetch(`${await serve({})}${path}`, asPage)).status).toBeGreaterThanOrEqual(400),
  );

  it('is at the front door for whoever asks', async () => {
    const url = await serve({});
    for (const headers of [{ accept: '*/*' }, {}]) {
      const answer = await fetch(`${url}/`, { headers });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    }
  });

  it('is not the answer to a script or to a POST', async () => {
    const url = await serve({});
    expect((await fetch(`${url}/wall`, { headers: { accept: '*/*' } })).status).toBe(404);
    expect((await fetch(`${url}/wall`, { method: 'POST', ...asPage })).status).toBe(404);
  });

  it('is told to be built when it is not', async () => {
    const url = await serve({ webRoot: join(webRoot, 'nowhere') });
    const answer = await fetch(url, asPage);
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('npm run build')]);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(buildId(join(webRoot, 'nowhere'))).toBe('none');
  });

  it('has an id that changes with its content', () => {
    const before = buildId(webRoot);
    writeFileSync(join(webRoot, 'index.html'), 'another');
    expect(buildId(webRoot)).not.toBe(before);
  });

  it('is fenced by its headers, and works over plain http on a LAN address', async () => {
    const { headers } = await fetch(await serve({}), asPage);
    const policy = headers.get('content-security-policy') ?? '';
    for (const part of [
      "default-src 'self'",
      "object-src 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ])
      expect(policy).toContain(part);
    expect(policy).not.toMatch(/upgrade-insecure-requests|unsafe-/);
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-powered-by')).toBeNull();
  });
});
