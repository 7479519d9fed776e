import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toEndReason, toExtensionKind, toPhase, toVerdict } from './decode.ts';
import { failureOf } from './decode-error.ts';
import { decodeNotification } from './decode-event.ts';
import { decodeExtension, decodeQueue } from './decode-extension.ts';
import { decodeFrame } from './decode-frame.ts';
import { decodeParties } from './decode-party.ts';
import { decodePage, decodeRecord } from './decode-record.ts';
import { decodeSession } from './decode-session.ts';
import { cleanId, cleanText, cleanTime } from './decode-values.ts';

const now = Date.UTC(2026, 2, 3, 14);

/** Keys that our schemas look at, so that random objects get past the first check. */
const words = [
  'id',
  'uuid',
  'event',
  'body',
  'parties',
  'status',
  'code',
  'reason',
  'from',
  'to',
  'sequence',
  'records',
  'navigation',
];
const keys = fc.constantFrom(
  ...words,
  'nextPage',
  'uri',
  'telephonySessionId',
  'extension',
  'type',
  'errors',
  'disabledFilters',
);
const junk = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    ...[fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant(undefined)],
    fc.constantFrom(
      '/restapi/v1.0/account/~/telephony/sessions',
      'Inbound',
      'Answered',
      '2026-03-03T14:00:00Z',
      'Department',
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(keys, tie('value'), { maxKeys: 8 }),
  ),
})).value;

describe('no input throws', () => {
  it.each([
    ['notification', (value: unknown) => decodeNotification(value, now)],
    ['parties', decodeParties],
    ['page', (value: unknown) => decodePage(value, (record) => decodeRecord(record, now))],
    ['record', (value: unknown) => decodeRecord(value, now)],
    ['session', (value: unknown) => decodeSession(value, now)],
    ['extension', decodeExtension],
    ['queue', decodeQueue],
    ['error', (value: unknown) => failureOf(403, value)],
    ['frame', (value: unknown) => decodeFrame(JSON.stringify(value) ?? '')],
  ])('%s', (_, decode) => {
    fc.assert(
      fc.property(junk, (value) => void decode(value)),
      { numRuns: 300 },
    );
  });

  it('a frame of any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void decodeFrame(text)));
  });
});

describe('values', () => {
  it('text is what people may see: no controls, no direction marks, no lone surrogates, 128 characters', () => {
    expect(cleanText(' Ann\u0000 \u202Eevil\u202C\u200B \n Lee ')).toBe('Ann evil Lee');
    expect(cleanText('\uD83D')).toBe('\uFFFD');
    expect(cleanText('x'.repeat(500))).toHaveLength(128);
    expect(cleanText('\u202E')).toBeUndefined();
    expect(cleanText(7)).toBeUndefined();
  });

  it('ids are strings, whatever the endpoint writes', () => {
    expect(cleanId(630412345004)).toBe('630412345004');
    expect(cleanId('s-a7c2')).toBe('s-a7c2');
    expect([cleanId(1.5), cleanId(-1), cleanId(''), cleanId({}), cleanId('a b')]).toEqual(Array(5).fill(undefined));
  });

  it('a time of another age or of the future is the time of receipt', () => {
    const recent = now - 60_000;
    expect(cleanTime(new Date(recent).toISOString(), now)).toBe(recent);
    for (const odd of ['1970-01-01T00:00:00Z', '2099-01-01T00:00:00Z', 'soon', 5, null, undefined]) {
      expect(cleanTime(odd, now)).toBe(now);
    }
  });
});

describe('words', () => {
  it('status codes in any case; a new one is unknown', () => {
    expect(['Setup', 'PROCEEDING', 'answered', 'Hold', 'Parked'].map(toPhase)).toEqual([
      'setup',
      'ringing',
      'answered',
      'held',
      'parked',
    ]);
    expect(['VoiceMail', 'Voicemail', 'VoiceMailScreening', 'VMScreening'].map(toPhase)).toEqual(
      Array(4).fill('voicemail'),
    );
    expect(['FaxReceive', 'Disconnected', 'Gone', 'Tds', undefined].map(toPhase)).toEqual([
      'fax',
      'ended',
      'gone',
      'unknown',
      'unknown',
    ]);
  });

  it('reasons: none given is none, a new one is other', () => {
    expect(toEndReason(undefined)).toBeUndefined();
    expect(['AgentAnswered', 'BlindTransfer', 'Pickup', 'CallSwitch', 'Undefined'].map(toEndReason)).toEqual([
      ...['answeredElsewhere', 'transferred', 'pickedUp', 'switched', 'other'],
    ]);
  });

  it('results: only what is clear is decided', () => {
    expect(['In Progress', 'Accepted', 'Call connected', 'Answered Elsewhere'].map(toVerdict)).toEqual([
      ...['inProgress', 'connected', 'connected', 'connected'],
    ]);
    expect(['Missed', 'Hang Up', 'Voicemail', 'No Answer', 'Answered Not Accepted'].map(toVerdict)).toEqual(
      Array(5).fill('missed'),
    );
    expect(['Blocked', 'Stopped', 'Callback requested', 'Something new', undefined].map(toVerdict)).toEqual(
      Array(5).fill('unknown'),
    );
  });

  it('extension types: a new one is left out, not guessed', () => {
    expect(['User', 'FlexibleUser', 'Department', 'IvrMenu', 'Announcement'].map(toExtensionKind)).toEqual([
      ...['person', 'person', 'queue', 'menu', 'machine'],
    ]);
    expect(toExtensionKind('Unknown')).toBeUndefined();
  });
});

