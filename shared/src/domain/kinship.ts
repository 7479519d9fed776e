import type { Call } from './call.ts';
import type { Draft } from './board.ts';
import { conclude } from './conclude.ts';
import { get, set, values } from './keyed.ts';
import { startCall, updateSession } from './lifecycle.ts';
import { joined, ringsOwnPhone, type Session } from './session.ts';

/**
 * Sessions that are one story. A RingOut is two of them, of which the one that only rings the user's own phone is no call;
 * a conference is where two calls go on without being named.
 */
export function introduce(draft: Draft, session: Session): void {
  if (session.origin === 'conference') return gather(draft, session);
  const { of } = get(draft.heirs, session.id) ?? {};
  const before = of === undefined ? undefined : get(draft.ended, of);
  startCall(draft, paired(draft, before === undefined ? session : joined(session, before)));
}

/** The legacy ids of a RingOut's sessions lie so far apart. Source: RingCentral's own call-control library. */
const APART = [1000, 2000, 3000, 4000] as const;

/** Either session of a RingOut may be heard of first; the one that rings the user's own phone then knows its call. */
function paired(draft: Draft, session: Session): Session {
  const legacyId = Number(session.legacyId);
  if (!Number.isSafeInteger(legacyId)) return session;
  if (ringsOwnPhone(session.call)) {
    const call = neighbour(draft, legacyId, -1).find((other) => areHalves(other, session));
    return call === undefined ? session : partOf(session, call);
  }
  const own = neighbour(draft, legacyId, 1).find((other) => ringsOwnPhone(other.call) && areHalves(session, other));
  if (own !== undefined) updateSession(draft, own, partOf(own, session));
  return session;
}

function neighbour(draft: Draft, legacyId: number, side: 1 | -1): Session[] {
  return APART.flatMap((apart) => {
    const id = get(draft.byLegacyId, String(legacyId + side * apart));
    return (id === undefined ? undefined : get(draft.live, id)) ?? [];
  });
}

/** The user's own phone is called as if by the number that the call dials. */
function areHalves({ call }: Session, { call: own }: Session): boolean {
  return (
    call.direction === 'outbound' && own.from.phoneNumber !== undefined && call.to.phoneNumber === own.from.phoneNumber
  );
}

function partOf(own: Session, { id }: Session): Session {
  const kin = { ...own.kin, partOf: id };
  return { ...own, kin, call: { ...own.call, kind: 'ownPhone' } };
}

/** How much earlier than the conference its calls may have been merged away. */
const GATHERING_MS = 10_000;

/** A conference names no call, nor do the calls name it: the host's extension left them for it a moment before. */
function gather(draft: Draft, session: Session): void {
  const hosts = new Set(session.call.legs.flatMap(({ extensionId }) => extensionId ?? []));
  const leftFor = ({ legs }: Call): boolean =>
    legs.some(
      (leg) =>
        leg.endReason === 'conference' &&
        hosts.has(leg.extensionId ?? '') &&
        Math.abs(session.call.startedAt - (leg.endedAt ?? 0)) <= GATHERING_MS,
    );
  const live = values(draft.live).filter(({ call }) => leftFor(call));
  const ended = values(draft.ended).filter((call) => call.continuedIn === undefined && leftFor(call));
  const before = [...live.map(({ call }) => call), ...ended];
  startCall(
    draft,
    before.reduce((heir, call) => joined(heir, call), session),
  );
  for (const call of ended) {
    const corrected = { ...call, continuedIn: session.id };
    draft.ended = set(draft.ended, call.id, corrected);
    draft.changes.push({ type: 'callCorrected', at: draft.at, call: corrected });
  }
  for (const { id } of live) {
    const known = get(draft.live, id);
    if (known === undefined) continue;
    const continuing = { ...known, kin: { ...known.kin, continuedIn: session.id } };
    updateSession(draft, known, { ...continuing, call: { ...known.call, continuedIn: session.id } });
    conclude(draft, get(draft.live, id) ?? continuing);
  }
}
