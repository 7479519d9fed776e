/**
 * An immutable map from string keys, cheap to copy: a fixed two-level table of 64 × 64 buckets. Setting one key copies
 * 128 slots and one bucket, whatever the size, so a board of ten thousand calls costs no more per event than one of ten,
 * and every old board stays valid. Iteration order is by bucket: sort where order matters.
 */
type Bucket<V> = readonly (readonly [key: string, value: V])[];

export interface Keyed<V> {
  readonly size: number;
  readonly rows: readonly (readonly (Bucket<V> | undefined)[] | undefined)[];
}

const BITS = 6;
const WIDTH = 1 << BITS;
const MASK = WIDTH - 1;
const EMPTY: Keyed<never> = { size: 0, rows: new Array<undefined>(WIDTH).fill(undefined) };
const EMPTY_ROW: readonly undefined[] = new Array<undefined>(WIDTH).fill(undefined);

export function emptyKeyed<V>(): Keyed<V> {
  return EMPTY;
}

/** One step asks several maps for the same key, so the last slot is worth remembering. */
let lastKey: string | undefined;
let lastSlot = 0;

/** FNV-1a: session ids share long prefixes, so every character must count. */
function slot(key: string): number {
  if (key === lastKey) return lastSlot;
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  lastKey = key;
  lastSlot = (hash ^ (hash >>> 12) ^ (hash >>> 24)) & (WIDTH * WIDTH - 1);
  return lastSlot;
}

export function get<V>(map: Keyed<V>, key: string): V | undefined {
  if (map.size === 0) return undefined;
  const at = slot(key);
  const bucket = map.rows[at >> BITS]?.[at & MASK];
  if (bucket === undefined) return undefined;
  for (const entry of bucket) if (entry[0] === key) return entry[1];
  return undefined;
}

/** `value` must not be undefined: an absent key and an undefined value are the same thing here. */
export function set<V>(map: Keyed<V>, key: string, value: V): Keyed<V> {
  const at = slot(key);
  const bucket = map.rows[at >> BITS]?.[at & MASK] ?? [];
  const index = bucket.findIndex((entry) => entry[0] === key);
  if (index < 0) return withBucket(map, at, [...bucket, [key, value]], map.size + 1);
  return withBucket(map, at, bucket.with(index, [key, value]), map.size);
}

export function remove<V>(map: Keyed<V>, key: string): Keyed<V> {
  if (map.size === 0) return map;
  const at = slot(key);
  const bucket = map.rows[at >> BITS]?.[at & MASK] ?? [];
  const rest = bucket.filter((entry) => entry[0] !== key);
  return rest.length === bucket.length ? map : withBucket(map, at, rest, map.size - 1);
}

function withBucket<V>(map: Keyed<V>, at: number, bucket: Bucket<V>, size: number): Keyed<V> {
  const row = (map.rows[at >> BITS] ?? EMPTY_ROW).with(at & MASK, bucket.length === 0 ? undefined : bucket);
  return { size, rows: map.rows.with(at >> BITS, row) };
}

/** All values, in no promised order. */
export function values<V>(map: Keyed<V>): V[] {
  const all: V[] = [];
  for (const row of map.rows) {
    if (row === undefined) continue;
    for (const bucket of row) if (bucket !== undefined) for (const entry of bucket) all.push(entry[1]);
  }
  return all;
}

/** All keys, in no promised order. */
export function keys<V>(map: Keyed<V>): string[] {
  return map.rows.flatMap((row) => row?.flatMap((bucket) => bucket?.map((entry) => entry[0]) ?? []) ?? []);
}

/** The entries that `keep` refuses are left out; the same map when it refuses none. */
export function filter<V>(map: Keyed<V>, keep: (value: V, key: string) => boolean): Keyed<V> {
  let kept = map;
  for (const row of map.rows) {
    if (row === undefined) continue;
    for (const bucket of row) {
      if (bucket !== undefined) for (const [key, value] of bucket) if (!keep(value, key)) kept = remove(kept, key);
    }
  }
  return kept;
}

/** One key in which two maps differ; no value: it is not in the second. */
export interface Difference<V> {
  readonly key: string;
  readonly value: V | undefined;
}

/** Where `after` differs from `before`, by identity. What they share, as versions of one map do, is not walked. */
export function differences<V>(before: Keyed<V>, after: Keyed<V>): Difference<V>[] {
  const found: Difference<V>[] = [];
  for (let row = 0; row < WIDTH; row++) {
    if (before.rows[row] === after.rows[row]) continue;
    for (let at = 0; at < WIDTH; at++) compareBuckets(before.rows[row]?.[at], after.rows[row]?.[at], found);
  }
  return found;
}

function compareBuckets<V>(before: Bucket<V> = [], after: Bucket<V> = [], found: Difference<V>[]): void {
  if (before === after) return;
  for (const [key, value] of after) {
    if (before.find((entry) => entry[0] === key)?.[1] !== value) found.push({ key, value });
  }
  for (const [key] of before) if (!after.some((entry) => entry[0] === key)) found.push({ key, value: undefined });
}
