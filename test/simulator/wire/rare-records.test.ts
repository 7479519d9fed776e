import { expect, test } from 'vitest';
import { virtualClock } from '../clock.ts';
import type { CallScript } from '../pbx/model.ts';
import { createWorld } from '../pbx/world.ts';
import { quiet } from '../scenarios/quiet.ts';
import { castOf, scriptedCalls } from '../scenarios/scripts.ts';
import type { CallRecord } from './records.ts';
import { createRestApi } from './rest-api.ts';
import { bodyOf, START } from './tiny-world.ts';

const calls = scriptedCalls(quiet.account);
const { users, ringAll, rotating } = castOf(quiet.account);
const [first, second] = users.map(Number);

interface Party {
  readonly conferenceRole?: string;
  readonly ringOutRole?: string;
  readonly recordings?: readonly { readonly active: boolean }[];
}

/** One call in a quiet world, and what REST tells of it `ms` after it began. */
function told(script: CallScript, ms: number) {
  const clock = virtualClock(START);
  const world = createWorld({ seed: 1, scenario: quiet, startAt: START });
  const rest = createRestApi({ world, clock, seed: 1, options: { activeCallsLagMs: [0, 0] } });
  const scopes = ['ReadCallLog', 'CallControl'];
  const login = { clientId: 'test', extensionId: world.account.adminExtensionId, scopes, admin: true };
  const { accessToken } = rest.tokens.login(login, {});
  const id = world.place(script);
  clock.advance(ms);
  world.advanceTo(clock.now());
  const get = <Body>(path: string): Body => {
    const { pathname, searchParams, origin } = new URL(`/restapi/v1.0/account/~${path}`, 'http://127.0.0.1:9');
    const headers = { authorization: `Bearer ${accessToken}` };
    return bodyOf<Body>(rest.handle({ method: 'GET', path: pathname, query: searchParams, headers, body: '', origin }));
  };
  const list = (path: string) => get<{ records: CallRecord[] }>(path).records;
  return {
    id,
    world,
    log: () => list('/call-log?view=Detailed'),
    active: (query = '') => list(`/active-calls?view=Detailed${query}`),
    session: (session: string) => get<{ origin: { type: string }; parties: Party[] }>(`/telephony/sessions/${session}`),
  };
}

const words = ({ extension, direction, action, result, legs }: CallRecord) => [
  extension?.id,
  direction,
  action,
  result,
  legs?.[0]?.legType,
];

const OVER_MS = 300_000;

test('RingOut makes two records of one person, paired by their ids and named alike', () => {
  const { log } = told(calls.ringOut, OVER_MS);
  const records = log();
  const [call, own] = [...records].sort((a, b) => (b.direction ?? '').localeCompare(a.direction ?? ''));
  expect(records).toHaveLength(2);
  expect(call).toMatchObject({ direction: 'Outbound', result: 'Call connected', extension: { id: first } });
  expect(own).toMatchObject({ direction: 'Inbound', result: 'Accepted', extension: { id: first } });
  expect(call?.action).toMatch(/^RingOut (Web|PC|Mobile)$/);
  expect(own?.action).toBe(call?.action);
  expect(call?.legs?.[0]?.legType).toMatch(/^RingOut(Web|Client)ToCaller$/);
  expect(own?.legs?.[0]?.legType).toMatch(/^RingOut(Web|Client)ToSubscriber$/);
  const apart = Math.abs(Number(own?.sessionId) - Number(call?.sessionId));
  expect([1_000, 2_000, 3_000, 4_000]).toContain(apart);
});

test('GET tells the role in a RingOut', () => {
  const { id, session } = told(calls.ringOut, 1_000);
  expect(session(id)).toMatchObject({ origin: { type: 'RingOut' }, parties: [{ ringOutRole: 'Initiator' }] });
});

