import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differences, emptyKeyed, filter, get, keys, remove, set, values, type Keyed } from './keyed.ts';

const key = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.nat(40).map((n) => `s-00000${n}`),
);
const writes = fc.array(fc.tuple(fc.constantFrom('set', 'remove'), key, fc.nat()), { maxLength: 60 });
type Writes = typeof writes extends fc.Arbitrary<infer T> ? T : never;

function written(table: Keyed<number>, all: Writes): Keyed<number> {
  return all.reduce((now, [kind, id, value]) => (kind === 'set' ? set(now, id, value) : remove(now, id)), table);
}
function modelled(model: ReadonlyMap<string, number>, all: Writes): Map<string, number> {
  const map = new Map(model);
  for (const [kind, id, value] of all) {
    if (kind === 'set') map.set(id, value);
    else map.delete(id);
  }
  return map;
}
const sorted = <T>(all: Iterable<T>): T[] => [...all].toSorted();

/** More keys than slots, so that many share one. */
function crowd(size = 6000): Keyed<number> {
  let table: Keyed<number> = emptyKeyed();
  for (let i = 0; i < size; i++) table = set(table, `s-${i}`, i);
  return table;
}

describe('a keyed table', () => {
  test('behaves like a Map under any sequence of writes, and old tables stay as they were', () => {
    fc.assert(
      fc.property(writes, writes, (first, second) => {
        const before = written(emptyKeyed(), first);
        const model = modelled(new Map(), first);
        const after = written(before, second);
        const modelAfter = modelled(model, second);
        for (const [table, map] of [
          [before, model],
          [after, modelAfter],
        ] as const) {
          expect(table.size).toBe(map.size);
          for (const [id, value] of map) expect(get(table, id)).toBe(value);
          expect(sorted(values(table))).toEqual(sorted(map.values()));
          expect(sorted(keys(table))).toEqual(sorted(map.keys()));
        }
      }),
    );
  });

  test('with more keys than slots keeps each apart', () => {
    const table = crowd();
    expect(table.size).toBe(6000);
    for (let i = 0; i < 6000; i++) expect(get(table, `s-${i}`)).toBe(i);
    expect(get(table, 's-6000')).toBeUndefined();
    const without = remove(table, 's-17');
    expect(without.size).toBe(5999);
    expect(get(without, 's-17')).toBeUndefined();
    expect(get(table, 's-17')).toBe(17);
    const set17 = set(table, 's-17', 99);
    expect([set17.size, get(set17, 's-17'), get(table, 's-17')]).toEqual([6000, 99, 17]);
  });

  test('spreads ids that share a long prefix over its slots', () => {
    const table = crowd(4096);
    const used = table.rows.flatMap((row) => row?.filter((bucket) => bucket !== undefined) ?? []);
    expect(used.length).toBeGreaterThan(2000);
    expect(Math.max(...used.map((bucket) => bucket?.length ?? 0))).toBeLessThan(12);
  });

  test('is the same object when there is nothing to remove', () => {
    const empty = emptyKeyed<number>();
    expect(remove(empty, 'a')).toBe(empty);
    expect(get(empty, 'a')).toBeUndefined();
    const one = set(empty, 'a', 1);
    expect(remove(one, 'b')).toBe(one);
    expect(keys(remove(one, 'a'))).toEqual([]);
    expect(values(remove(one, 'a'))).toEqual([]);
  });
});

describe('filter', () => {
  test('leaves out what is refused, by value and key, and returns the same table when nothing is', () => {
    const table = crowd(3000);
    expect(filter(table, () => true)).toBe(table);
    const even = filter(table, (value) => value % 2 === 0);
    expect(even.size).toBe(1500);
    expect(get(even, 's-7')).toBeUndefined();
    expect(get(even, 's-8')).toBe(8);
    const named = filter(table, (value, id) => id === 's-3' && value === 3);
    expect([named.size, get(named, 's-3')]).toEqual([1, 3]);
  });
});

describe('differences', () => {
  test('are what turns one table into the other, each key once', () => {
    fc.assert(
      fc.property(writes, writes, (first, second) => {
        const before = written(emptyKeyed(), first);
        const after = written(before, second);
        const found = differences(before, after);
        const ids = found.map((one) => one.key);
        expect(new Set(ids).size).toBe(ids.length);
        const rebuilt = modelled(new Map(), first);
        for (const { key: id, value } of found) {
          expect(get(before, id)).not.toBe(value);
          if (value === undefined) rebuilt.delete(id);
          else rebuilt.set(id, value);
        }
        expect(sorted(rebuilt)).toEqual(sorted(modelled(modelled(new Map(), first), second)));
      }),
    );
  });

  test('are none where nothing was written, and found in a crowd', () => {
    const table = crowd();
    expect(differences(table, table)).toEqual([]);
    expect(differences(table, set(remove(table, 's-5'), 's-9', 1))).toEqual(
      expect.arrayContaining([
        { key: 's-5', value: undefined },
        { key: 's-9', value: 1 },
      ]),
    );
    expect(differences(table, set(remove(table, 's-5'), 's-9', 1))).toHaveLength(2);
    expect(differences(emptyKeyed<number>(), crowd(10))).toHaveLength(10);
    expect(differences(crowd(10), emptyKeyed<number>()).every(({ value }) => value === undefined)).toBe(true);
  });
});
