import { expect, it } from 'vitest';
import { enterParty, moveParty, SEQUENCE_BEFORE_FIRST, type PartyDraft, type SessionState } from './session-machine.ts';

const empty: SessionState = {
  accountId: '1',
  hex: 'ab',
  sessionId: '12',
  serverId: 'x',
  origin: 'Call',
  sequence: SEQUENCE_BEFORE_FIRST,
  parties: [],
  live: 0,
};
const draft: PartyDraft = { direction: 'Inbound', from: {}, to: {}, status: { code: 'Setup' } };

it('starts at sequence 2 and leaves the old value alone', () => {
  const { state, event } = enterParty(empty, 5, draft);
  expect(event).toMatchObject({ sequence: 2, telephonySessionId: 's-ab', party: { id: 'p-ab-1', createdAt: 5 } });
  expect(empty.parties).toEqual([]);
  expect(state.live).toBe(1);
});

it('remembers the first answer and the end', () => {
  let { state } = enterParty(empty, 1, draft);
  for (const [at, code] of [
    [2, 'Answered'],
    [3, 'Hold'],
    [4, 'Answered'],
    [5, 'Disconnected'],
  ] as const) {
    ({ state } = moveParty(state, at, 1, { status: { code } }));
  }
  expect(state.parties[0]).toMatchObject({ answeredAt: 2, endedAt: 5 });
  expect(state.live).toBe(0);
});

it('refuses what the platform never does', () => {
  const { state } = enterParty(empty, 1, { ...draft, status: { code: 'VoiceMail' } });
  expect(() => moveParty(state, 2, 1, { status: { code: 'Answered' } })).toThrow('party 1: VoiceMail → Answered');
  expect(() => moveParty(state, 2, 2, { status: { code: 'Answered' } })).toThrow('session has no party 2');
  expect(() => enterParty(empty, 1, { ...draft, status: { code: 'Hold' } })).toThrow('cannot start as Hold');
});
