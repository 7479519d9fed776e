import { expect, test } from 'vitest';
import type { CallRecord } from './records.ts';
import {
  bodyOf,
  CALLER,
  directCall,
  queueCall,
  START,
  tinyCloud,
  tinyParty,
  tinySession,
  type TinyCloud,
} from './tiny-world.ts';

const LIST = '/restapi/v1.0/account/~/call-log';
const prompt = {
  callLogDelayMs: [0, 0],
  recordingDelayMs: [0, 0],
  recordedShare: 1,
  budgets: { light: 999, medium: 999, heavy: 999, auth: 999 },
} as const;
const HOUR = 3_600_000;

function list(tiny: TinyCloud, query = ''): CallRecord[] {
  const response = tiny.get(LIST + query);
  expect(response.status).toBe(200);
  return bodyOf<{ records: CallRecord[] }>(response).records;
}

function codeOf(tiny: TinyCloud, url: string): string {
  return bodyOf<{ errors: { errorCode: string }[] }>(tiny.get(url)).errors[0]?.errorCode ?? '';
}

/** One hour later, with these sessions in the past. */
function later(sessions: TinyCloud['sessions'], options = {}): TinyCloud {
  const tiny = tinyCloud({ ...prompt, ...options });
  tiny.sessions = sessions;
  tiny.clock.advance(HOUR);
  return tiny;
}

test('a call enters the log 15–30 s after its end, its recording later still', () => {
  const tiny = tinyCloud({ recordedShare: 1 });
  tiny.sessions = [directCall('a1', 5_000, 60_000)];
  tiny.clock.advance(60_000 + 14_999);
  expect(list(tiny)).toEqual([]);
  tiny.clock.advance(15_001);
  expect(list(tiny)[0]).toMatchObject({ result: 'Accepted', duration: 60, durationMs: 60_000 });
  expect(list(tiny)[0]).not.toHaveProperty('recording');
  tiny.clock.advance(60_000);
  expect(list(tiny)[0]?.recording).toMatchObject({
    contentUri: expect.stringMatching(/\/recording\/\d+\/content$/) as string,
  });
});

test('a queue call makes two records of one session: the queue and the agent who took it', () => {
  const records = list(later([queueCall('b1', 100_000)]), '?view=Detailed');
  expect(records.map(({ extension }) => extension?.id).sort()).toEqual([6302, 6400]);
  const queue = records.find(({ extension }) => extension?.id === 6400);
  expect(queue).toMatchObject({
    direction: 'Inbound',
    result: 'Accepted',
    from: { name: CALLER.name },
    to: { name: 'Support' },
  });
  expect(queue?.legs?.map(({ legType, result, master }) => [legType, result, master])).toEqual([
    ['Accept', 'Accepted', true],
    ['PstnToSip', 'Call connected', false],
    ['PstnToSip', 'Stopped', false],
  ]);
});

test('agents who were too slow have records of their own only with that option', () => {
  const records = list(later([queueCall('b1', 100_000)], { recordsOfLosers: true }));
  expect(records.find(({ extension }) => extension?.id === 6303)).toMatchObject({
    result: 'Answered Elsewhere',
    reason: 'Stopped',
  });
});

const endedAt = START + 30_000;
const inbound = (reason?: string, over = {}) =>
  tinySession('e1', [
    tinyParty('e1', 1, { status: { code: 'Disconnected', rcc: false }, endedAt }),
    tinyParty('e1', 2, {
      extensionId: '6301',
      endedAt,
      status: { code: 'Disconnected', rcc: false, ...(reason === undefined ? {} : { reason }) },
      ...over,
    }),
  ]);

test.each([
  [undefined, 'Missed', 'Hang Up'],
  ['NoAnswer', 'Missed', 'No Answer'],
  ['Voicemail', 'Voicemail', 'No Answer'],
  ['Rejected', 'Rejected', 'Calls Not Accepted'],
  ['TargetBusy', 'Busy', 'Line Busy'],
])('an unanswered call that ended with %s reads %s', (reason, result, why) => {
  const [record] = list(later([inbound(reason)]));
  expect(record).toMatchObject({ direction: 'Inbound', result, reason: why });
  expect(record?.message?.type).toBe(result === 'Voicemail' ? 'VoiceMail' : undefined);
});

test.each([
  [undefined, undefined, 'Hang Up'],
  [undefined, 'TargetBusy', 'Busy'],
  [undefined, 'InvalidNumber', 'Wrong Number'],
  [START + 9_000, undefined, 'Call connected'],
])('an outgoing call answered at %s, ended with %s, reads %s', (answeredAt, reason, result) => {
  const to = { phoneNumber: '+442071838750' };
  const from = { phoneNumber: '+12065550101', extensionId: '6301' };
  const status = { code: 'Disconnected', rcc: false, ...(reason === undefined ? {} : { reason }) } as const;
  const times = { endedAt, ...(answeredAt === undefined ? {} : { answeredAt }) };
  const session = tinySession('f1', [
    tinyParty('f1', 1, { from, to, extensionId: '6301', status: { code: 'Disconnected', rcc: false }, ...times }),
    tinyParty('f1', 2, { from, to, status, ...times }),
  ]);
  expect(list(later([session]))[0]).toMatchObject({
    direction: 'Outbound',
    action: 'VoIP Call',
    result,
    internalType: 'International',
  });
});

test('an abandoned queue call, and a caller who hung up in the menu, have one record each', () => {
  const to = (id: string) => ({ extensionId: id });
  const over = { status: { code: 'Disconnected', rcc: false }, endedAt } as const;
  const gone = (hex: string, id: string) =>
    tinySession(hex, [tinyParty(hex, 1, over), tinyParty(hex, 2, { ...over, extensionId: id, to: to(id) })]);
  const records = list(later([gone('9a', '6400'), gone('9b', '6500')]));
  expect(records.map(({ result }) => result).sort()).toEqual(['Abandoned', 'Hang Up']);
});

