import { emptyBoard, observe, type Board } from '@ringside/shared/domain/board';
import type { PartyReport, PollRecord } from '@ringside/shared/domain/observation';
import { timed, type Figure } from './report.ts';

const START = 1_760_000_000_000;

/** An active-calls page as the platform sends it: `count` calls in progress. */
function payload(count: number): string {
  const records = Array.from({ length: count }, (_, i) => {
    const id = `WkQ7aBcD2eFg${i}`;
    return {
      uri: `https://platform.ringcentral.com/restapi/v1.0/account/401/call-log/${id}?view=Simple`,
      id,
      sessionId: `${1293048823004 + i}`,
      telephonySessionId: `s-a7c21e5f01b2z18f3c9d2ab1z4471c${i}`,
      partyId: `p-a7c21e5f01b2z18f3c9d2ab1z4471c${i}-2`,
      startTime: new Date(START - i * 1000).toISOString(),
      type: 'Voice',
      internalType: 'LocalNumber',
      direction: 'Inbound',
      action: 'Phone Call',
      result: 'In Progress',
      transport: 'PSTN',
      from: {
        phoneNumber: `+1415555${String(i % 10_000).padStart(4, '0')}`,
        name: 'WIRELESS CALLER',
        location: 'San Rafael, CA',
      },
      to: { phoneNumber: '+12065550100', name: 'Support', extensionNumber: '200', extensionId: '630499001004' },
      extension: {
        id: 630499001004,
        uri: 'https://platform.ringcentral.com/restapi/v1.0/account/401/extension/630499001004',
      },
    };
  });
  return JSON.stringify({
    uri: 'https://platform.ringcentral.com/…/active-calls',
    records,
    paging: { page: 1, perPage: 1000 },
  });
}

const recordsOf = (count: number): PollRecord[] =>
  Array.from({ length: count }, (_, i) => ({
    sessionId: `s-a7c21e5f01b2z18f3c9d2ab1z4471c${i}`,
    verdict: 'inProgress',
    direction: 'inbound',
    startedAt: START - i * 1000,
    extensionId: '630499001004',
    from: { phoneNumber: `+1415555${String(i % 10_000).padStart(4, '0')}` },
    to: { phoneNumber: '+12065550100', extensionId: '630499001004' },
  }));

/** What judging a poll costs against merely parsing the page it came in, and that a quiet poll changes nothing. */
export function benchJudgement(): Figure[] {
  return [1000, 10_000].map((count) => {
    const text = payload(count);
    const records = recordsOf(count);
    const known = observe(talking(count), pollObservation(records, 1)).board;
    const floor = timed(15, () => void JSON.parse(text));
    let changes = 0;
    let poll = 2;
    let board = known;
    const judged = timed(15, () => {
      const step = observe(board, pollObservation(records, poll++));
      changes += step.changes.length;
      board = step.board;
    });
    return {
      name: `poll judgement, ${count.toLocaleString('en')} calls`,
      value: `${judged.toFixed(2)} ms`,
      floor: `JSON.parse ${floor.toFixed(2)} ms`,
      ratio: judged / floor,
      note: `${changes} false changes`,
    };
  });
}

const pollObservation = (records: readonly PollRecord[], n: number) =>
  ({ kind: 'poll', at: START + n * 15_000, startedAt: START + n * 15_000 - 300, complete: true, records }) as const;

/** A board on which `count` calls have been answered, as events tell it. */
function talking(count: number): Board {
  const at = START - 60_000;
  return Array.from({ length: count }, (_, i) => `s-a7c21e5f01b2z18f3c9d2ab1z4471c${i}`).reduce((board, sessionId) => {
    const end = { from: { phoneNumber: '+14155550142' }, to: { phoneNumber: '+12065550100' } };
    const parties: readonly PartyReport[] = [
      { id: 'p-1', side: 'placing', phase: 'answered', ...end },
      { id: 'p-2', side: 'receiving', phase: 'answered', extensionId: '101', queueCall: true, ...end },
    ];
    return observe(board, { kind: 'event', at, eventTime: at, sessionId, sequence: 2, parties }).board;
  }, emptyBoard());
}
