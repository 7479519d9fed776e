import { z } from 'zod';
import type { PartyReport } from '@ringside/shared/domain/observation';
import { decodeParties } from './decode-party.ts';
import { anything, cleanTime } from './decode-values.ts';

const sessionSchema = z.object({ creationTime: anything, parties: z.array(z.unknown()) });

export interface Session {
  readonly parties: readonly PartyReport[];
  readonly createdAt?: number;
  /** True when every party was readable and has left: an unreadable one may still talk. */
  readonly over: boolean;
}

/** The answer of `GET …/telephony/sessions/{id}`; undefined when it is not one. */
export function decodeSession(json: unknown, receivedAt: number): Session | undefined {
  const parsed = sessionSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const { parties, dropped } = decodeParties(parsed.data.parties);
  const created = parsed.data.creationTime;
  const over = dropped === 0 && parties.every(({ phase }) => phase === 'ended' || phase === 'gone');
  return { parties, over, ...(typeof created === 'string' ? { createdAt: cleanTime(created, receivedAt) } : {}) };
}
