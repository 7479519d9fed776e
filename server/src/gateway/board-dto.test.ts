import { describe, expect, it } from 'vitest';
import { type Board, emptyBoard, observe } from '@ringside/shared/domain/board';
import type { LegPhase } from '@ringside/shared/domain/call';
import type { FeedHealth } from '@ringside/shared/domain/feed-health';
import type { Observation } from '@ringside/shared/domain/observation';
import { toBoardDto } from './board-dto.ts';

const start = Date.UTC(2026, 2, 3, 14);
const feed: FeedHealth = { state: 'live', troubles: [], eventAgeMs: 400, pollAgeMs: 9_000 };

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
  directory: new Map([['a1', { id: 'a1', kind: 'person', name: 'Amara Okafor' }]]),
};

function boardOf(...observations: Observation[]): Board {
  return observations.reduce((board, observation) => observe(board, observation).board, emptyBoard());
}

function dto(board: Board, seconds: number) {
  return toBoardDto({ epoch: 'e', revision: 7, board, feed }, start + seconds * 1_000);
}

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
      legs: [{ role: 'caller' }, { role: 'person', phase: 'answered', answeredAt: '2026-03-03T14:00:05.000Z' }],
    });
    expect(calls[0]).not.toHaveProperty('missed');
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
