import { expect, test } from 'vitest';
import { ApiProblem } from './errors.ts';
import { bodyOf, tinyCloud, type TinyCloud } from './tiny-world.ts';
import type { Principal } from './tokens.ts';

const PATH = '/restapi/v1.0/subscription';
const SESSIONS = '/restapi/v1.0/account/~/telephony/sessions';
const PRESENCE = '/restapi/v1.0/account/~/extension/~/presence?detailedTelephonyState=true';
const roomy = { budgets: { light: 999, medium: 999, heavy: 999, auth: 999 } };
const hook = (address = 'https://example.com/hook') => ({ transportType: 'WebHook', address });

const create = (tiny: TinyCloud, body: object) => tiny.send('POST', PATH, { deliveryMode: hook(), ...body });
const codeOf = (response: Parameters<typeof bodyOf>[0]) =>
  bodyOf<{ errors: { errorCode: string }[] }>(response).errors[0]?.errorCode;
const principalOf = (tiny: TinyCloud): Principal => {
  const principal = tiny.rest.tokens.bearer(tiny.bearer());
  if (typeof principal === 'string') throw new Error(principal);
  return principal;
};

test('a webhook subscription is made, read, renewed, changed, listed and deleted', () => {
  const tiny = tinyCloud(roomy);
  const made = bodyOf(create(tiny, { eventFilters: [SESSIONS], expiresIn: 3600 }));
  expect(made).toMatchObject({
    eventFilters: ['/restapi/v1.0/account/401/telephony/sessions'],
    expiresIn: 3600,
    status: 'Active',
    deliveryMode: { transportType: 'WebHook', address: 'https://example.com/hook', encryption: false },
  });
  const one = `${PATH}/${String(made['id'])}`;
  tiny.clock.advance(1_000_000);
  expect(bodyOf(tiny.get(one))).toMatchObject({ expiresIn: 2600 });
  expect(bodyOf(tiny.send('POST', `${one}/renew`))).toMatchObject({ expiresIn: 3600 });
  expect(bodyOf(tiny.send('PUT', one, { eventFilters: [PRESENCE] }))).toMatchObject({
    eventFilters: ['/restapi/v1.0/account/401/extension/6301/presence?detailedTelephonyState=true'],
    expiresIn: 604_800,
  });
  expect(bodyOf<{ records: object[] }>(tiny.get(`${PATH}/`)).records).toHaveLength(1);
  expect(tiny.send('DELETE', one).status).toBe(204);
  expect(tiny.get(one).status).toBe(404);
});

test('it ends with its term', () => {
  const tiny = tinyCloud({ ...roomy, expiresIn: 3600 });
  const { id } = bodyOf<{ id: string }>(create(tiny, { eventFilters: [SESSIONS], expiresIn: 60 }));
  tiny.clock.advance(60_000);
  expect(tiny.get(`${PATH}/${id}`).status).toBe(404);
});

test('a filter without its scope is disabled with 200; all without is 403', () => {
  const tiny = tinyCloud({ ...roomy, scopes: ['ReadPresence', 'SubscriptionWebhook'] });
  const partial = create(tiny, { eventFilters: [SESSIONS, PRESENCE] });
  expect(partial.status).toBe(200);
  expect(bodyOf(partial)).toMatchObject({
    eventFilters: [expect.stringContaining('presence')],
    disabledFilters: [{ filter: '/restapi/v1.0/account/401/telephony/sessions', reason: 'CMN-401' }],
  });
  const none = create(tiny, { eventFilters: [SESSIONS] });
  expect([none.status, codeOf(none)]).toEqual([403, 'CMN-401']);
});

test('unknown filters, no filters, no body and a strange transport are refused', () => {
  const tiny = tinyCloud(roomy);
  expect(codeOf(create(tiny, { eventFilters: ['/restapi/v1.0/weather'] }))).toBe('SUB-508');
  expect(codeOf(create(tiny, { eventFilters: [] }))).toBe('CMN-101');
  expect(codeOf(tiny.send('POST', PATH))).toBe('CMN-101');
  expect(codeOf(create(tiny, { eventFilters: [SESSIONS], deliveryMode: { transportType: 'Pigeon' } }))).toBe('CMN-101');
});

test('plain http is refused when the platform is strict', () => {
  const body = { eventFilters: [SESSIONS], deliveryMode: hook('http://example.com/hook') };
  expect(create(tinyCloud(), body).status).toBe(200);
  expect(codeOf(create(tinyCloud({ allowPlainWebhooks: false }), body))).toBe('SUB-523');
});

test('the 31st is SUB-505', () => {
  const tiny = tinyCloud(roomy);
  const statuses = Array.from({ length: 31 }, () => create(tiny, { eventFilters: [SESSIONS] }).status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(30);
});

test('a socket subscription is made in the store, shown over HTTP, and not changed there', () => {
  const tiny = tinyCloud(roomy);
  const store = tiny.rest.subscriptions;
  const made = store.create(
    principalOf(tiny),
    { eventFilters: [SESSIONS], deliveryMode: { transportType: 'WebSocket' } },
    'WebSocket',
  );
  tiny.clock.advance(3_000_000);
  const one = `${PATH}/${made.id}`;
  expect(bodyOf(tiny.get(one))).toMatchObject({ deliveryMode: { transportType: 'WebSocket' }, expiresIn: 900 });
  expect(tiny.send('PUT', one, { eventFilters: [SESSIONS] }).status).toBe(400);
  expect(() =>
    store.create(principalOf(tiny), { eventFilters: [SESSIONS], deliveryMode: hook() }, 'WebSocket'),
  ).toThrow(ApiProblem);
});

test("another user's subscription is as unknown as none", () => {
  const tiny = tinyCloud(roomy);
  const other = { ...principalOf(tiny), extensionId: '6302' };
  const { id } = tiny.rest.subscriptions.create(other, { eventFilters: [SESSIONS], deliveryMode: hook() }, 'WebHook');
  expect(tiny.get(`${PATH}/${id}`).status).toBe(404);
});
