import { describe, expect, test } from 'vitest';
import {
  abandonedQueueCall,
  answeredQueueCall,
  dials,
  event,
  newPlay,
  offered,
  office,
  reached,
  see,
  T0,
} from './board-fixture.ts';
import type { Call } from './call.ts';
import { queueEntriesOf } from './readings.ts';
import { callOf, shownIn, type Said } from './story-fixture.ts';

const heard = (...events: Parameters<typeof see>[1][]): Call => {
  const play = newPlay();
  see(play, ...events);
  return shownIn(play);
};

const arrives: readonly Said[] = [
  [0, dials('p1', 'setup')],
  [60, reached('p2', '200', 'setup', { to: { extensionId: '200', name: 'Support' } })],
];

describe('queue entries', () => {
  test('[C9] answered: the stay ends with the answer, not with the queue’s own leg', () => {
    expect(queueEntriesOf(heard(...answeredQueueCall))).toEqual([
      { queueId: '200', name: 'Support', enteredAt: T0 + 60, leftAt: T0 + 8000, left: 'answered' },
    ]);
  });

  test('[C9] abandoned', () => {
    expect(queueEntriesOf(heard(...abandonedQueueCall))).toEqual([
      { queueId: '200', name: 'Support', enteredAt: T0 + 60, leftAt: T0 + 20_020, left: 'abandoned' },
    ]);
  });

  test('[C9] while the caller waits the stay is open', () => {
    expect(queueEntriesOf(callOf(...arrives))).toEqual([{ queueId: '200', name: 'Support', enteredAt: T0 + 60 }]);
  });

  test('[C9] a queue that gives up says answered elsewhere when the agent’s word was lost', () => {
    const call = callOf(...arrives, [9000, reached('p2', '200', 'ended', { endReason: 'answeredElsewhere' })]);
    expect(queueEntriesOf(call)).toMatchObject([{ left: 'answered', leftAt: T0 + 9000 }]);
  });

  test('[C9] overflowed into the next destination, which is told a moment before or after', () => {
    const next = (at: number): Call =>
      callOf(
        ...arrives,
        [at - 1, dials('p1', 'answered')],
        [at, reached('p3', '104', 'ringing')],
        [30_000, reached('p2', '200', 'ended')],
      );
    expect(queueEntriesOf(next(29_000))).toMatchObject([{ left: 'overflowed', leftAt: T0 + 30_000 }]);
    expect(queueEntriesOf(next(28_999))).toMatchObject([{ left: 'abandoned' }]);
    const after = callOf(
      ...arrives,
      [30_000, reached('p2', '200', 'ended')],
      [30_400, reached('p3', '104', 'ringing')],
    );
    expect(queueEntriesOf(after)).toMatchObject([{ left: 'overflowed' }]);
  });

  test('[C9] an agent’s offer and the caller’s own leg are no next destination', () => {
    const call = callOf(
      ...arrives,
      [29_900, offered('p3', '101', 'ringing')],
      [30_000, reached('p2', '200', 'ended')],
      [30_010, dials('p9', 'answered')],
    );
    expect(queueEntriesOf(call)).toMatchObject([{ left: 'abandoned' }]);
  });

  test('[C9] two queues: two stays, in order of entry', () => {
    const play = newPlay();
    const directory = new Map([...office, ['201', { id: '201', kind: 'queue', name: 'Sales' }] as const]);
    see(
      play,
      { kind: 'directory', at: T0 - 500, directory },
      event(2, 0, dials('p1', 'setup')),
      event(3, 60, reached('p2', '200', 'setup')),
      event(4, 20_000, reached('p2', '200', 'ended')),
      event(5, 20_300, reached('p3', '201', 'setup', { to: { extensionId: '201', name: 'Sales' } })),
      event(6, 21_000, reached('p4', '102', 'ringing', { queueCall: true, to: { extensionId: '201', name: 'Sales' } })),
      event(
        7,
        25_000,
        reached('p4', '102', 'answered', { queueCall: true, to: { extensionId: '201', name: 'Sales' } }),
      ),
    );
    expect(queueEntriesOf(shownIn(play))).toEqual([
      { queueId: '200', enteredAt: T0 + 60, leftAt: T0 + 20_000, left: 'overflowed' },
      { queueId: '201', name: 'Sales', enteredAt: T0 + 20_300, leftAt: T0 + 25_000, left: 'answered' },
    ]);
  });

  test('[C9] left for the mailbox, by the queue’s own word or by who takes the message', () => {
    const said = callOf(...arrives, [20_000, reached('p2', '200', 'ended', { endReason: 'voicemail' })]);
    expect(queueEntriesOf(said)).toMatchObject([{ left: 'voicemail' }]);
    const taken = callOf(
      ...arrives,
      [20_000, reached('p2', '200', 'ended')],
      [20_100, reached('p3', '400', 'voicemail')],
    );
    expect(queueEntriesOf(taken)).toMatchObject([{ left: 'voicemail' }]);
  });

  test('[C9] a queue whose own leg was never heard is known by the offers it made', () => {
    const ringing = callOf([300, offered('p3', '101', 'ringing')], [900, offered('p4', '102', 'ringing')]);
    expect(queueEntriesOf(ringing)).toEqual([{ queueId: '200', name: 'Support', enteredAt: T0 + 300 }]);
    const talking = callOf([300, offered('p3', '101', 'ringing')], [4000, offered('p3', '101', 'answered')]);
    expect(queueEntriesOf(talking)).toMatchObject([{ leftAt: T0 + 4000, left: 'answered' }]);
    const over = callOf(
      [0, dials('p1', 'setup')],
      [300, offered('p3', '101', 'ringing')],
      [4000, offered('p3', '101', 'ended', { endReason: 'cancelled' })],
      [4010, dials('p1', 'ended')],
    );
    expect(queueEntriesOf(over)).toMatchObject([{ leftAt: T0 + 4010, left: 'abandoned' }]);
  });

  test('[C9] a call that entered no queue has no entry', () => {
    const call = callOf([0, dials('p1', 'setup')], [50, reached('p2', '101', 'ringing')]);
    expect(queueEntriesOf(call)).toEqual([]);
  });
});
