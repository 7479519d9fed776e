import { describe, expect, test } from 'vitest';
import { bodyOf, directCall, queueCall, tinyCloud, type TinyCloud } from './tiny-world.ts';

const ACCOUNT = '/restapi/v1.0/account/~';
type Body = Record<string, unknown>;
const records = (tiny: TinyCloud, url: string) => bodyOf<{ records: Body[] }>(tiny.get(url)).records;
const codeOf = (response: Parameters<typeof bodyOf>[0]) =>
  bodyOf<{ errors: { errorCode: string }[] }>(response).errors[0]?.errorCode;

describe('telephony sessions', () => {
  const url = `${ACCOUNT}/telephony/sessions/s-b1`;

  test('show every party at once, without lag, sequence or legacy id', () => {
    const tiny = tinyCloud();
    tiny.sessions = [queueCall('b1')];
    const session = bodyOf<{ parties: Body[] }>(tiny.get(url));
    expect(session).toMatchObject({ id: 's-b1', origin: { type: 'Call' }, creationTime: '2026-03-03T14:00:00.000Z' });
    expect(Object.keys(session)).not.toContain('sequence');
    expect(session.parties).toHaveLength(4);
    expect(session.parties[2]).toMatchObject({
      attributes: { queueCall: true },
      owner: { accountId: '401', extensionId: '6302' },
    });
    expect(session.parties[2]).not.toHaveProperty('queueCall');
    expect(session.parties[0]).not.toHaveProperty('owner');
  });

  test('of an ended call are all Disconnected for 5 s, then CMN-102', () => {
    const tiny = tinyCloud();
    tiny.sessions = [queueCall('b1', 60_000)];
    tiny.clock.advance(64_999);
    const parties = bodyOf<{ parties: { status: { code: string } }[] }>(tiny.get(url)).parties;
    expect(parties.map(({ status }) => status.code)).toEqual(Array(4).fill('Disconnected'));
    tiny.clock.advance(1);
    expect(codeOf(tiny.get(url))).toBe('CMN-102');
  });

  test('need CallControl', () => {
    const response = tinyCloud({ scopes: ['ReadCallLog'] }).get(url);
    expect(bodyOf(response)).toMatchObject({ permissionName: 'CallControl', errors: [{ errorCode: 'CMN-401' }] });
  });
});

describe('the directory', () => {
  test('ids are numbers in the extension list and among members, strings in queues and entries', () => {
    const tiny = tinyCloud();
    expect(records(tiny, `${ACCOUNT}/extension`)[0]).toMatchObject({
      id: 6301,
      name: 'Ada Admin',
      type: 'User',
      status: 'Enabled',
    });
    expect(records(tiny, `${ACCOUNT}/call-queues`)).toMatchObject([
      { id: '6400', name: 'Support', extensionNumber: '200' },
    ]);
    expect(records(tiny, `${ACCOUNT}/call-queues/6400/members`).map(({ id }) => id)).toEqual([6302, 6303]);
    expect(records(tiny, `${ACCOUNT}/directory/entries`)[0]).toMatchObject({
      id: '6301',
      firstName: 'Ada',
      lastName: 'Admin',
    });
  });

  test('extensions filter by type, number, mail and status', () => {
    const tiny = tinyCloud();
    const names = (query: string) => records(tiny, `${ACCOUNT}/extension?${query}`).map(({ name }) => name);
    expect(names('type=Department&type=IvrMenu')).toEqual(['Support', 'Main menu']);
    expect(names('extensionNumber=102')).toEqual(['Bo Agent']);
    expect(names('email=ada@example.com')).toEqual(['Ada Admin']);
    expect(names('status=Disabled')).toEqual([]);
    expect(codeOf(tiny.get(`${ACCOUNT}/extension?type=Robot`))).toBe('CMN-101');
  });

  test('provisioning lists tell their totals', () => {
    const { paging } = bodyOf<{ paging: Body }>(tinyCloud().get(`${ACCOUNT}/extension?perPage=2`));
    expect(paging).toEqual({ page: 1, perPage: 2, pageStart: 0, pageEnd: 1, totalPages: 3, totalElements: 5 });
  });

  test('one queue brings its service level; a member has his queues', () => {
    const tiny = tinyCloud();
    expect(bodyOf(tiny.get(`${ACCOUNT}/call-queues/6400`))).toMatchObject({
      serviceLevelSettings: { slaGoal: 80, slaThresholdSeconds: 20 },
    });
    expect(records(tiny, `${ACCOUNT}/call-queues?memberExtensionId=6301`)).toEqual([]);
    expect(records(tiny, `${ACCOUNT}/call-queues/6400/presence`)[0]).toMatchObject({
      member: { id: '6302' },
      acceptQueueCalls: true,
    });
  });

  test('entries that have not changed are 304', () => {
    const tiny = tinyCloud();
    const etag = tiny.get(`${ACCOUNT}/directory/entries`).headers['ETag'] ?? '';
    expect(tiny.get(`${ACCOUNT}/directory/entries`, { 'if-none-match': etag }).status).toBe(304);
    expect(records(tiny, `${ACCOUNT}/directory/entries?typeGroup=NonUser`)).toHaveLength(2);
  });

  test('the account answers in both generations', () => {
    const tiny = tinyCloud();
    expect(bodyOf(tiny.get(ACCOUNT))).toMatchObject({ id: 401, mainNumber: '+12065550100' });
    expect(bodyOf(tiny.get('/restapi/v2/accounts/~'))).toMatchObject({ id: '401', status: 'Confirmed' });
  });
});

