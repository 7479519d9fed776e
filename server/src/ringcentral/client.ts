/**
 * In:  RingCentral over HTTP, through the official SDK.
 * Out: answers and failures as data; never a raw exception.
 * Never: a request past the rate budget, a token in a log, a wait without an end.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { SDK } from '@ringcentral/sdk';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { describeError } from '../runtime/worker-loop.ts';
import type { Answer, Failure, RequestOptions, RestClient } from './answer.ts';
import { boundedFetch, TransportError } from './bounded-fetch.ts';
import type { Fetch } from './bounded-fetch.ts';
import { failureOf } from './decode-error.ts';
import { createLogin, loginFailure } from './login.ts';
import { parseRetryAfter } from './retry-after.ts';
import type { BudgetRequest, RateBudget, Refusal } from './rate-budget.ts';

/** How to reach one RingCentral account; the values of the RINGCENTRAL_… settings. */
export interface RingCentralConfig {
  readonly serverUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly jwt: string;
}

export interface ClientDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly budget: RateBudget;
  /** The transport under the SDK; the platform's own fetch when absent. */
  readonly fetch?: Fetch;
}

/** A POST on behalf of the fenced feed. The body is raw text, the answer likewise. */
export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

export interface RingCentralClient extends RestClient {
  /** POST without a body. Used for event link tokens only. Never rejects. */
  post(path: string, options: Omit<RequestOptions, 'query'>): Promise<Answer>;
  /** The present failure to log in, if any. */
  loginTrouble(): Failure | undefined;
  /** Ends the session upstream; at most 5 s. */
  dispose(): Promise<void>;
}

const timeoutMs = 15_000;
const maxBytes = 20 * 1024 * 1024;
const defaultMaxWaitMs = 20_000;
const logoutWaitMs = 2_000;

/** The budget did not let the request out. */
class NotSent extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super('not sent: rate budget');
    this.refusal = refusal;
  }
}

/** The SDK keeps its tokens here instead of in a store shared by every SDK of the process. */
function memoryStorage(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => {
      items.clear();
    },
    key: (index) => [...items.keys()][index] ?? null,
    get length() {
      return items.size;
    },
    // Not part of Storage, but what the SDK's cache lists its keys with.
    ...{ keys: () => [...items.keys()] },
  };
}

