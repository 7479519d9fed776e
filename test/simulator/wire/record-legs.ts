import type CallLogRecordLegInfo from '@rc-ex/core/definitions/CallLogRecordLegInfo';
import type { SimParty } from '../pbx/model.ts';
import { isoTime } from './answers.ts';
import { extensionReference, type Cloud } from './cloud.ts';
import { compact } from './compact.ts';
import { isPickup } from './pickups.ts';
import { masterLegType } from './record-actions.ts';
import { isInternal, recordEnd, transportOf } from './record-ends.ts';
import type { RecordPhase } from './record-phases.ts';
import type { RecordSource } from './record-sources.ts';

interface LegDeps {
  readonly cloud: Cloud;
  readonly origin: string;
  readonly source: RecordSource;
  readonly phase: RecordPhase;
}

type LegKind = Pick<CallLogRecordLegInfo, 'legType' | 'action'>;

/** How the platform calls the leg to this party. */
function kindOf(source: RecordSource, party: SimParty): LegKind {
  if (party.extensionId === undefined && source.role !== 'caller') {
    const before = source.parties.find(({ extensionId }) => extensionId !== undefined)?.answeredAt;
    const transferred = before !== undefined && before < party.createdAt;
    return transferred ? { legType: 'TransferCall', action: 'Transfer' } : { legType: 'FindMe', action: 'FindMe' };
  }
  if (isPickup(source.session, party)) return { legType: 'Pickup', action: 'Pickup' };
  if (isInternal(source)) return { legType: 'ExtensionToExtension', action: 'VoIP Call' };
  return { legType: 'PstnToSip', action: 'VoIP Call' };
}

function legResult(party: SimParty): Pick<CallLogRecordLegInfo, 'result' | 'reason'> {
  if (party.answeredAt !== undefined)
    return { result: party.endedAt === undefined ? 'In Progress' : 'Call connected', reason: 'Accepted' };
  if (party.endedAt === undefined) return { result: 'In Progress' };
  const rangOut = party.status.reason === 'NoAnswer' || party.status.reason === 'Timeout';
  return rangOut ? { result: 'Missed', reason: 'No Answer' } : { result: 'Stopped', reason: 'Stopped' };
}

/** From the platform to one phone: Outbound, whatever the direction of the call. */
function deviceLeg({ cloud, origin, source }: LegDeps, party: SimParty): CallLogRecordLegInfo {
  const duration = party.endedAt === undefined ? undefined : party.endedAt - (party.answeredAt ?? party.endedAt);
  return compact({
    ...kindOf(source, party),
    ...legResult(party),
    startTime: isoTime(party.createdAt),
    duration: duration === undefined ? undefined : Math.floor(duration / 1000),
    durationMs: duration,
    type: 'Voice' as const,
    direction: 'Outbound' as const,
    transport: transportOf(source),
    from: recordEnd(cloud, origin, party.from),
    to: recordEnd(cloud, origin, party.to),
    telephonySessionId: source.session.telephonySessionId,
    partyId: party.id,
    extension: party.extensionId === undefined ? undefined : extensionReference(cloud, origin, party.extensionId),
    master: false,
  });
}

/** Parties that were rung for this record. */
function rung(source: RecordSource): readonly SimParty[] {
  if (source.role === 'queue') {
    return source.session.parties.filter(
      (party) => party.queueCall === true && party.extensionId !== source.extensionId,
    );
  }
  return source.role === 'callee' || source.role === 'agent' ? source.parties : [];
}

/** A record that is told as live must not give away through its legs that the call is over. */
function known(party: SimParty, phase: RecordPhase): SimParty {
  const { endedAt: _, ...open } = party;
  return phase === 'ended' ? party : open;
}

/** The legs of a Detailed record: the master leg repeats the record, then one leg per phone rung. */
export function legsOf(deps: LegDeps, master: CallLogRecordLegInfo): CallLogRecordLegInfo[] {
  const { cloud, source, phase } = deps;
  const first: CallLogRecordLegInfo = { ...master, legType: masterLegType(cloud, source), master: true };
  // While it rings a live record has the master leg alone [capture].
  return phase === 'ringing' ? [first] : [first, ...rung(source).map((party) => deviceLeg(deps, known(party, phase)))];
}
