import { expect, test } from 'vitest';
import { virtualClock } from '../clock.ts';
import type { RestFaults } from '../wire/rest-api.ts';
import { bodyOf, directCall, START, tinyCloud, type TinyCloud } from '../wire/tiny-world.ts';
import { createFaultRegistry } from './registry.ts';
import { restFaults } from './rest-faults.ts';

const LIST = '/restapi/v1.0/account/~/active-calls';
const JWT = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'ringside-simulator-jwt' };
const roomy = { budgets: { light: 999, medium: 999, heavy: 999, auth: 999 }, activeCallsLagMs: [0, 0] } as const;

/** A cloud with live calls, logged in before the faults come on. */
function faulty(list: string, calls = 6): TinyCloud & { readonly strikes: () => Readonly<Record<string, number>> } {
  const on: { faults?: RestFaults } = {};
  const through: RestFaults = {
    answer: (request) => on.faults?.answer(request),
    alter: (request, response) => on.faults?.alter(request, response) ?? response,
  };
  const tiny = tinyCloud(roomy, { faults: through });
  tiny.sessions = Array.from({ length: calls }, (_, index) => directCall(`a${index}`));
  tiny.bearer();
  // The registry reads the same virtual time as the cloud.
  const clock = { ...virtualClock(START), now: () => tiny.clock.now() };
  const registry = createFaultRegistry({ clock, random: () => 0, known: restFaults });
  registry.set(list);
  on.faults = registry;
  return Object.assign(tiny, { strikes: () => registry.strikes() });
}

const records = (tiny: TinyCloud, query = '') => bodyOf<{ records: unknown[] }>(tiny.get(LIST + query)).records;
const codeOf = (response: Parameters<typeof bodyOf>[0]) =>
  bodyOf<{ errors: { errorCode: string }[] }>(response).errors[0]?.errorCode;

test('every fault has its own name and says which row it reproduces', () => {
  expect(new Set(restFaults.map(({ name }) => name)).size).toBe(restFaults.length);
  for (const { name, about } of restFaults) {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(about).toMatch(/\(([RT]\d+|[\d.]+)[^)]*\)$/);
  }
});

test.each([
  ['rate-429', 429, 'CMN-301'],
  ['global-429', 429, 'CMN-310'],
  ['http-500', 500, 'CMN-203'],
  ['http-503', 503, 'CMN-211'],
  ['permission-403', 403, 'CMN-401'],
  ['permission-408', 403, 'CMN-408'],
  ['token-expired', 401, 'OAU-128'],
  ['session-evicted', 401, 'OAU-151'],
])('%s answers %i %s', (name, status, code) => {
  const response = faulty(name).get(LIST);
  expect([response.status, codeOf(response)]).toEqual([status, code]);
});

test.each([
  ['retry-after-date', 'Tue, 03 Mar 2026 14:01:00 GMT'],
  ['retry-after-none', undefined],
  ['retry-after-negative', '-1'],
  ['retry-after-huge', '1e9'],
])('%s rewrites every 429', (name, value) => {
  expect(faulty(`rate-429,${name}`).get(LIST).headers['Retry-After']).toBe(value);
});

test.each([
  ['hang', 'hang'],
  ['reset', 'reset'],
  ['cut-body', 'truncate'],
  ['dribble', 'dribble'],
])('%s breaks the connection', (name, broken) => {
  expect(faulty(name).get(LIST).broken).toBe(broken);
});

test.each(['truncated-json', 'html-200', 'gzip-cut', 'http-502'])('%s is no JSON', (name) => {
  expect(() => bodyOf(faulty(name).get(LIST))).toThrow();
});

test('invalid-utf8 holds a byte no decoder takes', () => {
  const { body } = faulty('invalid-utf8').get(LIST);
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(body as Uint8Array)).toThrow();
});

test('slow-answer is late by what it is told', () => {
  expect(faulty('slow-answer:ms=1234').get(LIST).delayMs).toBe(1234);
});

test('an empty poll comes once, and only when there was something to hide', () => {
  const tiny = faulty('empty-poll');
  expect(records(tiny)).toEqual([]);
  expect(records(tiny)).toHaveLength(6);
});

test('stale records: a call that ended is shown as it was', () => {
  const tiny = faulty('stale-records:ms=60000', 1);
  expect(records(tiny)).toMatchObject([{ result: 'In Progress' }]);
  tiny.sessions = [directCall('a0', 5_000, 10_000), directCall('new')];
  tiny.clock.advance(50_000);
  expect(records(tiny)).toMatchObject([{ result: 'In Progress' }]);
  tiny.clock.advance(60_000);
  expect(records(tiny)).toHaveLength(2);
});

