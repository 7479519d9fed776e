import { z } from 'zod';
import type { PartyReport } from '@ringside/shared/domain/observation';
import { decodeParties } from './decode-party.ts';
import { anything, cleanTime } from './decode-values.ts';

const sessionSchema = z.object({ creationTime: anything, parties: z.array(z.unknown()) });

export interface SessionAnswer {
  readonly parties: readonly PartyReport[];
  readonly createdAt?: number;
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
  return { ...decodeParties(parsed.data.parties), ...createdAt };
}
