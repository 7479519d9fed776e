import { describe, expect, it } from 'vitest';
import { decodeLogRecord, decodeSyncToken } from './decode-log.ts';

const now = Date.UTC(2026, 2, 3, 14, 10);

/** A queue call that the second agent took; the first one's phone was stopped. */
const queueCall = {
  ...{ id: 'WkQ7', sessionId: '1293048823004', telephonySessionId: 's-a7c2', partyId: 'p-a7c2-2' },
  ...{ startTime: '2026-03-03T14:02:11.318Z', duration: 186, durationMs: 186_402, type: 'Voice', direction: 'Inbound' },
  ...{ action: 'Phone Call', result: 'Accepted', lastModifiedTime: '2026-03-03T14:05:20.100Z' },
  from: { phoneNumber: '+14155550142', name: 'WIRELESS CALLER' },
  to: { phoneNumber: '+12065550100', name: 'Support Queue' },
  extension: { id: 630499001004 },
  legs: [
    { direction: 'Inbound', result: 'Accepted', legType: 'Accept', master: true, extension: { id: 630499001004 } },
    { direction: 'Outbound', result: 'Stopped', legType: 'PstnToSip', extension: { id: 630412345004 } },
    { direction: 'Outbound', result: 'Answered Elsewhere', legType: 'PstnToSip', extension: { id: 630412346004 } },
    { direction: 'Outbound', result: 'Call connected', legType: 'PstnToSip', extension: { id: 630412777004 } },
    { direction: 'Outbound', result: 'Call connected', legType: 'FindMe', to: { phoneNumber: '+14085550164' } },
  ],
};

describe('a record of the call log', () => {
  it('tells when, how long, whose it is and whom each leg reached', () => {
    expect(decodeLogRecord(queueCall, now)).toEqual({
      stamp: '2026-03-03T14:05:20.100Z',
      open: false,
      record: expect.objectContaining({
        ...{ recordId: 'WkQ7', sessionId: 's-a7c2', direction: 'inbound', verdict: 'connected', result: 'answered' },
        ...{ startedAt: Date.UTC(2026, 2, 3, 14, 2, 11, 318), durationMs: 186_402, extensionId: '630499001004' },
        legs: [
          { extensionId: '630499001004', connected: true },
          { extensionId: '630412345004', connected: false },
          { extensionId: '630412346004', connected: false },
          { extensionId: '630412777004', connected: true },
          { connected: true },
        ],
      }),
    });
  });

  it('without a time of change is told apart by what it says', () => {
    const { lastModifiedTime: _, ...plain } = queueCall;
    const stamp = (more: object) => decodeLogRecord({ ...plain, ...more }, now)?.stamp;
    expect(stamp({})).toBe(stamp({}));
    expect(new Set([stamp({}), stamp({ result: 'Missed' }), stamp({ duration: 187 }), stamp({ legs: [] })]).size).toBe(
      4,
    );
  });

  it('without legs claims nothing about them', () => {
    const { legs: _, ...simple } = queueCall;
    expect(decodeLogRecord(simple, now)?.record).not.toHaveProperty('legs');
  });

  it.each([
    ['its result says so', { result: 'In Progress', duration: undefined, durationMs: undefined }],
    ['it says that it is not finished', { finished: false }],
    ['one of its legs is', { legs: [...queueCall.legs, { result: 'In Progress' }] }],
    ['it has neither result nor length', { result: undefined, duration: undefined, durationMs: undefined }],
  ])('is open when %s', (_, more) => {
    expect(decodeLogRecord({ ...queueCall, ...more }, now)?.open).toBe(true);
  });

  it('with a result that is new to us is final all the same', () => {
    const read = decodeLogRecord({ ...queueCall, result: 'Answered By Robot' }, now);
    expect(read).toMatchObject({ open: false, record: { verdict: 'unknown' } });
    expect(read?.record).not.toHaveProperty('result');
  });

  it.each([
    ['null', null],
    ['no id', { ...queueCall, id: undefined }],
    ['no session', { ...queueCall, telephonySessionId: undefined }],
    ['no start', { ...queueCall, startTime: undefined }],
    ['a start that is no time', { ...queueCall, startTime: 42 }],
    ['a start in another decade', { ...queueCall, startTime: '1970-01-01T00:00:00.000Z' }],
  ])('is dropped with %s', (_, value) => {
    expect(decodeLogRecord(value, now)).toBeUndefined();
  });

  it('of three days ago keeps its time; one of the future began now at the latest', () => {
    const startOf = (startTime: string) => decodeLogRecord({ ...queueCall, startTime }, now)?.record.startedAt;
    expect(startOf('2026-02-28T14:00:00.000Z')).toBe(Date.UTC(2026, 1, 28, 14));
    expect(startOf('2026-03-04T14:00:00.000Z')).toBe(now);
  });

  it('survives legs of any shape', () => {
    const legs = [null, 7, {}, { extension: 'x', result: 1 }, { extension: { id: 5 }, result: 'Accepted' }];
    expect(decodeLogRecord({ ...queueCall, legs }, now)?.record.legs).toEqual([
      { connected: false },
      { connected: false },
      { extensionId: '5', connected: true },
    ]);
    expect(decodeLogRecord({ ...queueCall, legs: 'none' }, now)?.record).not.toHaveProperty('legs');
  });
});

it('a sync without a token gives none', () => {
  expect(decodeSyncToken({ records: [], syncInfo: { syncToken: 'abc' } })).toBe('abc');
  expect(decodeSyncToken({ records: [], syncInfo: {} })).toBeUndefined();
  expect(decodeSyncToken([])).toBeUndefined();
});