const party = {
  ...{
    accountId: '401',
    extensionId: '630412345004',
    id: 'p-a7-3',
    direction: 'Inbound',
    queueCall: true,
    missedCall: false,
  },
  to: { phoneNumber: '+12065550100', name: 'Support Queue', extensionId: '630499001004' },
  from: { phoneNumber: '+14155550142', name: 'Support Queue - WIRELESS CALLER' },
  status: { code: 'Disconnected', reason: 'AgentAnswered', rcc: false },
  park: {},
};
const notification = {
  ...{
    uuid: '5938201847261904471',
    timestamp: '2026-03-03T13:59:59.061Z',
    subscriptionId: '0d9b',
    ownerId: '630499000004',
  },
  event: '/restapi/v1.0/account/401/extension/630412345004/telephony/sessions',
  body: {
    sequence: 7,
    telephonySessionId: 's-a7',
    eventTime: '2026-03-03T13:59:59.008Z',
    parties: [party],
    origin: { type: 'Call' },
  },
};

describe('an event', () => {
  it('that claims to be hours old happened when it came', () => {
    const old = { ...notification, body: { ...notification.body, eventTime: '2026-03-03T09:00:00.000Z' } };
    expect(decodeNotification(old, now)).toMatchObject({ event: { eventTime: now }, clamped: true });
  });

  it('reads in our words', () => {
    expect(decodeNotification(notification, now)).toEqual({
      ...{ uuid: '5938201847261904471', subscriptionId: '0d9b' },
      event: {
        ...{ kind: 'event', at: now, sessionId: 's-a7', sequence: 7, eventTime: Date.UTC(2026, 2, 3, 13, 59, 59, 8) },
        origin: 'call',
        parties: [
          {
            ...{
              id: 'p-a7-3',
              extensionId: '630412345004',
              side: 'receiving',
              phase: 'ended',
              endReason: 'answeredElsewhere',
            },
            to: { phoneNumber: '+12065550100', name: 'Support Queue', extensionId: '630499001004' },
            from: { phoneNumber: '+14155550142', name: 'Support Queue - WIRELESS CALLER' },
            queueCall: true,
          },
        ],
      },
      clamped: false,
    });
  });

  it('loses a bad party and keeps the good one', () => {
    const body = { ...notification.body, parties: [{ ...party, id: null }, 5, party] };
    expect(decodeNotification({ ...notification, body }, now)).toMatchObject({
      event: { parties: [{ id: 'p-a7-3' }] },
    });
  });

  it('of an outside party with nothing but a status is still an event', () => {
    const body = { ...notification.body, parties: [{ id: 'p-1', direction: 'Outbound', status: { code: 'Setup' } }] };
    expect(decodeNotification({ ...notification, body }, now)?.event.parties).toEqual([
      { id: 'p-1', side: 'placing', phase: 'setup', from: {}, to: {} },
    ]);
  });

  it('of something else, or without a place in its session, is none', () => {
    expect(decodeNotification({ ...notification, event: '/restapi/v1.0/account/401/presence' }, now)).toBeUndefined();
    const { sequence: _, ...unordered } = notification.body;
    expect(decodeNotification({ ...notification, body: unordered }, now)).toBeUndefined();
  });

  it('a reason on a living party is not the reason of an end', () => {
    const answered = { ...party, status: { code: 'Answered', reason: 'AttendedTransfer' } };
    expect(decodeParties([answered]).parties[0]).not.toHaveProperty('endReason');
  });
});

