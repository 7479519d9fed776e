// In:  the whole product under virtual time, and one fault of RingCentral's REST interface after the other.
// Out: proof of what the fault catalogue says must come of each: R1–R10.
// Never: a fault that did not strike.
import { describe, expect, it } from 'vitest';
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

const minute = 60_000;
const hour = 60 * minute;

/** Live on both feeds, with so many calls that talk for hours. */
async function talking(calls: number, options: VirtualSystemOptions = {}): Promise<VirtualSystem> {
  const system = await startVirtualSystem(options);
  await system.time.advance(10_000);
  for (let n = 0; n < calls; n++) system.simulator.place(talk(system.simulator, 5 * hour));
  await system.time.advance(30_000);
  await isLive(system);
  await showsTruth(system);
  return system;
}

const troubles = async (system: VirtualSystem) => (await system.board()).feed.troubles;
const ended = ({ changes }: VirtualSystem) =>
  changes.filter(({ type }) => type === 'callEnded' || type === 'callMissed');
const asked = ({ sent }: VirtualSystem, ending: string) => sent.filter(({ path }) => path.endsWith(ending));

/** Events go on: a new call is on the board within moments. */
async function hears(system: VirtualSystem): Promise<void> {
  const id = system.simulator.place(talk(system.simulator, 5 * hour));
  await system.time.advance(3_000);
  expect((await system.board()).calls.find((call) => call.id === id)?.state).toBe('talking');
}

async function mends(system: VirtualSystem, withinMs: number): Promise<void> {
  struck(system);
  system.simulator.faults.clear();
  await system.time.advance(withinMs);
  await isLive(system);
  await showsTruth(system);
  toldOnce(system);
}

describe('limits', () => {
  it.each([
    ['rate-429:times=1', minute],
    ['rate-429:times=1,retry-after-date', minute],
    ['rate-429:times=1,retry-after-none', minute],
    ['rate-429:times=1,retry-after-negative', minute],
    ['rate-429:times=1,retry-after-huge', hour],
  ])('[R1, I-19, I-20] a refusal (%s) is waited out for %i ms, and told', async (faults, waitMs) => {
    const system = await talking(3);
    system.simulator.faults.set(faults);
    const before = asked(system, '/active-calls').length;
    await system.time.advance(31_000);
    expect(asked(system, '/active-calls')).toHaveLength(before + 1);
    const { feed } = await system.board();
    expect(feed.troubles).toContain('rateLimited');
    expect(Date.parse(String(feed.limitedUntil)) - system.time.now()).toBeGreaterThan(waitMs - 35_000);
    await hears(system);
    await system.time.advance(waitMs + 5_000);
    const [refused, next] = asked(system, '/active-calls').slice(before);
    expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(waitMs);
    await mends(system, 45_000);
    keptLimits(system);
  });

  it('[R2, I-19] a penalty that every touch restarts is never touched, and the other groups go on', async () => {
    const system = await talking(3, { faults: 'drop-final' });
    const { simulator, time } = system;
    const short = simulator.place(talk(simulator, 20_000));
    await time.advance(15_000);
    simulator.faults.set('drop-final,rate-429');
    const light = simulator.rest.requests().groups.light.served;
    await time.advance(10 * minute);
    expect(simulator.rest.requests().groups.light.served).toBeGreaterThan(light);
    expect((await system.board()).calls.find(({ id }) => id === short)?.state).toBe('ended');
    expect(asked(system, '/active-calls').length).toBeLessThan(15);
    await mends(system, 3 * minute);
    keptLimits(system);
  });
});

describe('a platform in trouble', () => {
  it.each(['http-500:all=1', 'http-502:all=1', 'http-503:all=1', 'reset:all=1'])(
    '[R3] ten minutes of %s: patience, an ageing picture, and no end invented',
    async (faults) => {
      const system = await talking(5);
      const { simulator, time } = system;
      simulator.faults.set(`${faults},upgrade-503`);
      simulator.gateway.cut(false);
      await time.advance(90_000);
      expect((await system.board()).feed.state).toBe('stale');
      const before = system.sent.length;
      await time.advance(8.5 * minute);
      // Polls, probes, logins and link tokens together.
      expect(system.sent.length - before).toBeLessThan(8.5 * 60);
      expect(asked(system, '/active-calls').length).toBeLessThan(60);
      expect(ended(system)).toEqual([]);
      await mends(system, 5 * minute);
      keptLimits(system);
    },
  );

  it.each(['hang', 'dribble', 'slow-answer:ms=60000'])(
    '[R4, I-22] an answer that never ends (%s) is given up after 15 s, and asked for anew',
    async (faults) => {
      const system = await talking(3);
      system.simulator.faults.set(faults);
      const before = asked(system, '/active-calls').length;
      while (asked(system, '/active-calls').length === before) await system.time.advance(500);
      await system.time.advance(14_000);
      expect(await troubles(system)).toEqual([]);
      await system.time.advance(1_500);
      expect(await troubles(system)).toContain('pollFailing');
      await system.time.advance(3 * minute);
      const gaps = asked(system, '/active-calls')
        .slice(before)
        .map(({ at }, n, all) => at - (all[n - 1]?.at ?? at));
      expect(gaps.length).toBeGreaterThan(3);
      expect(Math.min(...gaps.slice(1))).toBeGreaterThanOrEqual(15_000);
      await hears(system);
      await mends(system, 3 * minute);
    },
  );
});

