import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import type { Call } from '@ringside/shared/domain/call';
import type { Row } from '@ringside/shared/domain/memory';
import { inTransaction, migrate, openDatabase } from './database-file.ts';
import { migrations } from './migrations.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { type Store, StoreRefusal } from './store.ts';

const folders: string[] = [];
const stores: Store[] = [];

afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-store-'));
  folders.push(folder);
  return folder;
}

function open(folder: string, whose: { account?: string; login?: string } = {}): Store {
  const store = openSqliteStore({ folder, account: 'acme', login: 'jwt-1', ...whose });
  stores.push(store);
  return store;
}

const file = (folder: string): string => join(folder, 'ringside.db');

/** The files as a killed process would have left them: all of them, as they are while it runs. */
function killed(folder: string): string {
  const copy = emptyFolder();
  for (const name of readdirSync(folder))
    if (name !== 'ringside.lock') copyFileSync(join(folder, name), join(copy, name));
  return copy;
}

/** Plants something into the file behind the store's back. */
function tamper(folder: string, sql: string): void {
  const db = new DatabaseSync(file(folder));
  db.exec(sql);
  db.close();
}

const call: Call = {
  id: 's-1',
  kind: 'voice',
  direction: 'inbound',
  state: 'ended',
  startedAt: 1,
  stateSince: 2,
  endedAt: 2,
  from: { phoneNumber: '+16505550100' },
  to: {},
  legs: [],
};
const ended: Row = { kind: 'ended', id: 's-1', value: call };
const tombstone: Row = { kind: 'tombstone', id: 's-1', value: 1_700_000_000_000 };

describe('the memory', () => {
  it('is empty and says so when there was none', () => {
    const store = open(emptyFolder());
    expect(store.found.as).toBe('created');
    expect(store.load()).toEqual({ rows: [], unreadable: 0 });
  });

  it('gives back what was saved, and no longer what was dropped', () => {
    const folder = emptyFolder();
    const first = open(folder);
    first.save({ put: [ended, tombstone], drop: [] });
    first.save({ put: [{ ...tombstone, value: 5 }], drop: [{ kind: 'ended', id: 's-1' }] });
    first.close();
    const second = open(folder);
    expect(second.found.as).toBe('kept');
    expect(second.load().rows).toEqual([{ ...tombstone, value: 5 }]);
  });

  it('keeps every saved patch of a process that was killed', () => {
    const folder = emptyFolder();
    open(folder).save({ put: [ended, tombstone], drop: [] });
    const after = open(killed(folder));
    expect(after.found.as).toBe('recovered');
    expect(after.load().rows).toHaveLength(2);
  });

  it('saves the whole of a patch or none of it', () => {
    const store = open(emptyFolder());
    store.save({ put: [ended], drop: [] });
    const endless: Record<string, unknown> = {};
    endless['itself'] = endless;
    const broken = { kind: 'ended', id: 's-2', value: endless } as unknown as Row;
    expect(() => store.save({ put: [tombstone, broken], drop: [{ kind: 'ended', id: 's-1' }] })).toThrow();
    expect(store.load().rows).toEqual([ended]);
    store.save({ put: [tombstone], drop: [] });
    expect(store.load().rows).toHaveLength(2);
  });

  it('leaves out a row that nobody can read, counts it, and keeps the rest', () => {
    const folder = emptyFolder();
    const first = open(folder);
    first.save({ put: [ended, tombstone], drop: [] });
    first.close();
    tamper(folder, "UPDATE memory SET value = '{' WHERE kind = 'ended'");
    const second = open(folder);
    expect(second.load()).toEqual({ rows: [tombstone], unreadable: 1 });
    expect(second.load().unreadable).toBe(0);
  });

  it("lets another account's memory go, tokens included", () => {
    const folder = emptyFolder();
    const first = open(folder);
    first.save({ put: [ended], drop: [] });
    first.saveTokens({ accessToken: 'a', expiresAt: 1 });
    first.close();
    const second = open(folder, { account: 'globex' });
    expect(second.found.as).toBe('foreign');
    expect(second.load().rows).toEqual([]);
    expect(second.loadTokens()).toBeUndefined();
  });
});

