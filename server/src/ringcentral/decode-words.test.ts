import { describe, expect, it } from 'vitest';
import type { PartyReport } from '@ringside/shared/domain/observation';
import { toEndReason, toOrigin, toResult, toVerdict } from './decode.ts';
import { decodeNotification } from './decode-event.ts';
import { decodeParties } from './decode-party.ts';
import { decodeRecord } from './decode-record.ts';
import { decodeSession } from './decode-session.ts';

const now = Date.UTC(2026, 2, 3, 14);

/** Every word of `CallStatusInfo.reason`, and the two that only captures show. */
const reasons: Readonly<Record<string, string | undefined>> = {
  ...{ Pickup: 'pickedUp', Supervising: 'supervision', TakeOver: 'transferred', Timeout: 'noAnswer' },
  ...{ BlindTransfer: 'transferred', RccTransfer: 'transferred', AttendedTransfer: 'transferred' },
  ...{ DtmfTransfer: 'transferred', CallerInputRedirect: 'redirected', CallRedirected: 'redirected' },
  ...{ CallFlip: 'switched', CallSwitch: 'switched', ParkLocation: 'parked', CallPark: 'parked' },
  ...{ AgentAnswered: 'answeredElsewhere', AgentDropped: 'cancelled', Cancelled: 'cancelled' },
  ...{ Rejected: 'declined', CallReplied: 'declined', NoAnswer: 'noAnswer', TargetBusy: 'busy' },
  ...{ InternalError: 'failed', InvalidNumber: 'failed', InternationalDisabled: 'failed', CallDropped: 'failed' },
  ...{ DestinationBlocked: 'failed', NotEnoughFunds: 'failed', NoSuchUser: 'failed', Voicemail: 'voicemail' },
  ...{ CallFinished: undefined, Conference: 'conference', Undefined: 'other' },
};

/** Every word of `CallResultEnum`. */
const results: Readonly<Record<string, readonly string[]>> = {
  answered: [
    ...['Accepted', 'Call connected', 'Answered Elsewhere', 'Reply', 'Received', 'Fax on Demand'],
    ...['Partial Receive', 'Sent'],
  ],
  missed: ['Missed', 'No Answer', 'Answered Not Accepted'],
  abandoned: ['Abandoned', 'Hang Up'],
  voicemail: ['Voicemail', 'Sent to Voicemail'],
  declined: ['Declined', 'Rejected'],
  busy: ['Busy'],
  failed: [
    ...['Call Failed', 'Call Failure', 'Carrier is not active', 'EDGE trunk misconfigured', 'IP Phone Offline'],
    ...['Internal Error', 'International Disabled', 'International Restricted', 'No Calling Credit', 'Not Allowed'],
    ...['Restricted Number', 'Suspended account', 'Wrong Number'],
  ],
};
const undecided = [
  ...['911', '933', 'Blocked', 'Callback requested', 'Fax Not Sent', 'Fax Partially Sent', 'Fax Poor Line'],
  ...['Fax Receipt Error', 'Phone Login', 'Receive Error', 'Send Error', 'Stopped', 'Unknown'],
];

describe('the platform’s words', () => {
  it.each(Object.entries(reasons))('reason %s is %s', (theirs, ours) => {
    expect(toEndReason(theirs)).toBe(ours);
    expect(toEndReason(theirs.toUpperCase())).toBe(ours);
  });

  it.each(Object.entries(results))('results that are %s', (ours, theirs) => {
    for (const word of theirs) {
      expect([word, toResult(word), toVerdict(word)]).toEqual([
        word,
        ours,
        ours === 'answered' ? 'connected' : 'missed',
      ]);
    }
  });

  it('results that decide nothing', () => {
    for (const word of undecided) expect([word, toResult(word), toVerdict(word)]).toEqual([word, undefined, 'unknown']);
    expect([toResult('In Progress'), toVerdict('In Progress')]).toEqual([undefined, 'inProgress']);
    expect(Object.values(results).flat().length + undecided.length + 1).toBe(45);
  });

  it('origins: the bridge and both halves of a RingOut are told apart, a new one is not guessed', () => {
    expect(['Call', 'RingMe', 'Zoom', 'CallOut', 'RingOut', 'Conference'].map(toOrigin)).toEqual([
      ...['call', 'call', 'call', 'call', 'ringOut', 'conference'],
    ]);
    expect([toOrigin('Holodeck'), toOrigin(undefined)]).toEqual([undefined, undefined]);
  });
});

function read(more: object): PartyReport | undefined {
  return decodeParties([{ id: 'p-1', direction: 'Inbound', status: { code: 'Answered' }, ...more }]).parties[0];
}

