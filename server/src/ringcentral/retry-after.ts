/** RingCentral's own penalty: what to wait when it does not say (developer guide, rate limits). */
export const defaultPenaltyMs = 60_000;
const longestPenaltyMs = 3_600_000;

export interface RetryAfter {
  /** The `Retry-After` header; null or undefined when absent. */
  readonly value: string | null | undefined;
  /** The same answer's `Date` header: a date is read against the sender's clock, not ours. */
  readonly date?: string | null | undefined;
  /** Local time of the answer, ms since the epoch. */
  readonly now: number;
}

/**
 * ms to wait after a 429 (RFC 9110, 10.2.3: seconds or an HTTP date). Absent, zero, negative, past and unreadable all
 * give the platform's own 60 s: too early restarts the penalty, too late costs a minute. Capped at one hour.
 */
export function parseRetryAfter({ value, date, now }: RetryAfter): number {
  const text = value?.trim() ?? '';
  if (text === '') return defaultPenaltyMs;
  const seconds = Number(text);
  const ms = Number.isNaN(seconds) ? untilDate(text, date, now) : seconds * 1000;
  if (Number.isNaN(ms) || ms <= 0) return defaultPenaltyMs;
  return Math.min(longestPenaltyMs, Math.ceil(ms));
}

/** A date names a whole second. Beside a sender's clock cut the same way that is exact, beside ours it may be early. */
const dateGrainMs = 999;

function untilDate(text: string, date: string | null | undefined, now: number): number {
  const until = Date.parse(text);
  const upstreamNow = date ? Date.parse(date) : Number.NaN;
  if (!Number.isNaN(upstreamNow)) return until - upstreamNow;
  return until > now ? until + dateGrainMs - now : Number.NaN;
}
