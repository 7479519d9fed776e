import { PROTOCOL_VERSION } from '@ringside/shared/protocol/messages';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import App from './App.svelte';
import { DeadMan } from './live/dead-man.ts';
import type { LinkSocket } from './live/link.ts';
import { paintVeil } from './live/veil.ts';
import { formatClock } from './ui/format.ts';
import './ui/base.css';
import './ui/tokens.css';

/** The whole page as main.ts starts it, on a socket and on clocks that the test moves. */
const serverNow = 1_800_000_000_000;
const day = 86_400_000;
const feed = { state: 'live', troubles: [], eventAgeMs: 0, provedWithinMs: 60_000 };

class FakeSocket implements LinkSocket {
  connected = false;
  readonly #listeners = new Map<string, (...values: unknown[]) => void>();

  on(event: string, listener: (...values: unknown[]) => void): void {
    this.#listeners.set(event, listener);
  }
  emit(): void {}
  connect(): void {
    this.connected = true;
    this.arrive('connect');
    this.arrive('hello', { protocol: PROTOCOL_VERSION, build: 'b', epoch: 'a', serverTime: serverTime() });
  }
  disconnect(): void {
    this.connected = false;
  }
  arrive(event: string, ...values: unknown[]): void {
    this.#listeners.get(event)?.(...values);
  }
}

let socket: FakeSocket;
let monotonic = 0;
let wall = 0;
let serverDrift = 0;
let stop: (() => void)[] = [];

const serverTime = (): number => serverNow + monotonic + serverDrift;
const tick = (health: object = {}): void =>
  socket.arrive('tick', { epoch: 'a', revision: 1, serverTime: serverTime(), feed: { ...feed, ...health } });

/** Time passes for the page: its clocks go on, and what is due by then happens. */
async function pass(ms: number): Promise<void> {
  monotonic += ms;
  wall += ms;
  await vi.advanceTimersByTimeAsync(1_100);
}

const call = { id: 'x', direction: 'inbound', state: 'queued', party: '•••• 4207' };
const snapshot = (health: object = {}): void => {
  const startedAt = serverNow - 30_000;
  const calls = [{ ...call, startedAt, stateSince: startedAt }];
  const message = { epoch: 'a', revision: 1, serverTime: serverTime(), feed: { ...feed, ...health }, calls };
  socket.arrive('snapshot', message);
};

/** Rows have their place only once the screen was laid out. */
const drawn = (): Promise<void> => expect.element(page.getByTestId('call')).toBeVisible();

const text = (selector: string): string => document.querySelector(selector)?.textContent ?? '';
const status = (): string => text('[role=status]');
const timer = (): string => text('[data-call=x] [role=timer]');
const pulse = (): string | undefined => document.documentElement.dataset['pulse'];
const filterOf = (selector: string): string => getComputedStyle(document.querySelector(selector) as Element).filter;
const seconds = (clock: string): number => clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

beforeEach(async () => {
  await page.viewport(1920, 1080);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  monotonic = 1_000;
  wall = serverNow;
  serverDrift = 0;
  socket = new FakeSocket();
  const clocks = { monotonic: () => monotonic, wall: () => wall };
  const deadMan = new DeadMan(clocks);
  const veil = document.createElement('div');
  veil.id = 'veil';
  veil.hidden = true;
  document.body.append(veil);
  stop = [
    deadMan.listen((verdict) => paintVeil(document, verdict, { openedAt: serverNow, clock: formatClock })),
    deadMan.start(window),
    () => veil.remove(),
  ];
  await render(App, { deadMan, clocks, socket });
});

afterEach(() => {
  for (const each of stop) each();
  vi.useRealTimers();
  delete document.documentElement.dataset['pulse'];
});

