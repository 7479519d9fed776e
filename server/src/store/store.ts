/**
 * In:  what the rooms want remembered over a restart, in domain words.
 * Out: the same after a restart, whatever ended the process; or an error that says what a person can do.
 * Never: a decision about a call, a start with an empty memory where a full one could not be read.
 */
import type { MemoryPatch, Row } from '@ringside/shared/domain/memory';

/** What was found when the store was opened. */
export interface Found {
  /**
   * `created`: there was nothing · `kept`: it was closed in order · `recovered`: the last owner died with it open ·
   * `cutOff`: he did, and his latest changes are gone · `foreign`: it held another account's memory, which was let go.
   */
  readonly as: 'created' | 'kept' | 'recovered' | 'cutOff' | 'foreign';
}

export interface Loaded {
  readonly rows: readonly Row[];
  /** Rows that nobody could read: left out, and gone from the store. */
  readonly unreadable: number;
}

/** The pair that stands for a session at the platform. Times are wall clock, ms since the epoch. */
export interface Tokens {
  readonly accessToken: string;
  readonly expiresAt: number;
  readonly refreshToken?: string;
  readonly refreshExpiresAt?: number;
}

/**
 * Memory that survives a restart, for one account and one process. Whatever a method wrote is on the disk when it
 * returns. A method that writes throws when the disk refuses, and has then changed nothing.
 */
export interface Store {
  readonly found: Found;
  load(): Loaded;
  /** All of the patch, or none of it. */
  save(patch: MemoryPatch): void;
  loadTokens(): Tokens | undefined;
  saveTokens(tokens: Tokens): void;
  forgetTokens(): void;
  /**
   * A number larger than any it gave before, at least `now` (ms since the epoch). Never throws: where the disk refuses,
   * the next start's clock must do.
   */
  nextEpoch(now: number): number;
  /** Gives the folder free. May be called twice; nothing else may be called after it. */
  close(): void;
}

/** Where the memory lies, and whose it is. */
export interface StorePlace {
  /** Made when it is absent; files in it are for its owner's eyes alone. */
  readonly folder: string;
  /** Names the account; another account's memory is let go. No secret. */
  readonly account: string;
  /** Names the credentials; tokens bought with others are not given out. No secret. */
  readonly login: string;
}

/** The store cannot be used. The message is for people: it names the file or folder, and what to do. */
export class StoreRefusal extends Error {
  override readonly name = 'StoreRefusal';
}
