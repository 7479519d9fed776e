// In:  nothing; a call from a desk phone to an outside number, written down by hand.
// Out: its notifications, in the shape and rhythm of a recording: one party each, two paths, sequence from 2.
// Never: a recorded id, number or name.
import type { CapturedNotification } from '../simulator/replay.ts';

const ACCOUNT = '700100200';
const SESSION = '5e550000000000000000000000c0ffee';
const ACCOUNT_PATH = `/restapi/v1.0/account/${ACCOUNT}/telephony/sessions`;
const OWN_PATH = `/restapi/v1.0/account/${ACCOUNT}/extension/${ACCOUNT}/telephony/sessions`;
const STARTED = Date.UTC(2026, 2, 3, 14);

type Code = 'Setup' | 'Proceeding' | 'Answered' | 'Hold' | 'Disconnected';

/** The dialler's own party tells on the path of the extension, the far end on the account's. */
const story: readonly (readonly [afterMs: number, party: 1 | 2, code: Code])[] = [
  [0, 1, 'Setup'],
  [40, 2, 'Proceeding'],
  [3_500, 1, 'Proceeding'],
  [7_200, 2, 'Answered'],
  [7_230, 1, 'Answered'],
  [13_900, 1, 'Hold'],
  [17_200, 1, 'Answered'],
  [23_300, 1, 'Disconnected'],
  [23_340, 2, 'Disconnected'],
];

const to = { phoneNumber: '+13125550143' };
const from = { phoneNumber: '+18885550126', extensionId: ACCOUNT };
const ends = {
  1: { extensionId: ACCOUNT, direction: 'Outbound', to, from: { ...from, deviceId: '800900100' } },
  2: { direction: 'Inbound', to, from: { ...from, name: 'Pat Example' } },
} as const;

export const madeCapture: readonly CapturedNotification[] = story.map(([afterMs, party, code], index) => ({
  uuid: `77000000000000000${index}`,
  event: party === 1 ? OWN_PATH : ACCOUNT_PATH,
  // A notification is sent some 70 ms after its event.
  timestamp: new Date(STARTED + afterMs + 70).toISOString(),
  subscriptionId: '11111111-2222-4333-8444-555555555555',
  ownerId: ACCOUNT,
  body: {
    sequence: index + 2,
    sessionId: '700300400500',
    telephonySessionId: `s-${SESSION}`,
    serverId: '10.0.0.1.TST',
    eventTime: new Date(STARTED + afterMs).toISOString(),
    parties: [
      {
        accountId: ACCOUNT,
        id: `p-${SESSION}-${party}`,
        ...ends[party],
        status: { code, rcc: false },
        park: {},
        missedCall: false,
        standAlone: false,
        muted: false,
      },
    ],
    origin: { type: 'Call' },
  },
}));
