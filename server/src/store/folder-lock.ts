import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isBusy } from './sqlite-errors.ts';
import { StoreRefusal } from './store.ts';

/** The right to use a folder, held by one process. */
export interface FolderLock {
  /** The last holder died with it. */
  readonly inherited: boolean;
  /** Says who holds it; others read it. Call it once what is in the folder is in use. */
  announce(): void;
  release(): void;
}

/**
 * Takes the folder for this process, or throws a `StoreRefusal` that names the holder. The lock is the operating system's
 * own, on an open file, so it ends with its process however that dies, and no file left behind can feign it.
 */
export function lockFolder(folder: string): FolderLock {
  const holderFile = join(folder, 'holder.json');
  const lockFile = join(folder, 'ringside.lock');
  // Only when it is absent: to open and close a file that this process has locked would give the lock free (POSIX).
  if (!existsSync(lockFile)) attempt(() => closeSync(openSync(lockFile, 'wx', 0o600)));
  const lock = new DatabaseSync(lockFile, { timeout: 0 });
  try {
    // Nothing is ever written, so nothing needs a journal on the disk.
    lock.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new StoreRefusal(
      `${folder} is in use by ${describeHolder(holderFile)}. Stop it, or set DATA_DIR to a folder of this one's own.`,
    );
  }
  return {
    inherited: readHolder(holderFile) !== undefined,
    announce() {
      const holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
      // Only good manners: a full disk must not keep the lock from working.
      attempt(() => writeFileSync(holderFile, JSON.stringify(holder), { mode: 0o600 }));
    },
    release() {
      attempt(() => rmSync(holderFile, { force: true }));
      lock.close();
    },
  };
}

function describeHolder(file: string): string {
  const { pid, host, since } = readHolder(file) ?? {};
  if (typeof pid !== 'number' || typeof since !== 'string') return 'another process of Ringside';
  const where = host === hostname() ? '' : ` on ${String(host)}`;
  return `another process of Ringside: pid ${pid}${where}, since ${since}`;
}

function readHolder(file: string): Record<string, unknown> | undefined {
  return attempt(() => {
    const said: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : {};
  });
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
