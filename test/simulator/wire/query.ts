import { badParameter } from './errors.ts';

/** All values of a repeatable parameter, written repeated or comma-separated; throws CMN-101 for one not allowed. */
export function manyOf<T extends string>(query: URLSearchParams, name: string, allowed: readonly T[]): readonly T[] {
  const values = query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .filter(Boolean);
  const wrong = values.find((value) => !allowed.some((one) => one === value));
  if (wrong !== undefined) throw badParameter(name, wrong);
  return values as T[];
}

/** One value of an enumeration, or the default. */
export function oneOf<T extends string>(query: URLSearchParams, name: string, allowed: readonly T[], fallback: T): T {
  const value = query.get(name);
  if (value === null || value === '') return fallback;
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw badParameter(name, value);
  return found;
}

/** true, false or the default. */
export function flag(query: URLSearchParams, name: string, fallback: boolean): boolean {
  return oneOf(query, name, ['true', 'false'], fallback ? 'true' : 'false') === 'true';
}

/** A whole number ≥ `least`, or the default. */
export function wholeNumber<T>(query: URLSearchParams, name: string, least: number, fallback: T): number | T {
  const value = query.get(name);
  if (value === null || value === '') return fallback;
  const number = Number(value);
  if (!Number.isInteger(number) || number < least) throw badParameter(name, value);
  return number;
}

/** An ISO 8601 instant in ms since the epoch; a bare date means its first moment in UTC. */
export function instant<T>(query: URLSearchParams, name: string, fallback: T): number | T {
  const value = query.get(name);
  if (value === null || value === '') return fallback;
  const at = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) throw badParameter(name, value);
  return at;
}

/** Text, or undefined. */
export function text(query: URLSearchParams, name: string): string | undefined {
  const value = query.get(name);
  return value === null || value === '' ? undefined : value;
}
