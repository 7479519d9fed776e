import { type Call, type Endpoint, isCall, type Leg } from '@ringside/shared/domain/call';
import type { Directory } from '@ringside/shared/domain/directory';
import type { WallCall } from '@ringside/shared/protocol/messages';

/**
 * What a wall may know of a call. Everything is copied field by field into a type that has no place for a number or a
 * caller's name; colleagues and queues are named by the directory alone, because names on the wire may be anybody's.
 */
export function toWallCall(call: Call, directory: Directory): WallCall {
  const colleagues = colleaguesOf(call);
  const agent = shortName(directory.get(colleagues[0] ?? '')?.name);
  const peer = shortName(directory.get(colleagues[1] ?? '')?.name);
  const queue = capped(call.queue && directory.get(call.queue.id)?.name);
  const ringing = call.legs.filter(isRingingPhone).length;
  // Of a call met in the middle only the beginning is known, so its timers show its whole age rather than ours.
  const since = (at: number): number => (at === call.metAt ? call.startedAt : at);
  return {
    id: call.id,
    direction: call.direction,
    state: call.state,
    startedAt: call.startedAt,
    stateSince: since(call.stateSince),
    ...(call.answeredAt !== undefined && { answeredAt: since(call.answeredAt) }),
    ...(call.endedAt !== undefined && { endedAt: call.endedAt }),
    ...(call.missed !== undefined && { missed: call.missed }),
    ...(call.outcome !== undefined && { outcome: call.outcome }),
    ...(call.endedBy === 'presumption' && { presumed: true }),
    ...(call.unconfirmed && { unconfirmed: true }),
    ...(call.backfilled && { backfilled: true }),
    ...(call.kind === 'fax' && { fax: true }),
    ...(call.conference && { conference: true }),
    ...(queue !== undefined && { queue }),
    party: partyOf(call),
    ...(agent !== undefined && { agent }),
    ...(call.direction === 'internal' && peer !== undefined && { peer }),
    ...(ringing > 0 && { ringing }),
  };
}

/**
 * Whether a wall has a place for the call. What a supervisor listens in with is no call; one that went on in another is
 * shown there, unless the miss was told of itself.
 */
export function belongsOnWall({ kind, continuedIn, missed }: Call): boolean {
  return isCall({ kind }) && (continuedIn === undefined || missed === true);
}

/** The outside end of the call, masked. An internal call has none. */
function partyOf({ direction, from, to }: Call): string {
  if (direction === 'internal') return 'Internal';
  return maskNumber(direction === 'inbound' ? from : to);
}

const SHOWN_DIGITS = 4;

/** `•••• 4207`: the last four digits, and never more than half of a short number. Without digits: `Anonymous`. */
export function maskNumber({ phoneNumber }: Endpoint): string {
  const digits = phoneNumber?.replace(/\D/g, '') ?? '';
  if (digits === '') return 'Anonymous';
  const shown = Math.min(SHOWN_DIGITS, Math.floor(digits.length / 2));
  return `•••• ${digits.slice(digits.length - shown)}`.trim();
}

const LONGEST_NAME = 40;

/** `Amara O.` for `Amara Okafor`; a single word stays. A name that looks like a number is no name. */
export function shortName(name: string | undefined): string | undefined {
  const words = name?.trim().split(/\s+/) ?? [];
  const first = words[0];
  if (first === undefined || first === '' || (name ?? '').replace(/\D/g, '').length > SHOWN_DIGITS) return undefined;
  const last = words.length > 1 ? words.at(-1) : undefined;
  const initial = last === undefined ? undefined : [...last][0];
  const short = initial === undefined ? first : `${first} ${initial.toUpperCase()}.`;
  return capped(short);
}

function capped(name: string | undefined): string | undefined {
  return name === undefined ? undefined : [...name].slice(0, LONGEST_NAME).join('');
}

/**
 * Extension ids of the colleagues on the call, the one to show first: who talks now, else who talked last, else the one
 * phone that rings. Of an internal call, and of one that goes out, the colleague who dialled is the other or the only one.
 */
function colleaguesOf({ direction, legs }: Call): readonly string[] {
  const dialled = answeringLeg(legs) ?? onlyRinging(legs);
  const caller = direction === 'inbound' ? undefined : legs.find((leg) => leg.role === 'caller');
  return [dialled?.extensionId, caller?.extensionId].filter((id) => id !== undefined);
}

function isPhone({ role, extensionId }: Leg): boolean {
  return extensionId !== undefined && (role === 'person' || role === 'unknown');
}

function isRingingPhone(leg: Leg): boolean {
  return leg.phase === 'ringing' && (isPhone(leg) || leg.role === 'outside');
}

/** Open legs stand before ended ones; among equals the latest answer counts, so a transfer shows its new owner. */
function answeringLeg(legs: readonly Leg[]): Leg | undefined {
  const answered = legs.filter((leg) => isPhone(leg) && leg.answeredAt !== undefined);
  const rank = (leg: Leg): number => (leg.endedAt === undefined ? Infinity : leg.endedAt);
  return answered.reduce<Leg | undefined>((best, leg) => {
    if (best === undefined || rank(leg) > rank(best)) return leg;
    return rank(leg) === rank(best) && (leg.answeredAt ?? 0) >= (best.answeredAt ?? 0) ? leg : best;
  }, undefined);
}

function onlyRinging(legs: readonly Leg[]): Leg | undefined {
  const phones = legs.filter((leg) => isPhone(leg) && leg.phase === 'ringing');
  return phones.length === 1 ? phones[0] : undefined;
}
