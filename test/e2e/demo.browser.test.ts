import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '../chromium.ts';

/** The demo as a newcomer starts it, seen in a real Chromium. The built server and page are used, as in production. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const API_TOKEN = 'demo-browser-test-token';
/** `SCREENSHOT=docs/wallboard.png npm run test:screens` renews the picture of the README. */
const picture = join(root, process.env['SCREENSHOT'] ?? 'test/.results/wallboard.png');

let demo: ChildProcess;
let browser: Browser;
let page: Page;
let url: string;
const complaints: string[] = [];

beforeAll(async () => {
  ({ demo, url } = await startDemo());
  const { executablePath, args, env } = await findChromium();
  browser = await chromium.launch({ executablePath, args, env });
  page = await browser.newPage({
    viewport: { width: 1920, height: 1080 },
    locale: 'en-US',
    timezoneId: 'America/Denver',
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  await page.getByTestId('call').nth(6).waitFor();
});

afterAll(async () => {
  await browser?.close();
  if (demo?.exitCode === null) {
    demo.kill('SIGTERM');
    await once(demo, 'exit');
  }
});

async function startDemo(): Promise<{ demo: ChildProcess; url: string }> {
  const env = { ...process.env, PORT: '0', RINGSIDE_API_TOKEN: API_TOKEN };
  const child = spawn(process.execPath, ['test/simulator/demo.ts'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8');
  for await (const text of child.stdout as AsyncIterable<string>) {
    said += text;
    const address = /http:\/\/127\.0\.0\.1:\d+(?=\n)/.exec(said)?.[0];
    if (address !== undefined) {
      child.stdout.resume();
      return { demo: child, url: address };
    }
  }
  throw new Error(`the demo ended and said: ${said}`);
}

interface ApiCall {
  readonly id: string;
  readonly state: string;
  readonly missed?: boolean;
  readonly from: { readonly phoneNumber?: string };
}

async function board(): Promise<{ readonly feed: { readonly state: string }; readonly calls: readonly ApiCall[] }> {
  const answer = await fetch(`${url}/api/v1/board`, { headers: { authorization: `Bearer ${API_TOKEN}` } });
  return (await answer.json()) as Awaited<ReturnType<typeof board>>;
}

const seconds = (text: string): number => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
/** Slow machines draw late, but they do draw. */
const patient = { timeout: 20_000 };
const tile = (name: string) => page.getByRole('group', { name, exact: true });

describe('the demo in a browser', () => {
  test('is live, and says how old its picture is', async () => {
    await expect.poll(() => page.getByTestId('link-state').textContent(), patient).toMatch(/Live\s*·\s*\d/);
    expect((await board()).feed.state).toBe('live');
  });

  test('shows as many calls as the server knows, in its tiles and its rows', async () => {
    await expect
      .poll(async () => {
        const live = (await board()).calls.filter((call) => call.state !== 'ended').length;
        const shown = await tile('Live calls').textContent();
        return new RegExp(`^\\D*${live}\\D`).test(shown ?? '');
      }, patient)
      .toBe(true);
    const rows = await page.getByTestId('call').evaluateAll((all) => all.map((row) => row.getAttribute('data-call')));
    const known = new Set((await board()).calls.map((call) => call.id));
    expect(rows.length).toBeGreaterThan(6);
    expect(rows.filter((id) => id !== null && known.has(id)).length).toBeGreaterThan(rows.length - 3);
  });

  test('runs the timers of the rows, each forwards only', async () => {
    const row = page.locator('[data-testid=call][data-state=talking]').last();
    const id = await row.getAttribute('data-call');
    const timer = page.locator(`[data-call="${id}"]`).getByRole('timer');
    const first = seconds((await timer.textContent()) ?? '');
    await expect
      .poll(async () => seconds((await timer.textContent()) ?? ''), patient)
      .toBeGreaterThanOrEqual(first + 2);
  });

  test('shows every state of a call within its first minutes, missed ones among them', async () => {
    const seen = new Set<string>();
    const wanted = ['ringing', 'talking', 'held', 'ended'];
    await expect
      .poll(
        async () => {
          const states = page
            .getByTestId('call')
            .evaluateAll((all) => all.map((row) => row.getAttribute('data-state')));
          for (const state of await states) seen.add(state ?? '');
          return wanted.filter((state) => !seen.has(state));
        },
        { timeout: 60_000, interval: 250 },
      )
      .toEqual([]);
    await expect.poll(() => tile('Missed, last hour').textContent(), { timeout: 60_000 }).toMatch(/[1-9]/);
  });

  test('fits the screen, keeps numbers to itself, and has nothing to complain of', async () => {
    const { calls } = await board();
    const overflow = await page.evaluate(() => {
      const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
      return [scrollWidth - clientWidth, scrollHeight - clientHeight];
    });
    expect(overflow).toEqual([0, 0]);
    const text = (await page.textContent('body')) ?? '';
    const numbers = calls.flatMap((call) => call.from.phoneNumber ?? []).filter((number) => number.length > 6);
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers.filter((number) => text.includes(number))).toEqual([]);
    expect(complaints).toEqual([]);
    mkdirSync(dirname(picture), { recursive: true });
    await page.screenshot({ path: picture });
  });

  test('stops calling itself live the moment the server is gone', async () => {
    demo.kill('SIGTERM');
    await once(demo, 'exit');
    await expect.poll(() => page.getByTestId('link-state').textContent(), patient).not.toMatch(/^\s*Live/);
  });
});
