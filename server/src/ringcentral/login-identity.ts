import { createHash } from 'node:crypto';
import type { RingCentralConfig } from './gated-sdk.ts';

/** Names for whom the settings stand, made so that nothing can be learned from them. */
export interface LoginIdentity {
  /** The same as long as the same user of the same platform is signed in, also with a renewed JWT. */
  readonly account: string;
  /** The same as long as the credentials are: tokens bought with others may be another user's. */
  readonly login: string;
}

export function identityOf({ serverUrl, clientId, jwt }: RingCentralConfig): LoginIdentity {
  return { account: digest([serverUrl, subjectOf(jwt)]), login: digest([serverUrl, clientId, jwt]) };
}

/** The user a JWT was made for (RFC 7519 4.1.2); the whole of it where it does not say. */
function subjectOf(jwt: string): string {
  try {
    const claims: unknown = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
    const { sub } = (claims ?? {}) as { sub?: unknown };
    return typeof sub === 'string' && sub !== '' ? sub : jwt;
  } catch {
    return jwt;
  }
}

const digest = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
