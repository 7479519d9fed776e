import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { Live } from './live/context.ts';
import { LiveBoard, type FeedHealth, type WallCall } from './live/live-board.svelte.ts';
import { Now } from './live/now.svelte.ts';
import { Pulse } from './live/pulse.svelte.ts';
import './ui/base.css';
import './ui/tokens.css';
import WallboardStage from './WallboardStage.svelte';

const serverNow = 1_800_000_000_000;
const feed: FeedHealth = { state: 'live', troubles: [], eventAgeMs: 400 };
let live: Live;
let monotonic = 0;

function call(id: string, more: Partial<WallCall> = {}): WallCall {
  const started = serverNow - 30_000;
  return {
    id,
    direction: 'inbound',
    state: 'queued',
    startedAt: started,
    stateSince: started,
    party: `•••• ${id}`,
    ...more,
  };
}

function show(calls: WallCall[], health: FeedHealth = feed): void {
  live.board.take({
    type: 'snapshot',
    message: { epoch: 'a', revision: 1, serverTime: serverNow, feed: health, calls },
  });
}

const tile = (name: string) => page.getByRole('group', { name });
const column = (name: string) => page.getByRole('region', { name });
const rows = (name: string): number => column(name).element().querySelectorAll('[data-testid=call]').length;

beforeEach(async () => {
  await page.viewport(1920, 1080);
  monotonic = 0;
  const now = new Now({ monotonic: () => monotonic, wall: () => serverNow });
  now.observe({ epoch: 'a', serverTime: serverNow });
  live = { now, board: new LiveBoard(() => undefined), pulse: new Pulse() };
  live.pulse.link = 'open';
  now.hold(false);
  await render(WallboardStage, { live });
});

afterEach(() => live.now.stop());

describe('the wallboard', () => {
  it('says that it is catching up, never zero, before the first complete poll (I-15)', async () => {
    await expect.element(tile('Live calls')).toMatchTextContent('–');
    show([], { state: 'starting', troubles: ['catchingUp'] });
    await expect.element(page.getByRole('status')).toMatchTextContent('Catching up');
    expect(document.body.textContent).not.toMatch(/\b0\b/);
    show([]);
    await expect.element(tile('Live calls')).toMatchTextContent('0');
    await expect.element(column('Waiting')).toMatchTextContent('Nobody is waiting');
  });

  it('shows who waits, who talks and what was missed, with timers and counters', async () => {
    show([
      call('1111', { queue: 'Billing', startedAt: serverNow - 72_000 }),
      call('2222', { state: 'talking', agent: 'Amara O.', answeredAt: serverNow - 760_000 }),
      call('3333', { state: 'ended', missed: true, endedAt: serverNow - 130_000 }),
    ]);
    await expect.element(column('Waiting')).toMatchTextContent(/•••• 1111.*Over target.*Billing.*1:12/s);
    await expect.element(column('On calls')).toMatchTextContent(/Amara O\..*Talking.*•••• 2222.*12:40/s);
    await expect.element(column('Missed')).toMatchTextContent(/•••• 3333.*Missed.*2 min/s);
    await expect.element(tile('Waiting now')).toMatchTextContent(/1.*1 over target/s);
    await expect.element(tile('Longest wait now')).toMatchTextContent('1:12');
    await expect.element(tile('Talking')).toMatchTextContent('1');
    await expect.element(tile('Missed, last hour')).toMatchTextContent('1');
  });

  it('runs its timers from the corrected clock, and stops them when the picture is dead', async () => {
    show([call('1111')]);
    monotonic = 5_000;
    live.now.hold(false);
    await expect.element(column('Waiting')).toMatchTextContent('0:35');
    live.now.hold(true);
    monotonic = 60_000;
    live.now.start();
    await expect.element(column('Waiting')).toMatchTextContent('0:35');
  });

  it.each([
    [1920, 1080],
    [1366, 768],
    [1080, 1920],
    [390, 844],
    [3840, 2160],
  ])('never scrolls at %i × %i: what has no room is counted', async (width, height) => {
    await page.viewport(width, height);
    show(Array.from({ length: 60 }, (_, index) => call(String(index), { state: 'talking', agent: `Agent ${index}` })));
    await expect.element(column('On calls')).toMatchTextContent(/\+\d+ more on calls/);
    const hidden = Number(/\+(\d+) more/.exec(column('On calls').element().textContent)?.[1]);
    expect(rows('On calls') + hidden).toBe(60);
    expect(rows('On calls')).toBeGreaterThan(1);
    const root = document.documentElement;
    expect([root.scrollWidth > width, root.scrollHeight > height]).toEqual([false, false]);
    const last = column('On calls').element().querySelector('li:last-child')?.getBoundingClientRect();
    const box = column('On calls').element().getBoundingClientRect();
    expect(last?.bottom).toBeLessThanOrEqual(box.bottom);
  });

  it('renders hostile names as text', async () => {
    const hostile = '<img src=x onerror="document.title=1"><b>x</b>';
    show([call('1', { state: 'talking', agent: hostile, queue: hostile })]);
    await expect.element(column('On calls')).toMatchTextContent(hostile);
    expect(document.querySelector('img')).toBeNull();
  });

  it('marks a call that is no longer confirmed', async () => {
    show([call('1', { unconfirmed: true })]);
    await expect.element(column('Waiting')).toMatchTextContent('Unconfirmed');
  });

  it('keeps the element of a row through its changes', async () => {
    show([call('1'), call('2')]);
    await expect.element(column('Waiting')).toMatchTextContent('•••• 2');
    const row = document.querySelector('[data-call="2"]');
    show([call('2', { state: 'ringing' })]);
    await expect.element(column('Waiting')).toMatchTextContent('Ringing');
    expect(document.querySelector('[data-call="2"]')).toBe(row);
  });

  it.each([
    [1920, 1080],
    [1080, 1920],
    [390, 844],
  ])('keeps its columns on a %i × %i screen, however long the words of the trouble', async (width, height) => {
    await page.viewport(width, height);
    const detail = 'ReadCallLog, ReadPresence, CallControl, ReadAccounts, SubscriptionWebSocket';
    show([], { state: 'degraded', troubles: ['permissionMissing'], detail });
    await expect.element(page.getByTestId('link-state')).toMatchTextContent('Permission missing');
    const edges = [page.getByRole('timer').first(), column('Missed'), page.getByTestId('link-state')].map(
      (place) => place.element().getBoundingClientRect().right,
    );
    expect(Math.max(...edges)).toBeLessThanOrEqual(width);
  });

  it('names the trouble of the feed and the age of the data', async () => {
    show([], { state: 'degraded', troubles: ['eventsDown'], pollAgeMs: 9_000 });
    live.pulse.verdict = { pulse: 'live', provedAt: serverNow - 9_000, beatAt: serverNow };
    await expect.element(page.getByTestId('link-state')).toMatchTextContent(/Events down, polling.*9\.0 s/);
  });
});
