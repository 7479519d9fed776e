import { describe, expect, it } from 'vitest';
import type { SimAccount, TrueCall } from '../pbx/model.ts';
import { createWorld } from '../pbx/world.ts';
import { scenarios } from './registry.ts';

const START = Date.UTC(2026, 2, 3, 14);
const SECOND = 1_000;
const STATES: readonly TrueCall['state'][] = [
  'routing',
  'queued',
  'ringing',
  'talking',
  'held',
  'parked',
  'voicemail',
  'ended',
];

describe('callcentre, the demo', () => {
  it('is alive from the first seconds and has shown everything after two minutes, whatever the seed', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const world = createWorld({ seed, scenario: 'callcentre', startAt: START });
      expect(world.liveSessions().length, `seed ${seed}`).toBeGreaterThanOrEqual(3);
      expect(world.advanceTo(START + 5 * SECOND).length, `seed ${seed}`).toBeGreaterThan(0);
      const seen = new Set<string>();
      for (let at = 6; at <= 120; at += 1) {
        world.advanceTo(START + at * SECOND);
        for (const { truth } of world.liveSessions()) seen.add(truth.state);
      }
      const ended = world.truth().filter((call) => (call.endedAt ?? 0) > START);
      if (ended.length > 0) seen.add('ended');
      expect(
        STATES.filter((state) => !seen.has(state)),
        `seed ${seed}`,
      ).toEqual([]);
      expect(
        ended.some((call) => call.missed === true),
        `seed ${seed}`,
      ).toBe(true);
    }
  });

  it('has some ten to fourteen calls at a time', () => {
    let live = 0;
    for (let seed = 1; seed <= 5; seed += 1) {
      const world = createWorld({ seed, scenario: 'callcentre', startAt: START });
      for (let at = 1; at <= 600; at += 1) {
        world.advanceTo(START + at * SECOND);
        live += world.liveSessions().length;
      }
    }
    expect(live / 3_000).toBeGreaterThan(9);
    expect(live / 3_000).toBeLessThan(15);
  });
});

describe('burst', () => {
  it('reaches two hundred events a second', () => {
    const world = createWorld({ seed: 1, scenario: 'burst', startAt: START });
    world.advanceTo(START + 25 * SECOND);
    const storm = world.advanceTo(START + 45 * SECOND);
    expect(storm.length / 20).toBeGreaterThan(120);
  });
});

describe.each([...scenarios.values()])('$name', ({ account }: { account: SimAccount }) => {
  it('uses numbers reserved for fiction and ids that survive as numbers', () => {
    const numbers = [account.mainNumber, ...account.extensions.flatMap((extension) => extension.directNumber ?? [])];
    for (const number of numbers) expect(number).toMatch(/^\+1\d{3}55501\d\d$/);
    expect(new Set(numbers).size).toBe(numbers.length);
    const ids = account.extensions.map((extension) => extension.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(String(Number(id))).toBe(id);
    const short = account.extensions.map((extension) => extension.extensionNumber);
    expect(new Set(short).size).toBe(short.length);
  });
});