describe('presence', () => {
  test('follows the calls; queues and menus are Offline without telephony', () => {
    const tiny = tinyCloud();
    tiny.sessions = [queueCall('b1'), directCall('a1')];
    const of = (id: string) => bodyOf(tiny.get(`${ACCOUNT}/extension/${id}/presence?detailedTelephonyState=true`));
    expect(of('6302')).toMatchObject({
      telephonyStatus: 'CallConnected',
      presenceStatus: 'Busy',
      activeCalls: [{ queueCall: true, onBehalfOf: '6400' }],
    });
    expect(of('6301')).toMatchObject({ telephonyStatus: 'Ringing' });
    expect(of('6303')).toMatchObject({ telephonyStatus: 'NoCall', activeCalls: [] });
    expect(of('6400')).toMatchObject({ presenceStatus: 'Offline' });
    expect(of('6400')).not.toHaveProperty('telephonyStatus');
    expect(records(tiny, `${ACCOUNT}/presence`)).toHaveLength(3);
    expect(records(tiny, `${ACCOUNT}/presence`)[0]).not.toHaveProperty('activeCalls');
  });
});

describe('strictness', () => {
  test.each(['/restapi/account/~/active-calls', '/account/~', '/restapi/v1.0/account/~/nonsense', '/'])(
    '%s is CMN-120',
    (path) => {
      const response = tinyCloud().get(path);
      expect([response.status, codeOf(response)]).toEqual([404, 'CMN-120']);
    },
  );

  test('a known path with another method is 405 and names the right ones', () => {
    const response = tinyCloud().send('PUT', `${ACCOUNT}/active-calls`);
    expect([response.status, response.headers['Allow']]).toEqual([405, 'GET']);
  });

  test('a JSON content type without a body passes, another type with one is 415', () => {
    const tiny = tinyCloud();
    expect(tiny.send('POST', '/restapi/oauth/wstoken').status).toBe(200);
    const headers = { authorization: `Bearer ${tiny.bearer()}`, 'content-type': 'text/plain' };
    expect(tiny.raw({ method: 'POST', path: '/restapi/v1.0/subscription', headers, body: 'hello' }).status).toBe(415);
  });

  test('another account does not exist; the own one has two names', () => {
    const tiny = tinyCloud();
    expect(tiny.get('/restapi/v1.0/account/402').status).toBe(404);
    expect(tiny.get('/restapi/v1.0/account/401').status).toBe(200);
  });

  test('a request over a socket needs no bearer and pays from the same budget', () => {
    const tiny = tinyCloud();
    const principal = tiny.rest.tokens.bearer(tiny.bearer());
    if (typeof principal === 'string') throw new Error(principal);
    const request = {
      method: 'GET',
      path: `${ACCOUNT}/active-calls`,
      query: new URLSearchParams(),
      headers: {},
      body: '',
      origin: 'http://127.0.0.1:9',
    };
    expect(tiny.rest.handleAs(principal, request).headers['X-Rate-Limit-Remaining']).toBe('9');
    expect(tiny.get(`${ACCOUNT}/active-calls`).headers['X-Rate-Limit-Remaining']).toBe('8');
  });
});
