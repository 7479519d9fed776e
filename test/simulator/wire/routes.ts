import { permissionMissing, scopeMissing } from './errors.ts';
import type { WireRequest, WireResponse } from './model.ts';
import type { RateGroup } from './rate-groups.ts';
import type { Principal } from './tokens.ts';

/** One authenticated request on its way into an endpoint. */
export interface Call {
  readonly request: WireRequest;
  readonly principal: Principal;
  /** Path parameters; `accountId` and `extensionId` are real ids here, never `~`. */
  readonly params: Readonly<Record<string, string>>;
  /** The request's path with the real ids in place of `~`, for links. */
  readonly path: string;
  /** ms since the epoch. */
  readonly now: number;
}

/** What a path costs, whom it asks for, and who answers. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As the OpenAPI description writes it, `{name}` for parameters. */
  readonly path: string;
  readonly group: RateGroup;
  /** One of these app scopes is needed; the first is named when it is missing (CMN-401). */
  readonly scopes?: readonly string[];
  /** User permission; only administrators have it where the whole account or another extension is asked for (CMN-408). */
  readonly permission?: string;
  /** A plain user may not call it even for himself. */
  readonly adminOnly?: boolean;
  /** Media types a body may have; JSON when absent. */
  readonly accepts?: readonly string[];
  handle(call: Call): WireResponse;
}

/** Endpoints that work without a bearer: they get the raw request. */
export interface PublicRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  handle(request: WireRequest): WireResponse;
}

/** Path parameters when the path fits the template, otherwise undefined. */
export function matchPath(template: string, path: string): Record<string, string> | undefined {
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith('{')) {
      if (value === '') return undefined;
      params[part.slice(1, -1)] = decodeURIComponent(value);
    } else if (part !== value) return undefined;
  }
  return params;
}

/** Throws CMN-401 or CMN-408 when the caller may not use the route. */
export function authorise(route: Route, principal: Principal, params: Readonly<Record<string, string>>): void {
  const { scopes, permission } = route;
  if (scopes !== undefined && !scopes.some((scope) => principal.scopes.includes(scope))) {
    throw scopeMissing(scopes[0] ?? 'unknown');
  }
  if (principal.admin || permission === undefined) return;
  const own = params['extensionId'] === principal.extensionId;
  if (route.adminOnly === true || (params['extensionId'] !== undefined && !own)) throw permissionMissing(permission);
}
