import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { steadyClock } from './clock.ts';
import { virtualClock } from './virtual-clock.ts';

const dayMs = 86_400_000;

describe('a steady clock', () => {
  it.each([dayMs, -dayMs, -3_600_000])('[T1] goes on as before when the wall clock jumps by %i ms', async (jump) => {
    const machine = virtualClock();
    const clock = steadyClock(machine);
    const begun = clock.now();
    await machine.advance(1_000);
    machine.jump(jump);
    expect(clock.now()).toBe(begun + 1_000);
    expect(clock.wall()).toBe(begun + 1_000 + jump);
    await machine.advance(1_000);
    expect(clock.now()).toBe(begun + 2_000);
  });

  it.each([60_000, -60_000])('approaches a better time, %i ms away, a tenth faster or slower', async (by) => {
    const machine = virtualClock();
    const clock = steadyClock(machine);
    const begun = clock.now();
    clock.steer(by);
    await machine.advance(60_000);
    expect(clock.now()).toBe(begun + 60_000 + by / 10);
    await machine.advance(600_000);
    expect(clock.now()).toBe(begun + 660_000 + by);
  });

  it('[I-14] never goes backwards, whatever is done to it', async () => {
    const acts = fc.array(
      fc.record({ pass: fc.nat(100_000), jump: fc.integer({ min: -dayMs, max: dayMs }), steer: fc.integer() }),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(acts, async (list) => {
        const machine = virtualClock();
        const clock = steadyClock(machine);
        for (const { pass, jump, steer } of list) {
          const before = clock.now();
          machine.jump(jump);
          clock.steer(steer);
          await machine.advance(pass);
          const passed = clock.now() - before;
          expect(passed).toBeGreaterThanOrEqual(0.9 * pass - 1);
          expect(passed).toBeLessThanOrEqual(1.1 * pass + 1);
        }
      }),
      { numRuns: 30 },
    );
  });
});
