/**
 * In:  a session as one extension sees it, the phase a client is to be told, the view asked for.
 * Out: the platform's call-log record, live or final, under one id.
 * Never: which list holds it, or from when on.
 */
import type CallLogRecord from '@rc-ex/core/definitions/CallLogRecord';
import type CallLogRecordLegInfo from '@rc-ex/core/definitions/CallLogRecordLegInfo';
import { isoTime } from './answers.ts';
import { accountUri, extensionReference, type Cloud } from './cloud.ts';
import { compact } from './compact.ts';
import { actionOf } from './record-actions.ts';
import { internalTypeOf, recordEnd, transportOf, trueEnds } from './record-ends.ts';
import { legsOf } from './record-legs.ts';
import { isShortRecording, messageOf, recordingInfo, recordingOf } from './record-media.ts';
import { callLogEntryAt, recordId, type RecordPhase } from './record-phases.ts';
import { outcomeOf, type Outcome } from './record-results.ts';
import type { RecordSource } from './record-sources.ts';

export type View = 'Simple' | 'Detailed';
export type CallRecord = Omit<CallLogRecord, 'result'> & {
  readonly id: string;
  readonly result: Outcome['result'] | 'In Progress';
};

export interface RecordContext {
  readonly cloud: Cloud;
  readonly origin: string;
  readonly view: View;
  /** ms since the epoch. */
  readonly now: number;
  /** The list asked for is one extension's; links then stay below it. */
  readonly ofExtension: boolean;
}

/** A queue's agent while talking: the platform shows the leg to his phone instead of the call [capture]. */
function isReversed(cloud: Cloud, source: RecordSource, phase: RecordPhase): boolean {
  return source.role === 'agent' && phase !== 'ended' && cloud.options.reverseLiveQueueCalls;
}

function endsOf(context: RecordContext, source: RecordSource, reversed: boolean): Pick<CallLogRecord, 'from' | 'to'> {
  const { cloud, origin } = context;
  const { from, to } = trueEnds(source);
  if (!reversed) return { from: recordEnd(cloud, origin, from), to: recordEnd(cloud, origin, to) };
  const agent = recordEnd(cloud, origin, { extensionId: source.extensionId });
  return { from: agent, to: recordEnd(cloud, origin, from) };
}

/** The other session of a merge, from whichever side this record is. A conference is not named. */
function linksOf(cloud: Cloud, source: RecordSource): Pick<CallLogRecord, 'transferTarget' | 'transferee'> {
  const peerId = source.parties.find(({ status }) => status.peerId !== undefined)?.status.peerId;
  if (peerId === undefined || peerId.telephonySessionId === '' || source.role === 'monitor') return {};
  const { telephonySessionId } = peerId;
  const peer = cloud.live.session(telephonySessionId);
  const older = peer !== undefined && peer.createdAt < source.session.createdAt;
  return older ? { transferee: { telephonySessionId } } : { transferTarget: { telephonySessionId } };
}

const dials = ({ role }: RecordSource): boolean => role === 'caller' || role === 'monitor';

function summaryOf(context: RecordContext, source: RecordSource, phase: RecordPhase): CallLogRecordLegInfo {
  const { cloud, origin } = context;
  const reversed = isReversed(cloud, source, phase);
  const ended = phase === 'ended' && source.endedAt !== undefined;
  const duration = ended ? Math.max(0, (source.endedAt ?? 0) - source.startAt) : undefined;
  const outcome = ended ? outcomeOf(source) : { result: 'In Progress' as const };
  const own = source.parties.find(({ answeredAt }) => answeredAt !== undefined) ?? source.parties[0];
  return compact({
    telephonySessionId: source.session.telephonySessionId,
    partyId: own?.id,
    startTime: isoTime(source.startAt),
    duration: duration === undefined ? undefined : Math.floor(duration / 1000),
    durationMs: duration,
    type: source.role === 'fax' ? ('Fax' as const) : ('Voice' as const),
    internalType: internalTypeOf(source),
    direction: reversed || dials(source) ? ('Outbound' as const) : ('Inbound' as const),
    action: actionOf(cloud, source, reversed),
    result: outcome.result as CallLogRecord['result'],
    reason: 'reason' in outcome ? outcome.reason : undefined,
    transport: transportOf(source),
    ...endsOf(context, source, reversed),
    extension: extensionReference(cloud, origin, source.extensionId),
    ...(ended ? linksOf(cloud, source) : {}),
  });
}

/** What arrives after the call: the voicemail at once, the recording some time later. */
function mediaOf(context: RecordContext, source: RecordSource, phase: RecordPhase): Partial<CallLogRecord> {
  if (phase !== 'ended') return {};
  const { cloud, origin, now } = context;
  const recording = recordingOf(cloud, source);
  return compact({
    message: messageOf(cloud, origin, source),
    recording:
      recording !== undefined && now >= recording.availableAt ? recordingInfo(cloud, origin, recording) : undefined,
    shortRecording: isShortRecording(cloud, source) ? true : undefined,
  });
}

/** When the record last changed in the call log, ms since the epoch: its entry, or its late recording. */
export function modifiedAt(cloud: Cloud, source: RecordSource, now: number): number {
  const recordedAt = recordingOf(cloud, source)?.availableAt ?? Number.POSITIVE_INFINITY;
  if (recordedAt <= now) return recordedAt;
  return callLogEntryAt(cloud, source) ?? source.answeredAt ?? source.startAt;
}

/** The record of `source` as a client is told it in `phase`. */
export function recordOf(context: RecordContext, source: RecordSource, phase: RecordPhase): CallRecord {
  const { cloud, origin, view, now } = context;
  const summary = summaryOf(context, source, phase);
  const id = recordId(source);
  const root = accountUri(cloud, origin) + (context.ofExtension ? `/extension/${source.extensionId}` : '');
  const simple = {
    id,
    uri: `${root}/call-log/${id}?view=${view}`,
    sessionId: source.session.sessionId,
    ...summary,
    ...mediaOf(context, source, phase),
  };
  const detail = {
    legs: legsOf({ cloud, origin, source, phase }, summary),
    billing: { costIncluded: 0, costPurchased: 0 },
    lastModifiedTime: isoTime(modifiedAt(cloud, source, now)),
  };
  return (view === 'Detailed' ? { ...simple, ...detail } : simple) as CallRecord;
}
