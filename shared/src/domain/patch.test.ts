import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply, diff, sameContent } from './patch.ts';

const value = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  state: fc.nat(3),
  queue: fc.option(fc.nat(1), { nil: undefined }),
});
const picture = fc.array(value).map((all) => new Map(all.map((one) => [one.id, one])));

test('[P1] apply(before, diff(before, after)) is after', () => {
  fc.assert(
    fc.property(picture, picture, (before, after) => {
      expect(apply(before, diff(before, after))).toEqual(after);
    }),
  );
});

test('[P2] what says the same is not sent', () => {
  fc.assert(
    fc.property(picture, (before) => {
      const copy = new Map([...before].map(([id, one]) => [id, { ...one }]));
      expect(diff(before, copy)).toEqual({ upsert: [], remove: [] });
    }),
  );
});

test('[P1] what is unknown is removed without harm, and the picture before stays as it was', () => {
  const before = new Map([['a', { id: 'a', state: 1 }]]);
  expect(apply(before, { upsert: [{ id: 'b', state: 2 }], remove: ['a', 'z'] })).toEqual(
    new Map([['b', { id: 'b', state: 2 }]]),
  );
  expect([...before.keys()]).toEqual(['a']);
});

test('[P2] the same content is the same however it is built', () => {
  const same: readonly (readonly [unknown, unknown])[] = [
    [1, 1],
    [NaN, NaN],
    [null, null],
    [{}, {}],
    [[], []],
    [{ a: undefined }, {}],
    [{}, { a: undefined }],
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }],
  ];
  for (const [a, b] of same) expect(sameContent(a, b), JSON.stringify([a, b])).toBe(true);
});

test('[P2] different content is told apart, from either side', () => {
  const different: readonly (readonly [unknown, unknown])[] = [
    [1, 2],
    [1, '1'],
    [null, {}],
    [null, undefined],
    ['a', {}],
    [[], {}],
    [{ a: 1 }, {}],
    [{ a: 1 }, { a: 2 }],
    [{ a: { b: 1 } }, { a: { b: 2 } }],
    [[1, 2], [1]],
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: null }, {}],
  ];
  for (const [a, b] of different) {
    expect(sameContent(a, b), JSON.stringify([a, b])).toBe(false);
    expect(sameContent(b, a), JSON.stringify([b, a])).toBe(false);
  }
});
