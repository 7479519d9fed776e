import { describe, expect, it } from 'vitest';
import { settle, virtualClock } from '../runtime/virtual-clock.ts';
import type { VirtualClock } from '../runtime/virtual-clock.ts';
import type { RequestOptions } from './answer.ts';
import { json, type Script, scriptedUpstream, token } from './scripted-upstream.ts';
import type { TokenKeeper, Tokens } from './session-tokens.ts';

const options: RequestOptions = { group: 'light', priority: 'probe' };
const path = '/restapi/v1.0/account/~/telephony/sessions/s-1';
const DAY_MS = 86_400_000;

interface Kept extends TokenKeeper {
  tokens: Tokens | undefined;
  readonly log: string[];
}

function keeper(tokens?: Tokens): Kept {
  const kept: Kept = {
    tokens,
    log: [],
    load: () => kept.tokens,
    save(pair) {
      kept.log.push(`save ${pair.accessToken}`);
      kept.tokens = pair;
    },
    forget() {
      kept.log.push('forget');
      kept.tokens = undefined;
    },
  };
  return kept;
}

/** A platform with one session: it knows which access token is alive and which refresh token buys the next. */
function platform(alive: string, refresh: string): Script & { grants: string[] } {
  let access = alive;
  let spendable = refresh;
  let minted = 0;
  const grants: string[] = [];
  const serve: Script = ({ url, form, token: used }) => {
    if (!url.pathname.endsWith('/token')) return used === access ? json({ used }) : json({ errorCode: 'OAU-213' }, 401);
    const byRefresh = form.get('grant_type') === 'refresh_token';
    grants.push(byRefresh ? `refresh ${form.get('refresh_token') ?? ''}` : 'jwt');
    if (byRefresh && form.get('refresh_token') !== spendable) return json({ error: 'invalid_grant' }, 400);
    minted += 1;
    [access, spendable] = [`new-${String(minted)}`, `refresh-${String(minted)}`];
    return token(access, { refresh_token: spendable, refresh_token_expires_in: 604_800 });
  };
  return Object.assign(serve, { grants });
}

const pair = (clock: VirtualClock, change: Partial<Tokens> = {}): Tokens => ({
  accessToken: 'old',
  expiresAt: clock.now() + 1_800_000,
  refreshToken: 'old-refresh',
  refreshExpiresAt: clock.now() + 6 * DAY_MS,
  ...change,
});

