import { z } from 'zod';
import type { PartyReport } from '@ringside/shared/domain/observation';
import { toEndReason, toPhase } from './decode.ts';
import { anything, cleanId, lenientEndpoint, lenientFlag, lenientId, present } from './decode-values.ts';

const statusSchema = z.object({ code: anything, reason: anything }).partial().catch({});

/** Events carry `queueCall` on the party, the session answer carries it under `attributes`; both are read. */
const partySchema = z.object({
  id: anything,
  extensionId: lenientId,
  owner: z.object({ extensionId: lenientId }).partial().catch({}).optional(),
  direction: anything,
  status: statusSchema.optional(),
  from: lenientEndpoint,
  to: lenientEndpoint,
  queueCall: lenientFlag,
  missedCall: lenientFlag,
  attributes: z.object({ queueCall: lenientFlag }).partial().catch({}).optional(),
});

/** More parties than any real session has; a list beyond this is cut. */
const mostParties = 200;

function toParty(value: unknown): PartyReport | undefined {
  const parsed = partySchema.safeParse(value);
  if (!parsed.success) return undefined;
  const party = parsed.data;
  const id = cleanId(party.id);
  const side = toSide(party.direction);
  if (id === undefined || side === undefined) return undefined;
  const phase = toPhase(party.status?.code);
  // A reason on a live party ("answered because of a transfer") is not the reason of an end.
  const over = phase === 'ended' || phase === 'gone';
  return present({
    id,
    extensionId: party.extensionId,
    side,
    phase,
    endReason: over ? toEndReason(party.status?.reason) : undefined,
    from: party.from,
    to: party.to,
    queueCall: party.queueCall ?? party.attributes?.queueCall,
    missedFlag: party.missedCall,
  });
}

function toSide(direction: unknown): PartyReport['side'] | undefined {
  const word = typeof direction === 'string' ? direction.toLowerCase() : '';
  if (word === 'outbound') return 'placing';
  return word === 'inbound' ? 'receiving' : undefined;
}

/** The readable parties of a list, and how many could not be read. Never throws. */
export function decodeParties(value: unknown): { readonly parties: readonly PartyReport[]; readonly dropped: number } {
  if (!Array.isArray(value)) return { parties: [], dropped: 0 };
  const list: readonly unknown[] = value.slice(0, mostParties);
  const parties = list.map(toParty).filter((party) => party !== undefined);
  return { parties, dropped: value.length - parties.length };
}
