import { failOutside } from './behaviours/dialling.ts';
import { ringOut } from './behaviours/desk.ts';
import { hangUp } from './behaviours/hang-up.ts';
import { leaveMessage, sendToMailbox } from './behaviours/mailbox.ts';
import { passOn } from './behaviours/queue.ts';
import { failOwn } from './behaviours/ring-out.ts';
import type { Call } from './call.ts';
import type { CallStep } from './model.ts';
import type { Act } from './pbx.ts';

/** What the PBX does by itself when time runs out; a new `key` starts the clock anew. */
export interface TimeLimit {
  readonly key: string;
  readonly ms: number;
  act(): Act;
}

const DESK_RING_MS = 25_000;
const OUTSIDE_RING_MS = 60_000;
const MENU_MS = 60_000;
const PARKED_MS = 180_000;
const MESSAGE_MS = [4_000, 16_000] as const;
/** A fax of some pages. */
const FAX_MS = [20_000, 60_000] as const;
/** From a refused phone to the mailbox. */
const REFUSED_MS = 1_000;

/** The limit that applies now. `inHand`: the step whose clock is running; it takes precedence, except over a queue's rotation. */
export function limitOf(call: Call, inHand: CallStep | undefined): TimeLimit | undefined {
  const leg = call.ringing.values().next().value;
  if (leg?.kind === 'agent') return rotation(call, inHand);
  if (inHand !== undefined || call.queue !== undefined) return undefined;
  if (leg !== undefined) return ringLimit(call);
  const { state } = call.truth;
  if (state === 'voicemail') {
    const ms = call.random.int(...MESSAGE_MS);
    return { key: 'message', ms, act: () => leaveMessage(call, 0) };
  }
  if (state === 'routing') {
    const { owner } = call;
    if (call.fax !== undefined) {
      return { key: 'fax', ms: call.random.int(...FAX_MS), act: () => hangUp(call, 'caller') };
    }
    if (call.menu !== undefined) return { key: `menu ${call.menu}`, ms: MENU_MS, act: () => hangUp(call, 'callee') };
    if (owner !== undefined) return { key: 'refused', ms: REFUSED_MS, act: () => sendToMailbox(call, owner) };
  }
  const waitsForPickup = state === 'parked' && call.step < call.steps.length;
  return waitsForPickup ? { key: 'parked', ms: PARKED_MS, act: () => hangUp(call, 'caller') } : undefined;
}

/** A rotating queue moves on after its alert time, unless the story is just about to decide this very offer. */
function rotation(call: Call, inHand: CallStep | undefined): TimeLimit | undefined {
  const leg = call.ringing.values().next().value;
  const queue = call.queue?.queue;
  if (leg === undefined || queue?.strategy !== 'rotating') return undefined;
  const decided = inHand?.do === 'answer' || inHand?.do === 'noAnswer' || inHand?.do === 'reject';
  if (decided) return undefined;
  return { key: `offer ${leg.party}`, ms: queue.ringMs, act: () => passOnIfRinging(call, leg.party) };
}

function* passOnIfRinging(call: Call, party: number): Act {
  const leg = call.ringing.get(party);
  if (leg !== undefined) yield* passOn(call, leg, 'NoAnswer');
}

function ringLimit(call: Call): TimeLimit | undefined {
  const leg = call.ringing.values().next().value;
  if (leg === undefined) return undefined;
  const key = `ring ${leg.party}`;
  if (leg.kind === 'outside') return { key, ms: OUTSIDE_RING_MS, act: () => failOutside(call, leg, 'NoAnswer') };
  if (leg.kind === 'own') return { key, ms: DESK_RING_MS, act: () => failOwn(call, leg, 'NoAnswer') };
  const { extensionId } = leg;
  return extensionId === undefined ? undefined : { key, ms: DESK_RING_MS, act: () => ringOut(call, extensionId) };
}