describe('the tokens [I-21]', () => {
  const pair = { accessToken: 'a-1', expiresAt: 10, refreshToken: 'r-1', refreshExpiresAt: 20 };

  it('outlive the process, and the pair before them does not', () => {
    const folder = emptyFolder();
    const first = open(folder);
    first.saveTokens({ accessToken: 'a-0', expiresAt: 5 });
    first.saveTokens(pair);
    expect(open(killed(folder)).loadTokens()).toEqual(pair);
  });

  it('are given out only to the credentials that bought them', () => {
    const folder = emptyFolder();
    const first = open(folder);
    first.saveTokens(pair);
    first.close();
    expect(open(folder, { login: 'jwt-2' }).loadTokens()).toBeUndefined();
  });

  it('are gone once forgotten, and a pair nobody can read is none', () => {
    const folder = emptyFolder();
    const store = open(folder);
    store.saveTokens(pair);
    store.forgetTokens();
    expect(store.loadTokens()).toBeUndefined();
    store.saveTokens(pair);
    store.close();
    tamper(folder, `UPDATE tokens SET value = '{"accessToken":7}'`);
    expect(open(folder).loadTokens()).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')('lie in files that nobody else may read', () => {
    const folder = join(emptyFolder(), 'data');
    open(folder).saveTokens(pair);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const modes = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o077]);
    expect(Object.fromEntries(modes)).toEqual({
      ...{ 'holder.json': 0, 'ringside.db': 0, 'ringside.db-shm': 0, 'ringside.db-wal': 0, 'ringside.lock': 0 },
    });
  });
});

describe('the epoch [I-11]', () => {
  it('grows at every start, also when the clock was set back', () => {
    const folder = emptyFolder();
    const first = open(folder);
    expect(first.nextEpoch(1_000)).toBe(1_000);
    first.close();
    const second = open(folder);
    expect(second.nextEpoch(400)).toBe(1_001);
    expect(second.nextEpoch(2_000)).toBe(2_000);
  });
});

describe('the folder', () => {
  it('is one store at a time; the second is told who holds it', () => {
    const folder = emptyFolder();
    const first = open(folder);
    expect(() => open(folder)).toThrow(new RegExp(`in use by .* pid ${process.pid}, since \\d{4}-.*DATA_DIR`));
    first.close();
    first.close();
    open(folder);
  });

  it('is not held by what a dead process left in it', () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'holder.json'), JSON.stringify({ pid: 1, host: 'elsewhere', since: '2026' }));
    writeFileSync(join(folder, 'ringside.lock'), '');
    open(folder).close();
  });

  it('is named with a remedy when it cannot be one', () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'plain'), '');
    expect(() => open(join(folder, 'plain'))).toThrow(StoreRefusal);
    expect(() => open(join(folder, 'plain'))).toThrow(/DATA_DIR .*plain cannot be used .* may write to/);
  });

  it.skipIf(process.platform === 'win32')('gets its modes mended', () => {
    const folder = emptyFolder();
    open(folder).close();
    chmodSync(file(folder), 0o644);
    open(folder);
    expect(statSync(file(folder)).mode & 0o777).toBe(0o600);
  });
});

