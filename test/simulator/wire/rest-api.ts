/**
 * In:  requests as values, the world behind them, the faults that are on.
 * Out: the platform's REST answers, and a tally of how well the client behaved.
 * Never: sockets, timers, or advancing the world; its owner brings it up to now before a request comes in.
 */
import type { World } from '../pbx/model.ts';
import { accountRoutes } from './account.ts';
import { activeCallsRoutes } from './active-calls.ts';
import { createCallLogBook } from './call-log-book.ts';
import { callLogSyncRoutes } from './call-log-sync.ts';
import { callLogRoutes } from './call-log.ts';
import { callQueueRoutes } from './call-queues.ts';
import { createCloud, type Cloud } from './cloud.ts';
import { directoryRoutes } from './directory.ts';
import {
  ApiProblem,
  methodNotAllowed,
  notFound,
  rateExceeded,
  unauthorised,
  unknownUri,
  unsupportedMedia,
} from './errors.ts';
import { extensionRoutes } from './extensions.ts';
import { createLiveStore, type LiveStore } from './live-sessions.ts';
import type { Clock, WireRequest, WireResponse } from './model.ts';
import { defaultRestOptions, type RestOptions } from './options.ts';
import { presenceRoutes } from './presence.ts';
import { createRateGroups, type RateGroup, type RateGroups } from './rate-groups.ts';
import { recordingRoutes } from './recordings.ts';
import { createRequestLog, type RequestsReport } from './request-log.ts';
import { authorise, matchPath, type PublicRoute, type Route } from './routes.ts';
import { subscriptionRoutes } from './subscription-endpoints.ts';
import { createSubscriptionStore, type SubscriptionStore } from './subscriptions.ts';
import { telephonySessionRoutes } from './telephony-sessions.ts';
import { bearerTokenRoutes, claimedClient, oauthRoutes } from './token-endpoints.ts';
import { createTokenStore, ownerKey, type Principal, type TokenStore } from './tokens.ts';

/** The REST hooks of the faults that are on. */
export interface RestFaults {
  answer(request: WireRequest): WireResponse | undefined;
  alter(request: WireRequest, response: WireResponse): WireResponse;
}

export interface RestApiDeps {
  readonly world: World;
  readonly clock: Clock;
  readonly seed: number;
  readonly options?: Partial<RestOptions>;
  readonly faults?: RestFaults;
  /** Made here when absent. */
  readonly live?: LiveStore;
}

export interface RestApi {
  handle(request: WireRequest): WireResponse;
  /** A request that came over somebody's socket: no bearer, the same budgets. */
  handleAs(principal: Principal, request: WireRequest): WireResponse;
  readonly tokens: TokenStore;
  readonly subscriptions: SubscriptionStore;
  readonly rates: RateGroups;
  readonly live: LiveStore;
  /** What has been asked so far, for `GET /simulator/requests`. */
  requests(): RequestsReport;
  /** `METHOD path` of every operation served. */
  readonly operations: readonly string[];
}

interface Found<T> {
  readonly route: T;
  readonly params: Readonly<Record<string, string>>;
}

/** The route of this method and path; throws CMN-120 or 405. */
function find<T extends { method: string; path: string }>(
  routes: readonly T[],
  method: string,
  path: string,
): Found<T> | undefined {
  const known = routes.flatMap((route) => {
    const params = matchPath(route.path, path);
    return params === undefined ? [] : [{ route, params }];
  });
  const found = known.find(({ route }) => route.method === method);
  if (found === undefined && known.length > 0) throw methodNotAllowed(known.map(({ route }) => route.method));
  return found;
}

function bearerOf(request: WireRequest, tokens: TokenStore): Principal {
  // Media links may carry the token in the query, because a player sends no header.
  const inQuery = request.path.endsWith('/content') ? request.query.get('access_token') : null;
  const [scheme, token] = (inQuery === null ? (request.headers['authorization'] ?? '') : `bearer ${inQuery}`).split(
    ' ',
  );
  if (scheme === undefined || scheme === '') throw unauthorised('AGW-401');
  // The SDK repeats the token type in the case the server gave it.
  if (scheme.toLowerCase() !== 'bearer' || token === undefined) throw unauthorised('AGW-402');
  const principal = tokens.bearer(token);
  if (typeof principal === 'string') throw unauthorised(principal);
  return principal;
}

/** Path parameters with `~` replaced by the caller's own ids; another account is not found. */
function resolve(
  cloud: Cloud,
  principal: Principal,
  params: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const own: Readonly<Record<string, string>> = { accountId: cloud.account.id, extensionId: principal.extensionId };
  const resolved = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, value === '~' ? (own[name] ?? value) : value]),
  );
  const { accountId, extensionId } = resolved;
  if (accountId !== undefined && accountId !== cloud.account.id) throw notFound('accountId', accountId);
  if (extensionId !== undefined && cloud.extension(extensionId) === undefined)
    throw notFound('extensionId', extensionId);
  return resolved;
}

function refuseMedia(route: Route, request: WireRequest): void {
  const type = request.headers['content-type'] ?? '';
  // The SDK announces JSON even where it sends nothing, so only a real body is judged.
  if (request.body === '' || route.method === 'GET' || route.method === 'DELETE') return;
  if (!(route.accepts ?? ['application/json']).some((one) => type.startsWith(one))) throw unsupportedMedia(type);
}

