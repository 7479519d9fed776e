import { describe as group, expect, it } from 'vitest';
import type { WallCall } from '../live/live-board.svelte.ts';
import { describe } from './describe.ts';

const base: WallCall = {
  id: 'x',
  direction: 'inbound',
  state: 'queued',
  startedAt: 0,
  stateSince: 0,
  party: '•••• 4207',
};
const read = (more: Partial<WallCall>, late: 'ok' | 'over' | 'far' = 'ok'): string => {
  const { shape, who, word, doubt, details } = describe({ ...base, ...more }, late);
  return `${shape} | ${who} | ${word} | ${doubt === undefined ? '' : `${doubt}! `}${details.join(', ')}`;
};

group('a row reads', () => {
  it.each([
    [{ queue: 'Billing' }, 'arc | •••• 4207 | Waiting | Billing'],
    [{ state: 'ringing', ringing: 4, queue: 'Support' }, 'triangle | •••• 4207 | Ringing | Support, 4 phones'],
    [{ state: 'ringing', ringing: 1 }, 'triangle | •••• 4207 | Ringing | 1 phone'],
    [{ state: 'routing' }, 'dots | •••• 4207 | In menu | no queue yet'],
    [{ state: 'talking', agent: 'Amara O.', queue: 'Sales' }, 'disc | Amara O. | Talking | Sales, •••• 4207'],
    [{ state: 'held', agent: 'Amara O.' }, 'bars | Amara O. | On hold | •••• 4207'],
    [{ state: 'parked', agent: 'Amara O.', queue: 'Sales' }, 'parking | •••• 4207 | Parked | Sales'],
    [{ state: 'voicemail' }, 'reels | •••• 4207 | Voicemail | leaving a message'],
    [{ state: 'talking', direction: 'outbound', agent: 'Mei L.' }, 'disc | Mei L. | Talking | Outbound, •••• 4207'],
    [
      { state: 'ringing', direction: 'outbound', agent: 'Mei L.' },
      'triangle | Mei L. | Dialling | Outbound, •••• 4207',
    ],
    [
      { state: 'talking', direction: 'internal', agent: 'Mei L.', peer: 'Jo W.' },
      'disc | Mei L. | Talking | Internal, with Jo W.',
    ],
    [{ state: 'talking' }, 'disc | •••• 4207 | Talking | '],
    [
      { state: 'talking', conference: true, agent: 'Mei L.', direction: 'outbound' },
      'trio | Mei L. | Talking | conference, Outbound, •••• 4207',
    ],
    [{ state: 'held', conference: true, agent: 'Mei L.' }, 'bars | Mei L. | On hold | •••• 4207'],
    [{ state: 'routing', fax: true }, 'page | •••• 4207 | Fax | '],
    [
      { state: 'ringing', fax: true, direction: 'outbound', agent: 'Mei L.' },
      'page | Mei L. | Fax | Outbound, •••• 4207',
    ],
  ] as [Partial<WallCall>, string][])('%j as %s', (more, text) => expect(read(more)).toBe(text));

  it('with the alarm in the word’s place', () => {
    expect(read({ queue: 'Billing' }, 'over')).toBe('arc | •••• 4207 | Over target | Billing, waiting');
    expect(read({ state: 'ringing' }, 'far')).toBe('triangle | •••• 4207 | Twice target | ringing');
  });

  it('with the doubt before the details, and no alarm for a wait that may be over', () => {
    expect(read({ state: 'talking', agent: 'Mei L.', unconfirmed: true })).toBe(
      'disc | Mei L. | Talking | Unconfirmed! •••• 4207',
    );
    expect(read({ queue: 'Billing', unconfirmed: true }, 'far')).toBe(
      'arc | •••• 4207 | Waiting | Unconfirmed! Billing',
    );
  });
});
