import type { FaultRegistry } from '../faults/registry.ts';
import { json, noContent } from '../wire/answers.ts';
import { ApiProblem, badParameter, notFound, rateExceeded, unknownUri } from '../wire/errors.ts';
import type { Clock, WireRequest, WireResponse } from '../wire/model.ts';
import type { RateGroups } from '../wire/rate-groups.ts';
import type { SubscriptionStore } from '../wire/subscriptions.ts';
import { ownerKey, type Principal } from '../wire/tokens.ts';
import { ANSWER_MS, type Connection } from './connection.ts';
import { parseFilter, type EventFilter } from './filters.ts';
import type { ClientRequest } from './frames.ts';

export interface RequestDeps {
  readonly clock: Clock;
  readonly faults: FaultRegistry;
  readonly accountId: string;
  readonly subscriptions: SubscriptionStore;
  readonly rates: Pick<RateGroups, 'admit' | 'penalise'>;
  readonly penaltyMs: number;
  /** Absolute links are built from it. */
  readonly origin: () => string;
  /** REST over the socket: same endpoints and budgets, no bearer. */
  rest(owner: Principal, request: WireRequest): WireResponse;
  /** A new subscription comes with a new recovery token. */
  renewWsc(connection: Connection): void;
}

/** Events wait this long after the answer to their subscription, ms, so that a client has had a turn to store its id. */
const QUIET_MS = 50;
const SUBSCRIPTION = /^\/restapi\/v1\.0\/subscription(?:\/([^/]*))?$/;

/** Answers what a client asks over its socket: what changes its subscription here, everything else by REST. */
export function createRequestHandler(
  deps: RequestDeps,
): (connection: Connection, request: ClientRequest) => WireResponse {
  return (connection, { method, path, query, headers, body }) => {
    const request: WireRequest = { method, path, query, headers, body, origin: deps.origin() };
    // Tokens are had over HTTP alone.
    if (path.startsWith('/restapi/oauth/')) return unknownUri().response;
    const match = SUBSCRIPTION.exec(path);
    if (!match || !['POST', 'PUT', 'DELETE'].includes(method)) return deps.rest(connection.session.owner, request);
    const id = match[1] ?? '';
    const answer = deps.faults.alter(
      request,
      attempt(() => charged(deps, connection, request, id)),
    );
    if (method === 'POST' && answer.status === 200) listen(deps, connection, answer);
    return answer;
  };
}

function attempt(make: () => WireResponse): WireResponse {
  try {
    return make();
  } catch (error) {
    if (error instanceof ApiProblem) return error.response;
    throw error;
  }
}

/** Subscription changes are Medium, over the socket as over HTTP. */
function charged(deps: RequestDeps, connection: Connection, request: WireRequest, id: string): WireResponse {
  const owner = ownerKey(connection.session.owner);
  const verdict = deps.rates.admit(owner, 'medium');
  if (!verdict.admitted) throw rateExceeded(verdict);
  const faulty = deps.faults.answer(request);
  if (faulty?.status === 429) deps.rates.penalise(owner, 'medium', deps.penaltyMs);
  const answer = faulty ?? changed(deps, connection, request, id);
  return { ...answer, headers: { ...verdict.headers, ...answer.headers } };
}

function changed(deps: RequestDeps, connection: Connection, request: WireRequest, id: string): WireResponse {
  if (id === '' && request.method === 'POST') return create(deps, connection, request);
  const { session } = connection;
  // Over a socket a client changes the subscription of that socket alone.
  if (id === '' || session.subscription?.id !== id) throw notFound('subscriptionId', id);
  if (request.method === 'PUT') return update(deps, connection, request);
  deps.subscriptions.delete(id);
  session.subscription = undefined;
  return noContent();
}

function create({ subscriptions }: RequestDeps, { session }: Connection, request: WireRequest): WireResponse {
  const created = subscriptions.create(session.owner, bodyOf(request), 'WebSocket');
  // One subscription per connection: the new one ends the one before.
  if (session.subscription) subscriptions.delete(session.subscription.id);
  session.subscription = undefined;
  return json(200, subscriptions.show(created, request.origin));
}

function update(deps: RequestDeps, { session }: Connection, request: WireRequest): WireResponse {
  const { subscription: live, owner } = session;
  const updated = live && deps.subscriptions.update(live.id, bodyOf(request));
  if (!live || !updated) throw notFound('subscriptionId', live?.id ?? '');
  session.subscription = { ...live, filters: understood(deps, owner, updated.filters) };
  return json(200, deps.subscriptions.show(updated, request.origin));
}

function bodyOf({ body }: WireRequest): unknown {
  if (body === '') throw badParameter('body');
  return JSON.parse(body);
}

/** From the answer that really leaves, so that a fault which narrows the grant narrows the stream as well. */
function listen(deps: RequestDeps, connection: Connection, answer: WireResponse): void {
  const { session } = connection;
  const granted = JSON.parse(String(answer.body)) as { readonly id: string; readonly eventFilters: readonly string[] };
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
