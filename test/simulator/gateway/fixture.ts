import { virtualClock, type VirtualClock } from '../clock.ts';
import { createFaultRegistry, type FaultRegistry } from '../faults/registry.ts';
import { knownSocketFaults } from '../faults/known.ts';
import type { LinkLimits } from '../faults/model.ts';
import { json } from '../wire/answers.ts';
import { createCloud } from '../wire/cloud.ts';
import { defaultRestOptions } from '../wire/options.ts';
import { createRateGroups } from '../wire/rate-groups.ts';
import { fraction } from '../wire/seeded.ts';
import { createSubscriptionStore, type SubscriptionStore } from '../wire/subscriptions.ts';
import type { Principal } from '../wire/tokens.ts';
import type { Happening } from './envelope.ts';
import { Gateway } from './gateway.ts';
import { connectInProcess, type InProcessSocket, type ReceivedFrame } from './in-process.ts';
import { platformLimits } from './limits.ts';
import { createRequestHandler } from './requests.ts';

export const START = Date.parse('2026-03-03T14:00:00.000Z');
export const ACCOUNT = '401';
export const FILTER = '/restapi/v1.0/account/~/telephony/sessions';

export const admin: Principal = {
  sessionId: 'login-1',
  clientId: 'app',
  extensionId: '101',
  scopes: ['CallControl', 'ReadPresence'],
  admin: true,
};

/** A gateway alone, under a virtual clock: no world, no REST, tickets that always work. */
export interface GatewayFixture {
  readonly clock: VirtualClock;
  readonly faults: FaultRegistry;
  readonly gateway: Gateway;
  connect(wsc?: string, owner?: Principal): InProcessSocket;
  /** Connects, subscribes and lets the answer and its quiet time pass. */
  listener(filters?: readonly string[], owner?: Principal): InProcessSocket;
  /** Tells of one party's event now; the sequence counts on by itself. */
  happen(party?: Partial<HappeningParty>): void;
}

interface HappeningParty {
  readonly extensionId: string | undefined;
  readonly code: string;
  readonly reason: string;
  readonly direction: 'Inbound' | 'Outbound';
  readonly missedCall: boolean;
  readonly session: string;
}

export function gatewayFixture(
  options: { readonly faults?: string; readonly limits?: Partial<LinkLimits> } = {},
): GatewayFixture {
  const clock = virtualClock(START);
  let drawn = 0;
  const faults = createFaultRegistry({ clock, random: () => fraction('fixture', ++drawn), known: knownSocketFaults });
  const tickets = new Map<string, Principal>();
  const subscriptions = subscriptionStore(clock);
  let minted = 0;
  const gateway: Gateway = new Gateway({
    clock,
    seed: 1,
    faults,
    limits: { ...platformLimits, ...options.limits },
    accountId: ACCOUNT,
    redeemWsToken(token) {
      const owner = tickets.get(token);
      tickets.delete(token);
      return owner;
    },
    request: createRequestHandler({
      clock,
      faults,
      accountId: ACCOUNT,
      origin: () => 'http://127.0.0.1',
      subscriptions,
      rates: createRateGroups(clock, defaultRestOptions),
      penaltyMs: 60_000,
      rest: (_owner, request) => json(200, { path: request.path, query: request.query.toString() }),
      renewWsc: (connection) => gateway.renewWsc(connection.session),
    }),
    stands: (id) => subscriptions.get(id) !== undefined,
    forgotten: ({ subscription }) => void (subscription && subscriptions.delete(subscription.id)),
  });
  if (options.faults) faults.set(options.faults);

  const connect = (wsc?: string, owner = admin) => {
    const ticket = `ticket-${++minted}`;
    tickets.set(ticket, owner);
    return connectInProcess(
      gateway.upgrade(new URLSearchParams({ access_token: ticket, ...(wsc === undefined ? {} : { wsc }) })),
    );
  };
  let sequence = 1;
  return {
    clock,
    faults,
    gateway,
    connect,
    listener(filters = [FILTER], owner = admin) {
      const socket = connect(undefined, owner);
      socket.send(subscribe(filters));
      clock.advance(100);
      return socket;
    },
    happen: (party = {}) => gateway.publish(happening(party, ++sequence, clock.now()), clock.now()),
  };
}

/** The store that REST shares, for a company of nobody. */
function subscriptionStore(clock: VirtualClock): SubscriptionStore {
  const account = { id: ACCOUNT, mainNumber: '+12025550100', extensions: [], queues: [], adminExtensionId: '101' };
  const live = { sessions: () => [], session: () => undefined, apply: () => undefined };
  return createSubscriptionStore(createCloud({ account, live, clock, seed: 1, options: defaultRestOptions }));
}

/** The frame that asks for a subscription. */
export function subscribe(eventFilters: readonly string[] = [FILTER], messageId = 'm/1'): unknown {
  const meta = { type: 'ClientRequest', messageId, method: 'POST', path: '/restapi/v1.0/subscription', headers: {} };
  return [meta, { deliveryMode: { transportType: 'WebSocket' }, eventFilters }];
}

/** The frame of a request without body. */
export function ask(method: string, path: string, messageId = 'm/2'): unknown {
  return [{ type: 'ClientRequest', messageId, method, path, headers: {} }];
}

function happening(party: Partial<HappeningParty>, sequence: number, at: number): Happening {
  const {
    extensionId = '101',
    code = 'Proceeding',
    direction = 'Inbound',
    missedCall = false,
    session = 's-1',
    reason,
  } = party;
  const own = 'extensionId' in party && party.extensionId === undefined ? {} : { extensionId };
  const status = { code, rcc: false, ...(reason === undefined ? {} : { reason }) };
  const ends = { from: { phoneNumber: '+12025550101' }, to: { phoneNumber: '+12025550100' } };
  return {
    event: `/restapi/v1.0/account/${ACCOUNT}/telephony/sessions`,
    telephonySessionId: session,
    party: { ...own, direction, missedCall, ...ends, status },
    body: {
      sequence,
      telephonySessionId: session,
      sessionId: '1',
      serverId: 'x',
      eventTime: new Date(at).toISOString(),
      parties: [{ accountId: ACCOUNT, ...own, id: 'p-1-1', direction, ...ends, status, missedCall }],
      origin: { type: 'Call' },
    } as Happening['body'],
  };
}

/** Id of the newest subscription a socket was granted. */
export function subscriptionOf(socket: InProcessSocket): string {
  const ids = ofType(socket, 'ClientRequest').flatMap(({ body }) => (body as { id?: string } | undefined)?.id ?? []);
  return ids.at(-1) ?? '';
}

/** The frames of one kind. */
export function ofType(socket: InProcessSocket, type: string): readonly ReceivedFrame[] {
  return socket.frames.filter(({ meta }) => meta['type'] === type);
}

/** Sequence numbers of the notifications received, in order of receipt. */
export function heard(socket: InProcessSocket): readonly number[] {
  return ofType(socket, 'ServerNotification').map(({ body }) => (body as { body: { sequence: number } }).body.sequence);
}

/** The newest recovery token a socket was given. */
export function wscOf(socket: InProcessSocket): string {
  const tokens = socket.frames.flatMap(
    ({ meta }) => (meta['wsc'] as { token: string; sequence: number } | undefined) ?? [],
  );
  return tokens.sort((a, b) => b.sequence - a.sequence)[0]?.token ?? '';
}
