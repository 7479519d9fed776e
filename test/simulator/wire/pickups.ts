import type { SimParty, SimSession } from '../pbx/model.ts';

/** True for the party of whoever fetched a parked call: it starts as Answered after another left with that reason [docs]. */
export function isPickup(session: SimSession, party: SimParty): boolean {
  const fetched = session.parties.some(
    (other) => other.status.reason === 'Pickup' && (other.endedAt ?? 0) <= party.createdAt,
  );
  return party.answeredAt === party.createdAt && fetched;
}

/** True when the session is one in which somebody dialled to fetch a call that rang elsewhere. */
export function isPickupSession({ parties }: SimSession): boolean {
  const [dialler] = parties;
  // A caller who is fetched goes with the same reason, but leaves behind the phones that rang.
  const left = parties.length === 1 && dialler?.status.code === 'Gone' && dialler.status.reason === 'Pickup';
  return dialler?.direction === 'Outbound' && (left || parties.some(({ enteredFor }) => enteredFor === 'Pickup'));
}
