import { describe, expect, it } from 'vitest';
import { pause } from './clock.ts';
import { createLogger, scrub } from './logger.ts';
import { virtualClock } from './virtual-clock.ts';
import { createWake } from './wake.ts';
import { backOffMs, supervisedLoop$ } from './worker-loop.ts';
import type { Turn } from './worker-loop.ts';

describe('the log', () => {
  function logged(write: (log: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
    const lines: string[] = [];
    write(createLogger({ level: 'debug', destination: { write: (line: string) => void lines.push(line) } }));
    return JSON.parse(lines[0] ?? '{}');
  }

  it('is one line with the room, the event and allowed fields only', () => {
    const line = logged((log) =>
      log.room('ringcentral').info('poll.finished', { records: 3, phoneNumber: '+14155550142' } as object),
    );
    expect(line).toMatchObject({ room: 'ringcentral', event: 'poll.finished', records: 3 });
    expect(JSON.stringify(line)).not.toContain('4155550142');
  });

  it.each(['+14155550142', '+1 (415) 555-0142', '415.555.0142', 'U0pDMTFQMDFQQVMwMHxBQURrZXlUb2tlbkluVGV4dA'])(
    'holds no %s inside a text',
    (secret) => {
      expect(scrub(`call from ${secret} failed`)).toBe('call from # failed');
      expect(JSON.stringify(logged((log) => log.warn('x.failed', { detail: `about ${secret}` })))).not.toContain(
        secret,
      );
    },
  );

  it('leaves an epoch readable', () => {
    const epoch = '0mjr1c4x2-50123456';
    expect(logged((log) => log.info('app.started', { epoch, port: 4000 }))).toMatchObject({ epoch, port: 4000 });
  });
});

describe('back-off', () => {
  it('grows to its cap with full jitter and is never nothing', () => {
    const bounds = { baseMs: 1_000, capMs: 60_000 };
    expect([1, 2, 3, 10, 1e6].map((n) => backOffMs(n, bounds, () => 1))).toEqual([1_000, 2_000, 4_000, 60_000, 60_000]);
    expect(backOffMs(5, bounds, () => 0)).toBe(100);
  });
});

describe('a supervised loop', () => {
  function looping(turn: (nth: number, signal: AbortSignal) => Promise<Turn<string>>) {
    const clock = virtualClock();
    const times: number[] = [];
    const said: string[] = [];
    const lines: string[] = [];
    const log = createLogger({ destination: { write: (line: string) => void lines.push(line) } });
    const options = { name: 'test', clock, log, random: () => 1, backOff: { baseMs: 100, capMs: 1_000 } };
    const loop$ = supervisedLoop$(options, (signal) => {
      times.push(clock.monotonic());
      return turn(times.length, signal);
    });
    const subscription = loop$.subscribe((value) => said.push(value));
    return { clock, times, said, lines, subscription };
  }

  it('goes on after faults of its own, slower and slower, and stops when told', async () => {
    const { clock, times, said, lines, subscription } = looping(async (nth, signal) => {
      if (nth < 4) throw new Error('no');
      return { says: [`turn ${String(nth)}`], failed: false, rest: () => pause(clock, 5_000, signal) };
    });
    await clock.advance(6_000);
    expect(times).toEqual([0, 100, 300, 700, 5_700]);
    expect(said).toEqual(['turn 4', 'turn 5']);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject(
      [1, 2, 3].map((attempt) => ({ event: 'loop.failed', name: 'test', attempt, error: 'Error: no' })),
    );
    subscription.unsubscribe();
    await clock.advance(600_000);
    expect(times).toHaveLength(5);
    expect(clock.pending()).toBe(0);
  });

  it('tells each turn how many failed before it, and nothing of a turn that ends too late', async () => {
    const counted: number[] = [];
    const { clock, said, subscription } = looping(async (nth, signal) => {
      if (nth === 4) await pause(clock, 1_000, signal);
      const rest = (failures: number) => {
        counted.push(failures);
        return pause(clock, 10, signal);
      };
      return { says: [String(nth)], failed: nth < 3, rest };
    });
    await clock.advance(100);
    expect(counted).toEqual([1, 2, 0]);
    subscription.unsubscribe();
    await clock.advance(0);
    expect(said).toEqual(['1', '2', '3']);
  });
});

describe('waiting', () => {
  it('ends with time or with the signal, and leaves no timer', async () => {
    const clock = virtualClock();
    const stop = new AbortController();
    const passed = pause(clock, 1_000);
    const aborted = pause(clock, 1_000, stop.signal);
    stop.abort();
    expect(await aborted).toBe(false);
    await clock.advance(1_000);
    expect(await passed).toBe(true);
    expect(await pause(clock, 1_000, stop.signal)).toBe(false);
    expect(clock.pending()).toBe(0);
  });

  it('a bell rung while nobody waits is heard, unless hushed', async () => {
    const clock = virtualClock();
    const wake = createWake(clock);
    wake.ring();
    expect(await wake.wait(1_000)).toBe('rung');
    wake.ring();
    wake.hush();
    const waited = wake.wait(1_000);
    await clock.advance(1_000);
    expect(await waited).toBe('time');
    const rung = wake.wait(1_000);
    wake.ring();
    expect(await rung).toBe('rung');
    expect(await wake.wait(1_000, AbortSignal.abort())).toBe('aborted');
    expect(clock.pending()).toBe(0);
  });
});
