import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply, diff } from './patch.ts';

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
