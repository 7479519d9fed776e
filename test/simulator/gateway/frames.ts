/**
 * In:  text frames of a client, facts the gateway wants to say.
 * Out: frames as values and as text: JSON `[meta, body]`, as the event gateway of the platform writes them.
 * Never: sockets, time, or who may know what.
 */

/** Recovery token; a higher sequence replaces the one a client holds. */
export interface Wsc {
  readonly token: string;
  readonly sequence: number;
}

export interface FrameMeta {
  readonly type: 'ConnectionDetails' | 'ClientRequest' | 'ServerNotification' | 'Heartbeat' | 'Error';
  readonly messageId: string;
  readonly status?: number;
  readonly wsc?: Wsc;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a client asked for in one `ClientRequest` frame. */
export interface ClientRequest {
  readonly messageId: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** JSON text, empty when the frame has no body. */
  readonly body: string;
}

export type ClientFrame =
  | { readonly kind: 'request'; readonly request: ClientRequest }
  | { readonly kind: 'heartbeat'; readonly messageId: string }
  | { readonly kind: 'unreadable'; readonly messageId: string };

/** `[meta, body]`, or `[meta]` when there is no body (Heartbeat, 204). `body` is any JSON value. */
export function encodeFrame(meta: FrameMeta, body?: unknown): string {
  return JSON.stringify(body === undefined ? [meta] : [meta, body]);
}

/** The same with a body that is JSON text already, so that an answer is passed on byte for byte. */
export function encodeFrameWithText(meta: FrameMeta, body: string): string {
  return body === '' ? JSON.stringify([meta]) : `[${JSON.stringify(meta)},${body}]`;
}

/** Reads a client's frame; one that is not `[meta, …]` with a known type is `unreadable`. */
export function decodeClientFrame(text: string): ClientFrame {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return { kind: 'unreadable', messageId: '' };
  }
  const [meta, body] = Array.isArray(frame) ? (frame as readonly unknown[]) : [];
  if (!isRecord(meta)) return { kind: 'unreadable', messageId: '' };
  const messageId = typeof meta['messageId'] === 'string' ? meta['messageId'] : '';
  if (meta['type'] === 'Heartbeat') return { kind: 'heartbeat', messageId };
  const { method, path } = meta;
  if (meta['type'] !== 'ClientRequest' || typeof method !== 'string' || typeof path !== 'string') {
    return { kind: 'unreadable', messageId };
  }
  return { kind: 'request', request: toRequest(messageId, meta, body) };
}

function toRequest(messageId: string, meta: Record<string, unknown>, body: unknown): ClientRequest {
  const [path = '', search = ''] = String(meta['path']).split('?');
  return {
    messageId,
    method: String(meta['method']).toUpperCase(),
    path,
    headers: lowerCased(meta['headers']),
    query: new URLSearchParams([...new URLSearchParams(search), ...pairs(meta['query'])]),
    body: body === undefined || body === null ? '' : JSON.stringify(body),
  };
}

/** Query values may be numbers, and lists become repeated keys. */
function pairs(query: unknown): [string, string][] {
  if (!isRecord(query)) return [];
  return Object.entries(query).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== undefined && one !== null)
      .map((one): [string, string] => [key, String(one)]),
  );
}

function lowerCased(headers: unknown): Record<string, string> {
  if (!isRecord(headers)) return {};
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
