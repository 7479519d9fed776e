import { expect, test } from 'vitest';
import { simulatorCredentials } from './token-endpoints.ts';
import { bodyOf, START, tinyCloud, type TinyCloud } from './tiny-world.ts';

const JWT = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: simulatorCredentials.jwt };
const ACCOUNT = '/restapi/v1.0/account/~';

interface TokenInfo {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly session_id: string;
}

// The Auth budget is not the subject here.
const roomy = { budgets: { light: 1000, medium: 1000, heavy: 1000, auth: 1000 } };

const login = (tiny: TinyCloud, more = {}) => bodyOf<TokenInfo>(tiny.token({ ...JWT, ...more }));
const refresh = (tiny: TinyCloud, token: string, more = {}) =>
  tiny.token({ grant_type: 'refresh_token', refresh_token: token, ...more });
const use = (tiny: TinyCloud, token: string, scheme = 'Bearer') =>
  tiny.raw({ path: ACCOUNT, headers: { authorization: `${scheme} ${token}` } });
const codeOf = (response: Parameters<typeof bodyOf>[0]) =>
  bodyOf<{ errors: { errorCode: string }[] }>(response).errors[0]?.errorCode;

test('a JWT login grants scopes, an hour and a session', () => {
  const tiny = tinyCloud();
  expect(login(tiny)).toMatchObject({
    token_type: 'bearer',
    expires_in: 3600,
    owner_id: '6301',
    refresh_token_expires_in: 604_800,
  });
  expect(bodyOf<{ scope: string }>(tiny.token(JWT)).scope.split(' ')).toContain('CallControl');
});

