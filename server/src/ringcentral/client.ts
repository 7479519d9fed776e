/**
 * In:  RingCentral over HTTP, through the official SDK.
 * Out: answers and failures as data; never a raw exception.
 * Never: a request past the rate budget, a token in a log, a wait without an end.
 */
import { pause } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Answer, RequestOptions, RestClient } from './answer.ts';
import { createLogin, isInvalidGrant, loginFailure } from './login.ts';
import type { Login, LoginDeps } from './login.ts';
import { createGatedSdk, readThrown } from './gated-sdk.ts';
import type { GatedSdk, GatedSdkDeps, RingCentralConfig } from './gated-sdk.ts';

export interface ClientDeps extends GatedSdkDeps {
  readonly random: () => number;
  readonly log: Logger;
}

export interface RingCentralClient extends RestClient {
  /** POST without a body, for event link tokens. Never rejects. */
  post(path: string, options: Omit<RequestOptions, 'query'>): Promise<Answer>;
  /** Ends the session upstream, unless its tokens are kept for the next process; at most 5 s. */
  dispose(): Promise<void>;
}

const disposeMs = 5_000;

/** A client for one account. Nothing is sent until it is asked for something. */
export function createClient(config: RingCentralConfig, deps: ClientDeps): RingCentralClient {
  const { clock, random, log } = deps;
  const gated = createGatedSdk(config, deps);
  const { sdk } = gated;
  const attempt: LoginDeps['attempt'] = async (call) => {
    try {
      const response = await gated.send({ group: 'auth', priority: 'login' }, call);
      return { ok: true, json: await response.json().catch(() => undefined) };
    } catch (error) {
      const { status, body, failure } = await readThrown(error, clock.now());
      return { ...(loginFailure(status, body) ?? failure), grantRefused: isInvalidGrant(body) };
    }
  };
  const login = createLogin({ sdk, jwt: config.jwt, clock, random, log, attempt, tokens: gated.tokens });

  const request = async (options: RequestOptions, call: () => Promise<Response>): Promise<Answer> => {
    for (let tries = 1; ; tries++) {
      const token = await login.token();
      if (!token.ok) return token;
      const answer = await once({ gated, login, now: clock.now }, options, call);
      // One more try with a new token; a second refusal is an answer.
      if (answer.ok || answer.kind !== 'auth' || tries === 2) return answer;
    }
  };

  return {
    get: (path, options) => {
      const query = options.query ? { ...options.query } : undefined;
      return request(options, () => sdk.platform().send({ method: 'GET', url: ownPath(path), query }));
    },
    post: (path, options) => request(options, () => sdk.platform().send({ method: 'POST', url: ownPath(path) })),
    async dispose() {
      const waited = new AbortController();
      const end = deps.tokens === undefined ? login.logout() : login.settled();
      await Promise.race([end, pause(clock, disposeMs, waited.signal)]);
      waited.abort();
    },
  };
}

interface Once {
  readonly gated: GatedSdk;
  readonly login: Login;
  readonly now: () => number;
}

async function once(
  { gated, login, now }: Once,
  options: RequestOptions,
  call: () => Promise<Response>,
): Promise<Answer> {
  try {
    const response = await gated.send(options, call);
    const json: unknown = await response.json().catch(() => undefined);
    if (json !== undefined) return { ok: true, json, headers: response.headers };
    return { ok: false, kind: 'garbage', status: response.status, detail: 'an answer that is not JSON' };
  } catch (error) {
    const { status, token, failure } = await readThrown(error, now());
    if (status === 401) login.refuse(token);
    return failure;
  }
}

/** Paging links are absolute. Only their path is used, so that the token is never sent to a host that an answer named. */
function ownPath(path: string): string {
  if (!/^https?:/i.test(path)) return path.startsWith('/') ? path : `/${path}`;
  const url = URL.parse(path);
  return url ? `${url.pathname}${url.search}` : '/';
}
