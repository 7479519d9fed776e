import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyKeyed, filter, get, remove, set, values, type Keyed } from './keyed.ts';

test('a keyed table behaves like a Map under any sequence of writes, and old tables stay as they were', () => {
  const write = fc.tuple(fc.constantFrom('set', 'remove'), fc.string({ maxLength: 3 }), fc.nat());
  fc.assert(
    fc.property(fc.array(write, { maxLength: 60 }), (writes) => {
      const model = new Map<string, number>();
      let table: Keyed<number> = emptyKeyed();
      for (const [kind, key, value] of writes) {
        const before = table;
        const size = before.size;
        if (kind === 'set') model.set(key, value);
        else model.delete(key);
        table = kind === 'set' ? set(before, key, value) : remove(before, key);
        expect(values(before)).toHaveLength(size);
      }
      expect(table.size).toBe(model.size);
      for (const [key, value] of model) expect(get(table, key)).toBe(value);
      expect(values(table).toSorted()).toEqual([...model.values()].toSorted());
    }),
  );
});

test('filter leaves out what is refused and returns the same table when nothing is', () => {
  let table: Keyed<number> = emptyKeyed();
  for (let i = 0; i < 3000; i++) table = set(table, `s-${i}`, i);
  expect(filter(table, () => true)).toBe(table);
  const even = filter(table, (value) => value % 2 === 0);
  expect(even.size).toBe(1500);
  expect(get(even, 's-7')).toBeUndefined();
  expect(get(even, 's-8')).toBe(8);
});
