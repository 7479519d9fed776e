import type CallLogRecord from '@rc-ex/core/definitions/CallLogRecord';
import type CallLogRecordLegInfo from '@rc-ex/core/definitions/CallLogRecordLegInfo';
import type { Cloud } from './cloud.ts';
import { isPickup, isPickupSession } from './pickups.ts';
import { isInternal } from './record-ends.ts';
import type { RecordSource } from './record-sources.ts';
import { fraction } from './seeded.ts';

type Action = NonNullable<CallLogRecord['action']>;
type LegType = NonNullable<CallLogRecordLegInfo['legType']>;

/** From where a RingOut was asked for, and how its legs are called then. */
const RING_OUTS = [
  { action: 'RingOut Web', own: 'RingOutWebToSubscriber', far: 'RingOutWebToCaller' },
  { action: 'RingOut Mobile', own: 'RingOutClientToSubscriber', far: 'RingOutClientToCaller' },
  { action: 'RingOut PC', own: 'RingOutClientToSubscriber', far: 'RingOutClientToCaller' },
] as const satisfies readonly { readonly action: Action; readonly own: LegType; readonly far: LegType }[];

/** Both sessions of one RingOut have it from the same place. */
function ringOutOf(cloud: Cloud, { session }: RecordSource): (typeof RING_OUTS)[number] {
  const call = session.truth.partOf ?? session.telephonySessionId;
  return RING_OUTS[Math.floor(fraction(cloud.seed, call, 'ring out') * RING_OUTS.length)] ?? RING_OUTS[0];
}

/** How the record calls what happened. `reversed`: the live leg to an agent's phone is shown in place of the call. */
export function actionOf(cloud: Cloud, source: RecordSource, reversed: boolean): Action {
  const { role, session } = source;
  if (role === 'monitor') return 'Monitoring';
  if (role === 'fax') return 'Incoming Fax';
  if (session.origin === 'Conference') return 'Conference Call';
  if (session.origin === 'RingOut') return ringOutOf(cloud, source).action;
  if (isPickupSession(session)) return 'Pickup';
  if (reversed || role === 'caller' || isInternal(source)) return 'VoIP Call';
  return source.parties.some((party) => isPickup(session, party)) ? 'Pickup' : 'Phone Call';
}

/** The type of the leg that gives the record its summary. */
export function masterLegType(cloud: Cloud, source: RecordSource): LegType {
  const { role, session } = source;
  if (role === 'monitor') return 'Monitoring';
  if (session.origin === 'Conference') return 'ConferenceCall';
  if (session.origin === 'RingOut')
    return role === 'caller' ? ringOutOf(cloud, source).far : ringOutOf(cloud, source).own;
  if (role !== 'caller') return 'Accept';
  if (isPickupSession(session)) return 'Pickup';
  return isInternal(source) ? 'ExtensionToExtension' : 'SipToPstnMetered';
}
