/**
 * In:  a seed and words that name a thing (a record, a token, a change).
 * Out: the same number or identifier for the same words, always.
 * Never: state. A generator that is advanced would let one more request change every later answer.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** 32-bit FNV-1a over the words, mixed once more so that neighbouring words land far apart. */
export function hash32(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of words.join('\u0000')) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** 0 ≤ x < 1, evenly spread. */
export function fraction(...words: readonly (string | number)[]): number {
  return hash32(...words) / 0x1_0000_0000;
}

/** A number between the two bounds, both in the same unit. */
export function between(bounds: readonly [number, number], ...words: readonly (string | number)[]): number {
  return bounds[0] + fraction(...words) * (bounds[1] - bounds[0]);
}

/** An opaque identifier in the look of the platform's call-log ids. */
export function opaqueId(length: number, ...words: readonly (string | number)[]): string {
  return Array.from({ length }, (_, index) => ALPHABET[hash32(index, ...words) % ALPHABET.length]).join('');
}

/** A decimal identifier without a leading zero. */
export function decimalId(length: number, ...words: readonly (string | number)[]): string {
  return Array.from({ length }, (_, index) =>
    index === 0 ? 1 + (hash32(0, ...words) % 9) : hash32(index, ...words) % 10,
  ).join('');
}
