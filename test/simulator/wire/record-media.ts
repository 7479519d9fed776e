import type CallLogRecordingInfo from '@rc-ex/core/definitions/CallLogRecordingInfo';
import type CallLogRecordMessage from '@rc-ex/core/definitions/CallLogRecordMessage';
import { accountUri, type Cloud } from './cloud.ts';
import { callLogEntryAt, recordId } from './record-phases.ts';
import type { RecordSource } from './record-sources.ts';
import { remember } from './remember.ts';
import { between, decimalId, fraction } from './seeded.ts';

/** Shorter talks are not kept as a recording, ms. Source: the call-log guide. */
const SHORTEST_RECORDING_MS = 30_000;

export interface CallRecording {
  readonly id: string;
  readonly type: 'Automatic' | 'OnDemand';
  /** s */
  readonly duration: number;
  /** ms since the epoch at which the record first shows it. */
  readonly availableAt: number;
}

function talkMs(source: RecordSource): number {
  return source.answeredAt === undefined || source.endedAt === undefined ? 0 : source.endedAt - source.answeredAt;
}

function isRecorded(cloud: Cloud, source: RecordSource): boolean {
  const person = source.role === 'agent' || source.role === 'callee' || source.role === 'caller';
  return (
    person && talkMs(source) > 0 && fraction(cloud.seed, recordId(source), 'recorded') < cloud.options.recordedShare
  );
}

/** The recording of an ended record, whether or not it can be seen already. */
export const recordingOf = remember((cloud: Cloud, source: RecordSource): CallRecording | undefined => {
  const loggedAt = callLogEntryAt(cloud, source);
  if (loggedAt === undefined || talkMs(source) < SHORTEST_RECORDING_MS || !isRecorded(cloud, source)) return undefined;
  const id = recordId(source);
  return {
    id: decimalId(12, 'recording', id),
    type: fraction(cloud.seed, id, 'on demand') < 0.2 ? 'OnDemand' : 'Automatic',
    duration: Math.floor(talkMs(source) / 1000),
    availableAt: loggedAt + between(cloud.options.recordingDelayMs, cloud.seed, id, 'recording'),
  };
});

/** True when it was being recorded but ended too soon to be kept. */
export function isShortRecording(cloud: Cloud, source: RecordSource): boolean {
  return isRecorded(cloud, source) && talkMs(source) < SHORTEST_RECORDING_MS;
}

export function recordingInfo(cloud: Cloud, origin: string, recording: CallRecording): CallLogRecordingInfo {
  const uri = `${accountUri(cloud, origin)}/recording/${recording.id}`;
  return { id: recording.id, type: recording.type, uri, contentUri: `${uri}/content` };
}

/** The voicemail or fax a record ended in. */
export function messageOf(cloud: Cloud, origin: string, source: RecordSource): CallLogRecordMessage | undefined {
  const fax = source.role === 'fax';
  if (!fax && (!source.voicemail || source.role === 'caller')) return undefined;
  const id = decimalId(10, 'message', recordId(source));
  return {
    id,
    type: fax ? 'Fax' : 'VoiceMail',
    uri: `${accountUri(cloud, origin)}/extension/${source.extensionId}/message-store/${id}`,
  };
}
