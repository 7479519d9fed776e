import { describe, expect, it } from 'vitest';
import { type Board, emptyBoard, liveCalls, observe } from '@ringside/shared/domain/board';
import type { LegPhase } from '@ringside/shared/domain/call';
import type { FeedHealth } from '@ringside/shared/domain/feed-health';
import type { LogRecord, Observation, PartyReport } from '@ringside/shared/domain/observation';
import { timesOf } from '@ringside/shared/domain/readings';
import { toBoardDto } from './board-dto.ts';

const start = Date.UTC(2026, 2, 3, 14);
const feed: FeedHealth = { state: 'live', troubles: [], eventAgeMs: 400, pollAgeMs: 9_000, provedWithinMs: 60_000 };

/** Both parties of a call from outside to a colleague, `seconds` after the start. */
function event(sessionId: string, sequence: number, phase: LegPhase, seconds: number): Observation {
  const at = start + seconds * 1_000;
  const from = { phoneNumber: '+16505554207', name: 'Wireless Caller' };
  const to = { phoneNumber: '+18005550100', extensionId: 'a1' };
  const caller = {
    id: `${sessionId}-1`,
    side: 'placing',
    phase: phase === 'ringing' ? 'setup' : phase,
    from,
    to,
  } as const;
  const callee = { id: `${sessionId}-2`, side: 'receiving', phase, extensionId: 'a1', from, to } as const;
  return { kind: 'event', at, sessionId, sequence, eventTime: at, parties: [caller, callee] };
}

const directory: Observation = {
  kind: 'directory',
  at: start,
  directory: new Map([
    ['a1', { id: 'a1', kind: 'person', name: 'Amara Okafor' }],
    ['q1', { id: 'q1', kind: 'queue', name: 'Support' }],
  ]),
};

function boardOf(...observations: Observation[]): Board {
  return observations.reduce((board, observation) => observe(board, observation).board, emptyBoard());
}

function dto(board: Board, seconds: number) {
  return toBoardDto({ epoch: 'e', revision: 7, board, feed }, start + seconds * 1_000);
}

const answeredRecord: LogRecord = {
  ...{ recordId: 'r', sessionId: 'a', verdict: 'connected', direction: 'inbound', startedAt: start },
  ...{ durationMs: 30_000, extensionId: 'a1', from: {}, to: {} },
};

