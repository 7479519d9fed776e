import { expect, test } from 'vitest';
import type { CallRecord } from './records.ts';
import { bodyOf, directCall, queueCall, tinyCloud, tinyParty, tinySession, type TinyCloud } from './tiny-world.ts';

const LIST = '/restapi/v1.0/account/~/active-calls';

function list(tiny: TinyCloud, query = ''): CallRecord[] {
  const response = tiny.get(LIST + query);
  expect(response.status).toBe(200);
  return bodyOf<{ records: CallRecord[] }>(response).records;
}

/** Advances without asking, so that the rate budget is not the subject. */
const at = (tiny: TinyCloud, second: number, query = ''): CallRecord[] => {
  tiny.clock.advance(second * 1000 - (tiny.clock.now() - Date.parse('2026-03-03T14:00:00.000Z')));
  return list(tiny, query);
};

test('a ringing direct call appears 3–10 s late, and so does every later change', () => {
  const tiny = tinyCloud();
  tiny.sessions = [directCall('a1', 20_000, 60_000)];
  expect(at(tiny, 2)).toEqual([]);
  expect(at(tiny, 11)[0]).toMatchObject({ result: 'In Progress', direction: 'Inbound' });
  expect(at(tiny, 62)[0]).toMatchObject({ result: 'In Progress' });
  expect(at(tiny, 71)[0]).toMatchObject({ result: 'Accepted', duration: 60 });
});

test('an ended call lingers for 120 s, under the id it has in the call log', () => {
  const tiny = tinyCloud();
  tiny.sessions = [directCall('a1', 20_000, 60_000)];
  const [live] = at(tiny, 40);
  expect(at(tiny, 179)[0]?.id).toBe(live?.id);
  expect(at(tiny, 180)).toEqual([]);
  const log = bodyOf<{ records: CallRecord[] }>(tiny.get('/restapi/v1.0/account/~/call-log'));
  expect(log.records[0]?.id).toBe(live?.id);
});

test('a queue call is absent while it waits and reversed while the agent talks', () => {
  const tiny = tinyCloud();
  tiny.sessions = [queueCall('b1', 100_000)];
  expect(at(tiny, 12)).toEqual([]);
  const [live, ...rest] = at(tiny, 21);
  expect(rest).toEqual([]);
  expect(live).toMatchObject({
    direction: 'Outbound',
    action: 'VoIP Call',
    result: 'In Progress',
    from: { extensionId: '6302' },
  });
  const [ended] = at(tiny, 111);
  expect(ended).toMatchObject({
    id: live?.id,
    direction: 'Inbound',
    action: 'Phone Call',
    result: 'Accepted',
    from: { name: 'Support - WIRELESS CALLER' },
    to: { name: 'Support', extensionNumber: '200' },
  });
});

test('each vice can be switched off alone', () => {
  const tiny = tinyCloud({ activeCallsLagMs: [0, 0], reverseLiveQueueCalls: false, showRoutingCalls: true });
  tiny.sessions = [queueCall('b1', 100_000)];
  const records = at(tiny, 20);
  expect(records.find(({ extension }) => extension?.id === 6302)).toMatchObject({
    direction: 'Inbound',
    action: 'Phone Call',
  });
  expect(records.map(({ extension }) => extension?.id)).toContain(6400);
});

test('the Detailed view of a live call has legs, and they do not betray an end the record does not tell yet', () => {
  const tiny = tinyCloud();
  tiny.sessions = [directCall('a1', 20_000, 60_000)];
  expect(at(tiny, 11, '?view=Detailed')[0]?.legs).toMatchObject([{ legType: 'Accept', master: true }]);
  const legs = at(tiny, 61, '?view=Detailed')[0]?.legs;
  expect(legs).toMatchObject([
    { legType: 'Accept' },
    { direction: 'Outbound', action: 'VoIP Call', legType: 'PstnToSip', reason: 'Accepted' },
  ]);
  expect(JSON.stringify(legs)).not.toContain('duration');
  expect(at(tiny, 61)[0]).not.toHaveProperty('legs');
});

test('direction, type and transport filter; an unknown value is CMN-101', () => {
  const tiny = tinyCloud({ activeCallsLagMs: [0, 0] });
  tiny.sessions = [directCall('a1')];
  expect(list(tiny, '?direction=Outbound')).toEqual([]);
  expect(list(tiny, '?direction=Inbound&direction=Outbound&type=Voice&transport=PSTN')).toHaveLength(1);
  const response = tiny.get(`${LIST}?direction=Sideways`);
  expect(response.status).toBe(400);
  expect(bodyOf(response)).toMatchObject({
    errorCode: 'InvalidParameter',
    errors: [{ errorCode: 'CMN-101', parameterName: 'direction' }],
  });
});

test('pages are newest first, linked absolutely, told without totals, and never overlap', () => {
  const tiny = tinyCloud({ activeCallsLagMs: [0, 0] });
  tiny.sessions = Array.from({ length: 5 }, (_, index) => directCall(`c${index}`));
  const first = bodyOf<{ records: CallRecord[]; paging: object; navigation: Record<string, { uri: string }> }>(
    tiny.get(`${LIST}?perPage=2`),
  );
  expect(first.paging).toEqual({ page: 1, perPage: 2, pageStart: 0, pageEnd: 1 });
  expect(Object.keys(first.navigation)).toEqual(['firstPage', 'nextPage', 'lastPage']);
  const ids = new Set(first.records.map(({ id }) => id));
  for (let next = first.navigation['nextPage']; next !== undefined;) {
    expect(next.uri).toMatch(/^http:\/\/127\.0\.0\.1:9\/restapi\/v1\.0\/account\/401\/active-calls\?/);
    const page = bodyOf<typeof first>(tiny.get(next.uri));
    page.records.forEach(({ id }) => ids.add(id));
    next = page.navigation['nextPage'];
  }
  expect(ids.size).toBe(5);
  expect(list(tiny, '?perPage=max')).toHaveLength(5);
  expect(list(tiny, '?perPage=5000')).toHaveLength(5);
  expect(tiny.get(`${LIST}?perPage=0`).status).toBe(400);
});

test('an anonymous caller leaves a record without a number', () => {
  const tiny = tinyCloud({ activeCallsLagMs: [0, 0] });
  const from = { name: 'Anonymous' };
  tiny.sessions = [
    tinySession('d1', [tinyParty('d1', 1, { from }), tinyParty('d1', 2, { from, extensionId: '6301' })]),
  ];
  expect(list(tiny)[0]?.from).toEqual({ name: 'Anonymous' });
});

test('an extension sees its own records only', () => {
  const tiny = tinyCloud({ activeCallsLagMs: [0, 0] });
  tiny.sessions = [directCall('a1'), queueCall('b1')];
  tiny.clock.advance(30_000);
  const of = (id: string) =>
    bodyOf<{ records: CallRecord[] }>(tiny.get(`/restapi/v1.0/account/~/extension/${id}/active-calls`)).records;
  expect(of('~').map(({ telephonySessionId }) => telephonySessionId)).toEqual(['s-a1']);
  expect(of('6302').map(({ telephonySessionId }) => telephonySessionId)).toEqual(['s-b1']);
});
