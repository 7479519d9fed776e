import { describe, expect, it } from 'vitest';
import { pause, systemClock } from '../runtime/clock.ts';
import { settle, virtualClock } from '../runtime/virtual-clock.ts';
import type { VirtualClock } from '../runtime/virtual-clock.ts';
import type { Answer, RequestOptions } from './answer.ts';
import { json, scriptedUpstream, token } from './scripted-upstream.ts';
import type { Script } from './scripted-upstream.ts';

const options: RequestOptions = { group: 'light', priority: 'probe' };
const path = '/restapi/v1.0/account/~/telephony/sessions/s-1';

/** Logins give t1, t2, …; the rest is the test's business. */
function withLogin(api: Script): Script {
  let logins = 0;
  return (request) => (request.url.pathname.endsWith('/oauth/token') ? token(`t${String(++logins)}`) : api(request));
}

/** Lets virtual time run; the answer must then be there but for the SDK's own `setTimeout(0)`. */
async function within<T>(clock: VirtualClock, ms: number, answer: Promise<T>): Promise<T> {
  await clock.advance(ms);
  const late = new AbortController();
  const tooLate = pause(systemClock, 500, late.signal).then((passed) => {
    if (passed) throw new Error(`no answer in ${String(ms)} ms`);
    return answer;
  });
  return Promise.race([answer, tooLate]).finally(() => late.abort());
}

describe('one request', () => {
  it('carries the token, the query and whole paths, and brings JSON', async () => {
    const clock = virtualClock();
    const { client, seen } = scriptedUpstream(
      clock,
      withLogin(() => json({ id: 's-1' })),
    );
    const answer = await client.get(path, { ...options, query: { page: 2, view: 'Simple' } });
    expect(answer).toMatchObject({ ok: true, json: { id: 's-1' } });
    expect(seen[0]?.form.get('assertion')).toBe('jwt');
    expect(seen[1]).toMatchObject({ method: 'GET', token: 't1' });
    expect(seen[1]?.url.href).toBe(`https://upstream.test${path}?page=2&view=Simple`);
  });

  it('follows a paging link only to our own server', async () => {
    const clock = virtualClock();
    const { client, seen } = scriptedUpstream(
      clock,
      withLogin(() => json({})),
    );
    await client.get('https://elsewhere.test/restapi/v1.0/x?page=2', options);
    expect(seen[1]?.url.href).toBe('https://upstream.test/restapi/v1.0/x?page=2');
  });

  it.each([
    [500, 'server'],
    [503, 'server'],
    [400, 'garbage'],
    [302, 'garbage'],
  ])('status %i is %s', async (status, kind) => {
    const { client } = scriptedUpstream(
      virtualClock(),
      withLogin(() => json({ errorCode: 'X', message: 'no' }, status)),
    );
    expect(await client.get(path, options)).toMatchObject({ ok: false, kind, status });
  });

  it.each([
    ['HTML', () => new Response('<html>sign in</html>', { headers: { 'content-type': 'text/html' } })],
    ['cut JSON', () => new Response('{"records":[{"id"')],
    ['nothing', () => new Response('')],
  ])('%s is garbage', async (_, answer) => {
    const { client } = scriptedUpstream(virtualClock(), withLogin(answer));
    expect(await client.get(path, options)).toMatchObject({ ok: false, kind: 'garbage' });
  });

  it('[I-22] a server that never answers is left after 15 s', async () => {
    const clock = virtualClock();
    const { client } = scriptedUpstream(
      clock,
      withLogin(() => new Promise<Response>(() => undefined)),
    );
    expect(await within(clock, 15_000, client.get(path, options))).toMatchObject({ ok: false, kind: 'timeout' });
  });

  it('[R4, I-22] a body that never ends is left after 15 s', async () => {
    const clock = virtualClock();
    const dribble = () => new Response(new ReadableStream({ pull: () => new Promise(() => undefined) }));
    const { client } = scriptedUpstream(clock, withLogin(dribble));
    expect(await within(clock, 15_000, client.get(path, options))).toMatchObject({ ok: false, kind: 'timeout' });
  });

  it('[R4] a body past 20 MB is cut', async () => {
    const megabyte = new Uint8Array(1024 * 1024);
    const flood = () => new Response(new ReadableStream({ pull: (controller) => controller.enqueue(megabyte) }));
    const { client } = scriptedUpstream(virtualClock(), withLogin(flood));
    expect(await client.get(path, options)).toMatchObject({
      ok: false,
      kind: 'garbage',
      detail: expect.stringContaining('larger'),
    });
  });

  it('a connection that breaks is a network failure; one that is no longer wanted is aborted', async () => {
    const clock = virtualClock();
    const broken = () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } }));
    const first = scriptedUpstream(clock, withLogin(broken));
    expect(await first.client.get(path, options)).toMatchObject({
      kind: 'network',
      detail: expect.stringContaining('ECONNRESET'),
    });
    const stop = new AbortController();
    const second = scriptedUpstream(
      clock,
      withLogin(() => new Promise<Response>(() => undefined)),
    );
    const answer = second.client.get(path, { ...options, signal: stop.signal });
    await settle();
    stop.abort();
    expect(await answer).toMatchObject({ kind: 'aborted' });
  });

  it('a 429 is obeyed: until its end nothing of the group is sent', async () => {
    const clock = virtualClock();
    const headers = { 'x-rate-limit-group': 'light', 'retry-after': '60' };
    const { client, count } = scriptedUpstream(
      clock,
      withLogin(() => json({ errorCode: 'CMN-301' }, 429, headers)),
    );
    expect(await client.get(path, options)).toMatchObject({ kind: 'rateLimited', retryAt: clock.now() + 60_000 });
    const again = await within(clock, 30_000, client.get(path, options));
    expect(again).toMatchObject({ kind: 'rateLimited' });
    expect(count('/s-1')).toBe(1);
    expect(await within(clock, 31_000, client.get(path, { ...options, maxWaitMs: 60_000 }))).toMatchObject({
      kind: 'rateLimited',
    });
    expect(count('/s-1')).toBe(2);
  });
});

