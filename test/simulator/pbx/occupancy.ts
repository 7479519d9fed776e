/** Whose hands are full. A claim is held by one party (or one offer being made), so nobody is freed too early. */
export interface Occupancy {
  claim(extensionId: string, holder: string): void;
  /** Gives the claim back; unknown holders are ignored. Returns the extension when that left it free. */
  release(holder: string): string | undefined;
  isFree(extensionId: string): boolean;
  /** Wrap-up after a queue call: no further offer before `until` (ms since the epoch). */
  rest(extensionId: string, until: number): void;
  /** Free and rested: a queue may ring this phone. */
  isOfferable(extensionId: string, at: number): boolean;
}

/** Everybody free. */
export function createOccupancy(): Occupancy {
  const holders = new Map<string, Set<string>>();
  const claims = new Map<string, string>();
  const restUntil = new Map<string, number>();
  const isFree = (extensionId: string): boolean => (holders.get(extensionId)?.size ?? 0) === 0;
  return {
    isFree,
    claim(extensionId, holder) {
      const set = holders.get(extensionId) ?? new Set<string>();
      holders.set(extensionId, set.add(holder));
      claims.set(holder, extensionId);
    },
    release(holder) {
      const extensionId = claims.get(holder);
      if (extensionId === undefined) return undefined;
      claims.delete(holder);
      holders.get(extensionId)?.delete(holder);
      return isFree(extensionId) ? extensionId : undefined;
    },
    rest: (extensionId, until) => void restUntil.set(extensionId, until),
    isOfferable: (extensionId, at) => isFree(extensionId) && (restUntil.get(extensionId) ?? 0) <= at,
  };
}
