// In:  the real app and its event worker, a simulated platform behind real sockets, one fault of the link after the other.
// Out: proof that no fault of the event SDK reaches the process, that the board says what it does not know, and that it mends itself.
// Never: a sleep. Row letters are those of the SDK's known failure modes.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startApp } from '@ringside/server/app';
import { realClock } from '../simulator/clock.ts';
import { serve } from '../simulator/server.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import type { RestOptions } from '../simulator/wire/options.ts';
import { simulatorCredentials } from '../simulator/wire/token-endpoints.ts';
import { apiToken, config } from './started-app.ts';

interface Board {
  readonly feed: { readonly state: string; readonly troubles: readonly string[]; readonly detail?: string };
  readonly calls: readonly { readonly id: string; readonly state: string; readonly missed?: boolean }[];
}

interface Station {
  readonly simulator: Simulator;
  board(): Promise<Board>;
  /** States and troubles the feed went through. */
  readonly seen: Set<string>;
}

const open: (() => Promise<unknown>)[] = [];
const patience = { timeout: 15_000, interval: 25 };

/** The link's real patience, shortened in proportion: minutes become moments. */
const timings = {
  ...{ probeAfterMs: 600, deadAfterMs: 1_000, tokenSpacingMs: 200, restartBaseMs: 100, restartCapMs: 400 },
  ...{ launchMs: 10_000, tokenMs: 3_000, greetingMs: 700, subscribeMs: 1_500, recoveryMs: 4_000 },
};
/** Upstream limits are another test's business. */
const rest: Partial<RestOptions> = { budgets: { light: 1000, medium: 1000, heavy: 1000, auth: 1000 } };

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function station(faults = '', options: Partial<RestOptions> = {}): Promise<Station> {
  const simulator = createSimulator({
    clock: realClock(),
    seed: 7,
    scenario: 'quiet',
    faults,
    rest: { ...rest, ...options },
  });
  const served = await serve(simulator, { port: 0 });
  open.push(() => served.close());
  const ringcentral = { serverUrl: served.url, ...simulatorCredentials };
  const app = await startApp({ ...config, ringcentral }, { wire: { timings }, random: () => 0.5 });
  open.push(() => app.close());
  const seen = new Set<string>();
  return {
    simulator,
    seen,
    board: async () => {
      const answer = await fetch(`${app.url}/api/v1/board`, { headers: { authorization: `Bearer ${apiToken}` } });
      const board = (await answer.json()) as Board;
      for (const word of [board.feed.state, ...board.feed.troubles]) seen.add(word);
      return board;
    },
  };
}

async function untilLive({ board }: Station): Promise<void> {
  await vi.waitFor(async () => expect((await board()).feed).toMatchObject({ state: 'live', troubles: [] }), patience);
}

let calls = 0;

/** A call that a person answers and that lasts long past the test; each time another person, for the last one still talks. */
function place({ simulator }: Station): string {
  const people = simulator.account.extensions.filter(({ type }) => type === 'User');
  const extensionId = people[calls++ % people.length]?.id ?? '';
  return simulator.place({
    kind: 'inbound',
    toExtensionId: extensionId,
    steps: [
      { do: 'answer', after: 50, extensionId },
      { do: 'hangUp', after: 600_000, by: 'caller' },
    ],
  });
}

const stateOf = (board: Board, id: string) => board.calls.find((call) => call.id === id)?.state;

/**
 * Events flow: a call talks on the board well before the 3–10 s late poll could tell. A call placed while the link was
 * not yet seen to be dead comes by poll; then the next one is waited for.
 */
async function untilHeard(here: Station): Promise<void> {
  const soon = { timeout: 1_500, interval: 25 };
  await vi.waitFor(async () => {
    const id = place(here);
    await vi.waitFor(async () => expect(stateOf(await here.board(), id)).toBe('talking'), soon);
  }, patience);
}

/** Sets faults on a link that works, cuts it, and waits until events flow again on their own. */
async function cutUnder(faults: string, fin = false): Promise<Station> {
  const here = await station();
  await untilLive(here);
  await untilHeard(here);
  if (faults) here.simulator.faults.set(faults);
  here.simulator.gateway.cut(fin);
  return here;
}

async function mends(here: Station): Promise<void> {
  await untilLive(here);
  await untilHeard(here);
}

