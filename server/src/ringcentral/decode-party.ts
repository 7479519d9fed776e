import { z } from 'zod';
import type { LegLink, LegPhase } from '@ringside/shared/domain/call';
import type { PartyReport } from '@ringside/shared/domain/observation';
import { toEndReason, toPhase } from './decode.ts';
import { anything, cleanId, lenientEndpoint, lenientFlag, lenientId, present } from './decode-values.ts';

const peerSchema = z.object({ sessionId: lenientId, telephonySessionId: lenientId, partyId: lenientId }).partial();
const statusSchema = z
  .object({ code: anything, reason: anything, peerId: peerSchema.optional().catch(undefined) })
  .partial()
  .catch({});
const recordingSchema = z.object({ active: lenientFlag }).catch({});

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
  attributes: z.object({ queueCall: lenientFlag }).partial().catch({}).optional(),
  recordings: z.array(recordingSchema).catch([]).optional(),
});

/** More parties than any real session has; a list beyond this is cut to those that matter most. */
const mostParties = 200;

function toParty(value: unknown): PartyReport | undefined {
  const parsed = partySchema.safeParse(value);
  if (!parsed.success) return undefined;
  const party = parsed.data;
  const id = cleanId(party.id);
  const side = toSide(party.direction);
  if (id === undefined || side === undefined) return undefined;
  const phase = toPhase(party.status?.code);
  const over = isOver(phase);
  const reason = toEndReason(party.status?.reason);
  // A reason on a live party ("answered because of a transfer") is not the reason of an end.
  return present({
    id,
    extensionId: party.extensionId,
    side,
    phase,
    endReason: over ? reason : undefined,
    from: party.from,
    to: party.to,
    queueCall: party.queueCall ?? party.attributes?.queueCall,
    monitors: !over && reason === 'supervision' ? true : undefined,
    mergedInto: over ? toLink(party.status?.peerId) : undefined,
    recording: toRecording(party.recordings),
  });
}

/** A party may be merged into no call that is named: a conference gives the session `0`, or none at all. */
function toLink(peer: z.infer<typeof peerSchema> | undefined): LegLink | undefined {
  if (peer === undefined) return undefined;
  const { sessionId, telephonySessionId: callId, partyId: legId } = peer;
  if (sessionId === '0' || callId === undefined || callId === '0') return {};
  return { callId, ...(legId !== undefined && { legId }) };
}

/** A leg may be recorded more than once at a time; one recording that runs is a recording. */
function toRecording(recordings: readonly z.infer<typeof recordingSchema>[] = []): PartyReport['recording'] {
  if (recordings.some(({ active }) => active === true)) return 'on';
  return recordings.some(({ active }) => active === false) ? 'paused' : undefined;
}

const isOver = (phase: LegPhase): boolean => phase === 'ended' || phase === 'gone';

function toSide(direction: unknown): PartyReport['side'] | undefined {
  const word = typeof direction === 'string' ? direction.toLowerCase() : '';
  if (word === 'outbound') return 'placing';
  return word === 'inbound' ? 'receiving' : undefined;
}

export interface DecodedParties {
  readonly parties: readonly PartyReport[];
  /** Every entry says that it has left, whether or not the rest of it could be read. */
  readonly over: boolean;
  /** An entry that may still be there is not among `parties`: it could not be read, or the list had to be cut. */
  readonly partial: boolean;
}

/** The readable parties of a list. Never throws. */
export function decodeParties(value: unknown): DecodedParties {
  if (!Array.isArray(value)) return { parties: [], over: true, partial: false };
  const entries = (value as readonly unknown[]).map((raw) => ({ raw, left: hasLeft(raw) }));
  const staying = entries.filter(({ left }) => !left);
  const kept = cut(entries, staying.length).map(({ raw, left }) => ({ left, party: toParty(raw) }));
  const read = kept.filter(({ left, party }) => !left && party !== undefined);
  return {
    parties: kept.flatMap(({ party }) => party ?? []),
    over: staying.length === 0,
    partial: read.length < staying.length,
  };
}

const statedSchema = z.object({ status: statusSchema });

function hasLeft(value: unknown): boolean {
  const parsed = statedSchema.safeParse(value);
  return parsed.success && isOver(toPhase(parsed.data.status.code));
}

/** A list that is too long gives up who left before who is there, and the older before the newer. */
function cut<T extends { readonly left: boolean }>(entries: readonly T[], staying: number): readonly T[] {
  const surplus = entries.length - mostParties;
  if (surplus <= 0) return entries;
  const dropLeft = Math.min(surplus, entries.length - staying);
  const dropStaying = surplus - dropLeft;
  const seen = { left: 0, staying: 0 };
  return entries.filter(({ left }) => (left ? ++seen.left > dropLeft : ++seen.staying > dropStaying));
}
