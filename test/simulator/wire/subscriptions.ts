/**
 * In:  what a client wants to be told of, over REST or over the socket.
 * Out: subscriptions with the filters that were granted and those that were not.
 * Never: delivery. The socket gateway reads this store and sends.
 */
import type SubscriptionInfo from '@rc-ex/core/definitions/SubscriptionInfo';
import { isoTime } from './answers.ts';
import type { Cloud } from './cloud.ts';
import { compact } from './compact.ts';
import { type ApiProblem, badParameter, problem, scopeMissing } from './errors.ts';
import { judgeFilter } from './event-filters.ts';
import { opaqueId } from './seeded.ts';
import { ownerKey, type Principal } from './tokens.ts';

export type Transport = 'WebHook' | 'WebSocket';

export interface Subscription {
  readonly id: string;
  readonly principal: Principal;
  /** Granted filters, with real ids in place of `~`. */
  readonly filters: readonly string[];
  readonly disabled: readonly { readonly filter: string; readonly reason: string; readonly message: string }[];
  readonly transport: Transport;
  /** WebHook only. */
  readonly address?: string;
  readonly verificationToken?: string;
  readonly createdAt: number;
  /** ms since the epoch; a WebSocket subscription lives as long as its socket, whatever this says. */
  readonly expiresAt: number;
  /** s */
  readonly expiresIn: number;
}

export interface SubscriptionStore {
  /** Creates from a request body; `transport` is the one this door serves. Throws ApiProblem (CMN-101, CMN-401, SUB-*). */
  create(principal: Principal, body: unknown, transport: Transport): Subscription;
  get(id: string): Subscription | undefined;
  list(principal: Principal): readonly Subscription[];
  /** Another full term; undefined when it is unknown or has expired. */
  renew(id: string): Subscription | undefined;
  /** New filters and term from a request body. */
  update(id: string, body: unknown): Subscription | undefined;
  delete(id: string): boolean;
  /** The subscription as the platform prints it. */
  show(subscription: Subscription, origin: string): SubscriptionInfo;
}

/** s; the longest and the usual lives. Source: the subscription guide; the socket's from a recorded answer. */
const TERMS = { WebHook: { usual: 604_800, most: 315_360_000 }, WebSocket: { usual: 900, most: 900 } } as const;
/** Per user and app. */
const MOST_SUBSCRIPTIONS = 30;

const subProblem = (code: string, message: string, status = 400): ApiProblem => problem({ status, code, message });

type Body = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function filtersIn(body: Body): readonly string[] {
  const filters = body['eventFilters'];
  const isList =
    Array.isArray(filters) && filters.length > 0 && filters.every((one) => typeof one === 'string' && one !== '');
  if (!isList) throw badParameter('eventFilters');
  return filters as string[];
}

function termIn(body: Body, transport: Transport): number {
  const term = body['expiresIn'];
  if (term === undefined) return TERMS[transport].usual;
  if (typeof term !== 'number' || !Number.isInteger(term) || term < 1)
    throw badParameter('expiresIn', JSON.stringify(term));
  return Math.min(term, TERMS[transport].most);
}

class Store implements SubscriptionStore {
  readonly #cloud: Cloud;
  readonly #all = new Map<string, Subscription>();
  #created = 0;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  create(principal: Principal, body: unknown, transport: Transport): Subscription {
    if (!isObject(body)) throw badParameter('body');
    const mode = body['deliveryMode'];
    if (!isObject(mode) || mode['transportType'] !== transport) throw badParameter('deliveryMode.transportType');
    if (this.list(principal).length >= MOST_SUBSCRIPTIONS) throw subProblem('SUB-505', 'Subscriptions limit exceeded');
    const delivery = transport === 'WebHook' ? this.#webhook(principal, mode) : {};
    const id = opaqueId(32, this.#cloud.seed, 'subscription', ++this.#created);
    const subscription = {
      id,
      principal,
      transport,
      ...delivery,
      ...this.#grant(principal, filtersIn(body)),
      ...this.#term(termIn(body, transport)),
      createdAt: this.#cloud.clock.now(),
    };
    this.#all.set(id, subscription);
    return subscription;
  }

