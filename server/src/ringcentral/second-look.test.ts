import { describe, expect, it } from 'vitest';
import { virtualClock } from '../runtime/virtual-clock.ts';
import { createSecondLook } from './second-look.ts';

function looking() {
  const clock = virtualClock();
  const looks: number[] = [];
  const second = createSecondLook(clock, () => looks.push(clock.monotonic()));
  return { clock, looks, second };
}

describe('the second look', () => {
  it('comes 12 s after the last gap, once', async () => {
    const { clock, looks, second } = looking();
    second.gap();
    await clock.advance(5_000);
    second.gap();
    await clock.advance(60_000);
    expect(looks).toEqual([17_000]);
  });

  it('comes twice a minute at most, and after every gap', async () => {
    const { clock, looks, second } = looking();
    for (let n = 0; n < 10; n++) {
      second.gap();
      await clock.advance(15_000);
    }
    await clock.advance(60_000);
    expect(looks[0]).toBe(12_000);
    for (const [n, at] of looks.entries()) if (n > 0) expect(at - (looks[n - 1] ?? at)).toBeGreaterThanOrEqual(30_000);
    expect(looks.at(-1)).toBeGreaterThanOrEqual(147_000);
    second.gap();
    second.stop();
    await clock.advance(60_000);
    expect(clock.pending()).toBe(0);
  });
});
