import { z } from 'zod';
import type { PartyReport, SessionOrigin } from '@ringside/shared/domain/observation';
import { toOrigin } from './decode.ts';
import { decodeParties } from './decode-party.ts';
import { anything, cleanTime } from './decode-values.ts';

const sessionSchema = z.object({
  creationTime: anything,
  origin: z.object({ type: anything }).partial().optional().catch(undefined),
  parties: z.array(z.unknown()),
});

export interface SessionAnswer {
  readonly parties: readonly PartyReport[];
  readonly createdAt?: number;
  readonly origin?: SessionOrigin;
  /** Every party has left: one whose status could not be read may still talk. */
  readonly over: boolean;
  /** A party that may still be there is not listed. */
  readonly partial: boolean;
}

/** The answer of `GET …/telephony/sessions/{id}`; undefined when it is not one. */
export function decodeSession(json: unknown, receivedAt: number): SessionAnswer | undefined {
  const parsed = sessionSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const created = parsed.data.creationTime;
  const createdAt = typeof created === 'string' ? { createdAt: cleanTime(created, receivedAt) } : {};
  const origin = toOrigin(parsed.data.origin?.type);
  return { ...decodeParties(parsed.data.parties), ...createdAt, ...(origin && { origin }) };
}
