import type { Call } from '../call.ts';
import type { PartyEnd } from '../model.ts';
import type { PartyDraft } from '../session-machine.ts';
import { withoutDevice } from './legs.ts';

/** The customer of one call, about to enter another session. */
interface Admission {
  /** All but the status. Like every party that enters later it is Inbound: the platform leads somebody in. */
  readonly party: Omit<PartyDraft, 'status'>;
  /** The party exists: the hold on a phone of the company's own is given back, and the session is now this caller's call. */
  entered(): void;
}

/** Makes ready the entrance of `call`'s customer into `session`; while it is under way nobody else may ring their phone. */
export function admit(session: Call, call: Call): Admission {
  const own = call.customer === undefined ? undefined : call.party(call.customer);
  const changing = `${session.id}/entering`;
  if (own?.extensionId !== undefined) call.pbx.occupancy.claim(own.extensionId, changing);
  return {
    party: {
      direction: 'Inbound',
      ...(own?.extensionId === undefined ? {} : { extensionId: own.extensionId }),
      from: withoutDevice(session.from),
      to: customerOf(call),
    },
    entered: () => {
      session.pbx.release(changing, false);
      if (call.truth.direction !== 'internal') session.tell({ direction: call.truth.direction });
    },
  };
}

/** The end at which the customer of this call stands. */
export function customerOf(call: Call): PartyEnd {
  if (call.customer === undefined) return {};
  const { direction, from, to } = call.party(call.customer);
  return withoutDevice(direction === 'Inbound' ? to : from);
}

/** The caller's story goes on in `next`, and so do the steps that are left. */
export function handOn(call: Call, next: Call): void {
  call.tell({ continuedIn: next.id });
  next.served = customerOf(call);
  next.steps = call.steps.slice(call.step);
  next.step = 0;
  call.steps = [];
  call.step = 0;
}
