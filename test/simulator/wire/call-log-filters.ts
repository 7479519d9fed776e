import { badParameter, problem } from './errors.ts';
import { flag, instant, manyOf, oneOf, text } from './query.ts';
import type { CallRecord } from './records.ts';

export const VIEWS = ['Simple', 'Detailed'] as const;
const DAY_MS = 86_400_000;

/** Reads the filters both lists share; throws CMN-101 for a value outside the enumerations. */
export function sharedFilter(query: URLSearchParams): (record: CallRecord) => boolean {
  const directions = manyOf(query, 'direction', ['Inbound', 'Outbound']);
  const types = manyOf(query, 'type', ['Voice', 'Fax']);
  const transports = manyOf(query, 'transport', ['PSTN', 'VoIP']);
  const conferences = manyOf(query, 'conferenceType', ['AudioConferencing', 'Meetings']);
  const allows = <T>(wanted: readonly T[], value: T | undefined) =>
    wanted.length === 0 || (value !== undefined && wanted.includes(value));
  return (record) =>
    allows(directions, record.direction) &&
    allows(types, record.type) &&
    allows(transports, record.transport) &&
    (conferences.length === 0 || (record.action === 'Conference Call' && conferences.includes('AudioConferencing')));
}

/** The span of start times asked for: the last 24 h unless told otherwise. ms since the epoch, `from` ≤ start < `to`. */
export function spanOf(query: URLSearchParams, now: number): { readonly from: number; readonly to: number } {
  const to = instant(query, 'dateTo', now);
  const from = instant(query, 'dateFrom', to - DAY_MS);
  if (from > to) throw badParameter('dateFrom', query.get('dateFrom') ?? undefined, 'dateFrom is after dateTo');
  return { from, to };
}

function phoneNumberFilter(query: URLSearchParams): string | undefined {
  const phoneNumber = text(query, 'phoneNumber');
  // A literal plus arrives as a blank; either way the number must come without it.
  if (phoneNumber !== undefined && !/^\d{3,15}$/.test(phoneNumber)) throw badParameter('phoneNumber', phoneNumber);
  if (phoneNumber !== undefined && query.has('extensionNumber')) throw badParameter('extensionNumber');
  return phoneNumber;
}

function recordingFilter(query: URLSearchParams): (record: CallRecord) => boolean {
  const type = oneOf(query, 'recordingType', ['Automatic', 'OnDemand', 'All', 'None'], 'None');
  const withRecording = flag(query, 'withRecording', false);
  if (type === 'None' && withRecording) return ({ recording }) => recording !== undefined;
  if (type === 'None') return () => true;
  return ({ recording }) => recording !== undefined && (type === 'All' || recording.type === type);
}

/** sessionId stands alone: with any other filter the platform answers CLG-110. */
function refuseMixedSessionId(query: URLSearchParams): void {
  const free = ['sessionId', 'view', 'page', 'perPage', 'metadataCategory'];
  const other = [...query.keys()].find((name) => !free.includes(name));
  if (!query.has('sessionId') || other === undefined) return;
  const message = 'Parameter [sessionId] is not allowed for usage along with other filters';
  throw problem({ status: 400, code: 'CLG-110', message, parameterName: 'sessionId' });
}

/** Parameters that can only be judged on the record itself. */
export const FILTERS: readonly string[] = [
  'direction',
  'type',
  'transport',
  'conferenceType',
  'phoneNumber',
  'extensionNumber',
  'sessionId',
  'telephonySessionId',
  'recordingType',
  'withRecording',
  'showDeleted',
];

/** Reads the call log's own filters (section 2.3 of the platform notes); throws CMN-101 and CLG-110. */
export function callLogFilter(query: URLSearchParams): (record: CallRecord) => boolean {
  refuseMixedSessionId(query);
  const shared = sharedFilter(query);
  const phoneNumber = phoneNumberFilter(query);
  const extensionNumber = text(query, 'extensionNumber');
  const sessionId = text(query, 'sessionId');
  const telephonySessionId = text(query, 'telephonySessionId');
  const recorded = recordingFilter(query);
  const showDeleted = flag(query, 'showDeleted', false);
  flag(query, 'showBlocked', true);
  return (record) => {
    const ends = [record.from, record.to];
    return (
      shared(record) &&
      recorded(record) &&
      (showDeleted || record.deleted !== true) &&
      (phoneNumber === undefined || ends.some((end) => end?.phoneNumber === `+${phoneNumber}`)) &&
      (extensionNumber === undefined || ends.some((end) => end?.extensionNumber === extensionNumber)) &&
      (sessionId === undefined || record.sessionId === sessionId) &&
      (telephonySessionId === undefined || record.telephonySessionId === telephonySessionId)
    );
  };
}
