import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { realClock } from '../simulator/clock.ts';
import type { CallScript } from '../simulator/pbx/model.ts';
import { serve } from '../simulator/server.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import type { WireRequest, WireResponse } from '../simulator/wire/model.ts';
import type { RestOptions } from '../simulator/wire/options.ts';
import { type Board, type ServerProcess, startProcess } from './process.ts';

const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

interface Ground {
  readonly simulator: Simulator;
  readonly dataDir: string;
  start(): ServerProcess;
  /** Rewrites answers on their way, until it is set back. */
  tamper: (request: WireRequest, response: WireResponse) => WireResponse;
}

/** A platform on a free port, and an empty folder. */
async function ground(rest: Partial<RestOptions> = {}): Promise<Ground> {
  // How late the list may be is not the subject, and would only be waited for.
  const prompt = { activeCallsLagMs: [0, 0], ...rest } as const;
  const simulator = createSimulator({ clock: realClock(), scenario: 'quiet', rest: prompt });
  const dataDir = mkdtempSync(join(tmpdir(), 'ringside-crash-'));
  const here: Ground = {
    simulator,
    dataDir,
    start() {
      const server = startProcess(platform.url, dataDir);
      open.push(() => server.kill());
      return server;
    },
    tamper: (_request, response) => response,
  };
  const honest = simulator.handle.bind(simulator);
  Object.defineProperty(simulator, 'handle', { value: (asked: WireRequest) => here.tamper(asked, honest(asked)) });
  const platform = await serve(simulator, { port: 0 });
  open.push(async () => {
    await platform.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return here;
}

/** A colleague of his own takes the call and talks for ever. */
function talks({ account }: Simulator, at: number): CallScript {
  const extensionId = account.extensions.filter(({ type }) => type === 'User')[at]?.id ?? '';
  return { kind: 'inbound', toExtensionId: extensionId, steps: [{ do: 'answer', after: 100, extensionId }] };
}

const living = (calls: readonly { readonly id: string; readonly state: string }[]): string[] =>
  calls.flatMap(({ id, state }) => (state === 'ended' ? [] : [`${id} ${state}`])).sort();

/** Serving within 5 s of its start, and a complete board that is true within 20 s. */
async function comesBack(server: ServerProcess, { simulator }: Ground): Promise<Board> {
  const serving = await vi.waitFor(() => server.board(), { timeout: 5_000, interval: 20 });
  await vi.waitFor(
    async () => {
      const { feed, calls } = await server.board();
      expect(feed.troubles).not.toContain('catchingUp');
      expect(feed.state).not.toBe('starting');
      expect(living(calls)).toEqual(living(simulator.truth()));
    },
    { timeout: 15_000, interval: 50 },
  );
  return serving;
}

const isToken = ({ path }: WireRequest): boolean => path === '/restapi/oauth/token';
const isRefresh = (request: WireRequest): boolean =>
  isToken(request) && new URLSearchParams(request.body).get('grant_type') === 'refresh_token';

/** How often a session was opened, by the platform's count of what was asked. */
function counted(here: Ground): { logins: number; refreshes: number } {
  const count = { logins: 0, refreshes: 0 };
  const before = here.tamper;
  here.tamper = (request, response) => {
    if (isRefresh(request)) count.refreshes += 1;
    else if (isToken(request)) count.logins += 1;
    return before(request, response);
  };
  return count;
}

/** From now on the platform does what it is asked, but such answers never arrive whole. Resolves at the first. */
function loses(here: Ground, which: (request: WireRequest) => boolean): Promise<void> {
  const honest = here.tamper;
  return new Promise((resolve) => {
    here.tamper = (request, response) => {
      const answer = honest(request, response);
      if (!which(request)) return answer;
      resolve();
      return { ...answer, broken: 'hang' };
    };
  });
}

/** The living calls that are on the disk. */
function written({ dataDir }: Ground): string[] {
  const db = new DatabaseSync(join(dataDir, 'ringside.db'), { readOnly: true });
  try {
    return db
      .prepare("SELECT id FROM memory WHERE kind = 'live' ORDER BY id")
      .all()
      .map(({ id }) => String(id));
  } finally {
    db.close();
  }
}

const keptLimits = ({ simulator }: Ground): void =>
  expect(simulator.rest.requests().violations).toEqual({ insidePenalty: 0, overBudget: 0 });

describe('kill -9', () => {
  it.each([
    'config.read',
    'memory.opened',
    'app.started',
    'login.finished',
    'directory.loaded',
    'feed.up',
    'poll.finished',
  ])('[I-43] P1: after %s: serving within 5 s, complete within 20 s', async (point) => {
    const here = await ground();
    const calls = [0, 1, 2].map((at) => here.simulator.place(talks(here.simulator, at)));
    const first = here.start();
    await first.says(`"event":"${point}"`);
    await first.kill();
    const second = here.start();
    await comesBack(second, here);
    expect((await second.board()).calls.map(({ id }) => id).sort()).toEqual(calls.toSorted());
    expect(await second.stop()).toBe(0);
    keptLimits(here);
  });

  it('[I-43] amid calls: they are back at once, before the platform has said a word', async () => {
    const here = await ground();
    const first = here.start();
    await comesBack(first, here);
    const ids = [0, 1, 2, 3].map((at) => here.simulator.place(talks(here.simulator, at)));
    await vi.waitFor(async () => expect(living((await first.board()).calls)).toEqual(living(here.simulator.truth())), {
      timeout: 15_000,
      interval: 50,
    });
    await vi.waitFor(() => expect(written(here)).toEqual(ids.toSorted()), { timeout: 5_000, interval: 50 });
    await first.kill();
    here.tamper = (_request, response) => ({ ...response, broken: 'hang' });
    const second = here.start();
    const serving = await vi.waitFor(() => second.board(), { timeout: 5_000, interval: 20 });
    expect(serving.feed.troubles).toContain('catchingUp');
    expect(serving.calls.map(({ id }) => id).sort()).toEqual(ids.toSorted());
  });
});

describe('kill -9 in the exchange of tokens [I-21]', () => {
  it('while the login is on its way: the next life signs in', async () => {
    const here = await ground();
    const honest = here.tamper;
    const asked = loses(here, isToken);
    const first = here.start();
    await asked;
    await first.kill();
    here.tamper = honest;
    await comesBack(here.start(), here);
    keptLimits(here);
  });

  it('when the platform has renewed the pair and the answer is lost: the old refresh token buys it back', async () => {
    // So short a life that every start renews it.
    const here = await ground({ expiresIn: 60 });
    const count = counted(here);
    const first = here.start();
    await first.says('"event":"login.finished"');
    await first.kill();

    const honest = here.tamper;
    const lost = loses(here, isRefresh);
    const second = here.start();
    await lost;
    await second.kill();
    here.tamper = honest;

    await comesBack(here.start(), here);
    expect(count).toEqual({ logins: 1, refreshes: 2 });
    keptLimits(here);
  });

  it('when the new pair is used for the first time: the next life has it', async () => {
    const here = await ground({ expiresIn: 60 });
    const count = counted(here);
    const first = here.start();
    await first.says('"event":"login.finished"');
    await first.kill();

    const honest = here.tamper;
    let renewed = false;
    const used = loses(here, (request) => {
      renewed ||= isRefresh(request);
      return renewed && !isToken(request);
    });
    const second = here.start();
    await used;
    await second.kill();
    here.tamper = honest;

    await comesBack(here.start(), here);
    expect(count).toMatchObject({ logins: 1 });
    keptLimits(here);
  });
});

describe('the folder', () => {
  it('P6: a second process ends at once, naming the holder; after kill -9 a third takes over', async () => {
    const here = await ground();
    const first = here.start();
    await first.says('Ringside is at');
    const second = here.start();
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(
      new RegExp(`in use by another process of Ringside: pid ${first.pid}, since \\d{4}-`),
    );
    expect(second.output()).not.toContain('    at ');
    await first.kill();
    const third = here.start();
    await third.says('"event":"memory.opened"');
    expect(third.output()).toMatch(/"outcome":"recovered".*"memory.opened"/);
    expect(await third.stop()).toBe(0);
    const fourth = here.start();
    await fourth.says('"event":"memory.opened"');
    expect(fourth.output()).toMatch(/"outcome":"kept".*"memory.opened"/);
  });
});
