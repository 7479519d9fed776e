// In:  the whole product under virtual time, and one fault of the event link after the other.
// Out: proof of what the fault catalogue says must come of each: W1–W10. The same over real sockets: fence.test.ts.
// Never: a fault that did not strike.
import { describe, expect, it } from 'vitest';
import { callcentreWith } from '../simulator/scenarios/callcentre.ts';
import { fading } from '../fuzz/whole-system.ts';
import { readyWall } from './started-app.ts';
import {
  isLive,
  keptLimits,
  living,
  showsTruth,
  startVirtualSystem,
  struck,
  talk,
  toldOnce,
  type VirtualSystem,
} from './virtual-system.ts';

/** The everyday kinds of calls alone: every session of the platform is somebody's call. */
const callcentre = callcentreWith(0);

const minute = 60_000;
const hour = 60 * minute;

async function talking(calls: number, faults?: string): Promise<VirtualSystem> {
  const system = await startVirtualSystem(faults === undefined ? {} : { faults });
  await system.time.advance(10_000);
  for (let n = 0; n < calls; n++) system.simulator.place(talk(system.simulator, 5 * hour));
  await system.time.advance(30_000);
  return system;
}

const troubles = async (system: VirtualSystem) => (await system.board()).feed.troubles;
const asked = ({ sent }: VirtualSystem, ending: string) => sent.filter(({ path }) => path.endsWith(ending));
const probes = ({ sent }: VirtualSystem) => sent.filter(({ path }) => path.includes('/telephony/sessions/'));

/** ms until the health names this trouble, or no longer does. */
async function until(system: VirtualSystem, trouble: string, named: boolean, withinMs: number): Promise<number> {
  for (let ms = 0; ms < withinMs; ms += 500) {
    if ((await troubles(system)).includes(trouble as never) === named) return ms;
    await system.time.advance(500);
  }
  throw new Error(`${trouble} is ${named ? 'not' : 'still'} named after ${String(withinMs)} ms`);
}

async function mends(system: VirtualSystem, withinMs: number): Promise<void> {
  struck(system);
  system.simulator.faults.clear();
  await system.time.advance(withinMs);
  await isLive(system);
  await showsTruth(system);
  toldOnce(system);
  keptLimits(system);
}

describe('a link that is lost', () => {
  it.each(['cut without a word', 'closed politely'])(
    '[W1] %s is given back with what happened meanwhile',
    async (how) => {
      const system = await talking(3);
      const { simulator, time } = system;
      const asks = probes(system).length;
      simulator.gateway.cut(how === 'closed politely');
      const id = simulator.place(talk(simulator, 5 * hour));
      expect(await until(system, 'eventsDown', true, 2_000)).toBeLessThan(2_000);
      expect(await until(system, 'eventsDown', false, 40_000)).toBeLessThan(40_000);
      await time.advance(500);
      expect(living((await system.board()).calls)).toContain(`${id} talking`);
      expect(probes(system).length - asks).toBeLessThanOrEqual(2);
      await mends(system, 10_000);
    },
  );

  it.each(['recovery-failed:times=1', 'recovery-silent:times=1', 'error-903:every=1000;times=1'])(
    '[W1] whose session is not given back (%s): a poll, and every call is asked about',
    async (faults) => {
      const system = await talking(6);
      const { simulator, time } = system;
      simulator.faults.set(faults);
      if (!faults.startsWith('error')) simulator.gateway.cut(false);
      await until(system, 'eventsDown', true, 90_000);
      const [polls, asks] = [asked(system, '/active-calls').length, probes(system).length];
      await until(system, 'eventsDown', false, 90_000);
      await time.advance(10_000);
      expect(asked(system, '/active-calls').length).toBeGreaterThan(polls);
      const sessions = new Set(
        probes(system)
          .slice(asks)
          .map(({ path }) => path),
      );
      expect(sessions.size).toBe(6);
      await mends(system, 30_000);
    },
  );

  it('[W1] that the server ends for idleness (error-902) comes back', async () => {
    const system = await talking(3, 'error-902:every=60000;times=2');
    await system.time.advance(4 * minute);
    await mends(system, 30_000);
  });

  it('[W2] that is open and silent is noticed within 40 s', async () => {
    const system = await talking(3);
    await system.time.advance(minute);
    system.simulator.faults.set('half-open:every=1000;times=1');
    await system.time.advance(1_000);
    struck(system);
    expect(await until(system, 'eventsDown', true, 60_000)).toBeLessThanOrEqual(40_500);
    await mends(system, minute);
  });

  it('[W3] on which nobody ever greets is given up after 10 s', async () => {
    const system = await startVirtualSystem({ faults: 'no-connection-details:times=1' });
    await system.time.advance(9_900);
    expect(asked(system, '/oauth/wstoken')).toHaveLength(1);
    // Link tokens are at least 15 s apart.
    await system.time.advance(10_000);
    expect(asked(system, '/oauth/wstoken')).toHaveLength(2);
    await mends(system, minute);
  });

  it.each(['subscribe-503', 'subscribe-403', 'subscribe-429'])(
    '[W4] whose recovery fails and whose subscription is refused for ten minutes (%s) is never given up',
    async (faults) => {
      const system = await talking(3);
      const { simulator, time } = system;
      simulator.faults.set(`recovery-failed:times=1,${faults}`);
      simulator.gateway.cut(false);
      await time.advance(10 * minute);
      expect(simulator.faults.strikes()[faults]).toBeGreaterThanOrEqual(2);
      expect(await troubles(system)).toContain('eventsDown');
      await showsTruth(system);
      await mends(system, 6 * minute);
    },
  );
});

