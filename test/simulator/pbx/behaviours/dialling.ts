import type { Call } from '../call.ts';
import type { RingingLeg } from '../call-parts.ts';
import type { FailReason, PartyEnd } from '../model.ts';
import type { Act } from '../pbx.ts';
import { arrive } from './arrival.ts';
import { callerAnswered, connect, endOfRing, ring, verdictOn, withoutDevice } from './legs.ts';

/** When the network confirms that the far end rings, ms after dialling; 3.5 s in the captured call. */
const CONFIRMED_MS = [400, 3_500] as const;

/** A user calls a number outside: its party starts as Proceeding, there is no Setup beyond the border [capture]. */
export function* dialOutside(call: Call): Act {
  call.staff = enterDialler(call);
  yield call.gap();
  ringOutside(call, call.to);
  call.pbx.later(call, call.random.int(...CONFIRMED_MS), () => call.pbx.run(call, confirm(call)));
}

/** A user calls a colleague, a queue or a menu; the dialler counts as Answered while the callee still rings [capture]. */
export function* dialInside(call: Call, destination: string): Act {
  call.customer = enterDialler(call);
  yield call.gap();
  yield* arrive(call, destination);
}

/** The party of the user who dials. */
export function enterDialler(call: Call): number {
  const { fromExtensionId } = call.script;
  return call.enter({
    direction: 'Outbound',
    ...(fromExtensionId === undefined ? {} : { extensionId: fromExtensionId }),
    // The dialler's own party leaves its name out [capture].
    from: withoutName(call.from),
    to: call.to,
    status: { code: 'Setup' },
  });
}

function withoutName(end: PartyEnd): PartyEnd {
  const { name: _own, ...shown } = end;
  return shown;
}

/** A number outside starts to ring for this call. */
export function ringOutside(call: Call, to: PartyEnd): void {
  const party = call.enter({
    direction: 'Inbound',
    from: withoutDevice(call.from),
    to,
    status: { code: 'Proceeding' },
  });
  ring(call, { party, kind: 'outside' });
}

function* confirm(call: Call): Act {
  if (call.party(1).status.code === 'Setup') call.move(1, { code: 'Proceeding' });
}

/** The far end picks up: first its party, then the dialler's [capture]. */
export function* answerOutside(call: Call, leg: RingingLeg): Act {
  if (call.truth.direction === 'outbound' && call.party(1).status.code === 'Setup') {
    call.move(1, { code: 'Proceeding' });
    yield call.gap();
  }
  connect(call, leg.party);
  yield* callerAnswered(call);
}

/** The far end cannot be had or never picks up; the call is over [inferred]. */
export function* failOutside(call: Call, leg: RingingLeg, reason: FailReason | 'NoAnswer'): Act {
  call.truly((story) => story.comesTo(verdictOn(endOfRing(reason))));
  call.move(leg.party, { code: 'Disconnected', reason });
  call.tell({ ringing: [] });
  for (const [index, party] of call.parties().entries()) {
    if (party.status.code === 'Disconnected' || party.status.code === 'Gone') continue;
    yield call.gap();
    call.move(index + 1, { code: 'Disconnected' });
  }
}
