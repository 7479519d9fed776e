import { type ApiProblem, notFound, problem } from './errors.ts';
import type { WireResponse } from './model.ts';
import { opaqueId } from './seeded.ts';

export interface BatchPart {
  readonly id: string;
  readonly href: string;
  readonly status: number;
  readonly body: object;
}

const MULTIPART_JSON = 'application/vnd.ringcentral.multipart+json';
/** Most ids in one path. */
export const BATCH_LIMIT = 50;

/** The part of one id: its record, or the very error body a single request would get. */
export function batchPart(id: string, href: string, record: object | undefined): BatchPart {
  if (record !== undefined) return { id, href, status: 200, body: record };
  const { status, body } = notFound('callRecordId', id).response;
  return { id, href, status, body: JSON.parse(String(body)) as object };
}

/** CMN-106: more ids than a batch may hold. */
export function batchTooLong(): ApiProblem {
  const message = `Batch request is too long: at most ${BATCH_LIMIT} ids are allowed`;
  return problem({ status: 400, code: 'CMN-106', name: 'InvalidMultipartRequest', message });
}

function asMixed(parts: readonly BatchPart[]): WireResponse {
  const boundary = `Boundary_${opaqueId(20, ...parts.map(({ id }) => id))}`;
  const response = parts.map(({ href, status }) => ({
    href,
    status,
    responseDescription: status === 200 ? 'OK' : 'Not Found',
  }));
  const chunks = [{ response }, ...parts.map(({ body }) => body)].map(
    (body) => `--${boundary}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(body)}\r\n`,
  );
  const headers = { 'Content-Type': `multipart/mixed; boundary=${boundary}` };
  return { status: 207, headers, body: `${chunks.join('')}--${boundary}--\r\n` };
}

/** 207 in the form the Accept header asks for: multipart/mixed, or a JSON array. */
export function multiStatus(parts: readonly BatchPart[], accept: string): WireResponse {
  if (!accept.includes(MULTIPART_JSON)) return asMixed(parts);
  const body = parts.map(({ id, status, body: part }) => ({ resourceId: id, status, body: part }));
  return { status: 207, headers: { 'Content-Type': MULTIPART_JSON }, body: JSON.stringify(body) };
}
