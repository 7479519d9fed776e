import { describe, expect, it } from 'vitest';
import type { LogEntry } from './decode-log.ts';
import { createLogMemory } from './call-log-memory.ts';

const now = Date.UTC(2026, 2, 3, 14);
const minute = 60_000;

interface Made {
  readonly session?: string;
  readonly stamp?: string;
  readonly open?: boolean;
  /** Minutes before `now`. */
  readonly ago?: number;
}

function entry(recordId: string, { session = recordId, stamp = '1', open = false, ago = 5 }: Made = {}): LogEntry {
  const base = { direction: 'inbound', verdict: 'missed', from: {}, to: {}, durationMs: minute } as const;
  return { record: { ...base, recordId, sessionId: `s-${session}`, startedAt: now - ago * minute }, stamp, open };
}

const idsOf = (records: readonly { readonly recordId: string }[]) => records.map(({ recordId }) => recordId);

describe('what is told of the log', () => {
  it('is each record once per change, by start', () => {
    const memory = createLogMemory();
    expect(idsOf(memory.news([entry('b', { ago: 5 }), entry('a', { ago: 9 })], now))).toEqual(['a', 'b']);
    expect(memory.news([entry('a', { ago: 9 }), entry('b')], now)).toEqual([]);
    expect(idsOf(memory.news([entry('b', { stamp: '2' })], now))).toEqual(['b']);
  });

  it('is a session with all its records, also those told before', () => {
    const memory = createLogMemory();
    memory.news([entry('agent', { session: 'x' })], now);
    const later = memory.news([entry('loser', { session: 'x', ago: 4 }), entry('other')], now);
    expect(new Set(idsOf(later))).toEqual(new Set(['agent', 'loser', 'other']));
  });

  it('leaves out what ended before the frame', () => {
    const memory = createLogMemory();
    const told = memory.news([entry('old', { ago: 61 }), entry('long', { ago: 60 })], now, now - 59 * minute);
    expect(idsOf(told)).toEqual(['long']);
  });

  it('is nothing of a session while one of its records is open, then all of them', () => {
    const memory = createLogMemory();
    const sibling = entry('done', { session: 'x' });
    expect(memory.news([sibling, entry('going', { session: 'x', open: true })], now)).toEqual([]);
    expect(memory.news([entry('going', { session: 'x', open: true, stamp: '2' })], now)).toEqual([]);
    const told = memory.news([entry('going', { session: 'x', stamp: '3' })], now);
    expect(new Set(idsOf(told))).toEqual(new Set(['done', 'going']));
  });

  it('does not wait for ever for a record that stays open', () => {
    const memory = createLogMemory();
    const begun = 23 * 60;
    memory.news(
      [entry('done', { session: 'x', ago: begun }), entry('stuck', { session: 'x', open: true, ago: begun })],
      now,
    );
    expect(idsOf(memory.news([], now + 2 * 60 * minute))).toEqual(['done']);
  });
});

describe('the memory of the log', () => {
  it('is as small as before once everything is forgotten [I-41]', () => {
    const memory = createLogMemory();
    memory.news(
      Array.from({ length: 500 }, (_, index) => entry(`${index}`, { ago: 200 })),
      now,
    );
    memory.news([entry('fresh')], now);
    expect(memory.size()).toBe(501);
    memory.forget(now - 100 * minute);
    expect(memory.size()).toBe(1);
  });

  it('has an upper bound', () => {
    const memory = createLogMemory();
    for (let batch = 0; batch < 4; batch++)
      memory.news(
        Array.from({ length: 10_000 }, (_, index) => entry(`${batch}/${index}`)),
        now,
      );
    expect(memory.size()).toBe(30_000);
    expect(memory.news([entry('3/9999')], now)).toEqual([]);
  });
});
