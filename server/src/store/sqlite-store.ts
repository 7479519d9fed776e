import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { MemoryPatch, Row } from '@ringside/shared/domain/memory';
import { inTransaction, openDatabase } from './database-file.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { parse, readRow, tokensSchema } from './row-schema.ts';
import { type Found, type Loaded, type Store, type StorePlace, StoreRefusal, type Tokens } from './store.ts';

const DATABASE = 'ringside.db';

/**
 * Opens the memory in a folder, which is this process's alone until `close`. Throws a `StoreRefusal` when another process
 * holds the folder, or what is in it cannot be used.
 */
export function openSqliteStore({ folder, account, login }: StorePlace): Store {
  const place = resolve(folder);
  const lock = naming(place, () => {
    mkdirSync(place, { recursive: true, mode: 0o700 });
    return lockFolder(place);
  });
  try {
    const file = join(place, DATABASE);
    const before = foundBefore(file, lock);
    const db = naming(place, () => openDatabase(file));
    try {
      const foreign = naming(place, () => claim(db, account));
      lock.announce();
      return new SqliteStore({ db, lock, login, found: { as: foreign ? 'foreign' : before } });
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A process that died leaves its write-ahead file behind: where that is gone, so are the latest changes. */
function foundBefore(file: string, lock: FolderLock): Found['as'] {
  if (!existsSync(file)) return 'created';
  if (!lock.inherited) return 'kept';
  return existsSync(`${file}-wal`) ? 'recovered' : 'cutOff';
}

/** Lets another account's memory go; true when there was one. */
function claim(db: DatabaseSync, account: string): boolean {
  const owner = readFact(db, 'account');
  if (owner === account) return false;
  inTransaction(db, () => {
    db.exec('DELETE FROM memory; DELETE FROM tokens');
    writeFact(db, 'account', account);
  });
  return owner !== undefined;
}

/** Whatever the file system says about the folder, with what a person can do about it. */
function naming<T>(folder: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof StoreRefusal) throw error;
    const said = error instanceof Error ? error.message : String(error);
    throw new StoreRefusal(
      `DATA_DIR ${folder} cannot be used (${said.slice(0, 200)}). It must be a folder that this user may write to, on a disk with room.`,
    );
  }
}

interface Parts {
  readonly db: DatabaseSync;
  readonly lock: FolderLock;
  readonly login: string;
  readonly found: Found;
}

class SqliteStore implements Store {
  readonly found: Found;
  readonly #db: DatabaseSync;
  readonly #lock: FolderLock;
  readonly #login: string;
  #open = true;

  constructor({ db, lock, login, found }: Parts) {
    this.#db = db;
    this.#lock = lock;
    this.#login = login;
    this.found = found;
  }

  load(): Loaded {
    const rows: Row[] = [];
    const bad: Pick<MemoryLine, 'kind' | 'id'>[] = [];
    for (const line of this.#db.prepare('SELECT kind, id, value FROM memory').iterate()) {
      const { kind, id, value } = line as unknown as MemoryLine;
      const row = readRow(kind, id, value);
      if (row === undefined) bad.push({ kind, id });
      else rows.push(row);
    }
    if (bad.length > 0) this.#drop(bad);
    return { rows, unreadable: bad.length };
  }

  save({ put, drop }: MemoryPatch): void {
    if (put.length === 0 && drop.length === 0) return;
    const insert = this.#db.prepare(
      'INSERT INTO memory (kind, id, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    );
    const remove = this.#db.prepare('DELETE FROM memory WHERE kind = ? AND id = ?');
    inTransaction(this.#db, () => {
      for (const { kind, id } of drop) remove.run(kind, id);
      for (const { kind, id, value } of put) insert.run(kind, id, JSON.stringify(value));
    });
  }

  loadTokens(): Tokens | undefined {
    const line = this.#db.prepare('SELECT value FROM tokens WHERE login = ?').get(this.#login);
    const tokens = tokensSchema.safeParse(parse(String(line?.['value'])));
    return tokens.success ? tokens.data : undefined;
  }

  saveTokens(tokens: Tokens): void {
    inTransaction(this.#db, () => {
      this.#db.exec('DELETE FROM tokens');
      this.#db.prepare('INSERT INTO tokens (login, value) VALUES (?, ?)').run(this.#login, JSON.stringify(tokens));
    });
  }

  forgetTokens(): void {
    this.#db.exec('DELETE FROM tokens');
  }

  nextEpoch(now: number): number {
    const epoch = Math.max(now, Number(readFact(this.#db, 'epoch') ?? 0) + 1);
    try {
      writeFact(this.#db, 'epoch', String(epoch));
    } catch {
      // What the memory says of the disk, it says at its first change.
    }
    return epoch;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.#db.close();
    } finally {
      this.#lock.release();
    }
  }

  #drop(lines: readonly Pick<MemoryLine, 'kind' | 'id'>[]): void {
    const remove = this.#db.prepare('DELETE FROM memory WHERE kind = ? AND id = ?');
    try {
      inTransaction(this.#db, () => lines.forEach(({ kind, id }) => remove.run(kind, id)));
    } catch {
      // They stay, and are left out again next time.
    }
  }
}

interface MemoryLine {
  readonly kind: string;
  readonly id: string;
  readonly value: string;
}

function readFact(db: DatabaseSync, name: string): string | undefined {
  const value = db.prepare('SELECT value FROM facts WHERE name = ?').get(name)?.['value'];
  return typeof value === 'string' ? value : undefined;
}

function writeFact(db: DatabaseSync, name: string, value: string): void {
  db.prepare('INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value').run(
    name,
    value,
  );
}
