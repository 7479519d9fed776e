import { z } from 'zod';
import { anything, cleanId, cleanText } from './decode-values.ts';

/** A frame of the WebSocket gateway, told apart by what it means to the feed. */
export type Frame =
  /** The server's greeting. `recovery` is absent on a first connection. */
  | { readonly type: 'details'; readonly recovery?: string; readonly bufferSize: number }
  /** The answer to the subscribe request: a response has the type of the request. */
  | { readonly type: 'reply'; readonly status: number; readonly subscriptionId?: string; readonly refused?: string }
  | { readonly type: 'notification'; readonly body: unknown }
  | { readonly type: 'error'; readonly code: string }
  | { readonly type: 'other' };

const metaSchema = z.object({ type: z.string(), status: z.number().optional().catch(undefined) });
const detailsSchema = z.object({ recoveryState: anything, recoveryBufferSize: z.number().positive().catch(100) });
const refusalSchema = z.object({ reason: anything, message: anything }).partial();
const replySchema = z.object({
  id: anything,
  message: anything,
  errorCode: anything,
  disabledFilters: z.array(refusalSchema.catch({})).catch([]),
});

/** Reads `[meta, body]`; undefined when it is no frame. Never throws. */
export function decodeFrame(text: string): Frame | undefined {
  const parts = parse(text);
  const meta = metaSchema.safeParse(parts?.[0]);
  if (!parts || !meta.success) return undefined;
  const body = parts[1];
  switch (meta.data.type) {
    case 'ConnectionDetails':
      return details(body);
    case 'ClientRequest':
      return reply(meta.data.status ?? 0, body);
    case 'ServerNotification':
      return { type: 'notification', body };
    case 'Error':
      return { type: 'error', code: codeOf(body) ?? `status ${String(meta.data.status ?? 0)}` };
    default:
      return { type: 'other' };
  }
}

function parse(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function details(body: unknown): Frame {
  const parsed = detailsSchema.safeParse(body);
  const recovery = parsed.success ? cleanText(parsed.data.recoveryState)?.toLowerCase() : undefined;
  const bufferSize = parsed.success ? parsed.data.recoveryBufferSize : 100;
  return { type: 'details', bufferSize, ...(recovery ? { recovery } : {}) };
}

function reply(status: number, body: unknown): Frame {
  const parsed = replySchema.safeParse(body);
  const data = parsed.success ? parsed.data : undefined;
  const id = cleanId(data?.id);
  const disabled = data?.disabledFilters[0];
  // A filter may be refused inside a 200; then the subscription exists and stays silent.
  const refused = disabled
    ? (cleanText(disabled.message) ?? cleanText(disabled.reason) ?? 'filter disabled')
    : undefined;
  const told =
    status >= 200 && status < 300 ? refused : (cleanText(data?.message) ?? codeOf(body) ?? 'no reason given');
  return { type: 'reply', status, ...(id ? { subscriptionId: id } : {}), ...(told ? { refused: told } : {}) };
}

function codeOf(body: unknown): string | undefined {
  const parsed = z.object({ errorCode: anything }).safeParse(body);
  return parsed.success ? cleanText(parsed.data.errorCode) : undefined;
}