const noFaults: RestFaults = { answer: () => undefined, alter: (_request, response) => response };

/** Adds the rate headers; a 401 never carries them. */
const withHeaders = (response: WireResponse, headers: Readonly<Record<string, string>>): WireResponse =>
  response.status === 401 ? response : { ...response, headers: { ...headers, ...response.headers } };

/** Runs `task`, turning a thrown problem into its answer. Anything else thrown is a bug and goes on. */
function answered(task: () => WireResponse): WireResponse {
  try {
    return task();
  } catch (error) {
    if (error instanceof ApiProblem) return error.response;
    throw error;
  }
}

interface Parts {
  readonly cloud: Cloud;
  readonly tokens: TokenStore;
  readonly rates: RateGroups;
  readonly faults: RestFaults;
  readonly open: readonly PublicRoute[];
  readonly routes: readonly Route[];
}

/**
 * Charges the request to its user and app, answers it or refuses it, and adds the rate headers.
 * A 429 that a fault made up begins a real penalty too, so that touching it is counted.
 */
function charged(
  { rates, cloud }: Parts,
  who: Pick<Principal, 'clientId' | 'extensionId'>,
  group: RateGroup,
  task: () => WireResponse,
): WireResponse {
  const verdict = rates.admit(ownerKey(who), group);
  const response = answered(() => {
    if (!verdict.admitted) throw rateExceeded(verdict);
    return task();
  });
  if (verdict.admitted && response.status === 429) rates.penalise(ownerKey(who), group, cloud.options.penaltyMs);
  return withHeaders(response, verdict.headers);
}

/** One trailing slash is forgiven: the guide's own sample has it. */
const pathOf = ({ path }: WireRequest): string => (path.length > 1 ? path.replace(/\/$/, '') : path);

function serveAs(parts: Parts, request: WireRequest, identify: () => Principal): WireResponse {
  const { cloud, faults } = parts;
  const path = pathOf(request);
  const found = find(parts.routes, request.method, path);
  if (found === undefined) throw unknownUri();
  const { route } = found;
  const principal = identify();
  return charged(parts, principal, route.group, () => {
    const faulty = faults.answer(request);
    if (faulty !== undefined) return faulty;
    const params = resolve(cloud, principal, found.params);
    authorise(route, principal, params);
    refuseMedia(route, request);
    const real = route.path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
    return route.handle({ request, principal, params, path: real, now: cloud.clock.now() });
  });
}

function serve(parts: Parts, request: WireRequest): WireResponse {
  const open = find(parts.open, request.method, pathOf(request));
  if (open === undefined) return serveAs(parts, request, () => bearerOf(request, parts.tokens));
  // Before the grant is known there is no user to charge, so the own user of the app that asks pays for every attempt.
  const extensionId = parts.cloud.account.adminExtensionId;
  const app = { clientId: claimedClient(request) ?? 'nobody', extensionId };
  return charged(parts, app, 'auth', () => parts.faults.answer(request) ?? open.route.handle(request));
}

function partsOf(deps: RestApiDeps): Parts & Pick<RestApi, 'live' | 'subscriptions'> {
  const { clock, seed, world, faults = noFaults } = deps;
  const options = { ...defaultRestOptions, ...deps.options };
  const live = deps.live ?? createLiveStore({ world, clock });
  const cloud = createCloud({ account: world.account, live, clock, seed, options });
  const tokens = createTokenStore({ clock, seed, options });
  const rates = createRateGroups(clock, options);
  const subscriptions = createSubscriptionStore(cloud);
  const book = createCallLogBook(cloud);
  const isExtension = (id: string) => cloud.extension(id) !== undefined;
  const open = oauthRoutes({ tokens, options, adminExtensionId: world.account.adminExtensionId, isExtension });
  const routes = [
    ...bearerTokenRoutes({ tokens, accountId: world.account.id }),
    ...accountRoutes(cloud),
    ...activeCallsRoutes(cloud),
    ...callLogRoutes(cloud, book),
    ...callLogSyncRoutes(book),
    ...recordingRoutes(cloud),
    ...telephonySessionRoutes(cloud),
    ...extensionRoutes(cloud),
    ...callQueueRoutes(cloud),
    ...directoryRoutes(cloud),
    ...presenceRoutes(cloud),
    ...subscriptionRoutes(subscriptions),
  ];
  return { cloud, tokens, rates, faults, open, routes, live, subscriptions };
}

/** The simulated platform's REST side: deterministic in (world, clock, seed, options, faults). */
export function createRestApi(deps: RestApiDeps): RestApi {
  const parts = partsOf(deps);
  const log = createRequestLog(deps.clock);
  const noted = (request: WireRequest, task: () => WireResponse): WireResponse => {
    const response = parts.faults.alter(request, answered(task));
    log.note(request, response);
    return response;
  };
  return {
    tokens: parts.tokens,
    subscriptions: parts.subscriptions,
    rates: parts.rates,
    live: parts.live,
    operations: [...parts.open, ...parts.routes].map(({ method, path }) => `${method} ${path}`),
    requests: () => log.report(parts.rates.tally()),
    handle: (request) => noted(request, () => serve(parts, request)),
    handleAs: (principal, request) => noted(request, () => serveAs(parts, request, () => principal)),
  };
}