test.each([
  ['odd-start:ms=60000', START + 60_000],
  ['odd-start:epoch=1', 0],
])('%s: no record began when it says', (list, began) => {
  const [record] = records(faulty(list)) as { startTime: string }[];
  expect(Date.parse(record?.startTime ?? '')).toBe(began);
});

test('page-loss and page-shift spare the first page', () => {
  expect([
    faulty('page-loss').get(`${LIST}?perPage=2`).status,
    faulty('page-loss').get(`${LIST}?perPage=2&page=2`).status,
  ]).toEqual([200, 500]);
  expect(records(faulty('page-shift'), '?perPage=2&page=2')).toHaveLength(1);
});

test('bad records: some rot, the rest stay', () => {
  const list = records(faulty('bad-records:n=3'));
  expect(list[0]).toBeNull();
  expect(list[1]).toMatchObject({ result: 'In Progress' });
  expect(list).toHaveLength(6);
});

test('records can be masked, unknown, without parties, doubled, far too many', () => {
  expect(records(faulty('masked-numbers'))[0]).toMatchObject({ from: { phoneNumber: '+1415555XXXX' } });
  expect(records(faulty('unknown-enum'))[0]).toMatchObject({ result: 'Answered By Robot' });
  expect(Object.keys(records(faulty('missing-parties'))[0] as object)).not.toContain('from');
  expect(records(faulty('duplicate-records'))).toHaveLength(12);
  expect(records(faulty('many-records'))).toHaveLength(10_000);
});

test('staggered 401s come one after the other, then all is well', () => {
  const tiny = faulty('staggered-401');
  expect([1, 2, 3, 4].map(() => tiny.get(LIST).delayMs)).toEqual([0, 300, 600, 900]);
  expect(tiny.get(LIST).status).toBe(200);
});

test('an evicted session needs a login; a refresh does not help', () => {
  const tiny = faulty('session-evicted');
  expect(tiny.token({ grant_type: 'refresh_token', refresh_token: 'any' }).status).toBe(400);
  expect(tiny.get(LIST).status).toBe(401);
  expect(tiny.token(JWT).status).toBe(200);
  expect(tiny.get(LIST).status).toBe(200);
});

test('the token endpoint fails as told, and can spare logins', () => {
  expect(faulty('token-503').token(JWT).status).toBe(503);
  expect(faulty('token-503:refresh=1').token(JWT).status).toBe(200);
  expect(faulty('token-429').token(JWT).headers['Retry-After']).toBe('60');
  expect(faulty('token-reset').token(JWT).broken).toBe('reset');
  expect(faulty('token-hang').token(JWT).broken).toBe('hang');
  expect(() => bodyOf(faulty('token-truncated').token(JWT))).toThrow();
  expect(bodyOf(faulty('no-refresh-token').token(JWT))).not.toHaveProperty('refresh_token');
  expect(faulty('invalid-grant').token(JWT).status).toBe(200);
  expect(bodyOf(faulty('invalid-grant:login=1').token(JWT))).toMatchObject({ error: 'invalid_grant' });
});

test('socket tokens are refused', () => {
  expect(faulty('wstoken-429').send('POST', '/restapi/oauth/wstoken').status).toBe(429);
  expect(faulty('wstoken-403').send('POST', '/restapi/oauth/wstoken').status).toBe(403);
});

test('sessions and syncs are refused on their own', () => {
  const session = '/restapi/v1.0/account/~/telephony/sessions/s-a0';
  expect([faulty('session-404').get(session).status, faulty('session-403').get(session).status]).toEqual([404, 403]);
  const sync = '/restapi/v1.0/account/~/call-log-sync?syncType=';
  expect(codeOf(faulty('sync-limit').get(`${sync}ISync&syncToken=x`))).toBe('CLG-104');
  expect(codeOf(faulty('sync-token-invalid').get(`${sync}ISync&syncToken=x`))).toBe('CLG-101');
  expect(faulty('sync-limit').get(`${sync}FSync`).status).toBe(200);
  expect(faulty('no-extract-sync').get('/restapi/v1.0/account/~/call-log-extract-sync').status).toBe(404);
});

test('faults stack, stop and are counted', () => {
  const tiny = faulty('http-500:times=2,slow-answer:ms=5');
  expect([1, 2, 3].map(() => tiny.get(LIST).status)).toEqual([500, 500, 200]);
  expect(tiny.strikes()).toEqual({ 'http-500': 2, 'slow-answer': 1 });
});
