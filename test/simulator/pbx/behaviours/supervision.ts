import type { Call } from '../call.ts';
import type { Act } from '../pbx.ts';
import { enterDialler } from './dialling.ts';
import { internalParty } from './legs.ts';

export interface Supervision {
  readonly supervisor: string;
  readonly forMs: number;
  readonly leg: 'session' | 'joined';
}

/**
 * A supervisor listens in. Either as a party of the call itself, with the reason Supervising while it lasts; or in a session
 * of their own, whose leg is soon Gone for that reason, with the serving user's party as its peer. Source: community 118078.
 */
export function* supervise(call: Call, { supervisor, forMs, leg }: Supervision): Act {
  if (leg === 'session') {
    listenFromOutside(call, supervisor);
    return;
  }
  if (call.supervisor !== undefined) return;
  call.supervisor = call.enter(internalParty(call, supervisor, { code: 'Answered', reason: 'Supervising' }));
  call.pbx.later(call, forMs, () => call.pbx.run(call, dismissSupervisor(call)));
}

/** Whoever listens in leaves, as the one they listen to does. */
export function* dismissSupervisor(call: Call): Act {
  const { supervisor } = call;
  if (supervisor === undefined) return;
  call.supervisor = undefined;
  yield call.gap();
  call.move(supervisor, { code: 'Disconnected' });
}

function listenFromOutside(call: Call, supervisor: string): void {
  const monitored = call.staff === undefined ? undefined : call.party(call.staff).extensionId;
  if (call.staff === undefined || monitored === undefined) return;
  const peerId = call.peer(call.staff);
  const session = call.pbx.prepare(
    { kind: 'internal', fromExtensionId: supervisor, toExtensionId: monitored, steps: [] },
    { kind: 'supervision' },
  );
  call.pbx.start(session, listen(session, peerId));
}

function* listen(session: Call, peerId: ReturnType<Call['peer']>): Act {
  session.customer = enterDialler(session);
  yield session.gap();
  session.move(session.customer, { code: 'Answered' });
  yield session.gap();
  session.move(session.customer, { code: 'Gone', reason: 'Supervising', peerId });
}