describe('what comes over the link', () => {
  it.each(['huge-frame:p=1;times=1', 'garbage-frame:p=0.5', 'object-frame:p=0.5', 'binary-frame:p=0.5'])(
    '[W5] frames that cannot be read (%s) break nothing',
    async (faults) => {
      const system = await talking(3);
      system.simulator.faults.set(faults);
      for (let n = 0; n < 10; n++) system.simulator.place(talk(system.simulator, 20_000));
      await system.time.advance(3 * minute);
      toldOnce(system);
      await mends(system, 2 * minute);
    },
  );

  it.each([
    ['duplicate:p=0.5;delay=5000', 3],
    ['reorder:p=0.5;delay=30000', 4],
    ['recovery-overflow:size=3,cut:every=45000', 5],
    ['drop-burst:chance=0.05;length=120', 6],
  ])('[W6, I-1, I-5] %s: each call is told once, and the picture comes out right', async (faults, seed) => {
    const scenario = fading(callcentre, 3 * minute, 3_000);
    const system = await startVirtualSystem({ scenario, seed, faults });
    for (let n = 0; n < 20; n++) {
      await system.time.advance(10_000);
      toldOnce(system);
    }
    expect(system.changes.length).toBeGreaterThan(50);
    await mends(system, 4 * minute);
  });

  it.each(['early-notification', 'notification-glued', 'old-subscription:p=1'])(
    '[W7] a notification before its subscription, or of an old one (%s), is taken once or not at all',
    async (faults) => {
      const system = await startVirtualSystem({ faults });
      for (let n = 0; n < 4; n++) system.simulator.place(talk(system.simulator, 5 * hour));
      await system.time.advance(minute);
      await showsTruth(system);
      await mends(system, minute);
    },
  );

  it('[W8] two hundred events a second for half a minute cost a wall ten frames a second at most', async () => {
    const system = await talking(0);
    const { simulator, time, app } = system;
    const wall = await readyWall(app.url);
    const people = simulator.account.extensions.filter(({ type }) => type === 'User').map(({ id }) => id);
    const before = system.changes.length;
    for (let second = 0; second < 30; second++) {
      for (let n = 0; n < 36; n++) {
        simulator.place({
          ...{ kind: 'inbound', toExtensionId: people[n % people.length] ?? '' },
          steps: [{ do: 'hangUp', after: 300 + 10 * n, by: 'caller' }],
        });
      }
      await time.advance(1_000);
    }
    expect(system.changes.length - before).toBeGreaterThan(200 * 30);
    await expect.poll(() => wall.patches.length, { timeout: 10_000 }).toBeGreaterThan(100);
    expect(wall.patches.length).toBeLessThanOrEqual(10 * 31);
    wall.socket.disconnect();
    await mends(system, minute);
  }, 60_000);

  it('[W9] a token serves one connection; new ones are had four times a minute at most', async () => {
    const system = await talking(3);
    const { simulator, time } = system;
    simulator.faults.set('wstoken-expired:times=3,cut:every=5000');
    await time.advance(10 * minute);
    const at = asked(system, '/oauth/wstoken').map((one) => one.at);
    expect(at.length).toBeGreaterThan(20);
    const busiest = Math.max(...at.map((from) => at.filter((one) => one >= from && one < from + minute).length));
    expect(busiest).toBeLessThanOrEqual(4);
    await showsTruth(system);
    await mends(system, minute);
  });

  it('[W10] a subscription that is dead while its link answers is replaced within ten minutes', async () => {
    const system = await talking(3);
    const { simulator, time } = system;
    const tokens = asked(system, '/oauth/wstoken').length;
    simulator.faults.set('deaf');
    for (let n = 0; n < 10; n++) {
      simulator.place(talk(simulator, 5 * hour));
      await time.advance(minute);
      // The list is late by ten seconds at most, and is asked for every half a minute.
      await showsTruth(system);
    }
    expect(asked(system, '/oauth/wstoken').length).toBeGreaterThan(tokens);
    await mends(system, 10_000);
    const id = simulator.place(talk(simulator, 5 * hour));
    await time.advance(2_000);
    expect((await system.board()).calls.map((call) => call.id)).toContain(id);
  });
});
