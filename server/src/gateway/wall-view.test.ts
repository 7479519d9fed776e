import { describe, expect, it } from 'vitest';
import type { Call, Leg } from '@ringside/shared/domain/call';
import type { Directory } from '@ringside/shared/domain/directory';
import { wallCallSchema } from '@ringside/shared/protocol/messages';
import { maskNumber, shortName, toWallCall } from './wall-view.ts';

const directory: Directory = new Map([
  ['q1', { id: 'q1', kind: 'queue', name: 'Support' }],
  ['a1', { id: 'a1', kind: 'person', name: 'Amara Okafor' }],
  ['a2', { id: 'a2', kind: 'person', name: 'Jonas Weber' }],
]);

const caller = { phoneNumber: '+16505554207', name: 'Canary Caller' };

function leg(id: string, fields: Partial<Leg>): Leg {
  const base = { side: 'receiving', role: 'person', phase: 'ringing', steps: [] } as const;
  return { id, ...base, from: caller, to: {}, startedAt: 1_000, ...fields };
}

function call(fields: Partial<Call>): Call {
  return {
    id: 's1',
    kind: 'voice',
    direction: 'inbound',
    state: 'ringing',
    startedAt: 1_000,
    stateSince: 2_000,
    from: caller,
    to: { phoneNumber: '+18005550100', name: 'Main line' },
    legs: [],
    ...fields,
  };
}

describe('toWallCall', () => {
  it('shows a queue call that rings several phones', () => {
    const legs = [leg('p1', { role: 'caller' }), leg('p2', { extensionId: 'a1' }), leg('p3', { extensionId: 'a2' })];
    expect(toWallCall(call({ legs, queue: { id: 'q1', name: 'named by the wire' } }), directory)).toEqual({
      id: 's1',
      direction: 'inbound',
      state: 'ringing',
      startedAt: 1_000,
      stateSince: 2_000,
      queue: 'Support',
      party: '•••• 4207',
      ringing: 2,
    });
  });

  it('shows the whole age of a call that was met in its middle, and its own time from then on', () => {
    const met = call({ state: 'talking', stateSince: 9_000, answeredAt: 9_000, metAt: 9_000 });
    expect(toWallCall(met, directory)).toMatchObject({ stateSince: 1_000, answeredAt: 1_000 });
    const later = call({ state: 'held', stateSince: 12_000, answeredAt: 9_000, metAt: 9_000 });
    expect(toWallCall(later, directory)).toMatchObject({ stateSince: 12_000, answeredAt: 1_000 });
  });

  it('names the one phone that rings', () => {
    expect(toWallCall(call({ legs: [leg('p2', { extensionId: 'a2' })] }), directory)).toMatchObject({
      agent: 'Jonas W.',
      ringing: 1,
    });
  });

  it('names the colleague who talks, also after a transfer', () => {
    const legs = [
      leg('p2', { extensionId: 'a1', phase: 'ended', answeredAt: 3_000, endedAt: 5_000 }),
      leg('p3', { extensionId: 'a2', phase: 'answered', answeredAt: 5_000 }),
    ];
    expect(toWallCall(call({ state: 'talking', legs }), directory)).toMatchObject({ agent: 'Jonas W.' });
  });

  it('keeps naming who talked last once it is over', () => {
    const legs = [
      leg('p2', { extensionId: 'a1', phase: 'ended', answeredAt: 3_000, endedAt: 5_000 }),
      leg('p3', { extensionId: 'a2', phase: 'ended', answeredAt: 5_000, endedAt: 9_000 }),
    ];
    const ended = call({ state: 'ended', legs, answeredAt: 3_000, endedAt: 9_000, missed: false });
    expect(toWallCall(ended, directory)).toMatchObject({
      agent: 'Jonas W.',
      answeredAt: 3_000,
      endedAt: 9_000,
      missed: false,
    });
  });

  it('names the colleague who dialled out and masks the number dialled', () => {
    const legs = [leg('p1', { role: 'caller', extensionId: 'a1', phase: 'answered' }), leg('p2', { role: 'outside' })];
    const out = call({
      direction: 'outbound',
      from: { extensionId: 'a1' },
      to: { phoneNumber: '+442071838750' },
      legs,
    });
    expect(toWallCall(out, directory)).toMatchObject({ agent: 'Amara O.', party: '•••• 8750', ringing: 1 });
  });

  it('names both ends of an internal call', () => {
    const legs = [
      leg('p1', { role: 'caller', extensionId: 'a1', phase: 'answered' }),
      leg('p2', { extensionId: 'a2', phase: 'answered', answeredAt: 2_000 }),
    ];
    const internal = call({
      direction: 'internal',
      state: 'talking',
      from: { phoneNumber: '201' },
      to: { phoneNumber: '202' },
      legs,
    });
    expect(toWallCall(internal, directory)).toMatchObject({ agent: 'Jonas W.', peer: 'Amara O.', party: 'Internal' });
  });

  it('tells a fax, a conference and the outcome, and nothing of a recording', () => {
    const legs = [leg('p2', { extensionId: 'a1', phase: 'answered', recording: 'on' })];
    const talking = toWallCall(call({ state: 'talking', conference: true, legs }), directory);
    expect(talking).toMatchObject({ conference: true });
    expect(talking).not.toHaveProperty('fax');
    expect(JSON.stringify(talking)).not.toContain('recording');
    expect(toWallCall(call({ kind: 'fax' }), directory)).toMatchObject({ fax: true });
    const over = call({ state: 'ended', endedAt: 9_000, outcome: 'shortAbandoned', missed: true, decidedBy: 'log' });
    const wall = toWallCall({ ...over, endedBy: 'presumption' }, directory);
    expect(wall).toMatchObject({ outcome: 'shortAbandoned', missed: true, presumed: true });
    expect(wallCallSchema.parse(wall)).toEqual(wall);
  });

  it('never lets a number or a name off the wire through', () => {
    const hostile = { phoneNumber: '+16505554207', name: 'Canary Caller +16505554207', extensionId: 'stranger' };
    const legs = [
      leg('p1', { role: 'caller', from: hostile }),
      leg('p2', { from: hostile, to: hostile, extensionId: 'stranger' }),
    ];
    const queue = { id: 'nowhere', name: 'Canary Caller' };
    for (const direction of ['inbound', 'outbound', 'internal'] as const) {
      const wall = toWallCall(call({ direction, legs, queue, from: hostile, to: hostile }), directory);
      expect(JSON.stringify(wall)).not.toMatch(/canary|6505554207/i);
      expect(wallCallSchema.parse(wall)).toEqual(wall);
    }
  });
});

describe('maskNumber', () => {
  it.each([
    ['+16505554207', '•••• 4207'],
    ['(650) 555-4207', '•••• 4207'],
    ['911', '•••• 1'],
    ['20145', '•••• 45'],
    ['1', '••••'],
    ['anonymous', 'Anonymous'],
    ['', 'Anonymous'],
  ])('%s → %s', (phoneNumber, masked) => expect(maskNumber({ phoneNumber })).toBe(masked));

  it('calls an absent number anonymous', () => expect(maskNumber({ name: 'Somebody' })).toBe('Anonymous'));
});

describe('shortName', () => {
  it.each([
    ['Amara Okafor', 'Amara O.'],
    ['Ana María del Río', 'Ana R.'],
    ['Reception', 'Reception'],
    ['  Priya   nair ', 'Priya N.'],
    ['Desk 24/7', 'Desk 2.'],
    ['+1 650 555 4207', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s → %s', (name, short) => expect(shortName(name)).toBe(short));
});
