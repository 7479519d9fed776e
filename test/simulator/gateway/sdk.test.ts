import type WebSocketExtension from '@rc-ex/ws';
import { SDK } from '@ringcentral/sdk';
import { Subscriptions } from '@ringcentral/subscriptions';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { realClock } from '../clock.ts';
import { serve, type Served } from '../server.ts';
import { createSimulator, type Simulator } from '../simulator.ts';
import { simulatorCredentials } from '../wire/token-endpoints.ts';

interface Heard {
  readonly uuid: string;
  readonly body: { readonly sequence: number; readonly telephonySessionId: string };
}

interface Station {
  readonly simulator: Simulator;
  readonly served: Served;
  readonly sdk: SDK;
}

const open: (() => Promise<unknown>)[] = [];
const patience = { timeout: 10_000, interval: 20 };

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A served simulator and the official SDK, logged in. */
async function station(): Promise<Station> {
  const simulator = createSimulator({ clock: realClock(), seed: 7, scenario: 'quiet', reusableTickets: true });
  const served = await serve(simulator, { port: 0 });
  open.push(() => served.close());
  const { clientId, clientSecret, jwt } = simulatorCredentials;
  const sdk = new SDK({ server: served.url, clientId, clientSecret, cachePrefix: served.url });
  await sdk.platform().login({ jwt });
  return { simulator, served, sdk };
}

/** The unmodified subscriptions package, registered for the account's telephony sessions. */
async function listen({ sdk }: Station) {
  const heard: Heard[] = [];
  const subscription = new Subscriptions({ sdk }).createSubscription();
  subscription.setEventFilters(['/restapi/v1.0/account/~/telephony/sessions']);
  subscription.on(subscription.events.notification, (event: Heard) => heard.push(event));
  const { wse } = await subscription.register();
  // The declared type of `wse` is an interface narrower than what is there.
  const extension = wse as unknown as WebSocketExtension;
  open.push(() => extension.revoke());
  return { heard, extension };
}

const ofCall = (heard: readonly Heard[], id: string) =>
  heard.filter(({ body }) => body.telephonySessionId === id).map(({ body }) => body.sequence);

describe('the official packages, unmodified', () => {
  it('log in, read the account and the live calls', async () => {
    const { sdk, simulator } = await station();
    const account = await (await sdk.platform().get('/restapi/v1.0/account/~')).json();
    expect(String(account.id)).toBe(simulator.account.id);
    const calls = await (await sdk.platform().get('/restapi/v1.0/account/~/active-calls')).json();
    expect(calls.records).toEqual([]);
  });

  it('subscribe, hear a placed call, and get what they missed after a cut', { timeout: 30_000 }, async () => {
    const here = await station();
    const { heard, extension } = await listen(here);
    const user = here.simulator.account.extensions.find(({ type }) => type === 'User');
    const place = (talkMs: number) =>
      here.simulator.place({
        kind: 'inbound',
        ...(user ? { toExtensionId: user.id } : {}),
        steps: [
          { do: 'answer', after: 100, ...(user ? { extensionId: user.id } : {}) },
          { do: 'hangUp', after: talkMs, by: 'caller' },
        ],
      });
    const first = place(100);
    const truth = (id: string) => here.simulator.truth().find((call) => call.id === id);
    await vi.waitFor(() => expect(truth(first)?.state).toBe('ended'), patience);
    const length = here.simulator.rest.live.session(first)?.sequence ?? 0;
    await vi.waitFor(() => expect(ofCall(heard, first).at(-1)).toBe(length), patience);
    expect(ofCall(heard, first)).toEqual(Array.from({ length: length - 1 }, (_, index) => index + 2));

    const recovered = vi.fn();
    extension.eventEmitter.on('autoRecoverSuccess', recovered);
    here.simulator.gateway.cut(false);
    const second = place(100);
    await vi.waitFor(() => expect(recovered).toHaveBeenCalled(), patience);
    const all = () =>
      Array.from({ length: (here.simulator.rest.live.session(second)?.sequence ?? 0) - 1 }, (_, index) => index + 2);
    await vi.waitFor(() => {
      expect(truth(second)?.state).toBe('ended');
      expect(ofCall(heard, second)).toEqual(all());
    }, patience);
    expect(new Set(heard.map(({ uuid }) => uuid)).size).toBe(heard.length);
  });
});
