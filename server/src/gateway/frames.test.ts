import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call, Leg } from '@ringside/shared/domain/call';
import type { Change } from '@ringside/shared/domain/change';
import type { Directory } from '@ringside/shared/domain/directory';
import { apply } from '@ringside/shared/domain/patch';
import type { WallCall } from '@ringside/shared/protocol/messages';
import { type Frame, wallFrames, type WallPicture } from './frames.ts';

const nobody: Directory = new Map();
const MINUTE = 60_000;

function call(id: string, fields: Partial<Call> = {}): Call {
  const from = { phoneNumber: '+16505554207' };
  const base = { kind: 'voice', direction: 'inbound', state: 'ringing', startedAt: 0, stateSince: 0 } as const;
  return { id, ...base, from, to: {}, legs: [], ...fields };
}

const phone: Leg = {
  ...{ id: 'p', side: 'receiving', role: 'person', phase: 'answered', extensionId: 'e1' },
  ...{ from: {}, to: {}, startedAt: 0, answeredAt: 0, steps: [] },
};

function ended(id: string, endedAt: number, missed?: boolean): Call {
  return call(id, { state: 'ended', endedAt, ...(missed !== undefined && { missed }) });
}

function changed(...calls: Call[]): Change[] {
  return calls.map((each) => ({ type: 'callChanged', at: 0, call: each }));
}

const byId = (calls: Iterable<WallCall>): Map<string, WallCall> =>
  new Map(Array.from(calls, (each) => [each.id, each]));
const sorted = (calls: ReadonlyMap<string, WallCall>): WallCall[] =>
  [...calls.values()].sort((a, b) => (a.id < b.id ? -1 : 1));

describe('wallFrames', () => {
  it('coalesces all changes to a call into its last state', () => {
    const frames = wallFrames();
    frames.note(changed(call('a'), call('a', { state: 'talking' })), nobody);
    frames.note(changed(ended('a', 5)), nobody);
    expect(frames.flush(10)).toMatchObject({ from: 0, to: 1, upsert: [{ id: 'a', state: 'ended' }], remove: [] });
    expect(frames.flush(10)).toBeUndefined();
  });

  it('does not move for what a wall may not see', () => {
    const frames = wallFrames();
    frames.note(changed(call('a')), nobody);
    frames.flush(0);
    frames.note(changed(call('a', { from: { phoneNumber: '+442079464207', name: 'Canary' } })), nobody);
    expect(frames.flush(0)).toBeUndefined();
    expect(frames.picture().revision).toBe(1);
  });

  it('lets an ended call go after ten minutes and a missed one after an hour', () => {
    const frames = wallFrames();
    frames.note(changed(ended('answered', 0, false), ended('undecided', 0), ended('missed', 0, true)), nobody);
    frames.flush(0);
    expect(frames.flush(10 * MINUTE - 1)).toBeUndefined();
    expect(frames.flush(10 * MINUTE)).toMatchObject({ upsert: [], remove: ['answered', 'undecided'] });
    expect(frames.flush(60 * MINUTE)).toMatchObject({ remove: ['missed'] });
    expect(frames.picture().calls).toEqual([]);
  });

  it('takes a call back that turns out not to be missed after all', () => {
    const frames = wallFrames();
    frames.note(changed(ended('a', 0, true)), nobody);
    frames.flush(0);
    frames.note(changed(ended('a', 0, false)), nobody);
    expect(frames.flush(20 * MINUTE)).toMatchObject({ upsert: [], remove: ['a'] });
  });

  it('moves a miss that the call log corrects out of the missed ones, by a patch', () => {
    const frames = wallFrames();
    frames.note(changed({ ...ended('a', 0, true), outcome: 'abandoned', decidedBy: 'list' }), nobody);
    frames.flush(0);
    frames.note(changed({ ...ended('a', 0, false), outcome: 'answered', decidedBy: 'log' }), nobody);
    expect(frames.flush(MINUTE)).toMatchObject({
      ...{ from: 1, to: 2, remove: [] },
      upsert: [{ id: 'a', missed: false, outcome: 'answered' }],
    });
  });

  it('never shows what a supervisor listens in with, and takes it away once it turns out to be that', () => {
    const frames = wallFrames();
    frames.note(changed(call('a', { kind: 'supervision' }), call('b')), nobody);
    expect(frames.flush(0)).toMatchObject({ upsert: [{ id: 'b' }], remove: [] });
    frames.note(changed(call('b', { kind: 'supervision' })), nobody);
    expect(frames.flush(0)).toMatchObject({ upsert: [], remove: ['b'] });
    frames.note(changed({ ...ended('a', 0), kind: 'supervision' }, { ...ended('b', 0), kind: 'supervision' }), nobody);
    expect(frames.flush(0)).toBeUndefined();
  });

  it('takes a call away that goes on in another, unless the miss was its own', () => {
    const frames = wallFrames();
    frames.note(changed(call('a'), call('b'), call('c')), nobody);
    frames.flush(0);
    const merged = { continuedIn: 'c' };
    frames.note(changed({ ...ended('a', 0, false), ...merged }, { ...ended('b', 0, true), ...merged }), nobody);
    expect(frames.flush(0)).toMatchObject({ upsert: [{ id: 'b', missed: true }], remove: ['a'] });
    expect(frames.picture().calls.map(({ id }) => id)).toEqual(['b', 'c']);
  });

  it('names colleagues anew when the directory comes', () => {
    const legs = [phone];
    const frames = wallFrames();
    frames.note(changed(call('a', { state: 'talking', legs })), nobody);
    expect(frames.flush(0)?.upsert[0]).not.toHaveProperty('agent');
    frames.note([], new Map([['e1', { id: 'e1', kind: 'person', name: 'Mei Lin' }]]));
    expect(frames.flush(0)).toMatchObject({ from: 1, to: 2, upsert: [{ id: 'a', agent: 'Mei L.' }] });
  });

  it('keeps the law: snapshot(n) with the deltas n+1 … m is snapshot(m), for every n < m [I-8]', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        const frames = wallFrames();
        const pictures: WallPicture[] = [frames.picture()];
        const sent: Frame[] = [];
        let now = 100 * MINUTE;
        for (const { note, directory, wait } of steps) {
          now += wait ?? 0;
          if (note !== undefined || directory !== undefined)
            frames.note(note === undefined ? [] : changed(note(now)), directory ?? nobody);
          const frame = wait === undefined ? undefined : frames.flush(now);
          if (frame === undefined) continue;
          sent.push(frame);
          pictures.push(frames.picture());
        }
        expect(sent.map(({ from, to }) => [from, to])).toEqual(sent.map((_, n) => [n, n + 1]));
        for (const [n, start] of pictures.entries()) {
          let view = byId(start.calls);
          for (const [m, frame] of sent.entries()) {
            if (m < n) continue;
            view = apply(view, frame);
            expect(sorted(view)).toEqual(sorted(byId(pictures[m + 1]?.calls ?? [])));
          }
        }
      }),
    );
  });
});

