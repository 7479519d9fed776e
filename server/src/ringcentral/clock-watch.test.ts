import { describe, expect, it } from 'vitest';
import { steadyClock } from '../runtime/clock.ts';
import { virtualClock } from '../runtime/virtual-clock.ts';
import { createClockWatch } from './clock-watch.ts';

function watching() {
  const machine = virtualClock();
  const clock = steadyClock(machine);
  const watch = createClockWatch(clock);
  /** An answer that took so long, from a platform whose clock is `aheadMs` of true time. */
  const answer = async (aheadMs: number, lastedMs = 100, date?: string) => {
    const sentAt = clock.now();
    await machine.advance(lastedMs);
    const theirs = date ?? new Date(machine.monotonic() + origin + aheadMs).toUTCString();
    return watch.hears({ sentAt, receivedAt: clock.now(), header: (name) => (name === 'date' ? theirs : null) });
  };
  const origin = machine.now();
  return { machine, clock, answer };
}

describe('the watch on the clock', () => {
  it('says nothing while both clocks agree, however slow the answers are', async () => {
    const { answer, clock, machine } = watching();
    for (const lastedMs of [0, 500, 15_000, 15_000]) expect(await answer(0, lastedMs)).toBeUndefined();
    expect(clock.now()).toBe(machine.now());
    expect(await answer(25_000)).toBeUndefined();
    expect(await answer(0, 100, 'soon')).toBeUndefined();
  });

  it.each([
    [600_000, '10 min behind'],
    [-600_000, '10 min ahead of'],
    [40_000, '40 s behind'],
    [-7_200_000, '2 h ahead of'],
  ])(
    '[T3] of a machine whose clock differs by %i ms tells it once, in words, and takes it back',
    async (ahead, words) => {
      const { answer, machine, clock } = watching();
      const begun = clock.now();
      expect(await answer(ahead, 0)).toBeUndefined();
      expect(await answer(ahead, 0)).toMatchObject({
        source: 'clock',
        trouble: 'clockOff',
        detail: expect.stringContaining(words),
      });
      expect(await answer(ahead, 0)).toBeUndefined();
      machine.jump(ahead);
      const well = await answer(ahead, 0);
      expect(well).toMatchObject({ source: 'clock' });
      expect(well).not.toHaveProperty('trouble');
      expect(clock.now() - begun).toBeLessThan(60_000);
    },
  );

  it('[T3] one strange answer among good ones is no wrong clock', async () => {
    const { answer } = watching();
    expect(await answer(600_000)).toBeUndefined();
    expect(await answer(0)).toBeUndefined();
    expect(await answer(600_000)).toBeUndefined();
  });

  it('follows the platform without a jump', async () => {
    const { answer, machine, clock } = watching();
    for (let minute = 0; minute < 60; minute++) {
      const before = clock.now();
      await answer(60_000);
      await machine.advance(60_000);
      expect(clock.now() - before).toBeLessThan(60_100 * 1.1 + 1);
    }
    expect(Math.abs(clock.now() - machine.now() - 60_000)).toBeLessThan(3_000);
  });
});
