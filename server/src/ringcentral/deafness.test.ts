import { describe, expect, it } from 'vitest';
import { virtualClock } from '../runtime/virtual-clock.ts';
import { createDeafnessWatch } from './deafness.ts';
import type { PollRecord } from '@ringside/shared/domain/observation';

function watching() {
  const clock = virtualClock();
  const watch = createDeafnessWatch(clock);
  const record = (id: string, ageMs: number): PollRecord => ({
    ...{ sessionId: id, verdict: 'inProgress', direction: 'inbound', startedAt: clock.now() - ageMs, from: {}, to: {} },
  });
  return {
    clock,
    link: (up: boolean) => watch.hears({ kind: 'link', at: clock.now(), up, gap: true }, 'account'),
    event: (sessionId: string) =>
      watch.hears(
        { kind: 'event', at: clock.now(), sessionId, sequence: 2, eventTime: clock.now(), parties: [] },
        'account',
      ),
    poll: (ids: readonly string[], ageMs = 60_000, level: 'account' | 'extension' = 'account') =>
      watch.hears(
        {
          kind: 'poll',
          at: clock.now(),
          startedAt: clock.now(),
          complete: true,
          records: ids.map((id) => record(id, ageMs)),
        },
        level,
      ),
  };
}

describe('a deaf link', () => {
  it('is one beside which polls show three calls without an event', async () => {
    const here = watching();
    here.link(true);
    await here.clock.advance(300_000);
    expect(here.poll(['a'])).toBe(false);
    expect(here.poll(['a', 'b'])).toBe(false);
    expect(here.poll(['b', 'c'])).toBe(true);
  });

  it('is not one that told the calls, is young, was down, or covers less than the poll', async () => {
    const here = watching();
    expect(here.poll(['a', 'b', 'c', 'd'])).toBe(false);
    here.link(true);
    await here.clock.advance(300_000);
    expect(here.poll(['a', 'b', 'c', 'd'])).toBe(false);
    for (const id of ['e', 'f', 'g']) here.event(id);
    expect(here.poll(['e', 'f', 'g'])).toBe(false);
    expect(here.poll(['h', 'i', 'j'], 600_000)).toBe(false);
    expect(here.poll(['k', 'l', 'm'], 10_000)).toBe(false);
    expect(here.poll(['n', 'o', 'p'], 60_000, 'extension')).toBe(false);
  });

  it('is started anew ever more rarely when that does not help', async () => {
    const here = watching();
    here.link(true);
    let restarts = 0;
    for (let minute = 0; minute < 240; minute++) {
      await here.clock.advance(60_000);
      if (here.poll([`${String(minute)}a`, `${String(minute)}b`, `${String(minute)}c`], 31_000)) restarts += 1;
    }
    expect(restarts).toBeGreaterThan(3);
    expect(restarts).toBeLessThan(9);
  });
});