describe('the page', () => {
  it('marks what it shows once ticks are 15 s late, lets it look old at 45 s, and stops at 120 s [I-12]', async () => {
    snapshot();
    await drawn();
    await pass(14_900);
    expect([pulse(), status()]).toEqual(['live', 'Live']);
    await pass(100);
    expect([pulse(), status()]).toEqual(['reconnecting', 'Reconnecting']);
    await pass(30_000);
    expect([pulse(), status()]).toEqual(['stale', 'Stale, not confirmed']);
    expect(filterOf('main')).toContain('saturate');
    const before = seconds(timer());
    expect(before).toBeGreaterThanOrEqual(75);
    await pass(75_000);
    expect([pulse(), document.getElementById('veil')?.hidden]).toEqual(['dead', false]);
    expect(document.getElementById('veil')?.textContent).toContain('NOT LIVE since');
    expect(filterOf('main')).toContain('grayscale');
    const stopped = timer();
    expect([before, before + 75]).toContain(seconds(stopped));
    await pass(60_000);
    expect(timer()).toBe(stopped);
  });

  it('believes no tick whose own proof is 45 s old, however punctual, and stops at 120 s [I-12]', async () => {
    snapshot();
    for (let ageMs = 0; ageMs <= 40_000; ageMs += 5_000) {
      await pass(5_000);
      tick({ eventAgeMs: ageMs });
      expect(pulse()).toBe('live');
    }
    await pass(5_000);
    tick({ eventAgeMs: 45_000 });
    expect([pulse(), status()]).toEqual(['stale', 'Stale, not confirmed']);
    tick({ eventAgeMs: 45_000, pollAgeMs: 3_000 });
    expect(pulse()).toBe('live');
    tick({ eventAgeMs: 120_000, pollAgeMs: 130_000 });
    expect(pulse()).toBe('dead');
  });

  it('trusts nothing within 2 s of waking, however it slept, until the next tick [I-13]', async () => {
    snapshot();
    await pass(1_000);
    expect(pulse()).toBe('live');
    // The machine slept: its monotonic clock stood still and no timer ran.
    wall += 8 * 3_600_000;
    await vi.advanceTimersByTimeAsync(1_999);
    expect([pulse(), status()]).toEqual(['reconnecting', 'Reconnecting']);
    serverDrift = 8 * 3_600_000;
    tick();
    expect(pulse()).toBe('live');
    // The tab was frozen: the clocks went on, the timers did not.
    monotonic += 600_000;
    wall += 600_000;
    await vi.advanceTimersByTimeAsync(1_999);
    expect(pulse()).toBe('dead');
    tick();
    expect(pulse()).toBe('live');
    monotonic += 600_000;
    wall += 600_000;
    document.dispatchEvent(new Event('visibilitychange'));
    expect(pulse()).toBe('dead');
  });

  it.each([
    ['this machine', day],
    ['this machine', -day],
    ['the server', day],
    ['the server', -day],
  ])('never lets a duration fall or go below zero when the clock of %s jumps by %i ms [I-14]', async (whose, jump) => {
    snapshot();
    await drawn();
    let last = seconds(timer());
    expect(last).toBeGreaterThanOrEqual(30);
    for (let round = 0; round < 4; round += 1) {
      if (round === 1 && whose === 'the server') serverDrift = jump;
      if (round === 1 && whose === 'this machine') wall += jump;
      if (round === 3 && whose === 'the server') serverDrift = 0;
      await pass(5_000);
      tick();
      await pass(0);
      const shown = seconds(timer());
      expect(shown).toBeGreaterThanOrEqual(last);
      expect(shown).toBeLessThan(60);
      last = shown;
    }
    expect(last).toBeGreaterThanOrEqual(45);
  });

  it('says that it is catching up until the server has one complete picture, never 0 calls [I-15]', async () => {
    socket.arrive('snapshot', {
      ...{ epoch: 'a', revision: 0, serverTime: serverTime(), calls: [] },
      feed: { ...feed, state: 'starting', troubles: ['catchingUp'] },
    });
    await pass(0);
    expect(status()).toBe('Catching up');
    expect(document.body.textContent).not.toMatch(/\b0\b|No calls|Nobody is waiting|None missed/);
    tick({ state: 'live' });
    socket.arrive('snapshot', { epoch: 'a', revision: 1, serverTime: serverTime(), feed, calls: [] });
    await pass(0);
    expect([status(), text('[aria-label="Live calls"] b')]).toEqual(['Live', '0']);
    expect(document.body.textContent).toContain('Nobody is waiting');
  });
});
