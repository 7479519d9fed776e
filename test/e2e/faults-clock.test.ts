// In:  the whole product under virtual time; a machine whose clock is set, or wrong, or in a zone whose clocks change; a platform
// with odd ideas of when a call began.
// Out: proof that no clock but the one that never jumps decides about a call: T1–T4.
// Never: a difference between two zones.
import { describe, expect, it, vi } from 'vitest';
import { callcentreWith } from '../simulator/scenarios/callcentre.ts';
import { fading } from '../fuzz/whole-system.ts';
import { openWall } from './started-app.ts';
import {
  isLive,
  keptLimits,
  showsTruth,
  startVirtualSystem,
  struck,
  talk,
  toldOnce,
  type VirtualSystem,
  type VirtualSystemOptions,
} from './virtual-system.ts';

/** The everyday kinds of calls alone: every session of the platform is somebody's call. */
const callcentre = callcentreWith(0);

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

async function talking(calls: number, options: VirtualSystemOptions = {}): Promise<VirtualSystem> {
  const system = await startVirtualSystem(options);
  await system.time.advance(10_000);
  for (let n = 0; n < calls; n++) system.simulator.place(talk(system.simulator, 5 * hour));
  await system.time.advance(30_000);
  return system;
}

const clocksOf = (system: VirtualSystem) =>
  system.changes.flatMap(({ at, call }) => [at, call.startedAt, call.answeredAt ?? at, call.endedAt ?? at]);

describe('a clock that is set', () => {
  it.each([
    ['a day ahead', day],
    ['a day back', -day],
    ['an hour back', -hour],
  ])('[T1, I-14] %s ends, doubts and revives nothing, and every lease runs on', async (_, ms) => {
    const system = await talking(4);
    const { simulator, time } = system;
    const before = simulator.place(talk(simulator, 10_000));
    await time.advance(20_000);
    simulator.faults.set('drop-final');
    const lost = simulator.place(talk(simulator, 20_000));
    await time.advance(5_000);
    const { length } = system.changes;
    system.jump(ms);
    await time.advance(5_000);
    expect(system.changes.slice(length)).toEqual([]);
    await showsTruth(system);
    await time.advance(75_000);
    const { calls } = await system.board();
    expect(calls.find(({ id }) => id === lost)?.state).toBe('ended');
    expect(calls.find(({ id }) => id === before)?.state).toBe('ended');
    simulator.faults.clear();
    await time.advance(5 * minute);
    await showsTruth(system);
    toldOnce(system);
    keptLimits(system);
    for (const at of clocksOf(system)) expect(Math.abs(at - time.now())).toBeLessThan(hour);
  });

  it('[T1, I-19] in the middle of a penalty neither shortens nor lengthens it', async () => {
    for (const ms of [day, -day]) {
      const system = await talking(2);
      const { simulator, time, sent } = system;
      simulator.faults.set('rate-429:times=1,retry-after-date');
      await time.advance(31_000);
      const refused = sent.findLast(({ path }) => path.endsWith('/active-calls'))?.at ?? 0;
      system.jump(ms);
      await time.advance(90_000);
      const next = sent.find(({ at, path }) => at > refused && path.endsWith('/active-calls'))?.at ?? 0;
      expect(next - refused).toBeGreaterThanOrEqual(minute);
      expect(next - refused).toBeLessThan(80_000);
      keptLimits(system);
    }
  });

  it.each([
    ['behind', -10 * minute],
    ['ahead', 10 * minute],
  ])('[T3] ten minutes %s is told, and counts nothing wrong', async (_, ms) => {
    const system = await talking(2, { skewMs: ms });
    const { simulator, time } = system;
    const { feed } = await system.board();
    expect(feed).toMatchObject({ state: 'degraded', troubles: ['clockOff'] });
    expect(feed.detail).toContain(`10 min ${ms < 0 ? 'behind' : 'ahead of'} RingCentral's`);
    const short = simulator.place(talk(simulator, 20_000));
    await time.advance(minute);
    await showsTruth(system);
    const told = system.changes.findLast(({ call }) => call.id === short)?.call;
    expect(told).toMatchObject({ state: 'ended', missed: false });
    system.jump(-ms);
    await time.advance(minute);
    await isLive(system);
    // What was told in the wrong time comes nearer to the right one, a tenth faster or slower, and never back.
    await time.advance(3 * hour);
    const wall = openWall(system.app.url);
    await vi.waitFor(() => expect(wall.snapshots).toHaveLength(1));
    expect(Math.abs((wall.snapshots[0]?.serverTime ?? 0) - time.now())).toBeLessThan(3_000);
    wall.socket.disconnect();
    toldOnce(system);
  });
});