describe('lists that lie', () => {
  it.each(['page-loss', 'page-shift'])('[R6] pages that are missing or shift (%s) end no call', async (faults) => {
    const system = await talking(6, { perPage: 2 });
    system.simulator.faults.set(faults);
    await system.time.advance(5 * minute);
    await showsTruth(system);
    if (faults === 'page-loss') expect(await troubles(system)).toContain('pollFailing');
    await mends(system, 3 * minute);
    expect(ended(system)).toEqual([]);
  });

  it.each([1, 2, 5])('[R7, I-3] a list that is empty %i times ends no call', async (times) => {
    const system = await talking(5);
    system.simulator.faults.set(`empty-poll:times=${String(times)}`);
    await system.time.advance((times + 2) * 30_000);
    expect(ended(system)).toEqual([]);
    await mends(system, minute);
  });

  it('[R8, I-1, I-2, I-3] a list two minutes old brings nobody back and ends nobody', async () => {
    const system = await talking(2);
    const { simulator, time } = system;
    simulator.faults.set('stale-records:ms=120000');
    const short = Array.from({ length: 8 }, (_, n) => simulator.place(talk(simulator, 20_000 + n * 10_000)));
    for (let n = 0; n < 40; n++) {
      await time.advance(10_000);
      await showsTruth(system);
      toldOnce(system);
    }
    const starts = system.changes.filter(({ type, call }) => type === 'callStarted' && short.includes(call.id));
    expect(starts).toHaveLength(short.length);
    await mends(system, 2 * minute);
  });
});

describe('who we are', () => {
  it('[R9] a token refused in the middle of its life is replaced once', async () => {
    const system = await talking(3);
    const before = asked(system, '/oauth/token').length;
    system.simulator.faults.set('token-expired:times=1');
    await system.time.advance(45_000);
    expect(asked(system, '/oauth/token').length - before).toBe(1);
    await mends(system, 45_000);
    keptLimits(system);
  });

  it('[R9] a renewal that fails five times loses no credential and no session', async () => {
    const system = await talking(3);
    system.simulator.faults.set('token-503:refresh=1;times=5');
    await system.time.advance(75 * minute);
    await mends(system, 5 * minute);
    keptLimits(system);
  });

  it('[R9] a refusal for good is told, ages the picture, and is not run against', async () => {
    const system = await talking(3);
    const { simulator, time } = system;
    simulator.faults.set('invalid-grant:login=1,token-expired:times=1');
    await time.advance(35_000);
    simulator.gateway.cut(false);
    const before = asked(system, '/oauth/token').length;
    await time.advance(20 * minute);
    const { feed } = await system.board();
    expect(feed.state).toBe('stale');
    expect(feed.troubles).toContain('loginFailed');
    expect(feed.detail).toContain('RINGCENTRAL_JWT');
    expect(asked(system, '/oauth/token').length - before).toBeLessThan(20);
    expect(ended(system)).toEqual([]);
    await mends(system, 8 * minute);
    keptLimits(system);
  });

  it.each([
    ['permission-403', 'ReadCallLog'],
    ['permission-408', 'FullCompanyCallLog'],
    ['session-403,drop:p=0.3', 'CallControl'],
  ])(
    '[R10] a permission that is taken away (%s) is named, and not asked for in a storm',
    async (faults, permission) => {
      const system = await talking(3);
      system.simulator.faults.set(faults);
      await system.time.advance(2 * minute);
      for (let n = 0; n < 5; n++) system.simulator.place(talk(system.simulator, 5 * hour));
      const before = asked(system, '/active-calls').length;
      await system.time.advance(8 * minute);
      const { feed } = await system.board();
      expect(feed.state).toBe('degraded');
      expect(feed.troubles).toContain('permissionMissing');
      expect(feed.detail).toContain(permission);
      expect(asked(system, '/active-calls').length - before).toBeLessThanOrEqual(18);
      keptLimits(system);
      await mends(system, 20 * minute);
    },
  );
});
