import type { WireResponse } from './model.ts';

/** A JSON answer. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): WireResponse {
  return {
    status,
    headers: { 'Content-Type': 'application/json;charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

/** 204, no body. */
export function noContent(): WireResponse {
  return { status: 204, headers: {}, body: '' };
}

/** ISO 8601 with milliseconds, as the platform prints instants. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}