describe('a party', () => {
  const gone = (peerId: unknown, reason = 'AttendedTransfer') => read({ status: { code: 'Gone', reason, peerId } });

  it('that was merged says into which call', () => {
    expect(gone({ sessionId: '77', telephonySessionId: 's-b', partyId: 'p-9' })).toMatchObject({
      ...{ phase: 'gone', endReason: 'transferred', mergedInto: { callId: 's-b', legId: 'p-9' } },
    });
    expect(gone({ telephonySessionId: 's-b' })?.mergedInto).toEqual({ callId: 's-b' });
  });

  it.each([[{ sessionId: '0', telephonySessionId: 's-0' }], [{ telephonySessionId: '', partyId: 'p-2' }], [{}]])(
    'that was merged into a conference names no call (%o)',
    (peer) => expect(gone(peer, 'Conference')).toMatchObject({ endReason: 'conference', mergedInto: {} }),
  );

  it('that lives was merged into nothing, and an odd peer is none', () => {
    expect(read({ status: { code: 'Answered', peerId: { telephonySessionId: 's-b' } } })).not.toHaveProperty(
      'mergedInto',
    );
    expect(gone('s-b')).not.toHaveProperty('mergedInto');
  });

  it('that listens in is told while it lives, and by its reason when it has left', () => {
    const monitoring = read({ status: { code: 'Answered', reason: 'Supervising' } });
    expect(monitoring).toMatchObject({ monitors: true });
    expect(monitoring).not.toHaveProperty('endReason');
    const left = gone({ telephonySessionId: 's-b' }, 'Supervising');
    expect(left).toMatchObject({ endReason: 'supervision' });
    expect(left).not.toHaveProperty('monitors');
  });

  it.each([
    [[{ id: '1', active: true }], 'on'],
    [[{ id: '1', active: false }], 'paused'],
    [[{ id: '1', active: false }, { active: true }], 'on'],
    [[], undefined],
    [[{ id: '1' }, 5], undefined],
    ['yes', undefined],
  ])('with recordings %o is %s', (recordings, recording) => {
    expect(read({ recordings })?.recording).toBe(recording);
  });

  it('that receives a fax, listens to a message being left, is parked', () => {
    const phases = ['FaxReceive', 'VoiceMailScreening', 'Parked'].map((code) => read({ status: { code } })?.phase);
    expect(phases).toEqual(['fax', 'voicemail', 'parked']);
  });
});

describe('a session', () => {
  const notification = (body: object) => ({
    event: '/restapi/v1.0/account/1/telephony/sessions',
    body: { sequence: 2, telephonySessionId: 's-1', parties: [{ id: 'p', direction: 'Inbound' }], ...body },
  });
  const event = (body: object) => decodeNotification(notification(body), now)?.event;

  it('tells how it came about and its older name', () => {
    expect(event({ origin: { type: 'RingOut' }, sessionId: '1293048823004' })).toMatchObject({
      ...{ origin: 'ringOut', legacyId: '1293048823004' },
    });
    expect(event({ sessionId: 1293048823004 })).toMatchObject({ legacyId: '1293048823004' });
    expect(decodeSession({ parties: [], origin: { type: 'Conference' } }, now)).toMatchObject({ origin: 'conference' });
  });

  it.each([['s-77'], ['0'], [''], [null], [{}], [-4]])(
    'of a name that is no number (%o) has no older name',
    (sessionId) => {
      expect(event({ sessionId, origin: 'Call' })).not.toHaveProperty('legacyId');
      expect(event({ sessionId, origin: { type: 'New' } })).not.toHaveProperty('origin');
    },
  );
});

describe('a record', () => {
  const record = (more: object) =>
    decodeRecord({ telephonySessionId: 's-1', direction: 'Inbound', result: 'Busy', ...more }, now);

  it('says what the call came to, and whether it is a fax', () => {
    expect(record({})?.record).toMatchObject({ verdict: 'missed', result: 'busy' });
    expect(record({ result: 'In Progress' })?.record).not.toHaveProperty('result');
    expect(record({ direction: undefined })?.record).not.toHaveProperty('result');
    expect(record({ type: 'Fax', result: 'Received' })?.record).toMatchObject({ fax: true, verdict: 'connected' });
    expect(record({ type: 'Voice' })?.record).not.toHaveProperty('fax');
  });

  it.each(['2026-03-03T15:00:00Z', '2027-03-03T14:00:00Z', '1970-01-01T00:00:00Z'])(
    '[T4] that began at %s cannot have: it began when it was read, and is counted',
    (startTime) => {
      expect(record({ startTime })).toMatchObject({ clamped: true, record: { startedAt: now } });
    },
  );

  it('[T4] of clocks that differ by seconds is no odd one', () => {
    expect(record({ startTime: '2026-03-03T14:00:05Z' })).toMatchObject({ clamped: false, record: { startedAt: now } });
    expect(record({ startTime: 'soon' })).toMatchObject({ clamped: false, record: { startedAt: now } });
  });
});