interface AnyStep {
  readonly note?: (now: number) => Call;
  readonly directory?: Directory;
  /** Only these flush, so that the changes between them coalesce. ms */
  readonly wait?: number;
}

const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const kinds = fc.constantFrom<Call['kind']>('voice', 'voice', 'voice', 'fax', 'supervision');
const states = fc.constantFrom<Call['state']>('routing', 'queued', 'ringing', 'talking', 'held');
const outcomes = fc.option(fc.constantFrom<NonNullable<Call['outcome']>>('answered', 'abandoned', 'voicemail'), {
  nil: undefined,
});
const live = fc.record({ id: ids, state: states, kind: kinds, doubted: fc.boolean() });
const over = fc.record({
  ...{ id: ids, kind: kinds, ago: fc.nat(70 * MINUTE), outcome: outcomes, merged: fc.boolean() },
  missed: fc.option(fc.boolean(), { nil: undefined }),
});
const named: Directory = new Map([['e1', { id: 'e1', kind: 'person', name: 'Mei Lin' }]]);
const anyStep: fc.Arbitrary<AnyStep> = fc.oneof(
  live.map(({ id, state, kind, doubted }) => ({
    note: () => call(id, { state, kind, legs: [phone], ...(doubted && { unconfirmed: true }) }),
  })),
  over.map(({ id, ago, missed, kind, outcome, merged }) => ({
    note: (now: number) => ({
      ...{ ...ended(id, now - ago, missed), kind },
      ...(outcome !== undefined && { outcome }),
      ...(merged && { continuedIn: 'e' }),
    }),
  })),
  fc.constantFrom(named, nobody).map((directory) => ({ directory })),
  fc.nat(5).map((minutes) => ({ wait: minutes * MINUTE })),
);
