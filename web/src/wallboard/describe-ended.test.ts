import { expect, it } from 'vitest';
import type { WallCall } from '../live/live-board.svelte.ts';
import { describeEnded } from './describe-ended.ts';

const base: WallCall = {
  ...{ id: 'x', direction: 'inbound', state: 'ended', startedAt: 0, stateSince: 38_000, endedAt: 38_000 },
  party: '•••• 4207',
};
const read = (more: Partial<WallCall>): string => {
  const { shape, tone, who, word, details } = describeEnded({ ...base, ...more });
  return `${shape} ${tone} | ${who} | ${word} | ${details.join(', ')}`;
};
const outcomes = [
  ...['answered', 'missed', 'abandoned', 'shortAbandoned', 'voicemail', 'declined', 'busy', 'failed'],
] as NonNullable<WallCall['outcome']>[];

it.each([
  ['missed', 'cross miss | •••• 4207 | Missed | Sales, waited 0:38'],
  ['abandoned', 'leave miss | •••• 4207 | Abandoned | Sales, waited 0:38'],
  ['shortAbandoned', 'bounce miss | •••• 4207 | Hung up | at once, Sales, waited 0:38'],
  ['voicemail', 'reels miss | •••• 4207 | Voicemail | Sales, waited 0:38'],
  ['declined', 'ban miss | •••• 4207 | Declined | Sales, waited 0:38'],
  ['busy', 'entry miss | •••• 4207 | Busy | Sales, waited 0:38'],
  ['failed', 'bolt miss | •••• 4207 | Failed | Sales, waited 0:38'],
] as const)('a miss that was %s as %s', (outcome, text) => {
  expect(read({ missed: true, outcome, queue: 'Sales', agent: 'Mei L.' })).toBe(text);
});

it('what does not count as missed without the colour of a miss', () => {
  const read1 = (outcome: NonNullable<WallCall['outcome']>): string => read({ missed: false, outcome });
  expect(read1('abandoned')).toBe('leave menu | •••• 4207 | Abandoned | ');
  expect(read1('voicemail')).toBe('reels mail | •••• 4207 | Voicemail | ');
});

it.each<[Partial<WallCall>, string]>([
  [{ outcome: 'answered', answeredAt: 8_000, agent: 'Mei L.' }, 'check done | Mei L. | Answered | talked 0:30'],
  [{ outcome: 'answered', missed: false, queue: 'Sales' }, 'check done | •••• 4207 | Answered | Sales'],
  [{ outcome: 'missed', direction: 'outbound' }, 'dash menu | •••• 4207 | Not answered | Outbound'],
  [{ outcome: 'abandoned', direction: 'internal' }, 'dash menu | •••• 4207 | Not answered | Internal'],
  [{ outcome: 'busy', direction: 'outbound' }, 'entry menu | •••• 4207 | Busy | Outbound'],
  [{ queue: 'Sales' }, 'query menu | •••• 4207 | Outcome open | Sales'],
  [{ presumed: true }, 'query menu | •••• 4207 | Outcome open | presumed ended'],
  [{ fax: true, missed: false, direction: 'outbound' }, 'page menu | •••• 4207 | Fax | Outbound, took 0:38'],
])('%j as %s', (more, text) => expect(read(more)).toBe(text));

it('no two outcomes of a caller alike, in shape or word', () => {
  const readings = outcomes.map((outcome) => describeEnded({ ...base, outcome }));
  expect(new Set(readings.map(({ shape }) => shape)).size).toBe(outcomes.length);
  expect(new Set(readings.map(({ word }) => word)).size).toBe(outcomes.length);
});