test('a wrong JWT is 400 invalid_grant, a wrong client 401, an unknown grant 400', () => {
  const tiny = tinyCloud(roomy);
  const wrong = tiny.token({ ...JWT, assertion: 'nonsense' });
  expect([wrong.status, bodyOf(wrong)['error']]).toEqual([400, 'invalid_grant']);
  const headers = {
    authorization: `Basic ${Buffer.from('who:knows').toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  };
  const stranger = tiny.raw({
    method: 'POST',
    path: '/restapi/oauth/token',
    headers,
    body: new URLSearchParams(JWT).toString(),
  });
  expect([stranger.status, bodyOf(stranger)['error']]).toEqual([401, 'invalid_client']);
  expect(bodyOf(tiny.token({ grant_type: 'password' }))['error']).toBe('unsupported_grant_type');
});

test('a stranger pays for his own attempts, not the app', () => {
  const tiny = tinyCloud();
  const authorization = `Basic ${Buffer.from('who:knows').toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams(JWT).toString();
  const attempt = () => tiny.raw({ method: 'POST', path: '/restapi/oauth/token', headers, body }).status;
  expect(Array.from({ length: 6 }, attempt)).toEqual([401, 401, 401, 401, 401, 429]);
  expect(tiny.token(JWT).status).toBe(200);
});

test('a public app authenticates by client_id in the body; JSON is 415', () => {
  const tiny = tinyCloud();
  const post = (body: string, type: string) =>
    tiny.raw({ method: 'POST', path: '/restapi/oauth/token', headers: { 'content-type': type }, body }).status;
  const form = new URLSearchParams({ ...JWT, client_id: simulatorCredentials.clientId }).toString();
  expect(post(form, 'application/x-www-form-urlencoded')).toBe(200);
  expect(post(JSON.stringify(JWT), 'application/json')).toBe(415);
});

test('the bearer scheme is compared without case; the ways to be unauthorised differ', () => {
  const tiny = tinyCloud(roomy);
  const { access_token } = login(tiny, { access_token_ttl: '600' });
  expect(['bearer', 'Bearer', 'BEARER'].map((scheme) => use(tiny, access_token, scheme).status)).toEqual([
    200, 200, 200,
  ]);
  expect(codeOf(tiny.raw({ path: ACCOUNT }))).toBe('AGW-401');
  expect(codeOf(use(tiny, access_token, 'Basic'))).toBe('AGW-402');
  expect(codeOf(use(tiny, 'nonsense'))).toBe('OAU-149');
  tiny.clock.advance(600_000);
  const expired = use(tiny, access_token);
  expect(bodyOf(expired)).toMatchObject({ errorCode: 'TokenExpired', errors: [{ errorCode: 'OAU-128' }] });
  expect(expired.headers).not.toHaveProperty('X-Rate-Limit-Group');
});

test('nonsense lifetimes mean the default, as after a 401 of the SDK', () => {
  const tiny = tinyCloud(roomy);
  expect(login(tiny, { access_token_ttl: '-1', refresh_token_ttl: 'NaN' })).toMatchObject({
    expires_in: 3600,
    refresh_token_expires_in: 604_800,
  });
  const { refresh_token } = login(tiny, { access_token_ttl: '900' });
  expect(bodyOf(refresh(tiny, refresh_token, { access_token_ttl: '-1' }))).toMatchObject({ expires_in: 900 });
});

test('refreshing kills the old access token at once and keeps the session', () => {
  const tiny = tinyCloud(roomy);
  const first = login(tiny);
  const second = bodyOf<TokenInfo>(refresh(tiny, first.refresh_token));
  expect(use(tiny, first.access_token).status).toBe(401);
  expect(use(tiny, second.access_token).status).toBe(200);
  expect(second.session_id).toBe(first.session_id);
});

test('a spent refresh token buys the same pair again until 10 s after the first use', () => {
  const tiny = tinyCloud(roomy);
  const first = login(tiny);
  const second = bodyOf<TokenInfo>(refresh(tiny, first.refresh_token));
  tiny.clock.advance(30 * 60_000);
  expect(bodyOf<TokenInfo>(refresh(tiny, first.refresh_token)).access_token).toBe(second.access_token);
  use(tiny, second.access_token);
  tiny.clock.advance(9_999);
  expect(bodyOf<TokenInfo>(refresh(tiny, first.refresh_token)).refresh_token).toBe(second.refresh_token);
  tiny.clock.advance(1);
  expect(bodyOf(refresh(tiny, first.refresh_token))).toMatchObject({ error: 'invalid_grant' });
});

test('an unused new token leaves the old refresh token alive for an hour at most', () => {
  const tiny = tinyCloud(roomy);
  const first = login(tiny);
  refresh(tiny, first.refresh_token);
  tiny.clock.advance(3_600_000);
  expect(refresh(tiny, first.refresh_token).status).toBe(400);
});

test('the sixth login evicts the oldest session silently', () => {
  const tiny = tinyCloud(roomy);
  const tokens = Array.from({ length: 6 }, () => login(tiny).access_token);
  expect(tokens.map((token) => use(tiny, token).status)).toEqual([401, 200, 200, 200, 200, 200]);
  expect(codeOf(use(tiny, tokens[0] ?? ''))).toBe('OAU-151');
});

test('another user of the same app has sessions of his own', () => {
  const tiny = tinyCloud(roomy);
  const mine = login(tiny).access_token;
  for (let count = 0; count < 6; count += 1) login(tiny, { assertion: `${simulatorCredentials.jwt}:6302` });
  expect(use(tiny, mine).status).toBe(200);
});

test('revocation by any token ends the whole session', () => {
  const tiny = tinyCloud(roomy);
  const { access_token, refresh_token } = login(tiny);
  const body = new URLSearchParams({ token: refresh_token, client_id: simulatorCredentials.clientId }).toString();
  const revoked = tiny.raw({
    method: 'POST',
    path: '/restapi/oauth/revoke',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
  expect([revoked.status, revoked.body]).toEqual([200, '{}']);
  expect(use(tiny, access_token).status).toBe(401);
  expect(refresh(tiny, refresh_token).status).toBe(400);
});

test('an app without refresh tokens gets none', () => {
  const tiny = tinyCloud({ issueRefreshToken: false });
  expect(Object.keys(login(tiny))).not.toContain('refresh_token');
});

test('a socket token leads to the socket of this very host, once, for 30 s', () => {
  const tiny = tinyCloud(roomy);
  const ask = () =>
    bodyOf<{ uri: string; ws_access_token: string; expires_in: number }>(tiny.send('POST', '/restapi/oauth/wstoken'));
  const first = ask();
  expect(first).toMatchObject({ uri: 'ws://127.0.0.1:9/ws', expires_in: 30 });
  expect(tiny.rest.tokens.redeemWsToken(first.ws_access_token)).toMatchObject({ extensionId: '6301', admin: true });
  expect(tiny.rest.tokens.redeemWsToken(first.ws_access_token)).toBeUndefined();
  const second = ask();
  tiny.clock.advance(30_000);
  expect(tiny.rest.tokens.redeemWsToken(second.ws_access_token)).toBeUndefined();
});

test('without the WebSocket scope there is no socket token', () => {
  const response = tinyCloud({ scopes: ['ReadAccounts'] }).send('POST', '/restapi/oauth/wstoken');
  expect(response.status).toBe(403);
  expect(bodyOf(response)).toMatchObject({
    errorCode: 'InsufficientPermissions',
    permissionName: 'SubscriptionWebSocket',
  });
});

test('the same seed gives the same tokens', () => {
  expect(login(tinyCloud()).access_token).toBe(login(tinyCloud()).access_token);
  expect(tinyCloud().clock.now()).toBe(START);
});
