/** SQLite's primary result codes (sqlite.org/rescode.html) that need different words. */
const BUSY = 5;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/** Somebody else holds the file. */
export const isBusy = (error: unknown): boolean => codeOf(error) === BUSY;

/** What is in the file makes no sense. */
export const isDamage = (error: unknown): boolean => [CORRUPT, NOT_A_DATABASE].includes(codeOf(error) ?? 0);

/** The primary code under an extended one; undefined when SQLite said nothing. */
function codeOf(error: unknown): number | undefined {
  const { errcode } = (error ?? {}) as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : undefined;
}