describe('a platform with odd ideas of the time', () => {
  it.each([
    'odd-start,drop:p=1',
    'odd-start:epoch=1,drop:p=1',
    'clock-skew:ms=3600000',
    'clock-skew:ms=-3600000',
    'odd-start,clock-skew:ms=86400000',
  ])('[T4] (%s): no call begins in the future, or long before it was heard of', async (faults) => {
    const system = await startVirtualSystem({ faults });
    const { simulator, time } = system;
    await time.advance(20_000);
    for (let n = 0; n < 4; n++) simulator.place(talk(simulator, 5 * hour));
    await time.advance(minute);
    struck(system);
    await showsTruth(system);
    for (const { id, startedAt } of (await system.board()).calls) {
      const truth = system.truth().find((call) => call.id === id)?.startedAt ?? 0;
      expect(Date.parse(startedAt)).toBeLessThanOrEqual(time.now());
      expect(Date.parse(startedAt) - truth).toBeGreaterThanOrEqual(0);
      expect(Date.parse(startedAt) - truth).toBeLessThan(50_000);
    }
    simulator.faults.clear();
    await time.advance(minute);
    toldOnce(system);
  });
});

/** Nights in which clocks change, each with a zone in which they do, and one in which they never do, by half an hour. */
const nights = [
  ['Europe/Berlin', Date.UTC(2026, 2, 29, 0, 57)],
  ['Europe/Berlin', Date.UTC(2026, 9, 25, 0, 57)],
  ['Australia/Lord_Howe', Date.UTC(2026, 9, 3, 15, 27)],
  ['America/New_York', Date.UTC(2026, 2, 8, 6, 57)],
  ['Asia/Kolkata', Date.UTC(2026, 2, 29, 0, 57)],
] as const;

/** Six minutes across the change, in a zone: everything that was told, and what a wall was shown last. */
async function night(zone: string, startAt: number) {
  vi.stubEnv('TZ', zone);
  try {
    const scenario = fading(callcentre, 3 * minute, 5_000);
    const system = await startVirtualSystem({ scenario, seed: 11, startAt });
    const offset = new Date(startAt).getTimezoneOffset();
    for (let n = 0; n < 36; n++) {
      await system.time.advance(10_000);
      await showsTruth(system);
    }
    const wall = openWall(system.app.url);
    await vi.waitFor(() => expect(wall.snapshots).toHaveLength(1));
    const [snapshot] = wall.snapshots;
    wall.socket.disconnect();
    toldOnce(system);
    const moved = new Date(startAt + 30 * minute).getTimezoneOffset() !== offset;
    const ages = wall.calls().map(({ id, state, stateSince }) => [id, state, (snapshot?.serverTime ?? 0) - stateSince]);
    return { changes: system.changes, ages, serverTime: snapshot?.serverTime, offset, moved };
  } finally {
    vi.unstubAllEnvs();
  }
}

describe('a night in which clocks change', () => {
  it.each(nights)('[T2] in %s (from %i) is like any other: the same calls, ages and ends', async (zone, startAt) => {
    const there = await night(zone, startAt);
    const utc = await night('UTC', startAt);
    expect([there.offset === utc.offset, there.moved, utc.moved]).toEqual([false, zone !== 'Asia/Kolkata', false]);
    expect(there.serverTime).toBe(utc.serverTime);
    expect(there.ages).toEqual(utc.ages);
    expect(there.changes).toEqual(utc.changes);
    expect(there.changes.length).toBeGreaterThan(100);
    for (const [, , age] of there.ages) expect(age).toBeLessThanOrEqual(6 * minute);
  });
});
