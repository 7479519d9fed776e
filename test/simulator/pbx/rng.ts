/** A seeded source of chance: the same seed and the same questions give the same answers on every machine. */
export interface Rng {
  /** 0 ≤ x < 1. */
  next(): number;
  /** Whole number, both ends included. */
  int(min: number, max: number): number;
  chance(probability: number): boolean;
  /** Throws RangeError on an empty list. */
  pick<T>(list: readonly T[]): T;
  /** Waiting time of a memoryless process with this mean. */
  exponential(mean: number): number;
  /** Right-skewed human duration around `typical`, never below a quarter nor above four times of it. */
  duration(typical: number): number;
  hex(digits: number): string;
  digits(count: number): string;
  /** An independent stream; asking it does not disturb this one. */
  fork(label: string | number): Rng;
}

/** Creates the stream of `seed`; any number or text is a valid seed. */
export function createRng(seed: number | string): Rng {
  const origin = hash(String(seed));
  let state = origin;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    return (mix(state) >>> 0) / 0x1_0000_0000;
  };
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new RangeError('nothing to pick from');
    return list[int(0, list.length - 1)] as T;
  };
  const text = (alphabet: string, count: number): string =>
    Array.from({ length: count }, () => alphabet[int(0, alphabet.length - 1)]).join('');
  return {
    next,
    int,
    pick,
    chance: (probability) => next() < probability,
    exponential: (mean) => -Math.log(1 - next()) * mean,
    duration: (typical) => Math.round(typical * Math.min(4, Math.max(0.25, Math.exp(0.5 * bell(next))))),
    hex: (digits) => text('0123456789abcdef', digits),
    digits: (count) => text('123456789', 1) + text('0123456789', count - 1),
    fork: (label) => createRng(`${origin}/${label}`),
  };
}

/** Near-normal with mean 0 and deviation 1: the sum of twelve uniforms. */
function bell(next: () => number): number {
  let sum = -6;
  for (let count = 0; count < 12; count += 1) sum += next();
  return sum;
}

/** FNV-1a, 32 bit. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return mix(value);
}

/** Avalanche of a 32-bit word. */
function mix(word: number): number {
  let value = word ^ (word >>> 16);
  value = Math.imul(value, 0x21f0aaad);
  value ^= value >>> 15;
  value = Math.imul(value, 0x735a2d97);
  return value ^ (value >>> 15);
}
