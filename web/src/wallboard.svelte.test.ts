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
const feed: FeedHealth = { state: 'live', troubles: [], eventAgeMs: 400, provedWithinMs: 60_000 };
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

function show(calls: WallCall[], health: Partial<FeedHealth> = {}): void {
  live.board.take({
    type: 'snapshot',
    message: { epoch: 'a', revision: 1, serverTime: serverNow, feed: { ...feed, ...health }, calls },
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
  it('says that it is catching up, never zero, before the first complete poll [I-15]', async () => {
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

  it('marks a call that is no longer confirmed, large enough for eight metres, and counts it as neither there nor gone', async () => {
    show([call('1', { unconfirmed: true, startedAt: serverNow - 200_000 }), call('2')]);
    await expect.element(column('Waiting')).toMatchTextContent(/•••• 1\s*Waiting\s*Unconfirmed/);
    const word = document.querySelector('[data-call="1"] strong') as HTMLElement;
    expect(parseFloat(getComputedStyle(word).fontSize)).toBeGreaterThanOrEqual(24);
    expect(word.scrollWidth).toBeLessThanOrEqual(word.clientWidth || word.getBoundingClientRect().width + 1);
    expect(getComputedStyle(document.querySelector('[data-call="1"]') as HTMLElement).outlineStyle).toBe('dashed');
    await expect.element(tile('Waiting now')).toMatchTextContent(/1–2.*1 unconfirmed/s);
    await expect.element(tile('Longest wait now')).toMatchTextContent('0:30');
    await expect.element(column('Waiting').getByRole('heading')).toMatchTextContent('1–2');
    expect(document.body.textContent).not.toContain('Twice target');
  });

  it('shows what the missed and the ended calls came to, in the field’s words', async () => {
    const over = { state: 'ended', endedAt: serverNow - 20_000 } as const;
    show([
      call('1', { ...over, missed: true, outcome: 'abandoned' }),
      call('2', { ...over, missed: true, outcome: 'shortAbandoned' }),
      call('3', { ...over, missed: true, outcome: 'voicemail' }),
      call('4', { ...over, missed: false, outcome: 'answered', agent: 'Amara O.' }),
      call('5', over),
    ]);
    for (const text of [/•••• 1\s*Abandoned/, /•••• 2\s*Hung up\s*at once/, /•••• 3\s*Voicemail/])
      await expect.element(column('Missed')).toMatchTextContent(text);
    const ended = page.getByRole('contentinfo', { name: 'Just ended' });
    await expect.element(ended).toMatchTextContent(/Amara O\.\s*Answered/);
    await expect.element(ended).toMatchTextContent(/•••• 5\s*Outcome open/);
  });

  it('lets a miss go that the call log corrects, by a patch', async () => {
    const missed = call('1', { state: 'ended', endedAt: serverNow - 20_000, missed: true, outcome: 'abandoned' });
    show([missed]);
    await expect.element(tile('Missed, last hour')).toMatchTextContent(/^\D*1/);
    const corrected = { ...missed, missed: false, outcome: 'answered' } as const;
    live.board.take({
      type: 'patch',
      message: { epoch: 'a', from: 1, to: 2, serverTime: serverNow, upsert: [corrected], remove: [] },
    });
    await expect.element(column('Missed')).toMatchTextContent('None missed');
    await expect.element(tile('Missed, last hour')).toMatchTextContent(/^\D*0/);
    await expect.element(page.getByRole('contentinfo')).toMatchTextContent(/•••• 1\s*Answered/);
  });

  it('tells a fax and a conference apart from a caller and a conversation', async () => {
    show([
      call('1', { state: 'routing', fax: true }),
      call('2', { state: 'talking', conference: true, agent: 'Amara O.', answeredAt: serverNow }),
    ]);
    await expect.element(column('On calls')).toMatchTextContent(/•••• 1\s*Fax/);
    await expect.element(column('On calls')).toMatchTextContent(/Amara O\.\s*Talking\s*conference/);
    await expect.element(column('Waiting')).toMatchTextContent('Nobody is waiting');
  });

  it.each([
    [1920, 1080],
    [1080, 1920],
  ])('tells the bound it holds on a %i × %i screen, and why it is longer', async (width, height) => {
    await page.viewport(width, height);
    show([]);
    live.pulse.verdict = { pulse: 'live', provedAt: serverNow, beatAt: serverNow };
    await expect.element(page.getByTestId('bound')).toMatchTextContent('every call proved within 60 s');
    const words = page.getByTestId('bound').element().querySelector('span') as HTMLElement;
    expect(words.offsetTop).toBeLessThan((words.offsetParent as HTMLElement).clientHeight / 2);
    show([], { provedWithinMs: 95_000, boundBy: 'list' });
    await expect.element(page.getByTestId('bound')).toMatchTextContent('within 95 s: the call list is long');
  });

  it('says plainly that it shows one user’s calls alone', async () => {
    show([], { state: 'degraded', troubles: ['ownCallsOnly'] });
    await expect.element(page.getByRole('status')).toMatchTextContent('Own calls only');
    await expect.element(column('Waiting')).toMatchTextContent('Only this user’s calls are seen');
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
