import type TelephonySessionsEventBody from '@rc-ex/core/definitions/TelephonySessionsEventBody';
import { expect, test } from 'vitest';
import { bodyOf, tinyCloud } from './tiny-world.ts';

/** An outgoing call in the shape of recorded traffic: made-up ids, the real order of events. */
const told: readonly (readonly [number, 1 | 2, string])[] = [
  [2, 1, 'Setup'],
  [3, 2, 'Proceeding'],
  [4, 1, 'Proceeding'],
  [5, 2, 'Answered'],
  [6, 1, 'Answered'],
  [7, 1, 'Hold'],
  [8, 1, 'Answered'],
  [9, 1, 'Disconnected'],
  [10, 2, 'Disconnected'],
];

function event([sequence, number, code]: (typeof told)[number]): TelephonySessionsEventBody {
  const extensionId = number === 1 ? { extensionId: '809646016' } : {};
  return {
    sequence,
    sessionId: '429182699016',
    telephonySessionId: 's-c23b',
    serverId: '10.13.22.243.TAM',
    origin: { type: 'Call' },
    parties: [
      {
        ...extensionId,
        accountId: '809646016',
        id: `p-c23b-${number}`,
        direction: number === 1 ? 'Outbound' : 'Inbound',
        from: { phoneNumber: '+18005550171', extensionId: '809646016' },
        to: { phoneNumber: '+14085550164' },
        status: { code: code as 'Setup', rcc: false },
        park: {},
        missedCall: false,
        standAlone: false,
        muted: false,
      },
    ],
  };
}

const list = '/restapi/v1.0/account/~/active-calls';
const session = '/restapi/v1.0/account/~/telephony/sessions/s-c23b';
const firstOf = (response: Parameters<typeof bodyOf>[0]) =>
  bodyOf<{ records: Record<string, unknown>[] }>(response).records[0];

test('a replayed call is seen by GET session, active-calls and the call log alike', () => {
  const tiny = tinyCloud();
  told.slice(0, 5).forEach((one) => {
    tiny.rest.live.apply(event(one));
    tiny.clock.advance(2_000);
  });
  expect(bodyOf<{ parties: object[] }>(tiny.get(session)).parties).toMatchObject([
    { status: { code: 'Answered' } },
    { status: { code: 'Answered' } },
  ]);
  tiny.clock.advance(10_000);
  expect(firstOf(tiny.get(list))).toMatchObject({
    direction: 'Outbound',
    result: 'In Progress',
    to: { phoneNumber: '+14085550164' },
  });
  told.slice(5).forEach((one) => tiny.rest.live.apply(event(one)));
  expect(tiny.rest.live.session('s-c23b')).toMatchObject({
    endedAt: tiny.clock.now(),
    truth: { direction: 'outbound', state: 'ended' },
  });
  tiny.clock.advance(30_000);
  expect(firstOf(tiny.get(list))).toMatchObject({ result: 'Call connected' });
  expect(firstOf(tiny.get('/restapi/v1.0/account/~/call-log'))).toMatchObject({
    result: 'Call connected',
    telephonySessionId: 's-c23b',
  });
});

test('an older event told late does not undo a newer one', () => {
  const tiny = tinyCloud();
  const [setup, , proceeding, , answered] = told;
  [setup, answered, proceeding].forEach((one) => one && tiny.rest.live.apply(event(one)));
  expect(bodyOf<{ parties: object[] }>(tiny.get(session)).parties).toMatchObject([{ status: { code: 'Answered' } }]);
});
