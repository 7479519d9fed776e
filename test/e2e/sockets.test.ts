import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PROTOCOL_VERSION } from '@ringside/shared/protocol/messages';
import {
  directory,
  event,
  openRaw,
  openWall,
  readyWall,
  startAt,
  startTestApp,
  type TestApp,
  type Wall,
} from './started-app.ts';

let test: TestApp;
const walls: { readonly socket: { close(): unknown } }[] = [];

async function wall(): Promise<Wall> {
  const opened = await readyWall(test.app.url);
  walls.push(opened);
  return opened;
}

async function raw(headers?: Record<string, string>) {
  const opened = await openRaw(test.app.url, headers);
  walls.push(opened);
  return opened;
}

beforeEach(async () => {
  test = await startTestApp();
});

afterEach(async () => {
  for (const { socket } of walls.splice(0)) socket.close();
  await test.app.close();
});

describe('a wall', () => {
  it('gets hello, a picture, and patches that continue it', async () => {
    test.tell(directory, event('s1', 2, 'ringing'));
    const { hello, snapshots, patches, calls } = await wall();
    expect(hello).toMatchObject([{ protocol: PROTOCOL_VERSION, serverTime: startAt + 100 }]);
    expect(snapshots).toMatchObject([{ epoch: hello[0]?.epoch, revision: 1, calls: [{ id: 's1', state: 'ringing' }] }]);
    test.tell(event('s1', 3, 'answered'));
    await vi.waitFor(() =>
      expect(patches).toMatchObject([{ from: 1, to: 2, upsert: [{ id: 's1', agent: 'Amara O.' }] }]),
    );
    expect(calls()).toMatchObject([{ id: 's1', state: 'talking', party: '•••• 4207' }]);
  });

  it('ends with the same picture, whenever it came', async () => {
    const early = await wall();
    test.tell(directory, event('s1', 2, 'ringing'), event('s2', 2, 'ringing'));
    const middle = await wall();
    test.tell(event('s1', 3, 'answered'), event('s2', 3, 'ended'), event('s3', 2, 'ringing'));
    const late = await wall();
    await vi.waitFor(() => {
      expect(early.calls().map(({ state }) => state)).toEqual(['talking', 'ended', 'ringing']);
      expect(middle.calls()).toEqual(early.calls());
    });
    expect(late.calls()).toEqual(early.calls());
    expect(new Set([early, middle, late].map(({ revision }) => revision())).size).toBe(1);
  });

  it('gets at most ten frames per second, and still the last word on every call', async () => {
    const viewer = await wall();
    test.tell(directory);
    for (let n = 0; n < 500; n++) {
      test.observations$.next(event(`s${n % 50}`, 2 + Math.floor(n / 50), n % 100 < 50 ? 'answered' : 'held'));
      test.time.advance(2);
    }
    test.time.advance(1_000);
    await vi.waitFor(() => expect(viewer.calls().filter(({ state }) => state === 'held')).toHaveLength(50));
    // One second of changes: the first at once, the rest in steps of 100 ms.
    expect(viewer.patches.length).toBeGreaterThan(5);
    expect(viewer.patches.length).toBeLessThanOrEqual(11);
    const sentAt = viewer.patches.map(({ serverTime }) => serverTime);
    expect(sentAt.slice(1).every((at, n) => at - (sentAt[n] ?? 0) >= 100)).toBe(true);
  });

  it('gets a new picture when it asks, and not faster than one per second', async () => {
    const viewer = await wall();
    test.tell(directory, event('s1', 2, 'ringing'));
    for (let n = 0; n < 20; n++) viewer.socket.emit('resync', { revision: n });
    await answered(viewer);
    expect(viewer.snapshots).toHaveLength(1);
    test.time.advance(2_000);
    await vi.waitFor(() => expect(viewer.snapshots).toHaveLength(2));
    test.time.advance(5_000);
    await answered(viewer);
    expect(viewer.snapshots).toHaveLength(2);
    expect(viewer.snapshots[1]).toMatchObject({ revision: 1, calls: [{ id: 's1' }] });
  });

  it('gets a tick every five seconds, and at once when the feed changes', async () => {
    const viewer = await wall();
    test.time.advance(20_000);
    await vi.waitFor(() => expect(viewer.ticks.length).toBeGreaterThanOrEqual(4));
    await answered(viewer);
    const before = viewer.ticks.length;
    expect(before).toBeLessThanOrEqual(5);
    test.observations$.next({ kind: 'poll', at: test.time.now(), startedAt: startAt, complete: true, records: [] });
    await vi.waitFor(() => expect(viewer.ticks).toHaveLength(before + 1));
    expect(viewer.ticks.at(-1)).toMatchObject({
      serverTime: test.time.now(),
      feed: { state: 'degraded', pollAgeMs: 0 },
    });
  });

  it('is told when the server goes', async () => {
    const { socket } = await wall();
    await test.app.close();
    await vi.waitFor(() => expect(socket.connected).toBe(false));
  });
});

