import type { WireRequest, WireResponse } from '../wire/model.ts';

/** Which requests a fault is about. */
export type Aim = (request: WireRequest) => boolean;

export const isApi: Aim = ({ path }) => path.startsWith('/restapi/') && !path.startsWith('/restapi/oauth/');
export const isActiveCalls: Aim = ({ method, path }) => method === 'GET' && path.endsWith('/active-calls');
export const isCallLog: Aim = ({ method, path }) => method === 'GET' && /\/call-log(\/|$)/.test(path);
export const isCallList: Aim = (request) => isActiveCalls(request) || isCallLog(request);
export const isSync: Aim = ({ path, query }) =>
  /\/call-log-(extract-)?sync$/.test(path) && query.get('syncType') === 'ISync';
/** All that ReadCallLog opens. */
export const isCallReport: Aim = (request) => isCallList(request) || /\/call-log-(extract-)?sync$/.test(request.path);
export const isExtractSync: Aim = ({ path }) => path.endsWith('/call-log-extract-sync');
export const isSession: Aim = ({ method, path }) => method === 'GET' && path.includes('/telephony/sessions/');
export const isToken: Aim = ({ path }) => path.endsWith('/restapi/oauth/token');
export const isWsToken: Aim = ({ path }) => path.endsWith('/restapi/oauth/wstoken');
/** A refresh, as opposed to a login. */
export const isRefresh: Aim = (request) =>
  isToken(request) && new URLSearchParams(request.body).get('grant_type') === 'refresh_token';

/** The value of a good JSON answer, or undefined. */
export function jsonOf(response: WireResponse): Record<string, unknown> | undefined {
  if (response.status !== 200 || typeof response.body !== 'string' || !response.body.startsWith('{')) return undefined;
  return JSON.parse(response.body) as Record<string, unknown>;
}

/** The same answer with another JSON body. */
export function withJson(response: WireResponse, body: object): WireResponse {
  return { ...response, body: JSON.stringify(body) };
}

/** The same answer with its records mapped; anything that holds no records stays as it is. */
export function withRecords(
  response: WireResponse,
  change: (records: readonly Record<string, unknown>[]) => readonly unknown[],
): WireResponse {
  const body = jsonOf(response);
  if (body === undefined || !Array.isArray(body['records'])) return response;
  return withJson(response, { ...body, records: change(body['records'] as Record<string, unknown>[]) });
}
