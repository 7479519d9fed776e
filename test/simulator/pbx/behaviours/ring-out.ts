import type { Call } from '../call.ts';
import type { RingingLeg } from '../call-parts.ts';
import type { FailReason } from '../model.ts';
import type { Act } from '../pbx.ts';
import { isOver } from '../session-machine.ts';
import { ringOutside } from './dialling.ts';
import { endOfRing, ring, verdictOn, withoutDevice } from './legs.ts';

/** The legacy ids of the two sessions of a RingOut lie one to four thousand apart. Source: RingCentral's call-control library. */
const APART = [1_000, 2_000, 3_000, 4_000] as const;

/**
 * RingOut: the platform rings the user's own phone, and the number once the user is there. Two sessions tell of it: the call
 * itself, and one in which that phone rings, as if the number had called it. Both begin as Proceeding [docs].
 */
export function* dialBothEnds(call: Call): Act {
  const { fromExtensionId } = call.script;
  if (fromExtensionId === undefined) return;
  call.staff = call.enter({
    direction: 'Outbound',
    extensionId: fromExtensionId,
    from: call.from,
    to: call.to,
    status: { code: 'Proceeding' },
    ringOutRole: 'Initiator',
  });
  yield call.gap();
  const own = startOwnSession(call, fromExtensionId);
  call.other = own;
  call.afterwards = () => call.pbx.run(own, hangUpOwn(own));
  ring(call, { party: call.staff, kind: 'own', extensionId: fromExtensionId });
}

function startOwnSession(call: Call, user: string): Call {
  const apart = call.random.pick(APART);
  const own = call.pbx.prepare(
    { ...call.script, steps: [] },
    {
      consult: true,
      from: call.from,
      to: call.to,
      origin: 'RingOut',
      sessionId: String(Number(call.sessionId) + apart),
      partOf: call.id,
    },
  );
  call.pbx.start(own, ringOwn(own, user));
  return own;
}

function* ringOwn(own: Call, user: string): Act {
  own.staff = own.enter({
    direction: 'Inbound',
    extensionId: user,
    from: own.to,
    to: withoutDevice(own.from),
    status: { code: 'Proceeding' },
    ringOutRole: 'Initiator',
  });
}

/** The user picks up their own phone: now the number is rung. */
export function* answerOwn(call: Call, leg: RingingLeg): Act {
  const { other } = call;
  if (other?.staff !== undefined) {
    other.move(other.staff, { code: 'Answered' });
    other.tell({ state: 'talking' });
    yield call.gap();
  }
  call.move(leg.party, { code: 'Answered' });
  yield call.gap();
  ringOutside(call, call.to);
}

/** The user is not there: nobody is called. */
export function* failOwn(call: Call, leg: RingingLeg, reason: FailReason | 'NoAnswer'): Act {
  const { other } = call;
  call.truly((story) => story.comesTo(verdictOn(endOfRing(reason))));
  if (other?.staff !== undefined) {
    other.move(other.staff, { code: 'Disconnected', reason });
    yield call.gap();
  }
  call.tell({ ringing: [] });
  call.move(leg.party, { code: 'Disconnected', reason });
}

function* hangUpOwn(own: Call): Act {
  yield own.gap();
  if (own.staff !== undefined && !isOver(own.party(own.staff).status.code))
    own.move(own.staff, { code: 'Disconnected' });
}
