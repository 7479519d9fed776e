import type { VirtualClock } from '../runtime/virtual-clock.ts';
import { silentLogger } from '../runtime/logger.ts';
import type { Answer, RequestOptions, RestClient } from './answer.ts';
import { createClient } from './client.ts';
import type { RingCentralClient } from './client.ts';
import { createRateBudget } from './rate-budget.ts';
import type { RateBudget } from './rate-budget.ts';
import type { TokenKeeper } from './session-tokens.ts';

/** For tests: what the scripted server saw of one request. */
export interface SeenRequest {
  readonly method: string;
  readonly url: URL;
  readonly token: string;
  readonly form: URLSearchParams;
  /** Virtual ms since the start. */
  readonly at: number;
}

export type Script = (request: SeenRequest) => Response | Promise<Response>;

export interface ScriptedUpstream {
  readonly client: RingCentralClient;
  readonly budget: RateBudget;
  readonly seen: readonly SeenRequest[];
  /** Requests whose path ends so. */
  count(ending: string): number;
}

/** For tests: the real client over a server that is a function. */
export function scriptedUpstream(clock: VirtualClock, script: Script, tokens?: TokenKeeper): ScriptedUpstream {
  const seen: SeenRequest[] = [];
  const serve = async (request: Request): Promise<Response> => {
    const header = request.headers.get('authorization') ?? '';
    const entry: SeenRequest = {
      method: request.method,
      url: new URL(request.url),
      token: header.slice(header.indexOf(' ') + 1),
      form: new URLSearchParams(await request.text()),
      at: clock.monotonic(),
    };
    seen.push(entry);
    return script(entry);
  };
  const config = { serverUrl: 'https://upstream.test', clientId: 'id', clientSecret: 'secret', jwt: 'jwt' };
  const budget = createRateBudget(clock);
  const deps = { clock, random: () => 0.5, log: silentLogger, budget, fetch: serve, ...(tokens && { tokens }) };
  return {
    client: createClient(config, deps),
    budget,
    seen,
    count: (ending) => seen.filter(({ url }) => url.pathname.endsWith(ending)).length,
  };
}

/** For tests: a JSON answer. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

/** For tests: a token answer; each call is another token. */
export function token(name: string, more: object = {}): Response {
  return json({ access_token: name, token_type: 'bearer', expires_in: 3600, scope: 'ReadCallLog', ...more });
}

/** For tests: a client that answers from a function, without any HTTP. */
export function scriptedClient(
  respond: (path: string, options: RequestOptions) => unknown,
): RestClient & { readonly paths: readonly string[] } {
  const paths: string[] = [];
  return {
    paths,
    get: async (path, options) => {
      paths.push(path);
      const given = await respond(path, options);
      return isFailure(given) ? given : { ok: true, json: given, headers: new Headers() };
    },
  };
}

function isFailure(value: unknown): value is Extract<Answer, { ok: false }> {
  return typeof value === 'object' && value !== null && 'ok' in value && value.ok === false;
}
