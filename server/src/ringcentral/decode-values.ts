import { z } from 'zod';
import type { Endpoint } from '@ringside/shared/domain/call';

const longestText = 128;

/** An object without the keys whose value is undefined: an absent fact is an absent key. */
export type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

export function present<T extends object>(facts: T): Present<T> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Present<T>;
}

/**
 * Text as shown to people: control, bidirectional and zero-width characters are taken out (a name must not reorder or
 * hide what stands beside it), blanks folded, 128 characters at most. Anything but text gives undefined.
 */
export function cleanText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value
    .slice(0, longestText * 4)
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029\s]+/gu, ' ')
    .replaceAll(/\p{Cf}+/gu, '')
    .trim();
  return text === '' ? undefined : [...text].slice(0, longestText).join('');
}

/** Ids are numbers in some answers and strings in others; here always a string. */
export function cleanId(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? String(value) : undefined;
  const text = cleanText(value);
  return text?.includes(' ') ? undefined : text;
}

const dayMs = 86_400_000;
/** Two clocks that are kept right still differ by seconds. */
const toleranceMs = 30_000;

/**
 * An upstream time in ms. One in the future, or older than `oldestMs` (nothing on a live board began more than a day
 * ago), is a wrong clock somewhere, and the time of receipt is closer to the truth.
 */
export function cleanTime(value: unknown, receivedAt: number, oldestMs = dayMs): number {
  const time = parseTime(value);
  return Number.isNaN(time) || time < receivedAt - oldestMs || time > receivedAt ? receivedAt : time;
}

/** Whether a time that was given cannot be true: some clock is wrong by more than clocks differ. */
export function isOddTime(value: unknown, receivedAt: number, oldestMs = dayMs): boolean {
  const time = parseTime(value);
  return time < receivedAt - oldestMs || time > receivedAt + toleranceMs;
}

const parseTime = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : Number.NaN);

/** Schema pieces that never fail: what cannot be read, or is not there, is undefined. */
export const anything = z.unknown().optional();
export const lenientText = anything.transform(cleanText);
export const lenientId = anything.transform(cleanId);
export const lenientFlag = z.boolean().optional().catch(undefined);

/** The older, numeric name of a session; `0` and empty name none. */
export const lenientNumericId = lenientId.transform((id) =>
  id !== undefined && /^[1-9]\d*$/.test(id) ? id : undefined,
);

const endpointSchema = z.object({
  phoneNumber: lenientText,
  extensionNumber: lenientText,
  name: lenientText,
  extensionId: lenientId,
});

/** One end of a call. Any part may be missing, a withheld number most of all. */
export const lenientEndpoint = anything.transform((value): Endpoint => {
  const parsed = endpointSchema.safeParse(value);
  if (!parsed.success) return {};
  const { phoneNumber, extensionNumber, name, extensionId } = parsed.data;
  return present({ phoneNumber: phoneNumber ?? extensionNumber, name, extensionId });
});
