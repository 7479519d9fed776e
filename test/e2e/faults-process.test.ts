// In:  the product stopped and let go again, under virtual time and as a real process. Out: proof that it comes back to the truth
// by itself, without a burst of what it did not do meanwhile: P2.
// Never: a process left behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import { realClock } from '../simulator/clock.ts';
import { serve } from '../simulator/server.ts';
import { createSimulator } from '../simulator/simulator.ts';
import { apiToken } from './started-app.ts';
import { isLive, keptLimits, living, showsTruth, startVirtualSystem, talk, toldOnce } from './virtual-system.ts';

const hour = 3_600_000;
const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

it.each([60_000, 600_000])(
  '[P2] stopped for %i ms and let go: the truth within 20 s, and no burst of what was not done meanwhile',
  async (ms) => {
    const system = await startVirtualSystem();
    const { simulator, time, sent } = system;
    await time.advance(10_000);
    for (let n = 0; n < 5; n++) simulator.place(talk(simulator, 5 * hour));
    const ending = simulator.place(talk(simulator, 40_000));
    await time.advance(30_000);
    await isLive(system);
    system.freeze();
    const begun = simulator.place(talk(simulator, 5 * hour));
    await time.advance(ms);
    const before = sent.length;
    system.thaw();
    await time.advance(2_000);
    // One poll, one link token, and one question for each call at most.
    expect(sent.length - before).toBeLessThanOrEqual(2 + 8);
    await time.advance(18_000);
    const { calls } = await system.board();
    expect(living(calls)).toContain(`${begun} talking`);
    expect(calls.find(({ id }) => id === ending)?.state).toBe('ended');
    await showsTruth(system);
    await time.advance(60_000);
    await isLive(system);
    toldOnce(system);
    keptLimits(system);
  },
);

interface Board {
  readonly feed: { readonly state: string };
  readonly calls: readonly { readonly id: string; readonly state: string; readonly unconfirmed?: boolean }[];
}

/** A server in its own process; resolves to its address. */
async function startProcess(platform: string): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-paused-'));
  open.push(() => rmSync(folder, { recursive: true, force: true }));
  const file = fileURLToPath(new URL('paused-server.ts', import.meta.url));
  const child = spawn(process.execPath, [file, platform, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => child.once('close', resolve));
  open.push(() => (child.kill('SIGKILL'), gone));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
    child.once('exit', (code) => reject(new Error(`the server ended with code ${String(code)}`)));
  });
  return { child, url };
}

it(
  '[P2] a real process, stopped for some seconds by a signal, comes back to the truth',
  { timeout: 60_000 },
  async () => {
    const simulator = createSimulator({ clock: realClock(), scenario: 'quiet', seed: 7 });
    const served = await serve(simulator, { port: 0 });
    open.push(() => served.close());
    const { child, url } = await startProcess(served.url);
    const board = async (): Promise<Board> => {
      const answer = await fetch(`${url}/api/v1/board`, { headers: { authorization: `Bearer ${apiToken}` } });
      return (await answer.json()) as Board;
    };
    const patience = { timeout: 20_000, interval: 50 };
    const shows = (wanted: object) => vi.waitFor(async () => expect(await board()).toMatchObject(wanted), patience);
    await shows({ feed: { state: 'live' } });
    const staying = simulator.place(talk(simulator, hour));
    const ending = simulator.place(talk(simulator, 3_000));
    const stateOf = async (id: string) => (await board()).calls.find((call) => call.id === id)?.state;
    await vi.waitFor(
      async () => expect([await stateOf(staying), await stateOf(ending)]).toEqual(['talking', 'talking']),
      patience,
    );
    child.kill('SIGSTOP');
    const begun = simulator.place(talk(simulator, hour));
    const endedIn = () => simulator.truth().find(({ id }) => id === ending)?.state === 'ended';
    await vi.waitFor(() => expect(endedIn()).toBe(true), patience);
    const before = simulator.rest.requests().total;
    child.kill('SIGCONT');
    await vi.waitFor(async () => {
      const states = [await stateOf(staying), await stateOf(begun), await stateOf(ending)];
      expect(states).toEqual(['talking', 'talking', 'ended']);
    }, patience);
    await shows({ feed: { state: 'live' } });
    expect((await board()).calls.filter(({ unconfirmed }) => unconfirmed)).toEqual([]);
    expect(simulator.rest.requests().total - before).toBeLessThan(25);
    expect(simulator.rest.requests().violations).toEqual({ insidePenalty: 0, overBudget: 0 });
  },
);
