import { expect, it } from 'vitest';
import { Now } from './now.svelte.ts';

it('never shows an earlier time than before, whatever the clocks do [I-14]', () => {
  let monotonic = 0;
  let wall = 1_000_000;
  const now = new Now({ monotonic: () => monotonic, wall: () => wall });
  now.observe({ epoch: 'a', serverTime: 5_000_000 });
  const jumps = [0, 86_400_000, -86_400_000, 1_500, -1_500, 700, -86_400_000, 0];
  let last = now.read();
  for (const [index, jump] of jumps.entries()) {
    monotonic += 1_000;
    wall += 1_000 + (index % 2 === 0 ? jump : 0);
    now.observe({ epoch: 'a', serverTime: 5_000_000 + monotonic + jump });
    expect(now.read()).toBeGreaterThanOrEqual(last);
    last = now.read();
  }
  expect(last - 5_000_000 - monotonic).toBeLessThanOrEqual(1_500);
});

it('holds the timers while the picture is dead, and the time of day goes on', () => {
  let monotonic = 0;
  const now = new Now({ monotonic: () => monotonic, wall: () => 0 });
  now.observe({ epoch: 'a', serverTime: 1_000 });
  now.hold(false);
  now.hold(true);
  monotonic = 9_000;
  now.start();
  now.stop();
  expect([now.at, now.shown]).toEqual([10_000, 1_000]);
  now.hold(false);
  expect(now.shown).toBe(10_000);
});
