import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { migrations } from './migrations.ts';
import { isDamage } from './sqlite-errors.ts';
import { StoreRefusal } from './store.ts';

/** Marks the file as ours ("RING"), so that another program's database is never taken for an old one of ours. */
const APPLICATION_ID = 0x52494e47;
/** A back-up that reads at the same moment is waited for this long, ms. */
const BUSY_MS = 250;

/**
 * Opens the database, and makes it when there is none. Throws a `StoreRefusal` where it is damaged, another program's, or
 * written by a newer version: an empty memory must never stand in for one that could not be read.
 */
export function openDatabase(file: string, steps: readonly string[] = migrations): DatabaseSync {
  if (!existsSync(file)) create(file, steps);
  chmodSync(file, 0o600);
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    db.exec('PRAGMA synchronous=FULL; PRAGMA journal_size_limit=16777216');
    check(db, file, steps.length);
    migrate(db, steps);
    return db;
  } catch (error) {
    db.close();
    throw isDamage(error) ? damaged(file, error) : error;
  }
}

/** Made aside and moved into place whole: a file that is there was once complete, so an empty one is damage. */
function create(file: string, steps: readonly string[]): void {
  if (existsSync(`${file}-wal`)) {
    throw new StoreRefusal(
      `${file} is gone, but ${file}-wal is there. Put both back, or move that away too to start without memory.`,
    );
  }
  const draft = `${file}.new`;
  for (const name of [draft, `${draft}-wal`, `${draft}-shm`]) rmSync(name, { force: true });
  // The mode first: SQLite gives its side files that of the database.
  closeSync(openSync(draft, 'wx', 0o600));
  const db = new DatabaseSync(draft);
  try {
    db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA application_id=${APPLICATION_ID}`);
    migrate(db, steps);
  } finally {
    db.close();
  }
  renameSync(draft, file);
  syncFolder(dirname(file));
}

function check(db: DatabaseSync, file: string, known: number): void {
  const written = pragma(db, 'user_version');
  if (pragma(db, 'application_id') !== APPLICATION_ID || written === 0) {
    throw new StoreRefusal(
      `${file} is no database of Ringside, or was cut short. Put a back-up in its place, or move it away to start without memory.`,
    );
  }
  if (written > known) {
    throw new StoreRefusal(
      `${file} was written by a newer version of Ringside (its schema is ${written}, this version knows ${known}). ` +
        'Start that version or a newer one, or set DATA_DIR to another folder.',
    );
  }
  const said = db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (said !== 'ok') throw damaged(file, said);
}

/** Takes the steps that the file has not yet taken; each wholly or not at all. */
export function migrate(db: DatabaseSync, steps: readonly string[]): void {
  for (let at = pragma(db, 'user_version'); at < steps.length; at++) {
    inTransaction(db, () => db.exec(`${steps[at] ?? ''}; PRAGMA user_version=${at + 1}`));
  }
}

/** Runs `work` wholly or not at all. */
export function inTransaction(db: DatabaseSync, work: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    work();
    db.exec('COMMIT');
  } catch (error) {
    // A full disk has already rolled it back.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function damaged(file: string, cause: unknown): StoreRefusal {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new StoreRefusal(
    `${file} is damaged (${said.replaceAll(/\s+/g, ' ').slice(0, 200)}). Put a back-up in its place, or move it away together with ` +
      `${file}-wal to start without memory.`,
  );
}

/** The new name itself must survive a power cut. Windows cannot sync a folder, and does not need to. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