/** A client for one account. Nothing is sent until it is asked for something. */
export function createClient(config: RingCentralConfig, deps: ClientDeps): RingCentralClient {
  const { clock, budget, log } = deps;
  const transport: Fetch = deps.fetch ?? ((input, init) => fetch(input, init));
  const scope = new AsyncLocalStorage<BudgetRequest>();

  /** Every byte to RingCentral goes through here: there is no other way out of the SDK. */
  async function gatedFetch(request: Request): Promise<Response> {
    const wanted = scope.getStore() ?? { group: 'heavy', priority: 'archive', maxWaitMs: 0 };
    const place = await budget.acquire(wanted);
    if (!place.granted) throw new NotSent(place);
    let response: Response | undefined;
    try {
      const bounds = { clock, timeoutMs, maxBytes, signal: wanted.signal };
      response = await boundedFetch(transport, request, bounds);
      return response;
    } finally {
      const headers = response?.headers;
      place.settle(
        response && { status: response.status, receivedAt: clock.now(), header: (name) => headers?.get(name) ?? null },
      );
    }
  }

  const sdk = new SDK({
    server: config.serverUrl.replace(/\/+$/, ''),
    clientId: config.clientId,
    clientSecret: config.clientSecret,
    appName: 'Ringside',
    cachePrefix: `ringside-${randomUUID()}-`,
    clearCacheOnRefreshError: false,
    refreshDelayMs: 0,
    handleRateLimit: false,
    localStorage: memoryStorage(),
    fetch: gatedFetch as typeof globalThis.fetch,
    Request,
    Response,
    Headers,
  });
  // The SDK's own renewal has no mutex for late 401s and no back-off; ours is asked before each request instead.
  sdk.platform().ensureLoggedIn = () => Promise.resolve(null);

  function send(options: RequestOptions, call: () => Promise<Response>): Promise<Response> {
    const { group, priority, signal, maxWaitMs = defaultMaxWaitMs } = options;
    return scope.run({ group, priority, maxWaitMs, signal }, call);
  }

  const login = createLogin({
    sdk,
    jwt: config.jwt,
    clock,
    random: deps.random,
    log,
    attempt: async (call) => {
      try {
        const response = await send({ group: 'auth', priority: 'login' }, call);
        return { ok: true, json: await response.json().catch(() => undefined) };
      } catch (error) {
        const { status, body } = await readErrorResponse(error);
        return loginFailure(status, body) ?? failureFrom(error, status, body);
      }
    },
  });

  function failureFrom(error: unknown, status: number, body: unknown): Failure {
    if (error instanceof NotSent) return notSent(error.refusal);
    if (error instanceof TransportError) return { ok: false, kind: kindOf(error), detail: error.message };
    if (status > 0) return failureOf(status, body, status === 429 ? clock.now() + retryAfterOf(error) : undefined);
    return { ok: false, kind: 'network', detail: describeError(error) };
  }

  function retryAfterOf(error: unknown): number {
    const headers = responseOf(error)?.headers;
    return parseRetryAfter({ value: headers?.get('retry-after'), date: headers?.get('date'), now: clock.now() });
  }

  async function once(options: RequestOptions, call: () => Promise<Response>): Promise<Answer> {
    try {
      const response = await send(options, call);
      const json: unknown = await response.json().catch(() => undefined);
      if (json === undefined) return { ok: false, kind: 'garbage', status: response.status, detail: 'not JSON' };
      return { ok: true, json, headers: response.headers };
    } catch (error) {
      const { status, body } = await readErrorResponse(error);
      if (status === 401) login.refuse(tokenOf(error));
      return failureFrom(error, status, body);
    }
  }

  async function request(options: RequestOptions, call: () => Promise<Response>): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const token = await login.token();
      if (!token.ok) return token;
      const answer = await once(options, call);
      // One more try with a new token; a second refusal is an answer.
      if (answer.ok || answer.kind !== 'auth' || attempt === 2) return answer;
    }
  }

  return {
    get: (path, options) => {
      const query = options.query ? { ...options.query } : undefined;
      const url = ownPath(path);
      // `retry: true` tells the SDK that its own retry is used up: it would cancel whatever token is newest.
      return request(options, () => sdk.platform().send({ method: 'GET', url, query, retry: true }));
    },
    post: (path, options) =>
      request(options, () => sdk.platform().send({ method: 'POST', url: ownPath(path), retry: true })),
    loginTrouble: () => login.trouble(),
    async dispose() {
      const logout = login.logout();
      let cancel: () => void = () => undefined;
      const limit = new Promise<void>((resolve) => {
        cancel = clock.after(logoutWaitMs * 2.5, resolve);
      });
      await Promise.race([logout, limit]);
      cancel();
    },
  };
}

/** Paging links are absolute. Only their path is used, so that the token is never sent to a host that an answer named. */
function ownPath(path: string): string {
  if (!/^https?:/i.test(path)) return path;
  const url = new URL(path);
  return `${url.pathname}${url.search}`;
}

function notSent(refusal: Refusal): Failure {
  if (refusal.because === 'aborted') return { ok: false, kind: 'aborted', detail: 'no longer wanted' };
  const detail = 'waiting for the rate limit';
  return { ok: false, kind: 'rateLimited', detail, ...(refusal.retryAt ? { retryAt: refusal.retryAt } : {}) };
}

function kindOf(error: TransportError): Failure['kind'] {
  return error.kind === 'oversize' ? 'garbage' : error.kind;
}

interface SdkError {
  readonly response?: Response | null;
  readonly request?: Request | null;
}

function responseOf(error: unknown): Response | undefined {
  return (error as SdkError | undefined)?.response ?? undefined;
}

async function readErrorResponse(error: unknown): Promise<{ status: number; body: unknown }> {
  const response = responseOf(error);
  if (!response) return { status: 0, body: undefined };
  const body: unknown = await response.json().catch(() => undefined);
  return { status: response.status, body };
}

/** The token the refused request really carried. */
function tokenOf(error: unknown): string {
  const header = (error as SdkError | undefined)?.request?.headers.get('authorization') ?? '';
  return header.slice(header.indexOf(' ') + 1);
}
