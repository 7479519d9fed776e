import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '@ringside/shared/domain/call';
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

  it('names colleagues anew when the directory comes', () => {
    const legs = [
      {
        ...({ id: 'p', side: 'receiving', role: 'person', phase: 'answered', extensionId: 'e1' } as const),
        ...{ from: {}, to: {}, startedAt: 0, answeredAt: 0, steps: [] },
      },
    ] as const;
    const frames = wallFrames();
    frames.note(changed(call('a', { state: 'talking', legs })), nobody);
    expect(frames.flush(0)?.upsert[0]).not.toHaveProperty('agent');
    frames.note([], new Map([['e1', { id: 'e1', kind: 'person', name: 'Mei Lin' }]]));
    expect(frames.flush(0)).toMatchObject({ from: 1, to: 2, upsert: [{ id: 'a', agent: 'Mei L.' }] });
  });

  it('keeps the law: picture(n) with the frames n+1 … m is picture(m)', () => {
    const states = fc.constantFrom<Call['state']>('routing', 'queued', 'ringing', 'talking', 'held');
    const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const live = fc.record({ id: ids, state: states }).map(({ id, state }) => call(id, { state }));
    const over = fc.record({ id: ids, ago: fc.nat(70 * MINUTE), missed: fc.option(fc.boolean(), { nil: undefined }) });
    const minutes = fc.nat(5);
    const step = fc.oneof(
      live.map((each) => ({ note: () => each, wait: 0 })),
      over.map(({ id, ago, missed }) => ({ note: (now: number) => ended(id, now - ago, missed), wait: 0 })),
      // Only these flush, so that the changes between them coalesce.
      minutes.map((wait) => ({ note: undefined, wait: wait * MINUTE })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const frames = wallFrames();
        const pictures: WallPicture[] = [frames.picture()];
        const sent: Frame[] = [];
        let now = 100 * MINUTE;
        for (const { note, wait } of steps) {
          now += wait;
          if (note) frames.note(changed(note(now)), nobody);
          const frame = note ? undefined : frames.flush(now);
          if (frame === undefined) continue;
          sent.push(frame);
          pictures.push(frames.picture());
        }
        expect(sent.map(({ from, to }) => [from, to])).toEqual(sent.map((_, n) => [n, n + 1]));
        for (const [n, start] of pictures.entries()) {
          let view = byId(start.calls);
          for (const frame of sent.slice(n)) view = apply(view, frame);
          expect(sorted(view)).toEqual(sorted(byId(frames.picture().calls)));
        }
      }),
    );
  });
});
