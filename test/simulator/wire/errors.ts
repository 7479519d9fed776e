import { json } from './answers.ts';
import { compact } from './compact.ts';
import type { WireResponse } from './model.ts';

/** Thrown by an endpoint to end the request with a documented error answer. */
export class ApiProblem extends Error {
  readonly response: WireResponse;
  constructor(response: WireResponse) {
    super(`API problem ${response.status}`);
    this.name = 'ApiProblem';
    this.response = response;
  }
}

interface ProblemFacts {
  readonly status: number;
  /** The numeric code of `errors[0]`, e.g. `CMN-102`. */
  readonly code: string;
  /** The top-level name; the platform repeats the code where it has no name. */
  readonly name?: string;
  readonly message: string;
  readonly parameterName?: string | undefined;
  readonly parameterValue?: string | undefined;
  readonly permissionName?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `{errorCode, message, errors: [{errorCode, message, …}], …}`: the top level often names what errors[0] numbers. */
export function problem(facts: ProblemFacts): ApiProblem {
  const { code, message, parameterName, parameterValue, permissionName } = facts;
  const extra = compact({ parameterName, parameterValue, permissionName });
  const body = { errorCode: facts.name ?? code, message, errors: [{ errorCode: code, message, ...extra }], ...extra };
  return new ApiProblem(json(facts.status, body, facts.headers));
}

/** CMN-101: a parameter has a value the endpoint does not take. */
export function badParameter(parameterName: string, parameterValue?: string, detail?: string): ApiProblem {
  const message = `Parameter [${parameterName}] value is invalid${detail === undefined ? '.' : `: ${detail}`}`;
  return problem({ status: 400, code: 'CMN-101', name: 'InvalidParameter', message, parameterName, parameterValue });
}

/** CMN-102: the path is known, the thing it names is not. */
export function notFound(parameterName: string, parameterValue: string): ApiProblem {
  const message = `Resource for parameter [${parameterName}] is not found`;
  return problem({ status: 404, code: 'CMN-102', name: 'ResourceNotFound', message, parameterName, parameterValue });
}

/** CMN-120: no such path. Paths without `/restapi/v1.0` end here too. */
export function unknownUri(): ApiProblem {
  return problem({ status: 404, code: 'CMN-120', name: 'InvalidURI', message: 'Invalid URI' });
}

/** CMN-401: the application was not granted the scope. */
export function scopeMissing(permissionName: string): ApiProblem {
  const message = `In order to call this API endpoint, application needs to have [${permissionName}] permission`;
  return problem({ status: 403, code: 'CMN-401', name: 'InsufficientPermissions', message, permissionName });
}

/** CMN-408: the user lacks the permission. */
export function permissionMissing(permissionName: string): ApiProblem {
  const message = `In order to call this API endpoint, user needs to have [${permissionName}] permission for requested resource.`;
  return problem({ status: 403, code: 'CMN-408', name: 'InsufficientPermissions', message, permissionName });
}

/** 415. The documents give no code for it; the general bad-parameter code fills the required field. */
export function unsupportedMedia(contentType: string): ApiProblem {
  const message = `Content-Type [${contentType}] is not supported`;
  return problem({ status: 415, code: 'CMN-101', name: 'UnsupportedMediaType', message });
}

/** 405. The documents name the status only; the error code is a guess. */
export function methodNotAllowed(allowed: readonly string[]): ApiProblem {
  const headers = { Allow: allowed.join(', ') };
  return problem({ status: 405, code: 'CMN-120', name: 'MethodNotAllowed', message: 'Method is not allowed', headers });
}

/** CMN-301 with `Retry-After` in seconds and the rate headers of the group. */
export function rateExceeded(verdict: {
  retryAfterSeconds: number;
  headers: Readonly<Record<string, string>>;
}): ApiProblem {
  const headers = { ...verdict.headers, 'Retry-After': String(verdict.retryAfterSeconds) };
  return problem({ status: 429, code: 'CMN-301', message: 'Request rate exceeded', headers });
}

const UNAUTHORISED = {
  'AGW-401': ['AGW-401', 'Authorization header is not specified'],
  'AGW-402': ['AGW-402', 'Invalid Authorization header'],
  'OAU-128': ['TokenExpired', 'Access token expired'],
  'OAU-149': ['TokenInvalid', 'Unparsable access token'],
  'OAU-151': ['TokenInvalid', 'Authorization session is invalid'],
  'OAU-213': ['TokenInvalid', 'Token not found'],
} as const;

export type UnauthorisedCode = keyof typeof UNAUTHORISED;

/** 401 at the gateway (AGW-*) or by the token service (OAU-*). Carries no rate headers. */
export function unauthorised(code: UnauthorisedCode): ApiProblem {
  const [name, message] = UNAUTHORISED[code];
  const challenge = `Bearer realm="RingCentral REST API", error="invalid_token", error_description="${message}"`;
  return problem({ status: 401, code, name, message, headers: { 'WWW-Authenticate': challenge } });
}

/** The OAuth form of an error, for `/restapi/oauth/token` and `/revoke`. */
export function oauthProblem(status: 400 | 401, error: string, code: string, description: string): ApiProblem {
  const body = { error, error_description: description, errors: [{ errorCode: code, message: description }] };
  return new ApiProblem(json(status, body, status === 401 ? { 'WWW-Authenticate': 'Basic realm="RingCentral"' } : {}));
}
