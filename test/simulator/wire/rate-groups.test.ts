import { expect, test } from 'vitest';
import { bodyOf, tinyCloud } from './tiny-world.ts';

const HEAVY = '/restapi/v1.0/account/~/active-calls';
const LIGHT = '/restapi/v1.0/account/~';

test('every throttled answer tells group, limit, remaining and window', () => {
  const tiny = tinyCloud();
  tiny.get(HEAVY);
  expect(tiny.get(HEAVY).headers).toMatchObject({
    'X-Rate-Limit-Group': 'heavy',
    'X-Rate-Limit-Limit': '10',
    'X-Rate-Limit-Remaining': '8',
    'X-Rate-Limit-Window': '60',
  });
});

test('the window slides: what is 60 s old counts no more', () => {
  const tiny = tinyCloud();
  for (let count = 0; count < 10; count += 1) {
    expect(tiny.get(HEAVY).status).toBe(200);
    tiny.clock.advance(6_000);
  }
  for (let count = 0; count < 20; count += 1) {
    expect(tiny.get(HEAVY).status).toBe(200);
    tiny.clock.advance(6_000);
  }
});

test('one too many is 429 CMN-301 with Retry-After; touching the penalty restarts it; other groups go on', () => {
  const tiny = tinyCloud();
  for (let count = 0; count < 10; count += 1) tiny.get(HEAVY);
  const refused = tiny.get(HEAVY);
  expect(refused.status).toBe(429);
  expect(refused.headers).toMatchObject({
    'Retry-After': '60',
    'X-Rate-Limit-Group': 'heavy',
    'X-Rate-Limit-Remaining': '0',
  });
  expect(bodyOf(refused)).toMatchObject({ errorCode: 'CMN-301', errors: [{ errorCode: 'CMN-301' }] });
  tiny.clock.advance(59_000);
  expect(tiny.get(HEAVY).status).toBe(429);
  tiny.clock.advance(59_000);
  expect(tiny.get(LIGHT).status).toBe(200);
  expect(tiny.get(HEAVY).status).toBe(429);
  tiny.clock.advance(60_000);
  expect(tiny.get(HEAVY).status).toBe(200);
  expect(tiny.rest.requests().violations).toEqual({ insidePenalty: 2, overBudget: 1 });
  expect(tiny.rest.requests().groups.heavy).toMatchObject({ served: 11, peak: 10 });
});

test('all endpoints of a group share the budget, two users do not', () => {
  const tiny = tinyCloud();
  for (let count = 0; count < 5; count += 1) {
    tiny.get(HEAVY);
    tiny.get('/restapi/v1.0/account/~/call-log');
  }
  expect(tiny.get('/restapi/v1.0/account/~/presence').status).toBe(429);
  const bo = bodyOf<{ access_token: string }>(
    tiny.token({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'ringside-simulator-jwt:6302' }),
  ).access_token;
  const own = tiny.raw({
    path: '/restapi/v1.0/account/~/extension/~/active-calls',
    headers: { authorization: `Bearer ${bo}` },
  });
  expect(own.status).toBe(200);
});

test('the token endpoint has 5 a minute', () => {
  const tiny = tinyCloud();
  const statuses = Array.from(
    { length: 6 },
    () => tiny.token({ grant_type: 'refresh_token', refresh_token: 'none' }).status,
  );
  expect(statuses).toEqual([400, 400, 400, 400, 400, 429]);
});

test('a penalty that a fault announced counts like a real one', () => {
  let on = true;
  const answer = () => (on ? { status: 429, headers: { 'Retry-After': '60' }, body: '{}' } : undefined);
  const tiny = tinyCloud(
    {},
    {
      faults: {
        answer: (request) => (request.path === LIGHT ? answer() : undefined),
        alter: (_request, response) => response,
      },
    },
  );
  expect(tiny.get(LIGHT).status).toBe(429);
  on = false;
  expect(tiny.get(LIGHT).status).toBe(429);
  expect(tiny.rest.requests().violations.insidePenalty).toBe(1);
});

test('the report counts paths without ids and remembers no query', () => {
  const tiny = tinyCloud();
  tiny.get('/restapi/v1.0/account/~/telephony/sessions/s-nobody');
  tiny.get('/restapi/v1.0/account/~/call-log?phoneNumber=14155550142');
  const report = tiny.rest.requests();
  expect(report.paths).toMatchObject({ 'GET /restapi/v1.0/account/*/telephony/sessions/*': 1 });
  expect(JSON.stringify(report)).not.toContain('14155550142');
});
