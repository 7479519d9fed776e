/**
 * In:  a call and where it is led.
 * Out: the parties a RingCentral session really shows for it, and the truth told alongside.
 * Never: reading the truth back from parties; what truly happens is decided here and only then reported.
 */
import type { Call } from '../call.ts';
import type { RingingLeg } from '../call-parts.ts';
import type { FailReason, OfferEnd, PartyEnd, PartyStatus, TrueOutcome } from '../model.ts';
import type { Act } from '../pbx.ts';
import type { PartyDraft, StatusDraft } from '../session-machine.ts';

/** The end the company serves, as phones show it: the caller, or whom the company has called. */
export function customerEnd(call: Call): PartyEnd {
  return call.served ?? withoutDevice(call.truth.direction === 'outbound' ? call.to : call.from);
}

/** What a phone shows as the caller when there may be no name and no number. */
export function callerLabel(call: Call): string {
  const { name, phoneNumber } = customerEnd(call);
  return name ?? phoneNumber ?? 'Anonymous';
}

/** An end as parties of others show it: without the device. */
export function withoutDevice(end: PartyEnd): PartyEnd {
  const { deviceId: _hidden, ...shown } = end;
  return shown;
}

/** A party of the company's own: a user's phone, a menu, a queue, a mailbox. */
export function internalParty(call: Call, extensionId: string, status: StatusDraft): PartyDraft {
  return {
    direction: 'Inbound',
    extensionId,
    from: customerEnd(call),
    to: call.pbx.directory.endOf(extensionId, call.dialled),
    status,
  };
}

/** What lets the user's mobile app pick the ringing call up; sent with Proceeding [capture]. */
export function mobilePickup(call: Call, extensionId: string): NonNullable<PartyStatus['mobilePickupData']> {
  return {
    ccMailboxes: [extensionId],
    to: `sip:${extensionId}@10.13.22.243:5060`,
    sid: call.random.digits(11),
    srvLvl: '-149699523',
  };
}

/** Marks a leg as ringing and tells it; the phones of people are offers, a desk's since its Setup. */
export function ring(call: Call, leg: RingingLeg): void {
  call.ringing.set(leg.party, leg);
  if (leg.kind === 'agent' || leg.kind === 'mobile') call.offered(leg.party, leg);
  call.tell({ state: 'ringing', ringing: ringingExtensions(call) });
}

/** Every extension whose phone rings now; the caller's side is no phone that rings. */
export function ringingExtensions(call: Call): readonly string[] {
  const ids = [...call.ringing.values()].map((leg) => leg.extensionId).filter((id) => id !== undefined);
  return [...new Set(ids)];
}

/** Somebody answered: media is up, and from here on a person has talked. */
export function connect(call: Call, party: number, status: StatusDraft = { code: 'Answered' }): void {
  const leg = call.ringing.get(party);
  call.stop(party, 'answered', status);
  talk(call, party, leg?.extensionId);
}

/** The truth of a conversation with the person at `party`, who serves the customer from now on. */
export function talk(call: Call, party: number, extensionId: string | undefined): void {
  if (call.customer === undefined) call.customer = party;
  else call.staff = party;
  call.tell({
    state: 'talking',
    answeredAt: call.truth.answeredAt ?? call.pbx.now(),
    ringing: [],
    ...(extensionId !== undefined && call.truth.direction === 'inbound' ? { agentExtensionId: extensionId } : {}),
  });
}

/** What a call comes to when its last phone stopped like this. */
export function verdictOn(end: OfferEnd): TrueOutcome {
  return end === 'declined' || end === 'busy' || end === 'failed' ? end : 'missed';
}

/** How a phone that did not take the call for this reason stopped ringing. */
export function endOfRing(reason: FailReason | 'NoAnswer'): OfferEnd {
  switch (reason) {
    case 'NoAnswer':
      return 'noAnswer';
    case 'Rejected':
      return 'declined';
    case 'TargetBusy':
      return 'busy';
    default:
      return 'failed';
  }
}

/** The calling party hears something at last; sent once per call, for menus, queues and greetings too [capture]. */
export function* callerAnswered(call: Call): Act {
  if (isUnanswered(call, 1)) {
    yield call.gap();
    if (isUnanswered(call, 1)) call.move(1, { code: 'Answered' });
  }
}

function isUnanswered(call: Call, party: number): boolean {
  const { code } = call.party(party).status;
  return code === 'Setup' || code === 'Proceeding';
}
