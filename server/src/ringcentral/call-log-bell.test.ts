import { expect, it } from 'vitest';
import type { Observation, RecordVerdict } from '@ringside/shared/domain/observation';
import { virtualClock } from '../runtime/virtual-clock.ts';
import { createLogBell } from './call-log-bell.ts';

const poll = (...records: readonly [id: string, verdict: RecordVerdict][]): Observation => ({
  ...{ kind: 'poll', at: 0, startedAt: 0, complete: true },
  records: records.map(([sessionId, verdict]) => ({
    ...{ sessionId, verdict, direction: 'inbound', startedAt: 0, from: {}, to: {} },
  })),
});
const probe = (verdict: 'live' | 'over' | 'failed'): Observation => ({
  ...{ kind: 'probe', at: 0, startedAt: 0, sessionId: 'x', verdict, parties: [] },
});
const link = (up: boolean, gap: boolean): Observation => ({ kind: 'link', at: 0, up, gap });

/** Whether the bell rings at each of these. */
async function rings(...said: readonly Parameters<ReturnType<typeof createLogBell>['hears']>[0][]): Promise<boolean[]> {
  const clock = virtualClock();
  const bell = createLogBell(clock);
  const heard: boolean[] = [];
  for (const value of said) {
    bell.hears(value);
    const waited = bell.wake.wait(1);
    await clock.advance(1);
    heard.push((await waited) === 'rung');
  }
  return heard;
}

it('rings at the first list, and at each that shows a call as finished that was not before', async () => {
  const said = [
    poll(['a', 'inProgress']),
    poll(['a', 'inProgress']),
    poll(['a', 'connected']),
    poll(['a', 'connected'], ['b', 'inProgress']),
    poll(['a', 'connected'], ['b', 'missed']),
    poll(['b', 'missed']),
    poll(['b', 'missed'], ['c', 'unknown']),
  ];
  expect(await rings(...said)).toEqual([true, false, true, false, true, false, true]);
});

it('rings when a probe finds a call over, and after a gap', async () => {
  expect(await rings(probe('live'), probe('failed'), probe('over'))).toEqual([false, false, true]);
  expect(await rings(link(false, true), link(true, false), link(true, true))).toEqual([false, false, true]);
});

it('is silent at everything else', async () => {
  const event: Observation = { kind: 'event', at: 0, sessionId: 'x', sequence: 2, eventTime: 0, parties: [] };
  expect(await rings(event, { kind: 'tick', at: 0 }, { kind: 'status' })).toEqual([false, false, false]);
});
