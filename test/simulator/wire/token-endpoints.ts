import { json } from './answers.ts';
import { compact } from './compact.ts';
import { oauthProblem, unsupportedMedia } from './errors.ts';
import type { WireRequest, WireResponse } from './model.ts';
import type { RestOptions } from './options.ts';
import type { PublicRoute, Route } from './routes.ts';
import type { Grant, Lifetimes, TokenStore } from './tokens.ts';

/** What the simulated console handed out. `<jwt>:<extensionId>` logs in as that extension, a plain user. */
export const simulatorCredentials = {
  clientId: 'ringside-simulator-app',
  clientSecret: 'ringside-simulator-secret',
  jwt: 'ringside-simulator-jwt',
} as const;

const JWT_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const WEBSOCKET_SCOPES = ['SubscriptionWebSocket', 'WebSocketsSubscription', 'WebSocketsSubscriptions', 'WebSocket'];

interface OauthDeps {
  readonly tokens: TokenStore;
  readonly options: RestOptions;
  readonly adminExtensionId: string;
  isExtension(id: string): boolean;
}

/** Whom a request claims to come from; undefined when it does not say. */
export function claimedClient(request: WireRequest): string | undefined {
  return basicOf(request)?.[0] ?? new URLSearchParams(request.body).get('client_id') ?? undefined;
}

/** Id and secret of Basic authentication. */
function basicOf({ headers }: WireRequest): readonly string[] | undefined {
  const encoded = /^Basic\s+(\S*)$/i.exec(headers['authorization'] ?? '')?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString().split(':', 2);
}

/** The client's id, from Basic authentication or (public apps) from the body. Throws 401 invalid_client. */
function clientOf(request: WireRequest): string {
  const secret = basicOf(request)?.[1];
  const known = claimedClient(request) === simulatorCredentials.clientId;
  const proved = basicOf(request) === undefined || secret === simulatorCredentials.clientSecret;
  if (!known || !proved) throw oauthProblem(401, 'invalid_client', 'OAU-153', 'Invalid client credentials');
  return simulatorCredentials.clientId;
}

function formOf(request: WireRequest): URLSearchParams {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('application/x-www-form-urlencoded')) throw unsupportedMedia(type);
  return new URLSearchParams(request.body);
}

const lifetimesOf = (form: URLSearchParams): Lifetimes =>
  compact({
    access: form.has('access_token_ttl') ? Number(form.get('access_token_ttl')) : undefined,
    refresh: form.has('refresh_token_ttl') ? Number(form.get('refresh_token_ttl')) : undefined,
  });

function tokenInfo(grant: Grant, endpointId: string | null): object {
  return compact({
    access_token: grant.accessToken,
    token_type: 'bearer',
    expires_in: grant.expiresIn,
    refresh_token: grant.refreshToken,
    refresh_token_expires_in: grant.refreshExpiresIn,
    scope: grant.principal.scopes.join(' '),
    owner_id: grant.principal.extensionId,
    endpoint_id: endpointId ?? 'endpoint',
    session_id: grant.principal.sessionId,
  });
}

function jwtLogin(deps: OauthDeps, clientId: string, form: URLSearchParams): Grant {
  const [jwt, extensionId = deps.adminExtensionId] = (form.get('assertion') ?? '').split(':', 2);
  if (jwt !== simulatorCredentials.jwt || !deps.isExtension(extensionId)) {
    throw oauthProblem(400, 'invalid_grant', 'OAU-251', 'JWT is not valid');
  }
  const admin = deps.options.admin && extensionId === deps.adminExtensionId;
  return deps.tokens.login({ clientId, extensionId, scopes: deps.options.scopes, admin }, lifetimesOf(form));
}

function refreshed(deps: OauthDeps, clientId: string, form: URLSearchParams): Grant {
  const grant = deps.tokens.refresh(form.get('refresh_token') ?? '', clientId, lifetimesOf(form));
  if (grant === undefined) throw oauthProblem(400, 'invalid_grant', 'OAU-213', 'Token not found');
  return grant;
}

function grantToken(deps: OauthDeps, request: WireRequest): WireResponse {
  const form = formOf(request);
  const clientId = clientOf(request);
  switch (form.get('grant_type')) {
    case JWT_GRANT:
      return json(200, tokenInfo(jwtLogin(deps, clientId, form), form.get('endpoint_id')));
    case 'refresh_token':
      return json(200, tokenInfo(refreshed(deps, clientId, form), form.get('endpoint_id')));
    default:
      throw oauthProblem(400, 'unsupported_grant_type', 'OAU-250', 'Unsupported grant type');
  }
}

function revoke(deps: OauthDeps, request: WireRequest): WireResponse {
  const form = formOf(request);
  clientOf(request);
  const token = form.get('token') ?? request.query.get('token');
  if (token === null) throw oauthProblem(400, 'invalid_request', 'OAU-197', 'Token is required');
  deps.tokens.revoke(token);
  return json(200, {});
}

/** Login, refresh and revocation: authenticated by the client's credentials, not by a bearer. */
export function oauthRoutes(deps: OauthDeps): readonly PublicRoute[] {
  return [
    { method: 'POST', path: '/restapi/oauth/token', handle: (request) => grantToken(deps, request) },
    { method: 'POST', path: '/restapi/oauth/revoke', handle: (request) => revoke(deps, request) },
  ];
}

/** The socket's ticket and the bearer's own identity. */
export function bearerTokenRoutes(deps: { tokens: TokenStore; accountId: string }): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/restapi/oauth/wstoken',
      group: 'auth',
      scopes: WEBSOCKET_SCOPES,
      handle({ request, principal }) {
        const { token, expiresIn } = deps.tokens.issueWsToken(principal);
        const uri = `${request.origin.replace(/^http/, 'ws')}/ws`;
        return json(200, { uri, ws_access_token: token, expires_in: expiresIn });
      },
    },
    {
      method: 'GET',
      path: '/restapi/oauth/userinfo',
      group: 'auth',
      handle: ({ principal }) => json(200, { sub: principal.extensionId, account_id: deps.accountId }),
    },
  ];
}
