/**
 * The shape of the database, step by step; a step once released is never changed, only followed by another. The number of
 * steps taken is the file's `user_version`. Each runs in a transaction of its own, so a killed one was never begun.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
   CREATE TABLE memory (kind TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, id)) STRICT;
   CREATE TABLE tokens (login TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`,
];
