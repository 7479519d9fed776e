import { z } from 'zod';
import type { Clock } from '../runtime/clock.ts';

/** The pair that stands for a session at RingCentral. Times are wall clock, ms since the epoch. */
export interface Tokens {
  readonly accessToken: string;
  readonly expiresAt: number;
  readonly refreshToken?: string;
  readonly refreshExpiresAt?: number;
}

/** Keeps the tokens over a restart. None of it throws: where the disk refuses, the session lives with the process. */
export interface TokenKeeper {
  load(): Tokens | undefined;
  /** Durable on return, as far as the disk lets it. */
  save(tokens: Tokens): void;
  forget(): void;
}

/** The SDK's storage, with the tokens in it kept over a restart. */
export interface TokenStorage {
  /** What the SDK is given as its `localStorage`. */
  readonly storage: Storage;
  /** What an earlier process left. */
  readonly inherited: Tokens | undefined;
  /** RingCentral refused the pair for good (`invalid_grant`). */
  forget(): void;
}

/** What the SDK writes down of a token answer; it adds fields of its own, and keeps those of the answer before. */
const authData = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().catch(3600),
  refresh_token: z.string().min(1).optional().catch(undefined),
  refresh_token_expires_in: z.coerce.number().positive().optional().catch(undefined),
});

/**
 * RingCentral lets the old refresh token live until the new access token is used. So each new pair is written down before
 * the SDK itself can know of it: whoever dies in between finds a pair that still buys the session.
 */
export function tokenStorage(cachePrefix: string, clock: Clock, keeper: TokenKeeper | undefined): TokenStorage {
  const items = new Map<string, string>();
  const key = `${cachePrefix}platform`;
  const inherited = keeper?.load();
  if (inherited !== undefined) items.set(key, JSON.stringify(toAuthData(inherited)));
  const setItem = (name: string, value: string): void => {
    const tokens = name === key ? readAuthData(value, clock.now()) : undefined;
    if (tokens !== undefined) keeper?.save(tokens);
    items.set(name, value);
  };
  return {
    inherited,
    forget() {
      items.delete(key);
      keeper?.forget();
    },
    storage: {
      getItem: (name) => items.get(name) ?? null,
      setItem,
      removeItem: (name) => void items.delete(name),
      clear: () => items.clear(),
      key: (index) => [...items.keys()][index] ?? null,
      get length() {
        return items.size;
      },
      // Not part of Storage, but what the SDK's cache lists its keys with.
      ...{ keys: () => [...items.keys()] },
    },
  };
}

function readAuthData(value: string, now: number): Tokens | undefined {
  const read = authData.safeParse(JSON.parse(value));
  if (!read.success) return undefined;
  const { access_token, expires_in, refresh_token, refresh_token_expires_in } = read.data;
  const refreshable = refresh_token !== undefined && refresh_token_expires_in !== undefined;
  return {
    accessToken: access_token,
    expiresAt: now + expires_in * 1000,
    ...(refreshable && { refreshToken: refresh_token, refreshExpiresAt: now + refresh_token_expires_in * 1000 }),
  };
}

/** What the SDK would ask for in a login: the lives of the pair that follows, s. */
const ACCESS_TTL_S = 3600;
const REFRESH_TTL_S = 604_800;

/** Whether the pair still serves is for the login to judge by our clock; the SDK's own, the machine's, is kept out of it. */
function toAuthData({ accessToken, refreshToken }: Tokens): object {
  return {
    token_type: 'bearer',
    access_token: accessToken,
    expires_in: String(ACCESS_TTL_S),
    expire_time: Number.MAX_SAFE_INTEGER,
    ...(refreshToken !== undefined && {
      refresh_token: refreshToken,
      refresh_token_expires_in: String(REFRESH_TTL_S),
      refresh_token_expire_time: Number.MAX_SAFE_INTEGER,
    }),
  };
}
