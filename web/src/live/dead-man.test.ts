import { beforeEach, describe, expect, it } from 'vitest';
import { DeadMan, judge } from './dead-man.ts';

describe('judge', () => {
  it.each([
    [14_999, 0, 'live'],
    [15_000, 0, 'reconnecting'],
    [45_000, 0, 'stale'],
    [120_000, 0, 'dead'],
    [0, 44_999, 'live'],
    [0, 45_000, 'stale'],
    [0, 120_000, 'dead'],
    [20_000, 50_000, 'stale'],
  ] as const)('a tick %i ms ago and a proof of %i ms make it %s [I-12]', (tickMs, proofMs, pulse) => {
    expect(judge(tickMs, proofMs)).toBe(pulse);
  });
});

describe('DeadMan', () => {
  let monotonic = 0;
  let wall = 0;
  let man: DeadMan;
  const pass = (ms: number): void => {
    monotonic += ms;
    wall += ms;
    man.check();
  };

  beforeEach(() => {
    monotonic = 1_000;
    wall = 50_000;
    man = new DeadMan({ monotonic: () => monotonic, wall: () => wall });
  });

  it('dies without beats, remembers since when, and comes back with the next', () => {
    man.beat({ at: 7_000, proofAgeMs: 400 });
    pass(119_500);
    expect(man.verdict.pulse).toBe('stale');
    pass(500);
    expect(man.verdict).toEqual({ pulse: 'dead', beatAt: 7_000, provedAt: 6_600 });
    man.beat({ at: 130_000, proofAgeMs: 0 });
    expect(man.verdict.pulse).toBe('live');
  });

  it('dies when beats go on but the upstream proves nothing any more', () => {
    for (let proofAgeMs = 0; proofAgeMs <= 45_000; proofAgeMs += 5_000) {
      pass(5_000);
      man.beat({ at: monotonic, proofAgeMs });
    }
    expect(man.verdict.pulse).toBe('stale');
  });

  it('waits for the first proof of a server that has just started', () => {
    pass(5_000);
    man.beat({ at: 6_000 });
    expect(man.verdict).toEqual({ pulse: 'live', beatAt: 6_000 });
  });

  it('trusts nothing after a sleep in which its clock stood still [I-13]', () => {
    man.beat({ at: 7_000, proofAgeMs: 0 });
    wall += 8 * 3_600_000;
    man.check();
    expect(man.verdict.pulse).toBe('reconnecting');
  });

  it('is not shaken by a wall clock set back', () => {
    man.beat({ at: 7_000, proofAgeMs: 0 });
    wall -= 86_400_000;
    man.check();
    expect(man.verdict.pulse).toBe('live');
  });

  it('stays dead once the app has failed, though ticks go on', () => {
    man.beat({ at: 7_000, proofAgeMs: 0 });
    man.condemn();
    man.beat({ at: 8_000, proofAgeMs: 0 });
    expect(man.verdict.pulse).toBe('dead');
  });

  it('tells its listeners of changes only, until they leave', () => {
    const heard: string[] = [];
    const leave = man.listen(({ pulse }) => heard.push(pulse));
    pass(10_000);
    pass(10_000);
    pass(10_000);
    leave();
    pass(200_000);
    expect(heard).toEqual(['live', 'reconnecting']);
  });
});
