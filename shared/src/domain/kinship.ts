import type { Call } from './call.ts';
import type { Draft } from './board.ts';
import { conclude } from './conclude.ts';
import { get, set, values } from './keyed.ts';
import { startCall, updateSession } from './lifecycle.ts';
import { joined, type Session } from './session.ts';

/**
 * Sessions that are one story. A RingOut is two of them, of which the one that only rings the user's own phone is no call;
 * a conference is where two calls go on without being named.
 */
export function introduce(draft: Draft, session: Session): void {
  if (session.origin === 'ringOut') return introduceRingOut(draft, session);
  if (session.origin === 'conference') return gather(draft, session);
  startCall(draft, session);
}

/** The legacy ids of a RingOut's sessions lie so far apart. Source: RingCentral's own call-control library. */
const APART: ReadonlySet<number> = new Set([1000, 2000, 3000, 4000]);

/** The user's own phone may be heard of before the call: it is held back until that comes, or does not. */
function introduceRingOut(draft: Draft, session: Session): void {
  const own = isOwnPhone(session);
  const others = values(draft.live).filter((other) => other.origin === 'ringOut' && isOwnPhone(other) !== own);
  const pair = others.find((other) => arePaired(own ? other : session, own ? session : other));
  if (own) {
    const place = pair === undefined ? { heldBackSince: draft.at } : { partOf: pair.id };
    return startCall(draft, { ...session, silent: true, ...place });
  }
  startCall(draft, session);
  if (pair === undefined) return;
  const { heldBackSince: _held, ...part } = pair;
  updateSession(draft, pair, { ...part, partOf: session.id });
}

/** In the session that rings the user's own phone the user is called, as if by the number. */
const isOwnPhone = ({ call }: Session): boolean => call.legs.length === 1 && call.legs[0]?.side === 'receiving';

function arePaired(call: Session, own: Session): boolean {
  if (!APART.has(Number(own.legacyId) - Number(call.legacyId))) return false;
  const [dialled, calling] = [call.call.to.phoneNumber, own.call.from.phoneNumber];
  return dialled === undefined || calling === undefined || dialled === calling;
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
