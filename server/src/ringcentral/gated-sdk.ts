import { AsyncLocalStorage } from 'node:async_hooks';
import { SDK } from '@ringcentral/sdk';
import type { Clock } from '../runtime/clock.ts';
import { describeError } from '../runtime/worker-loop.ts';
import type { Failure, RequestOptions } from './answer.ts';
import { boundedFetch, TransportError } from './bounded-fetch.ts';
import type { Fetch } from './bounded-fetch.ts';
import type { TimedAnswer } from './clock-watch.ts';
import { failureOf } from './decode-error.ts';
import type { BudgetRequest, RateBudget, Refusal } from './rate-budget.ts';
import { parseRetryAfter } from './retry-after.ts';
import { type TokenKeeper, tokenStorage, type TokenStorage } from './session-tokens.ts';

/** How to reach one RingCentral account; the values of the RINGCENTRAL_… settings. */
export interface RingCentralConfig {
  readonly serverUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly jwt: string;
}

export interface GatedSdkDeps {
  readonly clock: Clock;
  readonly budget: RateBudget;
  /** The transport under the SDK; the platform's own fetch when absent. */
  readonly fetch?: Fetch;
  /** Hears when each answer came. */
  readonly heard?: (answer: TimedAnswer) => void;
  /** Keeps the session over a restart; when absent it ends with the process. */
  readonly tokens?: TokenKeeper;
}

/** The official SDK with everything it sends held to the budget, the time limit and the size limit. */
export interface GatedSdk {
  readonly sdk: SDK;
  readonly tokens: Pick<TokenStorage, 'inherited' | 'forget'>;
  /** Runs an SDK call; every request it makes is sent with these options. Throws whatever the SDK throws. */
  send(options: RequestOptions, call: () => Promise<Response>): Promise<Response>;
}

const cachePrefix = 'ringside-';
const timeoutMs = 15_000;
const maxBytes = 20 * 1024 * 1024;
const defaultMaxWaitMs = 20_000;
/** What a request gets that nobody classified: last in the tightest queue, and no waiting. */
const unclassified: BudgetRequest = { group: 'heavy', priority: 'unclassified', maxWaitMs: 0 };

/** The budget did not let the request out. */
class NotSent extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super('not sent: rate budget');
    this.refusal = refusal;
  }
}

export function createGatedSdk(config: RingCentralConfig, deps: GatedSdkDeps): GatedSdk {
  const scope = new AsyncLocalStorage<BudgetRequest>();
  const tokens = tokenStorage(cachePrefix, deps.clock, deps.tokens);
  const sdk = new SDK({
    server: config.serverUrl.replace(/\/+$/, ''),
    clientId: config.clientId,
    clientSecret: config.clientSecret,
    appName: 'Ringside',
    cachePrefix,
    // The SDK would forget its tokens on any refresh error, a passing 503 included.
    clearCacheOnRefreshError: false,
    refreshDelayMs: 0,
    handleRateLimit: false,
    // Its own, instead of one shared by every SDK of the process.
    localStorage: tokens.storage,
    fetch: gatedFetch(deps, () => scope.getStore() ?? unclassified) as typeof globalThis.fetch,
    Request,
    Response,
    Headers,
  });
  tame(sdk.platform());
  return {
    sdk,
    tokens,
    send: ({ group, priority, signal, maxWaitMs = defaultMaxWaitMs }, call) =>
      scope.run({ group, priority, maxWaitMs, signal }, call),
  };
}

/** Every byte to RingCentral goes through here: there is no other way out of the SDK. */
function gatedFetch(
  { clock, budget, fetch: given, heard }: GatedSdkDeps,
  wish: () => BudgetRequest,
): (request: Request) => Promise<Response> {
  const transport: Fetch = given ?? ((input, init) => fetch(input, init));
  return async (request) => {
    const wanted = wish();
    const place = await budget.acquire(wanted);
    if (!place.granted) throw new NotSent(place);
    let response: Response | undefined;
    const sentAt = clock.now();
    try {
      response = await boundedFetch(transport, request, { clock, timeoutMs, maxBytes, signal: wanted.signal });
      return response;
    } finally {
      const { status, headers } = response ?? { status: 0, headers: new Headers() };
      const answer = { status, receivedAt: clock.now(), header: (name: string) => headers.get(name) };
      place.settle(answer);
      heard?.({ ...answer, sentAt });
    }
  };
}

/**
 * Turns off what the SDK does by itself. Its renewal has no mutex for late 401s and no back-off: ours is asked before
 * each request instead. Its own second try after a 401 would cancel whatever token is newest, and doubles a refused login.
 */
function tame(platform: ReturnType<SDK['platform']>): void {
  const send = platform.send.bind(platform);
  platform.send = (options) => send({ ...options, retry: true });
  platform.ensureLoggedIn = () => Promise.resolve(null);
}

interface SdkError {
  readonly response?: Response | null;
  readonly request?: Request | null;
}

/** What the SDK threw, taken apart. `status` is 0 when no answer came. */
export interface Thrown {
  readonly status: number;
  readonly body: unknown;
  /** The token that the request really carried. */
  readonly token: string;
  readonly failure: Failure;
}

/** Reads an SDK exception. Never throws. */
export async function readThrown(error: unknown, now: number): Promise<Thrown> {
  const { response, request } = (error ?? {}) as SdkError;
  const header = request?.headers.get('authorization') ?? '';
  const token = header.slice(header.indexOf(' ') + 1);
  const status = response?.status ?? 0;
  const body: unknown = await response?.json().catch(() => undefined);
  if (!response) return { status, body, token, failure: unanswered(error) };
  const { headers } = response;
  const waitMs = parseRetryAfter({ value: headers.get('retry-after'), date: headers.get('date'), now });
  return { status, body, token, failure: failureOf(status, body, now + waitMs) };
}

function unanswered(error: unknown): Failure {
  if (error instanceof NotSent) return notSent(error.refusal);
  if (error instanceof SyntaxError) return { ok: false, kind: 'garbage', detail: 'an answer that is not JSON' };
  if (!(error instanceof TransportError)) return { ok: false, kind: 'network', detail: describeError(error) };
  return { ok: false, kind: error.kind === 'oversize' ? 'garbage' : error.kind, detail: describeError(error) };
}

/** What the budget refused, as a failure. */
export function notSent(refusal: Refusal): Failure {
  if (refusal.because === 'aborted') return { ok: false, kind: 'aborted', detail: 'no longer wanted' };
  const retryAt = refusal.retryAt === undefined ? {} : { retryAt: refusal.retryAt };
  return { ok: false, kind: 'rateLimited', detail: 'waiting for the rate limit to pass', ...retryAt };
}
