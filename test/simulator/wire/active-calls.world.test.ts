import { expect, test } from 'vitest';
import { virtualClock } from '../clock.ts';
import { createWorld } from '../pbx/world.ts';
import type { CallRecord } from './records.ts';
import { createRestApi } from './rest-api.ts';
import { bodyOf, START } from './tiny-world.ts';

const budgets = { light: 9999, medium: 9999, heavy: 9999, auth: 9999 };

/** Ten minutes of a busy call centre, polled every two seconds. */
function* polls() {
  const clock = virtualClock(START);
  const world = createWorld({ seed: 21, scenario: 'callcentre', startAt: START });
  const rest = createRestApi({ world, clock, seed: 21, options: { budgets } });
  const who = { clientId: 'test', extensionId: world.account.adminExtensionId, scopes: ['ReadCallLog'], admin: true };
  const { accessToken } = rest.tokens.login(who, {});
  const path = '/restapi/v1.0/account/~/active-calls';
  for (let count = 0; count < 300; count += 1) {
    clock.advance(2_000);
    world.advanceTo(clock.now());
    const request = {
      method: 'GET',
      path,
      query: new URLSearchParams('perPage=max'),
      body: '',
      origin: 'http://127.0.0.1:9',
    };
    const response = rest.handle({ ...request, headers: { authorization: `Bearer ${accessToken}` } });
    yield { now: clock.now(), world, records: bodyOf<{ records: CallRecord[] }>(response).records };
  }
}

test('whoever has talked for 10 s is listed; whoever ended 120 s ago, or waits in a queue, is not', () => {
  let talking = 0;
  for (const { now, world, records } of polls()) {
    const listed = new Set(records.map(({ telephonySessionId }) => telephonySessionId));
    for (const { truth, endedAt } of world.sessions()) {
      if (endedAt !== undefined && endedAt <= now - 120_000) expect(listed).not.toContain(truth.id);
      if (truth.state === 'queued' && truth.answeredAt === undefined) expect(listed).not.toContain(truth.id);
      if (truth.state !== 'talking' || (truth.answeredAt ?? now) > now - 10_000) continue;
      expect(listed).toContain(truth.id);
      talking += 1;
    }
  }
  expect(talking).toBeGreaterThan(1_000);
});

test('a change is told within 3 to 10 s and never taken back', () => {
  const finals = new Map<string, number>();
  let told = 0;
  for (const { now, world, records } of polls()) {
    for (const { id, result, telephonySessionId = '' } of records) {
      const session = world.session(telephonySessionId);
      const running = result === 'In Progress';
      if (session?.endedAt !== undefined && running) expect(now - session.endedAt).toBeLessThanOrEqual(10_000);
      if (finals.has(id) && session?.endedAt !== undefined) expect([id, running]).toEqual([id, false]);
      if (running || finals.has(id)) continue;
      finals.set(id, now);
      told += 1;
    }
  }
  expect(told).toBeGreaterThan(100);
});