describe('the session', () => {
  it('is opened once for requests that come together', async () => {
    const { client, count } = scriptedUpstream(
      virtualClock(),
      withLogin(() => json({})),
    );
    await Promise.all([1, 2, 3].map(() => client.get(path, options)));
    expect(count('/oauth/token')).toBe(1);
  });

  it('[R9] 401s that come back one after the other cost one login', async () => {
    const clock = virtualClock();
    const { client, count } = scriptedUpstream(
      clock,
      withLogin(({ token: used }) =>
        used === 't1'
          ? new Promise((resolve) =>
              clock.after(300 * count('/s-1'), () => resolve(json({ errorCode: 'OAU-128' }, 401))),
            )
          : json({ used }),
      ),
    );
    const first = client.get('/warm', options);
    await clock.advance(300);
    expect(await first).toMatchObject({ ok: false });
    await clock.advance(12_000);
    const answers = Promise.all([1, 2, 3, 4].map(() => client.get(path, options)));
    expect(await within(clock, 5_000, answers)).toEqual(Array(4).fill(expect.objectContaining({ ok: true })));
    expect(count('/oauth/token')).toBe(2);
  });

  it('asks for a token at most every 12 s, however often it is refused', async () => {
    const clock = virtualClock();
    const { client, seen } = scriptedUpstream(
      clock,
      withLogin(() => json({ errorCode: 'OAU-128' }, 401)),
    );
    for (let n = 0; n < 120; n++) {
      void client.get(path, options);
      await clock.advance(1_000);
    }
    const times = seen.filter(({ url }) => url.pathname.endsWith('/token')).map(({ at }) => at);
    expect(times.length).toBeGreaterThan(3);
    for (const [n, at] of times.entries()) if (n > 0) expect(at - (times[n - 1] ?? 0)).toBeGreaterThanOrEqual(12_000);
  });

  it('is renewed by its refresh token before it ends', async () => {
    const clock = virtualClock();
    const grants: (string | null)[] = [];
    const { client } = scriptedUpstream(clock, ({ url, form, token: used }) => {
      if (!url.pathname.endsWith('/token')) return json({ used });
      grants.push(form.get('grant_type'));
      return token(`t${String(grants.length)}`, { refresh_token: 'r1', refresh_token_expires_in: 604_800 });
    });
    await client.get(path, options);
    await clock.advance(3_541_000);
    expect(await within(clock, 1_000, client.get(path, options))).toMatchObject({ json: { used: 't2' } });
    expect(grants.map((grant) => grant?.split(':').at(-1))).toEqual(['jwt-bearer', 'refresh_token']);
  });

  it('serves on while a refresh fails, and then falls back on the JWT', async () => {
    const clock = virtualClock();
    const grants: (string | null)[] = [];
    const { client } = scriptedUpstream(clock, ({ url, form, token: used }) => {
      if (!url.pathname.endsWith('/token')) return json({ used });
      const grant = form.get('grant_type');
      grants.push(grant);
      if (grant !== 'refresh_token')
        return token(`t${String(grants.length)}`, { refresh_token: 'r1', refresh_token_expires_in: 9e5 });
      return grants.length === 2 ? json({ errorCode: 'CMN-211' }, 503) : json({ error: 'invalid_grant' }, 400);
    });
    await client.get(path, options);
    await clock.advance(3_545_000);
    expect(await within(clock, 10, client.get(path, options))).toMatchObject({ json: { used: 't1' } });
    const answers: Answer[] = [];
    for (let n = 0; n < 6; n++) answers.push(await within(clock, 15_000, client.get(path, options)));
    expect(answers.at(-1)).toMatchObject({ ok: true, json: { used: 't4' } });
    expect(grants.map((grant) => grant?.split(':').at(-1))).toEqual([
      ...['jwt-bearer', 'refresh_token', 'refresh_token', 'jwt-bearer'],
    ]);
  });

  it.each([
    [400, { error: 'invalid_grant', error_description: 'JWT is expired' }, /RINGCENTRAL_JWT .*JWT is expired/],
    [401, { error: 'invalid_client' }, /RINGCENTRAL_CLIENT_ID and RINGCENTRAL_CLIENT_SECRET/],
    [400, { error: 'unauthorized_client' }, /allows JWT login/],
  ])('refused with %i names the setting to check', async (status, body, message) => {
    const { client, count } = scriptedUpstream(virtualClock(), () => json(body, status));
    expect(await client.get(path, options)).toMatchObject({
      ok: false,
      kind: 'auth',
      detail: expect.stringMatching(message),
    });
    expect(await client.get(path, options)).toMatchObject({ ok: false, kind: 'auth' });
    expect(count('/oauth/token')).toBe(1);
  });

  it.each([
    ['503', () => json({ errorCode: 'CMN-211' }, 503), 'server'],
    ['a reset', () => Promise.reject(new TypeError('fetch failed')), 'network'],
    ['HTML', () => new Response('<html>'), 'garbage'],
  ])('%s at login passes and is tried again', async (_, answer, kind) => {
    const clock = virtualClock();
    let tries = 0;
    const { client } = scriptedUpstream(clock, ({ url }) =>
      url.pathname.endsWith('/token') ? (++tries === 1 ? answer() : token('t')) : json({}),
    );
    expect(await client.get(path, options)).toMatchObject({ ok: false, kind });
    await clock.advance(24_000);
    expect(await client.get(path, options)).toMatchObject({ ok: true });
  });

  it('is ended upstream on dispose, within 5 s even of a dead server', async () => {
    const clock = virtualClock();
    let dead = false;
    const api = withLogin(() => (dead ? new Promise<Response>(() => undefined) : json({})));
    const { client, count } = scriptedUpstream(clock, api);
    await client.get(path, options);
    dead = true;
    await within(clock, 5_000, client.dispose());
    expect(count('/oauth/revoke')).toBe(1);
  });
});