test('a conference has records of its own, which can be asked for, and GET tells who hosts it', () => {
  const { log, active, session, world } = told(calls.conference, 30_000);
  const conference = world.liveSessions()[0]?.telephonySessionId ?? '';
  expect(session(conference).origin.type).toBe('Conference');
  expect(session(conference).parties.map((party) => party.conferenceRole)).toEqual([
    'Host',
    'Participant',
    'Participant',
  ]);
  expect(active('&conferenceType=AudioConferencing').map(({ action }) => action)).toEqual(
    Array.from({ length: 2 }, () => 'Conference Call'),
  );
  const later = told(calls.conference, OVER_MS).log();
  expect(later.filter(({ action }) => action === 'Conference Call').map(words)).toEqual(
    expect.arrayContaining([
      [first, 'Outbound', 'Conference Call', 'Call connected', 'ConferenceCall'],
      [second, 'Inbound', 'Conference Call', 'Accepted', 'ConferenceCall'],
    ]),
  );
  for (const record of later) expect(record).not.toHaveProperty('transferTarget');
  expect(log()).toEqual([]);
});

test.each(['supervisedFromOutside', 'supervisedWithin'] as const)('%s: the record says Monitoring', (name) => {
  const { log } = told(calls[name], OVER_MS);
  const records = log().map(words);
  expect(records).toContainEqual([second, 'Outbound', 'Monitoring', 'Call connected', 'Monitoring']);
  expect(records).toContainEqual([first, 'Inbound', 'Phone Call', 'Accepted', 'Accept']);
  expect(records).toHaveLength(2);
});

test('a fax is of type Fax, received, and carries its pages; it can be left out of both lists', () => {
  const { log } = told(calls.fax, OVER_MS);
  expect(log()).toHaveLength(1);
  expect(log()[0]).toMatchObject({
    type: 'Fax',
    direction: 'Inbound',
    action: 'Incoming Fax',
    result: 'Received',
    message: { type: 'Fax' },
  });
  const { active } = told(calls.fax, 5_000);
  expect(active().map(({ type, result }) => [type, result])).toEqual([['Fax', 'In Progress']]);
  expect(active('&type=Voice')).toEqual([]);
});

test('a call fetched from elsewhere was answered elsewhere, and whoever fetched it took it', () => {
  const into = told(calls.fetchedIntoRinging, OVER_MS).log().map(words);
  expect(into).toContainEqual([first, 'Inbound', 'Phone Call', 'Answered Elsewhere', 'Accept']);
  expect(into).toContainEqual([second, 'Inbound', 'Pickup', 'Accepted', 'Accept']);
  expect(into).toContainEqual([second, 'Outbound', 'Pickup', 'Call connected', 'Pickup']);
  const from = told(calls.fetchedFromQueue, OVER_MS).log().map(words);
  expect(from).toContainEqual([Number(ringAll.id), 'Inbound', 'Phone Call', 'Answered Elsewhere', 'Accept']);
  expect(from).toContainEqual([second, 'Outbound', 'Pickup', 'Call connected', 'Pickup']);
});

test('the records of a customer sent into the consultation name each other', () => {
  const { log, id } = told(calls.attendedTransferIntoConsult, OVER_MS);
  const own = log().find(({ telephonySessionId }) => telephonySessionId === id);
  const consult = log().find(({ telephonySessionId }) => telephonySessionId !== id)?.telephonySessionId;
  expect(own).toMatchObject({ result: 'Accepted', transferTarget: { telephonySessionId: consult } });
});

test('a queue that overflowed missed the call, the next one took it', () => {
  const { log } = told(calls.overflowed, OVER_MS);
  const records = log().map(words);
  expect(records).toContainEqual([Number(rotating.id), 'Inbound', 'Phone Call', 'Missed', 'Accept']);
  expect(records).toContainEqual([Number(ringAll.id), 'Inbound', 'Phone Call', 'Accepted', 'Accept']);
});

test.each([
  ['numberInvalid', 'Wrong Number'],
  ['numberDeclines', 'Rejected'],
  ['outboundBusy', 'Busy'],
] as const)('%s: %s', (name, result) => {
  expect(told(calls[name], OVER_MS).log()).toMatchObject([{ direction: 'Outbound', result }]);
});

test('GET tells of a recording, paused or not', () => {
  const { session, id } = told(calls.recorded, 8_000);
  expect(session(id).parties[1]?.recordings).toMatchObject([{ active: true }]);
  const paused = told(calls.recorded, 11_000);
  expect(paused.session(paused.id).parties[1]?.recordings).toMatchObject([{ active: false }]);
});