describe('the session outlives the process [I-21]', () => {
  it('a pair that still serves is used as it is: no login, no refresh', async () => {
    const clock = virtualClock();
    const upstream = platform('old', 'old-refresh');
    const { client } = scriptedUpstream(clock, upstream, keeper(pair(clock)));
    expect(await client.get(path, options)).toMatchObject({ ok: true, json: { used: 'old' } });
    expect(upstream.grants).toEqual([]);
  });

  it('one that has expired is renewed by its refresh token, for the usual lives', async () => {
    const clock = virtualClock();
    const upstream = platform('old', 'old-refresh');
    const kept = keeper(pair(clock, { expiresAt: clock.now() - DAY_MS }));
    const { client, seen } = scriptedUpstream(clock, upstream, kept);
    expect(await client.get(path, options)).toMatchObject({ ok: true, json: { used: 'new-1' } });
    expect(upstream.grants).toEqual(['refresh old-refresh']);
    expect(seen[0]?.form.get('access_token_ttl')).toBe('3600');
    expect(kept.tokens).toMatchObject({ accessToken: 'new-1', refreshToken: 'refresh-1' });
  });

  it.each<[string, (pair: Tokens) => Tokens]>([
    ['the refresh token has expired too', (old) => ({ ...old, refreshExpiresAt: old.expiresAt })],
    ['there was no refresh token', ({ accessToken, expiresAt }) => ({ accessToken, expiresAt })],
  ])('the JWT is used when one has expired and %s', async (_why, left) => {
    const clock = virtualClock();
    const upstream = platform('old', 'old-refresh');
    const { client } = scriptedUpstream(clock, upstream, keeper(left(pair(clock, { expiresAt: clock.now() - 1 }))));
    expect(await client.get(path, options)).toMatchObject({ ok: true, json: { used: 'new-1' } });
    expect(upstream.grants).toEqual(['jwt']);
  });

  it('killed between the answer and its writing down: the old refresh token buys the session back at once', async () => {
    const clock = virtualClock();
    // Upstream has already renewed: the old access token is dead, the old refresh token is not.
    const upstream = platform('never seen', 'old-refresh');
    const { client } = scriptedUpstream(clock, upstream, keeper(pair(clock)));
    expect(await client.get(path, options)).toMatchObject({ ok: true, json: { used: 'new-1' } });
    expect(upstream.grants).toEqual(['refresh old-refresh']);
  });

  it('only invalid_grant forgets, and the JWT follows at once when an earlier process left the pair', async () => {
    const clock = virtualClock();
    const upstream = platform('another', 'another-refresh');
    const kept = keeper(pair(clock));
    const { client } = scriptedUpstream(clock, upstream, kept);
    expect(await client.get(path, options)).toMatchObject({ ok: true, json: { used: 'new-1' } });
    expect(upstream.grants).toEqual(['refresh old-refresh', 'jwt']);
    expect(kept.log).toEqual(['forget', 'save new-1']);
  });

  it.each([
    ['503', () => json({ errorCode: 'CMN-211' }, 503)],
    ['a reset', () => Promise.reject(new TypeError('fetch failed'))],
    ['a wrong secret', () => json({ error: 'invalid_client' }, 401)],
    ['a 403', () => json({ errorCode: 'CMN-401' }, 403)],
    ['HTML', () => new Response('<html>')],
  ])('%s while it is renewed forgets nothing', async (_what, answer) => {
    const clock = virtualClock();
    const kept = keeper(pair(clock, { expiresAt: clock.now() - 1 }));
    const { client } = scriptedUpstream(
      clock,
      ({ url }) => (url.pathname.endsWith('/token') ? answer() : json({})),
      kept,
    );
    expect(await client.get(path, options)).toMatchObject({ ok: false });
    await clock.advance(60_000);
    await client.get(path, options);
    expect(kept.tokens?.refreshToken).toBe('old-refresh');
    expect(kept.log).toEqual([]);
  });

  it('the new pair is written down before any request can carry it', async () => {
    const clock = virtualClock();
    const kept = keeper();
    const order: string[] = [];
    const upstream = platform('none', 'none');
    const watched: Script = (request) => {
      if (!request.url.pathname.endsWith('/token'))
        order.push(`${request.token} after ${kept.log.at(-1) ?? 'nothing'}`);
      return upstream(request);
    };
    const { client } = scriptedUpstream(clock, watched, kept);
    await Promise.all([1, 2, 3].map(() => client.get(path, options)));
    await clock.advance(3_545_000);
    // Requests that are on their way while the renewal is.
    const answers = Promise.all([1, 2, 3].map(() => client.get(path, options)));
    await settle();
    await answers;
    expect(new Set(order)).toEqual(new Set(['new-1 after save new-1', 'new-2 after save new-2']));
    expect(upstream.grants).toEqual(['jwt', 'refresh refresh-1']);
  });

  it('a clock that was set back cannot make a pair serve for days', async () => {
    const clock = virtualClock();
    const upstream = platform('old', 'old-refresh');
    const { client } = scriptedUpstream(clock, upstream, keeper(pair(clock, { expiresAt: clock.now() + 9 * DAY_MS })));
    await client.get(path, options);
    await clock.advance(3_601_000);
    expect(await client.get(path, options)).toMatchObject({ json: { used: 'new-1' } });
  });

  it('is left alive on dispose, and one on its way is waited for', async () => {
    const clock = virtualClock();
    const kept = keeper();
    let answer: (response: Response) => void = () => undefined;
    const { client, count } = scriptedUpstream(clock, () => new Promise((resolve) => (answer = resolve)), kept);
    void client.get(path, options);
    await settle();
    const disposed = client.dispose();
    answer(token('t1'));
    await disposed;
    expect(kept.tokens?.accessToken).toBe('t1');
    expect(count('/oauth/revoke')).toBe(0);
  });
});
