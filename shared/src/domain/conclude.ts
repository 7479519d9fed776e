import type { Draft } from './board.ts';
import { endCall, updateSession } from './lifecycle.ts';
import { openHoles, type Session } from './session.ts';
import { allLeft, isTerminal } from './story.ts';

/** While the end is not certain viewers keep seeing the last living state. */
export function notYetEnded(before: Session, after: Session): Session['call'] {
  const { state, stateSince } = before.call;
  return { ...after.call, state, stateSince };
}

/** All legs are over, something was lost, and no probe gets an answer: end it all the same. */
const PRESUMED_OVER_MS = 60_000;

const HANDED_ON: ReadonlySet<string> = new Set(['transferred', 'pickedUp', 'parked', 'switched', 'redirected']);

/** Ends the session when all of it is over and nothing can follow; called on events and on ticks. */
export function conclude(draft: Draft, session: Session): void {
  const legs = session.stream?.story.legs ?? [];
  if (legs.length === 0 || !allLeft(legs)) {
    if (session.overSince === undefined) return;
    const { overSince: _over, ...open } = session;
    return updateSession(draft, session, open);
  }
  const overSince = session.overSince ?? draft.at;
  const waited = draft.at - overSince;
  const holes = openHoles(session).length > 0;
  if (!holes && waited >= handOverGrace(draft, session)) {
    draft.tally.endedByEvents++;
    return endCall(draft, session, 'events');
  }
  if (waited >= PRESUMED_OVER_MS) {
    draft.tally.endedPresumed++;
    return endCall(draft, session, 'presumption');
  }
  if (session.overSince === undefined) updateSession(draft, session, { ...session, overSince });
}

/** The caller hanging up ends everything; a leg that was handed on announces another. */
function handOverGrace({ limits }: Draft, session: Session): number {
  const { continuedIn } = session.call;
  const legs = session.stream?.story.legs ?? [];
  if (continuedIn !== undefined) return 0;
  // Whoever listens in leaves a moment after the others; a call does not wait longer for that.
  if (!legs.every(isTerminal)) return limits.handOverGraceMs;
  const callerLeft = legs.some(
    (leg) => leg.role === 'caller' && leg.phase === 'ended' && !HANDED_ON.has(leg.endReason ?? ''),
  );
  const handedOn = legs.some((leg) => leg.phase === 'gone' || HANDED_ON.has(leg.endReason ?? ''));
  return handedOn && !callerLeft ? limits.handOverGraceMs : 0;
}