/** Resolves when the server has handled everything this wall sent, and the wall everything sent to it before. */
async function answered({ socket }: Wall): Promise<void> {
  const other = openWall(test.app.url);
  walls.push(other);
  await vi.waitFor(() => expect(other.snapshots).toHaveLength(1));
  expect(socket.connected).toBe(true);
}

describe('a viewer that means no good', () => {
  it('cannot be a page of another origin', async () => {
    for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:1'])
      await expect(raw({ origin })).rejects.toThrow(/40\d/);
    await expect(raw({ origin: test.app.url })).resolves.toBeDefined();
  });

  it('cannot poll over HTTP or fetch the client', async () => {
    const polling = await fetch(`${test.app.url}/socket.io/?EIO=4&transport=polling`);
    expect(polling.status).toBe(400);
    expect((await fetch(`${test.app.url}/socket.io/socket.io.js`)).status).toBeGreaterThanOrEqual(400);
  });

  it('hurts nobody with frames that make no sense', async () => {
    const honest = await wall();
    const fixed = [
      '',
      '4',
      '42',
      '42[',
      '42["resync"',
      '42["resync",{"revision":"x"}]',
      '42["resync",null,{},[]]',
      '42["nobody",{}]',
    ];
    const more = [
      '42["disconnect"]',
      '42["error","x"]',
      '43[]',
      '451-["resync",{"_placeholder":true,"num":0}]',
      '41',
      '99',
      '40/other,',
    ];
    const deep = `42["resync",${'['.repeat(5_000)}${']'.repeat(5_000)}]`;
    const garbage = fc.sample(fc.string({ maxLength: 200 }), { numRuns: 30, seed: 7 }).map((text) => `42${text}`);
    const large = `42["resync",{"epoch":"${'x'.repeat(20_000)}"}]`;
    for (const frame of [...fixed, ...more, deep, large, ...garbage]) {
      const { socket } = await raw();
      socket.on('error', () => undefined);
      socket.send(frame);
      socket.send(Buffer.from(frame));
    }
    test.tell(directory, event('s1', 2, 'ringing'));
    await vi.waitFor(() => expect(honest.calls()).toMatchObject([{ id: 's1' }]));
    expect((await fetch(`${test.app.url}/healthz`)).status).toBe(200);
  });

  it('gets no more frames while it does not read, and starts anew when it does', async () => {
    const honest = await wall();
    const slow = await raw();
    const count = (name: string): number => slow.frames.filter((frame) => frame.startsWith(`42["${name}"`)).length;
    test.tell(directory, ...Array.from({ length: 500 }, (_, n) => event(`s${n}`, 2, 'ringing')));
    slow.socket.pause();
    // A colleague who is renamed again and again changes every call, so each frame is large.
    for (let n = 0; n < 200; n++) {
      const name = `Amara ${n % 2 === 0 ? 'Nwosu' : 'Okafor'}`;
      test.tell({ kind: 'directory', at: startAt, directory: new Map([['e1', { id: 'e1', kind: 'person', name }]]) });
      await vi.waitFor(() => expect(honest.revision()).toBe(n + 2), { interval: 1 });
    }
    expect(count('snapshot')).toBe(1);
    slow.socket.resume();
    await vi.waitFor(() => {
      test.time.advance(1_000);
      expect(count('snapshot')).toBe(2);
    });
    expect(count('patch')).toBeLessThan(200);
    expect(honest.snapshots).toHaveLength(1);
  });

  it('is let go when it floods', async () => {
    const { socket } = await raw();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    for (let n = 0; n < 200; n++) socket.send('42["resync",{}]');
    await closed;
    expect((await wall()).snapshots).toHaveLength(1);
  });
});

describe('what reaches a wall', () => {
  it('holds no number and no name off the wire, in any byte of it', async () => {
    const early = await raw();
    const inbound = ['ringing', 'answered', 'held', 'answered', 'ended'] as const;
    test.tell(
      event('before-directory', 2, 'ringing'),
      directory,
      ...inbound.map((phase, n) => event('s1', n + 2, phase)),
    );
    test.tell(event('missed', 2, 'ringing'), event('missed', 3, 'ended'));
    test.statuses$.next({ source: 'events', at: startAt, trouble: 'eventsDown', detail: 'the link was closed' });
    test.time.advance(15_000);
    const late = await raw();
    await vi.waitFor(() => expect(early.frames.join('')).toContain('"id":"missed"'));
    await vi.waitFor(() => expect(early.frames.join('')).toContain('the link was closed'));
    const page = await fetch(test.app.url, { headers: { accept: 'text/html' } });
    const bytes = [...early.frames, ...late.frames, await page.text(), JSON.stringify([...page.headers])].join('\n');
    expect(bytes).toContain('•••• 4207');
    expect(bytes).not.toMatch(/canary|6505554207|5554207|8005550100/i);
  });
});
