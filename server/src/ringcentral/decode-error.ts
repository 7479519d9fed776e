import { z } from 'zod';
import { scrub } from '../runtime/logger.ts';
import type { Failure } from './answer.ts';
import { cleanText } from './decode-values.ts';

const text = z.string().optional().catch(undefined);
const errorItem = z.object({ errorCode: text, message: text, permissionName: text });
const errorBody = z.object({
  errorCode: text,
  error: text,
  error_description: text,
  message: text,
  permissionName: text,
  errors: z.array(errorItem.catch({})).optional().catch(undefined),
});

/** RingCentral's two error shapes (API and OAuth) folded into one. Everything may be missing. */
export interface UpstreamError {
  /** Lower-case names and codes of every level: the same fault is named at the top and numbered below. */
  readonly codes: readonly string[];
  readonly message?: string;
  readonly permission?: string;
}

/** Reads an error body; undefined when it is not one of RingCentral's. */
export function decodeError(body: unknown): UpstreamError | undefined {
  const parsed = errorBody.safeParse(body);
  if (!parsed.success) return undefined;
  const { errorCode, error, message, error_description: description, permissionName, errors = [] } = parsed.data;
  const codes = [errorCode, error, ...errors.map((item) => item.errorCode)].flatMap(
    (code) => code?.toLowerCase() ?? [],
  );
  const said = cleanText(description ?? message ?? errors[0]?.message);
  const permission = cleanText(permissionName ?? errors.find((item) => item.permissionName)?.permissionName);
  if (codes.length === 0 && said === undefined) return undefined;
  return { codes, ...(said ? { message: scrub(said) } : {}), ...(permission ? { permission } : {}) };
}

/** Codes that mean "this user or app lacks a permission" (developer guide, error codes). */
const permissionCodes = ['cmn-401', 'cmn-408', 'cmn-419', 'insufficientpermissions', 'sub-528'];

/** Turns a non-2xx answer into a failure. `retryAt` is for 429 only. */
export function failureOf(status: number, body: unknown, retryAt?: number): Failure {
  const error = decodeError(body);
  const detail = `${String(status)} ${error?.message ?? error?.codes[0] ?? 'without an error body'}`;
  const base = { ok: false as const, status, detail };
  if (status === 429) return { ...base, kind: 'rateLimited', ...(retryAt === undefined ? {} : { retryAt }) };
  if (status === 401) return { ...base, kind: 'auth' };
  if (status === 403) return forbidden(base, error);
  if (status === 404) return { ...base, kind: isUnknownResource(error) ? 'notFound' : 'garbage' };
  return { ...base, kind: status >= 500 ? 'server' : 'garbage' };
}

function forbidden(base: Omit<Failure, 'kind'>, error: UpstreamError | undefined): Failure {
  const named = error?.permission;
  const permission = error?.codes.some((code) => permissionCodes.includes(code)) ? (named ?? 'unnamed') : named;
  return { ...base, kind: 'forbidden', ...(permission ? { permission } : {}) };
}

/** CMN-120 is "no such URI" and a proxy's page has no code at all: neither says that the resource is gone. */
function isUnknownResource(error: UpstreamError | undefined): boolean {
  return error !== undefined && error.codes.length > 0 && !error.codes.includes('cmn-120');
}
