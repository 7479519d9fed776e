/** What turns one keyed picture into another: whole new values for what differs, and the ids that left. */
export interface PatchOps<T> {
  readonly upsert: readonly T[];
  readonly remove: readonly string[];
}

interface Identified {
  readonly id: string;
}

/**
 * The shortest patch of whole values from `before` to `after`. Values are compared by content, so a picture that was
 * built anew costs nothing to send when it says the same. Law: `apply(before, diff(before, after))` equals `after`.
 */
export function diff<T extends Identified>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): PatchOps<T> {
  const upsert: T[] = [];
  for (const [id, value] of after) {
    const old = before.get(id);
    if (old === undefined || !sameContent(old, value)) upsert.push(value);
  }
  const gone: string[] = [];
  for (const id of before.keys()) if (!after.has(id)) gone.push(id);
  return { upsert, remove: gone };
}

/** A new picture with the patch applied; `before` stays as it was. Ids to remove that are unknown are ignored. */
export function apply<T extends Identified>(before: ReadonlyMap<string, T>, patch: PatchOps<T>): Map<string, T> {
  const after = new Map(before);
  for (const id of patch.remove) after.delete(id);
  for (const value of patch.upsert) after.set(value.id, value);
  return after;
}

/** Structural equality of plain JSON-like values; a key that is undefined equals one that is absent. */
export function sameContent(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const key of Object.keys(left)) if (!sameContent(left[key], right[key])) return false;
  for (const key of Object.keys(right)) if (right[key] !== undefined && left[key] === undefined) return false;
  return true;
}
