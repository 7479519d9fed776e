import type { FaultRegistry } from '../faults/registry.ts';
import { json, noContent } from '../wire/answers.ts';
import { ApiProblem, badParameter, notFound } from '../wire/errors.ts';
import type { Clock, WireRequest, WireResponse } from '../wire/model.ts';
import type { Principal } from '../wire/tokens.ts';
import { ANSWER_MS, type Connection } from './connection.ts';
import { parseFilter, type EventFilter } from './filters.ts';
import type { ClientRequest } from './frames.ts';

/** A subscription as the platform describes it; `disabledFilters` is how a partial grant is told. */
export interface GrantedSubscription {
  readonly id: string;
  readonly eventFilters: readonly string[];
}

/** What the gateway asks of the store of subscriptions it shares with REST. Refusals are thrown as ApiProblem. */
export interface SubscriptionDoor {
  create(owner: Principal, eventFilters: readonly string[], origin: string): GrantedSubscription;
  describe(owner: Principal, id: string, origin: string): GrantedSubscription | undefined;
  list(owner: Principal, origin: string): readonly GrantedSubscription[];
  update(owner: Principal, id: string, eventFilters: readonly string[], origin: string): GrantedSubscription | undefined;
  remove(id: string): void;
}

export interface RequestDeps {
  readonly clock: Clock;
  readonly faults: FaultRegistry;
  readonly accountId: string;
  readonly subscriptions: SubscriptionDoor;
  /** Absolute links are built from it. */
  readonly origin: () => string;
  /** REST over the socket. */
  rest(request: WireRequest, owner: Principal): WireResponse;
  /** A new subscription comes with a new recovery token. */
  renewWsc(connection: Connection): void;
}

/** Events wait this long after the answer to their subscription, ms, so that a client has had a turn to store its id. */
const QUIET_MS = 50;
const SUBSCRIPTION = /^\/restapi\/v1\.0\/subscription(?:\/([^/]*))?$/;

/** Answers what a client asks over its socket: subscriptions here, everything else by REST. */
export function createRequestHandler(deps: RequestDeps): (connection: Connection, request: ClientRequest) => WireResponse {
  return (connection, request) => {
    const wire = toWire(request, deps.origin());
    const match = SUBSCRIPTION.exec(request.path);
    if (!match) return deps.rest(wire, connection.session.owner);
    const answer = deps.faults.answer(wire) ?? deps.faults.alter(wire, attempt(() => subscription(deps, connection, wire, match[1])));
    if (request.method === 'POST' && answer.status === 200) listen(deps, connection, answer);
    return answer;
  };
}

function toWire({ method, path, query, headers, body }: ClientRequest, origin: string): WireRequest {
  return { method, path, query, headers, body, origin };
}

function attempt(make: () => WireResponse): WireResponse {
  try {
    return make();
  } catch (error) {
    if (error instanceof ApiProblem) return error.response;
    throw error;
  }
}

function subscription(deps: RequestDeps, connection: Connection, request: WireRequest, id = ''): WireResponse {
  const { subscriptions } = deps;
  const { session } = connection;
  if (id === '') {
    if (request.method === 'POST') return create(deps, connection, request);
    if (request.method === 'GET') return json(200, { records: subscriptions.list(session.owner, request.origin) });
    throw notFound('subscriptionId', id);
  }
  // Over a socket a client reaches the subscription of that socket alone.
  if (session.subscription?.id !== id) throw notFound('subscriptionId', id);
  switch (request.method) {
    case 'GET':
      return json(200, subscriptions.describe(session.owner, id, request.origin));
    case 'PUT':
      return update(deps, connection, request);
    case 'DELETE':
      subscriptions.remove(id);
      session.subscription = undefined;
      return noContent();
    default:
      throw notFound('subscriptionId', id);
  }
}

function create(deps: RequestDeps, { session }: Connection, request: WireRequest): WireResponse {
  const body = readBody(request);
  const transport = body.deliveryMode?.transportType;
  if (transport !== 'WebSocket') throw badParameter('deliveryMode.transportType', transport);
  const granted = deps.subscriptions.create(session.owner, filtersOf(body), request.origin);
  // One subscription per connection: the new one ends the one before.
  if (session.subscription) deps.subscriptions.remove(session.subscription.id);
  session.subscription = undefined;
  return json(200, granted);
}

function update(deps: RequestDeps, { session }: Connection, request: WireRequest): WireResponse {
  const { subscription: live, owner } = session;
  const granted = live && deps.subscriptions.update(owner, live.id, filtersOf(readBody(request)), request.origin);
  if (!live || !granted) throw notFound('subscriptionId', live?.id ?? '');
  session.subscription = { ...live, filters: understood(deps, owner, granted.eventFilters) };
  return json(200, granted);
}

/** From the answer that really leaves, so that a fault which narrows the grant narrows the stream as well. */
function listen(deps: RequestDeps, connection: Connection, answer: WireResponse): void {
  const { session } = connection;
  const granted = JSON.parse(String(answer.body)) as GrantedSubscription;
  const words = deps.faults.firstWords();
  if (words) connection.withholdAnswer(words);
  const quietMs = ANSWER_MS + (answer.delayMs ?? 0) + (words ? 1 : QUIET_MS);
  const filters = understood(deps, session.owner, granted.eventFilters);
  session.subscription = { id: granted.id, filters, quietUntil: deps.clock.now() + quietMs };
  deps.renewWsc(connection);
}

function understood({ accountId }: RequestDeps, owner: Principal, filters: readonly string[]): readonly EventFilter[] {
  const listener = { accountId, extensionId: owner.extensionId, admin: owner.admin };
  return filters.flatMap((text) => parseFilter(text, listener) ?? []);
}

interface SubscriptionBody {
  readonly eventFilters?: unknown;
  readonly deliveryMode?: { readonly transportType?: string };
}

function readBody({ body }: WireRequest): SubscriptionBody {
  return body === '' ? {} : (JSON.parse(body) as SubscriptionBody);
}

function filtersOf({ eventFilters }: SubscriptionBody): readonly string[] {
  const filters = Array.isArray(eventFilters) ? eventFilters.filter((one) => typeof one === 'string') : [];
  if (filters.length === 0) throw badParameter('eventFilters');
  return filters;
}
