import { pino } from 'pino';
import type { DestinationStream } from 'pino';

/**
 * The only fields a log line may carry. A list of what is allowed holds where a list of what is hidden does not: a name
 * that is missing here is left out, so a new secret or phone number cannot slip in with a new field.
 */
const allowedFields = [
  ...['room', 'name', 'kind', 'reason', 'trouble', 'detail', 'error', 'outcome', 'attempt', 'delayMs', 'durationMs'],
  ...['records', 'pages', 'dropped', 'complete', 'gap', 'duplicates', 'strangers', 'unreadable', 'clamped'],
  ...['epoch', 'port', 'options', 'method', 'signal'],
] as const;

export type LogField = (typeof allowedFields)[number];
export type LogFields = { readonly [K in LogField]?: string | number | boolean | undefined };

/** Writes one line per finished unit of work, not one per step. `event` is past tense: `poll.finished`. */
export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A logger whose lines all name this room. */
  room(name: string): Logger;
}

export interface LoggerOptions {
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Where the lines go; standard output when absent. */
  readonly destination?: DestinationStream;
}

const allowed: ReadonlySet<string> = new Set(allowedFields);
/** Fields our own code fills, whose dots and digits are meant. Everything else is scrubbed. */
const verbatim: ReadonlySet<string> = new Set(['epoch']);
const longestText = 500;
const addressOfHost = /^\d{1,3}(\.\d{1,3}){3}$/;

/** Free text with every run of digits that could be a phone number or a token taken out, and its length capped. */
export function scrub(text: string): string {
  return text
    .replaceAll(/\+?\d[\d\s().-]{5,}\d/g, (digits) => (addressOfHost.test(digits) ? digits : '#'))
    .replaceAll(/[A-Za-z0-9_-]{40,}/g, '#')
    .slice(0, longestText);
}

function admit(fields: LogFields): Record<string, string | number | boolean> {
  const line: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (!allowed.has(key) || value === undefined) continue;
    line[key] = typeof value === 'string' && !verbatim.has(key) ? scrub(value) : value;
  }
  return line;
}

/** A JSON-lines logger. Only allowed fields are written, and their text is scrubbed of anything like a phone number. */
export function createLogger(options: LoggerOptions = {}): Logger {
  const settings = { level: options.level ?? 'info', base: null, messageKey: 'event' };
  const sink = options.destination ? pino(settings, options.destination) : pino(settings);
  const build = (fixed: LogFields): Logger => ({
    debug: (event, fields) => {
      sink.debug(admit({ ...fixed, ...fields }), event);
    },
    info: (event, fields) => {
      sink.info(admit({ ...fixed, ...fields }), event);
    },
    warn: (event, fields) => {
      sink.warn(admit({ ...fixed, ...fields }), event);
    },
    error: (event, fields) => {
      sink.error(admit({ ...fixed, ...fields }), event);
    },
    room: (name) => build({ ...fixed, room: name }),
  });
  return build({});
}

/** A logger that writes nothing. */
export const silentLogger: Logger = createLogger({ level: 'silent' });