describe('toBoardDto', () => {
  const twoLive = [directory, event('late', 2, 'ringing', 20), event('early', 2, 'ringing', 10)];

  it('tells a live call with times as ISO 8601', () => {
    const { calls, ...rest } = dto(boardOf(directory, event('s1', 2, 'ringing', 0), event('s1', 3, 'answered', 5)), 10);
    expect(rest).toEqual({ epoch: 'e', revision: 7, serverTime: '2026-03-03T14:00:10.000Z', feed });
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      id: 's1',
      direction: 'inbound',
      state: 'talking',
      startedAt: '2026-03-03T14:00:00.000Z',
      answeredAt: '2026-03-03T14:00:05.000Z',
      from: { phoneNumber: '+16505554207', name: 'Wireless Caller' },
      to: { phoneNumber: '+18005550100' },
      legs: [
        { role: 'caller', side: 'placing' },
        {
          ...{ role: 'person', side: 'receiving', phase: 'answered', answeredAt: '2026-03-03T14:00:05.000Z' },
          steps: [
            { phase: 'ringing', at: '2026-03-03T14:00:00.000Z' },
            { phase: 'answered', at: '2026-03-03T14:00:05.000Z' },
          ],
        },
      ],
      kind: 'voice',
      offers: [
        {
          ...{ legId: 's1-2', extensionId: 'a1', end: 'answered' },
          ...{ rangAt: '2026-03-03T14:00:00.000Z', endedAt: '2026-03-03T14:00:05.000Z' },
        },
      ],
      queueEntries: [],
      times: { ringMs: 5_000, talkMs: 5_000, holdMs: 0, waitMs: 5_000 },
    });
    for (const undecided of ['missed', 'outcome', 'decidedBy', 'continuedIn', 'conference'])
      expect(calls[0]).not.toHaveProperty(undecided);
  });

  it('tells the stay in a queue, and which queue made a phone ring', () => {
    const queue = { id: 'q-leg', side: 'receiving', extensionId: 'q1', from: {}, to: { name: 'Support' } } as const;
    const agent = { id: 'a-leg', side: 'receiving', extensionId: 'a1', from: {}, to: { extensionId: 'q1' } } as const;
    const step = (sequence: number, seconds: number, ...parties: PartyReport[]): Observation => {
      const at = start + seconds * 1_000;
      return { kind: 'event', at, sessionId: 's1', sequence, eventTime: at, parties };
    };
    const board = boardOf(
      ...[directory, step(2, 0, { ...queue, phase: 'answered' })],
      ...[step(3, 4, { ...agent, phase: 'ringing', queueCall: true, recording: 'on' })],
      step(4, 9, { ...agent, phase: 'answered' }, { ...queue, phase: 'ended', endReason: 'answeredElsewhere' }),
    );
    const [call] = dto(board, 20).calls;
    expect(call?.queueEntries).toEqual([
      {
        ...{ queueId: 'q1', name: 'Support', left: 'answered' },
        ...{ enteredAt: '2026-03-03T14:00:00.000Z', leftAt: '2026-03-03T14:00:09.000Z' },
      },
    ]);
    expect(call?.offers).toMatchObject([{ legId: 'a-leg', queueId: 'q1', end: 'answered' }]);
    expect(call?.legs[1]).toMatchObject({ queueId: 'q1', queueOffer: true, recording: 'on' });
    expect(call?.times).toMatchObject({ waitMs: 9_000, talkMs: 11_000 });
  });

  it('lets times grow between two requests as they do when told anew', () => {
    const board = boardOf(directory, event('s1', 2, 'ringing', 0), event('s1', 3, 'answered', 5));
    const held = observe(board, event('s1', 4, 'held', 20)).board;
    const [call] = liveCalls(held);
    for (const seconds of [20, 21, 300])
      expect(dto(held, seconds).calls[0]?.times).toEqual(call && timesOf(call, start + seconds * 1_000));
    expect(dto(held, 300).calls[0]?.times).toEqual({ ringMs: 5_000, talkMs: 15_000, holdMs: 280_000, waitMs: 5_000 });
  });

  it('counts no time backwards when our clock is behind the platform’s', () => {
    const board = boardOf(directory, event('s1', 2, 'ringing', 0), event('s1', 3, 'answered', 5));
    expect(dto(board, -3_600).calls[0]?.times).toEqual({ ringMs: 5_000, talkMs: 0, holdMs: 0, waitMs: 5_000 });
  });

  it('tells the outcome with its witness, and the one the call log corrected it to', () => {
    const missed = boardOf(directory, event('a', 2, 'ringing', 0), event('a', 3, 'ended', 30));
    expect(dto(missed, 40).calls).toMatchObject([{ outcome: 'abandoned', decidedBy: 'events', missed: true }]);
    const corrected = observe(missed, { kind: 'log', at: start + 45_000, records: [answeredRecord] }).board;
    expect(dto(corrected, 50).calls).toMatchObject([{ outcome: 'answered', decidedBy: 'log', missed: false }]);
  });

  it('never lists what a supervisor listens in with, and says where a merged call goes on', () => {
    const monitor = { id: 'm', side: 'placing', from: {}, to: {}, extensionId: 'a1', monitors: true } as const;
    const listening = (phase: LegPhase, sequence: number): Observation => ({
      ...{ kind: 'event', at: start, sessionId: 'listening', sequence, eventTime: start },
      parties: [{ ...monitor, phase }],
    });
    const merged: Observation = {
      ...{ kind: 'event', at: start + 9_000, sessionId: 's1', sequence: 4, eventTime: start + 9_000 },
      parties: ['s1-1', 's1-2'].map((id, i) => ({
        ...{ id, side: i === 0 ? 'placing' : 'receiving', phase: 'gone', from: {}, to: {} },
        mergedInto: { callId: 's2' },
      })),
    };
    const told = [event('s1', 2, 'ringing', 0), event('s1', 3, 'answered', 5), merged];
    const { calls } = dto(boardOf(directory, listening('answered', 2), ...told, listening('ended', 3)), 20);
    expect(calls).toMatchObject([{ id: 's1', state: 'ended', continuedIn: 's2', outcome: 'answered' }]);
    expect(calls[0]?.legs[0]).toMatchObject({ phase: 'gone', mergedInto: { callId: 's2' } });
  });

  it('puts live calls first, oldest first, then ended ones, newest end first', () => {
    const ends = [
      ...[event('a', 2, 'ringing', 0), event('a', 3, 'ended', 30)],
      ...[event('b', 2, 'ringing', 1), event('b', 3, 'ended', 25)],
    ];
    const { calls } = dto(boardOf(...twoLive, ...ends), 40);
    expect(calls.map(({ id }) => id)).toEqual(['early', 'late', 'a', 'b']);
    expect(calls.map(({ missed }) => missed)).toEqual([undefined, undefined, true, true]);
  });

  it('drops a call ten minutes after its end, missed or not', () => {
    const board = boardOf(directory, event('a', 2, 'ringing', 0), event('a', 3, 'ended', 30));
    expect(dto(board, 30 + 600).calls).toHaveLength(1);
    expect(dto(board, 31 + 600).calls).toHaveLength(0);
  });
});
