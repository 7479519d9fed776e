import type { Change } from '@ringside/shared/domain/change';
import { expect, test } from 'vitest';
import type { TrueCall } from '../simulator/pbx/model.ts';
import { lifeProblems, liveProblems } from './convergence.ts';

/** The judge of the fuzz is judged: it must complain of each kind of lie, and of nothing else. */
const truth: TrueCall = {
  ...{ id: 's', direction: 'inbound', state: 'talking', startedAt: 1000, answeredAt: 5000, queueId: '200' },
  ...{ from: {}, to: {}, ringing: [] },
};
const shown = { id: 's', direction: 'inbound', state: 'talking', answeredAt: 'then', queue: { id: '200' } };

test('the living as they are: nothing to say', () => {
  expect(liveProblems([truth], [shown])).toEqual([]);
});

test.each([
  ['another state', { ...shown, state: 'queued' }],
  ['another direction', { ...shown, direction: 'outbound' }],
  ['another queue', { ...shown, queue: { id: '201' } }],
  ['no answer', { id: 's', direction: 'inbound', state: 'talking', queue: { id: '200' } }],
])('%s is a lie', (_what, lie) => {
  expect(liveProblems([truth], [lie])).toHaveLength(1);
});

test('a ghost and a hidden call are lies', () => {
  expect(liveProblems([], [shown])).toHaveLength(1);
  expect(liveProblems([truth], [])).toHaveLength(1);
});

const ended: TrueCall = { ...truth, state: 'ended', endedAt: 9000, missed: false };
const call = {
  id: 's',
  kind: 'voice',
  direction: 'inbound',
  state: 'ended',
  startedAt: 1000,
  stateSince: 9000,
} as const;
const life = (missed: boolean | undefined, ...types: Change['type'][]): Change[] =>
  types.map((type) => ({
    type,
    at: 1,
    call: { ...call, from: {}, to: {}, legs: [], ...(missed !== undefined && { missed }) },
  }));

test('one start and one end, and the outcome right or open', () => {
  expect(lifeProblems(ended, life(false, 'callStarted', 'callChanged', 'callEnded'))).toEqual([]);
  expect(lifeProblems(ended, life(undefined, 'callStarted', 'callEnded'))).toEqual([]);
});

test.each([
  ['no end', life(false, 'callStarted')],
  ['two ends', life(false, 'callStarted', 'callEnded', 'callEnded')],
  ['two starts', life(false, 'callStarted', 'callStarted', 'callEnded')],
  ['the end first', life(false, 'callEnded', 'callStarted')],
  ['a change before the start', life(false, 'callChanged', 'callStarted', 'callEnded')],
  ['a phantom miss', life(true, 'callStarted', 'callEnded', 'callMissed')],
  ['two misses', life(false, 'callStarted', 'callEnded', 'callMissed', 'callMissed')],
])('%s is a lie', (_what, changes) => {
  expect(lifeProblems(ended, changes)).not.toEqual([]);
});
