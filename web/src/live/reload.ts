/** What is kept across a reload to tell a needed one from a loop. */
interface Memory {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const memoryKey = 'ringside.reloadedFor';

/**
 * True once per `reason` and tab: the caller reloads then. A page that still meets the same reason after its reload is
 * served from somewhere that cannot mend it, so it stays and says so. Storage that fails counts as "already done".
 */
export function mayReload(memory: Memory, reason: string): boolean {
  try {
    if (memory.getItem(memoryKey) === reason) return false;
    memory.setItem(memoryKey, reason);
    return true;
  } catch {
    return false;
  }
}