describe('a file that cannot be read is never taken for an empty one [I-44]', () => {
  function written(): string {
    const folder = emptyFolder();
    const store = open(folder);
    store.save({ put: [ended, tombstone], drop: [] });
    store.close();
    return folder;
  }

  it.each<[string, (path: string) => void, RegExp]>([
    ['holds something else', (path) => writeFileSync(path, 'no database at all, but long enough'), /damaged .*back-up/],
    ['was cut to nothing', (path) => truncateSync(path, 0), /no database of Ringside, or was cut short.*back-up/],
    ['was cut short', (path) => truncateSync(path, 4_096 * 2), /damaged .*back-up/],
    ['has a torn page', (path) => scribble(path, 4_096), /damaged .*back-up/],
  ])('when it %s', (_what, harm, message) => {
    const folder = written();
    harm(file(folder));
    expect(() => open(folder)).toThrow(message);
    expect(() => open(folder)).toThrow(file(folder));
    expect(existsSync(file(folder))).toBe(true);
  });

  it("when it is another program's", () => {
    const folder = emptyFolder();
    const db = new DatabaseSync(file(folder));
    db.exec('CREATE TABLE theirs (a); PRAGMA user_version = 1');
    db.close();
    expect(() => open(folder)).toThrow('no database of Ringside');
  });

  it('when only its write-ahead file is left', () => {
    const folder = emptyFolder();
    open(folder).save({ put: [ended], drop: [] });
    const copy = killed(folder);
    rmSync(file(copy));
    expect(() => open(copy)).toThrow(/is gone, but .*-wal is there/);
  });

  it('and what a lost write-ahead file took with it is told', () => {
    const folder = emptyFolder();
    open(folder).save({ put: [ended], drop: [] });
    const copy = killed(folder);
    rmSync(`${file(copy)}-wal`);
    expect(open(copy).found.as).toBe('cutOff');
  });

  it('and a first start that was killed half-way is simply done again', () => {
    const folder = emptyFolder();
    writeFileSync(`${file(folder)}.new`, 'half a database');
    expect(open(folder).found.as).toBe('created');
    expect(readdirSync(folder)).not.toContain('ringside.db.new');
  });
});

describe('the migrations', () => {
  const next = [...migrations, 'CREATE TABLE later (id TEXT PRIMARY KEY) STRICT'];

  it('bring an old file up to date and keep what is in it', () => {
    const path = file(emptyFolder());
    const db = openDatabase(path, migrations);
    db.exec("INSERT INTO facts VALUES ('a', 'b')");
    db.close();
    const after = openDatabase(path, next);
    expect(after.prepare('SELECT value FROM facts').get()).toEqual({ value: 'b' });
    expect(after.prepare('SELECT * FROM later').all()).toEqual([]);
    after.close();
  });

  it('happen wholly or not at all', () => {
    const path = file(emptyFolder());
    openDatabase(path).close();
    const torn = [...migrations, 'CREATE TABLE half (a); CREATE TABLE half (a)'];
    expect(() => openDatabase(path, torn)).toThrow('half');
    const db = openDatabase(path, next);
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'half'").all()).toEqual([]);
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: next.length });
    db.close();
  });

  it('refuse a file of a newer version, and name it', () => {
    const path = file(emptyFolder());
    openDatabase(path, next).close();
    expect(() => openDatabase(path, migrations)).toThrow(/written by a newer version .* schema is 2, .* knows 1/);
    expect(readFileSync(path).length).toBeGreaterThan(0);
  });

  it('leave a file that needs none alone', () => {
    const db = openDatabase(file(emptyFolder()));
    migrate(db, migrations);
    expect(() => inTransaction(db, () => db.exec('SELECT 1'))).not.toThrow();
    db.close();
  });
});

describe('a full disk', () => {
  it('is an error that changes nothing, and once there is room all is well', () => {
    const db = openDatabase(file(emptyFolder()));
    db.exec('PRAGMA max_page_count = 12');
    const long = 'x'.repeat(100_000);
    const fill = (): void => inTransaction(db, () => void db.prepare("INSERT INTO facts VALUES ('f', ?)").run(long));
    expect(fill).toThrow('full');
    expect(db.prepare('SELECT * FROM facts').all()).toEqual([]);
    db.exec('PRAGMA max_page_count = 1000');
    expect(fill).not.toThrow();
    db.close();
  });
});

/** Overwrites one page. */
function scribble(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, at, at + 4_096);
  writeFileSync(path, bytes);
}