describe('the fence', { timeout: 60_000 }, () => {
  it.each([['replay-glued'], ['replay-shuffled:delay=200'], ['']])(
    '[W1] a: a recovered link loses nothing of what happened meanwhile (%s)',
    async (faults) => {
      const here = await cutUnder(faults);
      const id = place(here);
      await vi.waitFor(async () => expect(stateOf(await here.board(), id)).toBe('talking'), patience);
      await mends(here);
    },
  );

  it.each([['recovery-failed:times=1'], ['recovery-silent:times=1']])(
    '[W1] b, c: a link whose session is not given back (%s)',
    async (faults) => {
      const here = await cutUnder(faults);
      await vi.waitFor(async () => {
        await here.board();
        expect(here.seen).toContain('eventsDown');
      }, patience);
      await mends(here);
      expect(here.simulator.faults.strikes()).toEqual({ [faults.split(':')[0] ?? '']: 1 });
    },
  );

  it.each([['upgrade-401:times=2'], ['upgrade-503:times=2'], ['upgrade-reset:times=2'], ['wstoken-expired:times=1']])(
    '[W9] d: a refused connection, first and later (%s)',
    async (faults) => {
      const here = await station(faults);
      await mends(here);
      here.simulator.faults.set(faults);
      here.simulator.gateway.cut(false);
      await vi.waitFor(() => expect(Object.values(here.simulator.faults.strikes())[0]).toBeGreaterThan(0), patience);
      await mends(here);
    },
  );

  it('[W4] e: a subscription refused after a failed recovery', async () => {
    const here = await cutUnder('recovery-failed:times=1,subscribe-503:times=1');
    await vi.waitFor(
      () => expect(here.simulator.faults.strikes()).toEqual({ 'recovery-failed': 1, 'subscribe-503': 1 }),
      patience,
    );
    await mends(here);
  });

  it.each([['notification-glued'], ['early-notification']])(
    '[W7] f: a notification before its subscription is known (%s)',
    async (fault) => {
      const here = await station(`${fault}:times=1`);
      await vi.waitFor(() => expect(here.simulator.faults.strikes()[fault]).toBe(1), patience);
      await untilHeard(here);
      await mends(here);
    },
  );

  it('[W2] g: a link that is silent although its connection stands', async () => {
    const here = await station('half-open:every=300;times=1');
    await vi.waitFor(() => expect(here.simulator.faults.strikes()['half-open']).toBe(1), patience);
    await vi.waitFor(async () => {
      await here.board();
      expect(here.seen).toContain('eventsDown');
    }, patience);
    await mends(here);
  });

  it.each([['no-connection-details'], ['error-instead'], ['answer-lost']])(
    '[W3] h, i: a link that never begins (%s)',
    async (fault) => {
      const here = await station(`${fault}:times=1`);
      await mends(here);
      expect(here.simulator.faults.strikes()).toEqual({ [fault]: 1 });
    },
  );

  it.each([
    ...[['garbage-frame'], ['object-frame'], ['array-frame'], ['null-frame'], ['empty-frame'], ['binary-frame']],
    ...[['bad-utf8-frame'], ['huge-frame']],
  ])('[W5] j: a frame that nobody can read (%s)', async (fault) => {
    const here = await station();
    await untilLive(here);
    here.simulator.faults.set(`${fault}:p=1;times=2`);
    await untilHeard(here);
    await mends(here);
    expect(here.simulator.faults.strikes()[fault]).toBeGreaterThan(0);
  });

  it('k: a token for the link refused: told, and not asked for in a hurry', async () => {
    const here = await station('wstoken-403');
    await vi.waitFor(async () => {
      const { feed } = await here.board();
      expect(feed.troubles).toContain('permissionMissing');
      expect(feed.detail).toContain('SubscriptionWebSocket');
    }, patience);
    const asked = here.simulator.rest.requests().paths['POST /restapi/oauth/wstoken'];
    expect(asked).toBeLessThanOrEqual(2);
  });

  it.each([['error-902:every=300;open=1;times=1'], ['error-903:every=300;times=1']])(
    '[W1] the server ends the link (%s)',
    async (faults) => {
      const here = await station(faults);
      await vi.waitFor(() => expect(Object.values(here.simulator.faults.strikes())[0]).toBe(1), patience);
      await mends(here);
    },
  );

  it('[W6] duplicates and reordering change nothing', async () => {
    const here = await station();
    await untilLive(here);
    here.simulator.faults.set('duplicate,reorder');
    await untilHeard(here);
  });

  it('[W1] a cut with a closing handshake', async () => {
    await mends(await cutUnder('', true));
  });

  it('leaves nothing behind upstream when the app closes', async () => {
    const here = await station();
    await untilLive(here);
    await open.pop()?.();
    expect(here.simulator.gateway.counts()).toMatchObject({ open: 0, subscribed: 0 });
    expect(here.simulator.rest.requests().paths['POST /restapi/oauth/revoke']).toBe(1);
  });
});