describe('a record', () => {
  const record = {
    ...{
      id: 'WkQ7',
      telephonySessionId: 's-a7',
      startTime: '2026-03-03T13:57:00.000Z',
      duration: 186,
      direction: 'Inbound',
    },
    ...{ type: 'Voice', action: 'Phone Call', result: 'Accepted', extension: { id: 630499001004 } },
    ...{ from: { phoneNumber: '+14155550142' }, to: { extensionNumber: '200', name: 'Support' } },
  };

  it('reads in our words', () => {
    expect(decodeRecord(record, now)).toEqual({
      recordId: 'WkQ7',
      clamped: false,
      record: {
        ...{
          sessionId: 's-a7',
          verdict: 'connected',
          result: 'answered',
          direction: 'inbound',
          startedAt: Date.UTC(2026, 2, 3, 13, 57),
        },
        ...{ durationMs: 186_000, extensionId: '630499001004' },
        ...{ from: { phoneNumber: '+14155550142' }, to: { phoneNumber: '200', name: 'Support' } },
      },
    });
  });

  it('in progress has no length; without a direction it cannot prove a missed call', () => {
    expect(decodeRecord({ ...record, result: 'In Progress', duration: 0 }, now)?.record).not.toHaveProperty(
      'durationMs',
    );
    expect(decodeRecord({ ...record, result: 'Missed', direction: undefined }, now)?.record.verdict).toBe('unknown');
  });

  it('a page keeps its good records, counts the bad, and knows whether there is more', () => {
    const page = {
      records: [record, { ...record, telephonySessionId: undefined }, null],
      navigation: { nextPage: { uri: '/next' } },
    };
    const read = decodePage(page, (value) => decodeRecord(value, now));
    expect(read).toMatchObject({ dropped: 2, next: '/next' });
    expect(read?.items).toHaveLength(1);
    expect(decodePage({ records: 'none' }, () => 1)).toBeUndefined();
    expect(decodePage('<html>', () => 1)).toBeUndefined();
  });
});

describe('a session', () => {
  const gone = { ...party, attributes: { queueCall: true }, queueCall: undefined };
  it('is over when every party left, and not while one is unreadable', () => {
    expect(decodeSession({ id: 's-a7', creationTime: '2026-03-03T13:59:00Z', parties: [gone] }, now)).toMatchObject({
      over: true,
      createdAt: now - 60_000,
      parties: [{ queueCall: true }],
    });
    expect(decodeSession({ parties: [gone, {}] }, now)?.over).toBe(false);
    expect(decodeSession({ parties: [{ ...gone, status: { code: 'Hold' } }] }, now)?.over).toBe(false);
    expect(decodeSession({}, now)).toBeUndefined();
  });

  it('is over when all left, however many they were and however little of them could be read', () => {
    const many = Array.from({ length: 230 }, (_, n) => ({ ...gone, id: `p-${String(n)}` }));
    expect(decodeSession({ parties: many }, now)).toMatchObject({ over: true, partial: false });
    expect(decodeSession({ parties: [...many, { ...gone, id: null }] }, now)).toMatchObject({
      ...{ over: true, partial: false },
    });
  });

  it('too long to be kept whole keeps who is there, newest first, then who left last', () => {
    const made = (n: number, code: string) => ({ ...gone, id: `p-${String(n)}`, status: { code } });
    const many = Array.from({ length: 300 }, (_, n) => made(n, n === 3 || n === 250 ? 'Answered' : 'Disconnected'));
    const read = decodeSession({ parties: many }, now);
    expect(read).toMatchObject({ over: false, partial: false });
    expect(read?.parties).toHaveLength(200);
    expect(read?.parties.map(({ id }) => id).slice(0, 2)).toEqual(['p-3', 'p-101']);
    const crowd = decodeSession({ parties: Array.from({ length: 230 }, (_, n) => made(n, 'Answered')) }, now);
    expect(crowd).toMatchObject({ over: false, partial: true });
    expect(crowd?.parties.map(({ id }) => id).slice(-1)).toEqual(['p-229']);
  });

  it('with somebody unreadable who may still talk is told in part', () => {
    expect(decodeSession({ parties: [gone, { ...gone, id: null, status: { code: 'Answered' } }] }, now)).toMatchObject({
      ...{ over: false, partial: true },
      parties: [{ id: 'p-a7-3' }],
    });
    expect(decodeSession({ parties: [gone, 5] }, now)).toMatchObject({ over: false, partial: true });
    expect(decodeSession({ parties: [gone, { ...gone, id: null }] }, now)).toMatchObject({
      over: true,
      partial: false,
    });
  });
});

describe('a failure', () => {
  it('names the missing permission', () => {
    const body = {
      errorCode: 'InsufficientPermissions',
      message: 'needs [ReadCallLog]',
      errors: [{ errorCode: 'CMN-401', permissionName: 'ReadCallLog' }],
    };
    expect(failureOf(403, body)).toMatchObject({ kind: 'forbidden', permission: 'ReadCallLog' });
  });

  it('tells a session that is gone from a path that is wrong and a page of a proxy', () => {
    expect(failureOf(404, { errorCode: 'CMN-102', message: 'not found' }).kind).toBe('notFound');
    expect(failureOf(404, { errorCode: 'CMN-120', message: 'Invalid URI' }).kind).toBe('garbage');
    expect(failureOf(404, undefined).kind).toBe('garbage');
  });

  it('shows no phone number', () => {
    expect(failureOf(400, { message: 'Parameter [phoneNumber] +14155550142 is invalid' }).detail).not.toContain(
      '4155550142',
    );
  });
});
