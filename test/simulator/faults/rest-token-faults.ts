import { json } from '../wire/answers.ts';
import { oauthProblem, problem, rateExceeded, scopeMissing, unauthorised } from '../wire/errors.ts';
import type { FaultContext, WireRequest, WireResponse } from '../wire/model.ts';
import type { SocketFault } from './model.ts';
import { isApi, isRefresh, isToken, isWsToken, jsonOf, withJson } from './rest-paths.ts';

const tooMany = (): WireResponse => rateExceeded({ retryAfterSeconds: 60, headers: {} }).response;
const invalidGrant = (): WireResponse => oauthProblem(400, 'invalid_grant', 'OAU-213', 'Token not found').response;

/** The token endpoint answers this; refresh=1 spares the login. */
function tokenAnswers(name: string, about: string, make: () => WireResponse): SocketFault {
  return {
    name,
    about: `${about}; refresh=1 spares logins (R9)`,
    defaults: { refresh: 0 },
    answer: (request, { options }) =>
      isRefresh(request) || (isToken(request) && options['refresh'] !== 1) ? make() : undefined,
  };
}

/** The n-th 401 comes n × ms late: requests in flight learn of the dead token one after the other. */
function staggered(request: WireRequest, { memory, options }: FaultContext): WireResponse | undefined {
  if (!isApi(request)) return undefined;
  const nth = memory.get('nth') ?? 0;
  memory.set('nth', nth + 1);
  return { ...unauthorised('OAU-128').response, delayMs: nth * (options['ms'] ?? 0) };
}

/** From the moment it is on, tokens of before are dead, the refresh token too; a new login helps. */
const sessionEvicted: SocketFault = {
  name: 'session-evicted',
  about: 'the session was ended elsewhere: 401 OAU-151 and invalid_grant until the next login (1.3)',
  answer(request, { memory }) {
    if (memory.get('renewed') === 1) return undefined;
    if (isRefresh(request)) return invalidGrant();
    return isApi(request) || isWsToken(request) ? unauthorised('OAU-151').response : undefined;
  },
  alter(request, response, { memory }) {
    if (isToken(request) && !isRefresh(request) && response.status === 200) memory.set('renewed', 1);
    return response;
  },
};

/** Tokens that fail at the wrong moment. */
export const tokenFaults: readonly SocketFault[] = [
  tokenAnswers(
    'token-503',
    'the token endpoint answers 503',
    () => problem({ status: 503, code: 'CMN-211', message: 'Service temporarily unavailable' }).response,
  ),
  tokenAnswers('token-reset', 'the token endpoint resets the connection', () => ({
    ...json(200, {}),
    broken: 'reset',
  })),
  tokenAnswers('token-429', 'the token endpoint answers 429', tooMany),
  tokenAnswers('token-hang', 'the token endpoint never finishes its answer', () => ({
    ...json(200, {}),
    broken: 'hang',
  })),
  {
    name: 'invalid-grant',
    about: 'refreshing answers 400 invalid_grant; login=1 the login as well (R9)',
    defaults: { login: 0 },
    answer: (request, { options }) =>
      isRefresh(request) || (isToken(request) && options['login'] === 1) ? invalidGrant() : undefined,
  },
  {
    name: 'no-refresh-token',
    about: 'logins bring no refresh token, as apps do by default (1.2)',
    alter(request, response) {
      const body = isToken(request) ? jsonOf(response) : undefined;
      if (body === undefined) return response;
      const { refresh_token: _token, refresh_token_expires_in: _life, ...rest } = body;
      return withJson(response, rest);
    },
  },
  {
    name: 'token-expired',
    about: 'a request in mid-flight answers 401 OAU-128; times=N, one unless told (R9)',
    defaults: { times: 1 },
    answer: (request) => (isApi(request) ? unauthorised('OAU-128').response : undefined),
  },
  {
    name: 'staggered-401',
    about: 'four requests answer 401, each ms later than the one before (1.4)',
    defaults: { times: 4, ms: 300 },
    answer: staggered,
  },
  sessionEvicted,
  {
    name: 'wstoken-429',
    about: 'the socket token is refused with 429 (8.2 k)',
    answer: (request) => (isWsToken(request) ? tooMany() : undefined),
  },
  {
    name: 'wstoken-403',
    about: 'the socket token is refused with 403: the app lacks the WebSocket scope (8.2 k)',
    answer: (request) => (isWsToken(request) ? scopeMissing('SubscriptionWebSocket').response : undefined),
  },
];