  get(id: string): Subscription | undefined {
    const found = this.#all.get(id);
    const over = found?.transport === 'WebHook' && this.#cloud.clock.now() >= found.expiresAt;
    if (over) this.#all.delete(id);
    return over ? undefined : found;
  }

  list(principal: Principal): readonly Subscription[] {
    const mine = [...this.#all.values()].filter((one) => ownerKey(one.principal) === ownerKey(principal));
    return mine.filter(({ id }) => this.get(id) !== undefined);
  }

  renew(id: string): Subscription | undefined {
    const found = this.get(id);
    return found && this.#put({ ...found, ...this.#term(found.expiresIn) });
  }

  update(id: string, body: unknown): Subscription | undefined {
    const found = this.get(id);
    if (found === undefined) return undefined;
    if (!isObject(body)) throw badParameter('body');
    const granted = this.#grant(found.principal, filtersIn(body));
    return this.#put({ ...found, ...granted, ...this.#term(termIn(body, found.transport)) });
  }

  delete(id: string): boolean {
    return this.#all.delete(id);
  }

  show(subscription: Subscription, origin: string): SubscriptionInfo {
    const { id, transport, address, disabled, expiresAt } = subscription;
    const now = this.#cloud.clock.now();
    const left = transport === 'WebSocket' ? TERMS.WebSocket.usual : Math.max(1, Math.floor((expiresAt - now) / 1000));
    return compact({
      id,
      uri: `${origin}/restapi/v1.0/subscription/${id}`,
      eventFilters: [...subscription.filters],
      disabledFilters: disabled.length === 0 ? undefined : [...disabled],
      creationTime: isoTime(subscription.createdAt),
      expirationTime: isoTime(now + left * 1000),
      expiresIn: left,
      status: 'Active' as const,
      deliveryMode:
        transport === 'WebHook'
          ? { transportType: transport, address, encryption: false }
          : { transportType: transport, encryption: false },
    }) as SubscriptionInfo;
  }

  #put(subscription: Subscription): Subscription {
    this.#all.set(subscription.id, subscription);
    return subscription;
  }

  #term(expiresIn: number): Pick<Subscription, 'expiresIn' | 'expiresAt'> {
    return { expiresIn, expiresAt: this.#cloud.clock.now() + expiresIn * 1000 };
  }

  /** Filters without their scope come back in `disabledFilters` with 200; when none is left the request fails. */
  #grant(principal: Principal, raw: readonly string[]): Pick<Subscription, 'filters' | 'disabled'> {
    const judged = raw.map((one) => judgeFilter(one, principal, this.#cloud.account.id));
    const unknown = judged.find(({ fault }) => fault?.kind === 'unknown');
    if (unknown !== undefined) throw subProblem('SUB-508', `Event filter [${unknown.filter}] is not supported`);
    const filters = judged.filter(({ fault }) => fault === undefined).map(({ filter }) => filter);
    const disabled = judged.flatMap(({ filter, fault }) => {
      if (fault?.kind !== 'missing') return [];
      return [{ filter, reason: 'CMN-401', message: `Application does not have [${fault.scope}] permission` }];
    });
    const lacking = judged.flatMap(({ fault }) => (fault?.kind === 'missing' ? [fault.scope] : []));
    if (filters.length === 0 && lacking[0] !== undefined) throw scopeMissing(lacking[0]);
    return { filters, disabled };
  }

  #webhook(principal: Principal, mode: Body): Pick<Subscription, 'address' | 'verificationToken'> {
    if (!principal.scopes.includes('SubscriptionWebhook')) throw scopeMissing('SubscriptionWebhook');
    const { address, verificationToken } = mode;
    if (typeof address !== 'string' || !URL.canParse(address)) throw badParameter('deliveryMode.address');
    const { protocol } = new URL(address);
    const allowed = protocol === 'https:' || (protocol === 'http:' && this.#cloud.options.allowPlainWebhooks);
    if (!allowed) throw subProblem('SUB-523', 'HTTPS is required for the address of a webhook');
    return compact({
      address,
      verificationToken: typeof verificationToken === 'string' ? verificationToken : undefined,
    });
  }
}

/** An empty store. */
export function createSubscriptionStore(cloud: Cloud): SubscriptionStore {
  return new Store(cloud);
}
