import { describe, expect, it } from 'vitest';
import { observeTime, timeAt, unsynchronised, type ClockState } from './clock-sync.ts';

const day = 86_400_000;
const server0 = 1_800_000_000_000;

/** One message per `at` (monotonic ms), with each clock off by what the maps say from then on. */
function run(messages: { at: number; server?: number; wall?: number; epoch?: string; delay?: number }[]): ClockState {
  return messages.reduce(
    (state, { at, server = 0, wall = 0, epoch = 'a', delay = 0 }) =>
      observeTime(state, {
        epoch,
        serverTime: server0 + at - delay + server,
        monotonic: at,
        wall: server0 + at + wall,
      }),
    unsynchronised(server0, 0),
  );
}

describe('the corrected clock', () => {
  it('is the wall clock before the first message, and the server afterwards', () => {
    expect(timeAt(unsynchronised(server0, 0), 500)).toBe(server0 + 500);
    expect(timeAt(run([{ at: 1_000, server: 3 * day }]), 2_000)).toBe(server0 + 3 * day + 2_000);
  });

  it.each([day, -day, 5_000, -5_000])('does not follow the server when its clock jumps by %i ms', (jump) => {
    expect(timeAt(run([{ at: 0 }, { at: 5_000, server: jump }, { at: 10_000, server: jump }]), 11_000)).toBe(
      server0 + 11_000,
    );
  });

  it.each([day, -day])('does not follow this machine when its clock jumps by %i ms', (jump) => {
    expect(timeAt(run([{ at: 0 }, { at: 5_000, wall: jump }, { at: 10_000, wall: jump }]), 11_000)).toBe(
      server0 + 11_000,
    );
  });

  it('follows a sleep, in which the monotonic clock stood still and both others went on', () => {
    const slept = run([{ at: 0 }, { at: 5_000, server: 3_600_000, wall: 3_600_000 }]);
    expect(timeAt(slept, 6_000)).toBe(server0 + 3_606_000);
  });

  it.each([30_000, -30_000])('follows a server whose clock was set by %i ms for good, after half a minute', (jump) => {
    const ticks = Array.from({ length: 8 }, (_, i) => ({ at: 5_000 * (i + 1), server: jump }));
    expect(timeAt(run([{ at: 0 }, ...ticks]), 50_000)).toBe(server0 + 50_000 + jump);
  });

  it('does not follow jumps that disagree with each other', () => {
    const ticks = Array.from({ length: 12 }, (_, i) => ({ at: 5_000 * (i + 1), server: 10_000 * (i + 1) }));
    expect(timeAt(run([{ at: 0 }, ...ticks]), 70_000)).toBe(server0 + 70_000);
  });

  it('starts anew with a new epoch', () => {
    expect(timeAt(run([{ at: 0 }, { at: 1_000, server: -day, epoch: 'b' }]), 2_000)).toBe(server0 + 2_000 - day);
  });

  it('believes the least delayed of the last messages, and drifts with the server', () => {
    expect(
      timeAt(
        run([
          { at: 0, delay: 900 },
          { at: 5_000, delay: 20 },
          { at: 9_000, delay: 700 },
        ]),
        9_000,
      ),
    ).toBe(server0 + 9_000 - 20);
    const drifting = Array.from({ length: 100 }, (_, index) => ({ at: index * 5_000, server: -index * 10 }));
    expect(timeAt(run(drifting), 495_000)).toBeCloseTo(server0 + 495_000 - 920, -1);
  });
});
