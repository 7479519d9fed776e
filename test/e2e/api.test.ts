import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startApp } from '@ringside/server/app';
import type { ProbeObservation } from '@ringside/shared/domain/observation';
import { apiToken, config, directory, emptyPoll, event, startAt, startTestApp, type TestApp } from './started-app.ts';

const open: TestApp[] = [];

async function started(): Promise<TestApp> {
  const test = await startTestApp();
  open.push(test);
  return test;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ app }) => app.close()));
});

describe('GET /api/v1/board', () => {
  it('is closed without the token, and open with it', async () => {
    const { app, board } = await started();
    const refused = await fetch(`${app.url}/api/v1/board`);
    expect([refused.status, await refused.json()]).toMatchObject([401, { error: { code: 'unauthorized' } }]);
    expect(await board()).toMatchObject({ revision: 0, feed: { state: 'starting' }, calls: [] });
  });

  it('is closed to everybody when no token is set', async () => {
    const { apiToken: _none, ...closed } = config;
    const test = await startTestApp();
    await test.app.close();
    const app = await startApp(closed, { connect: () => ({ ...test, ...test.upstream }) });
    const answer = await fetch(`${app.url}/api/v1/board`, { headers: { authorization: `Bearer ${apiToken}` } });
    await app.close();
    expect(answer.status).toBe(401);
  });

  it('tells a call from ringing to its end, with full numbers', async () => {
    const { tell, board } = await started();
    tell(directory, emptyPoll, { kind: 'link', at: startAt, up: true, gap: false }, event('s1', 2, 'ringing'));
    expect(await board()).toMatchObject({
      revision: 1,
      feed: { state: 'live', troubles: [] },
      calls: [{ id: 's1', state: 'ringing', direction: 'inbound', from: { phoneNumber: '+16505554207' } }],
    });
    tell(event('s1', 3, 'answered', startAt + 5_000), event('s1', 4, 'ended', startAt + 9_000));
    expect(await board()).toMatchObject({
      revision: 3,
      calls: [
        {
          id: 's1',
          state: 'ended',
          missed: false,
          answeredAt: new Date(startAt + 5_000).toISOString(),
          endedAt: new Date(startAt + 9_000).toISOString(),
        },
      ],
    });
  });

  it('lists live calls first and lets ended ones go after ten minutes', async () => {
    const { tell, board, time } = await started();
    tell(directory, event('over', 2, 'ringing'), event('over', 3, 'ended'), event('live', 2, 'ringing'));
    expect((await board()).calls.map(({ id }) => id)).toEqual(['live', 'over']);
    time.advance(10 * 60_000);
    expect((await board()).calls.map(({ id }) => id)).not.toContain('over');
  });
});

describe('the loop between board and platform', () => {
  it('asks about a doubted call and takes the answer as an observation', async () => {
    const { tell, board, upstream, time } = await started();
    const over = (sessionId: string): ProbeObservation => ({
      kind: 'probe',
      at: time.now(),
      startedAt: time.now(),
      sessionId,
      verdict: 'over',
      parties: [],
    });
    upstream.probe.mockImplementation((id) => Promise.resolve(over(id)));
    tell(directory, event('lost', 2, 'ringing'));
    time.advance(120_000);
    expect(upstream.probe).toHaveBeenCalledWith('lost');
    await vi.waitFor(async () => expect((await board()).calls).toMatchObject([{ id: 'lost', state: 'ended' }]));
  });

  it('polls at once after a gap, and asks for the directory when it meets a stranger', async () => {
    const { tell, upstream } = await started();
    tell({ kind: 'link', at: startAt, up: true, gap: false });
    expect(upstream.pollNow).not.toHaveBeenCalled();
    tell({ kind: 'link', at: startAt, up: true, gap: true });
    expect(upstream.pollNow).toHaveBeenCalledTimes(1);
    tell(event('s1', 2, 'ringing'));
    expect(upstream.refreshDirectory).toHaveBeenCalled();
  });

  it('lives on after an observation that no rule can read', async () => {
    const { tell, board, observations$ } = await started();
    tell(directory, event('s1', 2, 'ringing'));
    observations$.next({ kind: 'event' } as never);
    observations$.next({ kind: 'nonsense', at: startAt } as never);
    tell(event('s2', 2, 'ringing'));
    expect((await board()).calls.map(({ id }) => id)).toEqual(['s1', 's2']);
  });

  it('says which source is in trouble, and why', async () => {
    const { statuses$, tell, board } = await started();
    const detail = 'RingCentral says the permission ReadCallLog is missing';
    statuses$.next({ source: 'poll', at: startAt, trouble: 'permissionMissing', detail });
    expect((await board()).feed).toMatchObject({
      state: 'starting',
      troubles: ['permissionMissing', 'catchingUp', 'eventsDown', 'directoryMissing'],
      detail,
    });
    statuses$.next({ source: 'poll', at: startAt });
    tell(directory, emptyPoll);
    expect((await board()).feed).toMatchObject({ state: 'degraded', troubles: ['eventsDown'] });
  });
});

describe('startApp', () => {
  it('says who to stop when the port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const connect = vi.fn();
    await expect(startApp({ ...config, port }, { connect })).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use`);
    expect(connect).not.toHaveBeenCalled();
    other.close();
  });

  it('says that an address is not one of this machine', async () => {
    await expect(startApp({ ...config, host: '192.0.2.1' })).rejects.toThrow('is not an address of this machine');
  });

  it('ends once, in order, and leaves no timer and no port', async () => {
    const { app, time, upstream, observations$ } = await startTestApp();
    await Promise.all([app.close(), app.close()]);
    expect(upstream.dispose).toHaveBeenCalledTimes(1);
    expect(observations$.observed).toBe(false);
    expect(time.nextAt()).toBeUndefined();
    await expect(fetch(`${app.url}/healthz`)).rejects.toThrow();
  });

  it('gives a later start a larger epoch', async () => {
    const first = await (await started()).board();
    const later = await started();
    await later.app.close();
    const { time } = later;
    time.advance(1_000);
    const clock = { now: time.now, monotonic: time.now, after: time.after };
    const second = await startTestApp({ clock });
    open.push(second);
    expect((await second.board()).epoch > first.epoch).toBe(true);
  });
});
