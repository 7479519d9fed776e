import { describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import type { Call } from '@ringside/shared/domain/call';
import type { Session } from '@ringside/shared/domain/session';
import { type callSchema, readRow, type sessionSchema, type tokensSchema } from './row-schema.ts';
import type { Tokens } from './store.ts';

/** The same shape without `readonly`, so that two spellings of it can be held to be equal. */
type Plain<T> = T extends readonly (infer Each)[]
  ? Plain<Each>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Plain<T[Key]> }
    : T;

const call: Call = {
  id: 's-1',
  kind: 'voice',
  direction: 'inbound',
  state: 'ringing',
  startedAt: 1,
  stateSince: 2,
  from: { phoneNumber: '+16505550100' },
  to: {},
  legs: [
    {
      id: 'p-1',
      side: 'placing',
      role: 'caller',
      phase: 'ringing',
      from: {},
      to: {},
      startedAt: 1,
      steps: [{ phase: 'ringing', at: 1 }],
    },
  ],
};

const session: Session = {
  id: 's-1',
  call,
  lastProofAt: 3,
  lastStateAt: 3,
  coveredTo: 0,
  polled: false,
  absentPolls: 0,
  records: [],
};

describe('the shape of what is kept', () => {
  it('is that of the domain, field by field', () => {
    expectTypeOf<Plain<z.infer<typeof sessionSchema>>>().toEqualTypeOf<Plain<Session>>();
    expectTypeOf<Plain<z.infer<typeof callSchema>>>().toEqualTypeOf<Plain<Call>>();
    expectTypeOf<Plain<z.infer<typeof tokensSchema>>>().toEqualTypeOf<Plain<Tokens>>();
  });
});

describe('readRow', () => {
  it.each([
    ['live', session],
    ['settling', session],
    ['ended', call],
    ['tombstone', 1_700_000_000_000],
    ['since', 5],
  ] as const)('reads a row of kind %s as it was written', (kind, value) => {
    expect(readRow(kind, 's-1', JSON.stringify(value))).toEqual({ kind, id: 's-1', value });
  });

  it.each([
    ['no JSON', 'live', '{"id":'],
    ['a field of the wrong type', 'live', JSON.stringify({ ...session, lastProofAt: 'yesterday' })],
    ['a field that is missing', 'ended', JSON.stringify({ ...call, legs: undefined })],
    ['a word nobody knows', 'ended', JSON.stringify({ ...call, state: 'levitating' })],
    ['a kind nobody knows', 'phantom', '1'],
    ['a name of every object', 'constructor', '1'],
  ])('refuses %s', (_what, kind, json) => {
    expect(readRow(kind, 's-1', json)).toBeUndefined();
  });
});