test('the window is the last 24 h unless told otherwise', () => {
  const tiny = later([directCall('a1', 5_000, 60_000)]);
  tiny.clock.advance(24 * HOUR);
  expect(list(tiny)).toEqual([]);
  expect(list(tiny, '?dateFrom=2026-03-03T13:00:00Z')).toHaveLength(1);
  expect(list(tiny, '?dateFrom=2026-03-03T13:00:00Z&dateTo=2026-03-03T14:00:00Z')).toEqual([]);
  expect(codeOf(tiny, `${LIST}?dateFrom=yesterday`)).toBe('CMN-101');
});

test('phoneNumber comes without plus; sessionId stands alone', () => {
  const tiny = later([directCall('a1', 5_000, 60_000)]);
  expect(list(tiny, '?phoneNumber=14155550142')).toHaveLength(1);
  expect(list(tiny, '?phoneNumber=14155550143')).toEqual([]);
  expect(list(tiny, '?extensionNumber=101')).toHaveLength(1);
  expect(codeOf(tiny, `${LIST}?phoneNumber=%2B14155550142`)).toBe('CMN-101');
  expect(list(tiny, '?sessionId=1293048823004&view=Detailed')).toHaveLength(1);
  expect(list(tiny, '?telephonySessionId=s-a1&direction=Inbound')).toHaveLength(1);
  expect(codeOf(tiny, `${LIST}?sessionId=1293048823004&direction=Inbound`)).toBe('CLG-110');
});

test('recordingType selects; withRecording is the older word', () => {
  const tiny = later([directCall('a1', 5_000, 60_000), inbound('NoAnswer')]);
  expect(list(tiny)).toHaveLength(2);
  expect(list(tiny, '?recordingType=All')).toHaveLength(1);
  expect(list(tiny, '?recordingType=Automatic').length + list(tiny, '?recordingType=OnDemand').length).toBe(1);
  expect(list(tiny, '?withRecording=true')).toHaveLength(1);
});

test('a short talk is marked and has no recording', () => {
  const [record] = list(later([directCall('a1', 5_000, 20_000)]));
  expect(record).toMatchObject({ shortRecording: true });
  expect(record).not.toHaveProperty('recording');
});

test('deleted records are shown on demand only', () => {
  const tiny = later([directCall('a1', 5_000, 60_000)], { scopes: ['ReadCallLog', 'EditCallLog'] });
  expect(tiny.send('DELETE', '/restapi/v1.0/account/~/extension/~/call-log').status).toBe(204);
  expect(list(tiny)).toEqual([]);
  expect(list(tiny, '?showDeleted=true')[0]).toMatchObject({ deleted: true });
});

test('one id gives the record, an unknown one CMN-102', () => {
  const tiny = later([directCall('a1', 5_000, 60_000)]);
  const id = list(tiny)[0]?.id ?? '';
  expect(bodyOf(tiny.get(`${LIST}/${id}?view=Detailed`))).toMatchObject({ id, billing: { costIncluded: 0 } });
  expect(tiny.get(`${LIST}/nobody`).status).toBe(404);
  expect(codeOf(tiny, `${LIST}/nobody`)).toBe('CMN-102');
});

test('several ids are 207 in both forms, missing ones included, in order', () => {
  const tiny = later([directCall('a1', 5_000, 60_000)]);
  const id = list(tiny)[0]?.id ?? '';
  const array = tiny.get(`${LIST}/${id},nobody`, { accept: 'application/vnd.ringcentral.multipart+json' });
  expect(array.status).toBe(207);
  expect(bodyOf<object[]>(array)).toMatchObject([
    { resourceId: id, status: 200, body: { id } },
    { resourceId: 'nobody', status: 404, body: { errors: [{ errorCode: 'CMN-102' }] } },
  ]);
  const mixed = tiny.get(`${LIST}/${id},nobody`);
  expect(mixed.headers['Content-Type']).toMatch(/^multipart\/mixed; boundary=Boundary_/);
  const boundary = mixed.headers['Content-Type']?.split('=')[1] ?? '';
  const parts = String(mixed.body)
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => JSON.parse(part.split('\r\n\r\n')[1] ?? '') as object);
  expect(parts).toMatchObject([
    { response: [{ status: 200 }, { status: 404 }] },
    { id },
    { errorCode: 'ResourceNotFound' },
  ]);
});

test('more than 50 ids are CMN-106', () => {
  const tiny = tinyCloud();
  expect(codeOf(tiny, `${LIST}/${Array.from({ length: 51 }, (_, index) => `id${index}`).join(',')}`)).toBe('CMN-106');
});

test('a plain user reads his own log only', () => {
  const tiny = tinyCloud(prompt, { jwt: 'ringside-simulator-jwt:6302' });
  tiny.sessions = [directCall('a1', 5_000, 60_000), queueCall('b1', 100_000)];
  tiny.clock.advance(HOUR);
  const refused = tiny.get(LIST);
  expect(refused.status).toBe(403);
  expect(bodyOf(refused)).toMatchObject({ permissionName: 'FullCompanyCallLog', errors: [{ errorCode: 'CMN-408' }] });
  expect(bodyOf<{ records: object[] }>(tiny.get('/restapi/v1.0/account/~/extension/~/call-log')).records).toHaveLength(
    1,
  );
  expect(tiny.get('/restapi/v1.0/account/~/extension/6301/call-log').status).toBe(403);
});
