import type { SimExtension, SimParty, SimSession } from '../pbx/model.ts';
import { isoTime, json } from './answers.ts';
import { accountUri, type Cloud } from './cloud.ts';
import { compact } from './compact.ts';
import { notFound } from './errors.ts';
import { listPages, pageOf } from './paging.ts';
import { flag } from './query.ts';
import { decimalId } from './seeded.ts';
import type { Call, Route } from './routes.ts';

type TelephonyStatus = 'NoCall' | 'CallConnected' | 'Ringing' | 'OnHold' | 'ParkedCall';

/** Strongest first: what an extension with several calls shows. */
const STRENGTH: readonly TelephonyStatus[] = ['CallConnected', 'OnHold', 'Ringing', 'ParkedCall'];
/** At most this many calls are listed, newest first. */
const MOST_CALLS = 7;

interface OwnCall {
  readonly session: SimSession;
  readonly party: SimParty;
}

function statusOf({ status, direction, ringOutRole }: SimParty): TelephonyStatus {
  switch (status.code) {
    case 'Setup':
    case 'Proceeding':
      // Whoever dials is connected to a ring tone, not ringing, unless the platform rings them first.
      return direction === 'Inbound' || ringOutRole === 'Initiator' ? 'Ringing' : 'CallConnected';
    case 'Hold':
      return 'OnHold';
    case 'Parked':
      return 'ParkedCall';
    case 'Answered':
    case 'VoiceMailScreening':
    case 'FaxReceive':
      return 'CallConnected';
    case 'Disconnected':
    case 'Gone':
    case 'VoiceMail':
      return 'NoCall';
  }
}

/** Present calls of every extension, read once per request. */
function callsByExtension(cloud: Cloud): ReadonlyMap<string, readonly OwnCall[]> {
  const calls = new Map<string, OwnCall[]>();
  for (const session of cloud.live.sessions()) {
    if (session.endedAt !== undefined) continue;
    for (const party of session.parties) {
      if (party.extensionId === undefined || statusOf(party) === 'NoCall') continue;
      calls.set(party.extensionId, [...(calls.get(party.extensionId) ?? []), { session, party }]);
    }
  }
  return calls;
}

function activeCall({ session, party }: OwnCall, sipData: boolean): object {
  return compact({
    id: decimalId(12, 'active call', party.id),
    direction: party.direction,
    queueCall: party.queueCall ?? false,
    from: party.from.phoneNumber ?? party.from.extensionId,
    fromName: party.from.name,
    to: party.to.phoneNumber ?? party.to.extensionId,
    toName: party.to.name,
    startTime: isoTime(party.createdAt),
    telephonyStatus: statusOf(party),
    sessionId: session.sessionId,
    telephonySessionId: session.telephonySessionId,
    partyId: party.id,
    onBehalfOf: party.queueCall === true ? party.to.extensionId : undefined,
    terminationType: 'intermediate',
    sipData: sipData ? { callId: party.id, toTag: `to-${party.id}`, fromTag: `from-${party.id}` } : undefined,
  });
}

function presenceInfo(cloud: Cloud, call: Call, extension: SimExtension, calls: readonly OwnCall[]): object {
  const { query, origin } = call.request;
  const uri = `${accountUri(cloud, origin)}/extension/${extension.id}`;
  const who = {
    uri: `${uri}/presence`,
    extension: { id: Number(extension.id), uri, extensionNumber: extension.extensionNumber },
  };
  // Only people have presence; a queue, a menu or an announcement is Offline for ever.
  if (extension.type !== 'User') return { ...who, presenceStatus: 'Offline', userStatus: 'Offline' };
  const telephonyStatus = STRENGTH.find((status) => calls.some(({ party }) => statusOf(party) === status)) ?? 'NoCall';
  const newest = [...calls].sort((a, b) => b.party.createdAt - a.party.createdAt).slice(0, MOST_CALLS);
  return compact({
    ...who,
    presenceStatus: telephonyStatus === 'NoCall' ? 'Available' : 'Busy',
    telephonyStatus,
    userStatus: 'Available',
    dndStatus: 'TakeAllCalls',
    acceptCallQueueCalls: true,
    allowSeeMyPresence: true,
    ringOnMonitoredCall: false,
    pickUpCallsOnHold: false,
    activeCalls: flag(query, 'detailedTelephonyState', false)
      ? newest.map((own) => activeCall(own, flag(query, 'sipData', false)))
      : undefined,
  });
}

function ofAccount(cloud: Cloud, call: Call) {
  const calls = callsByExtension(cloud);
  const people = cloud.account.extensions.filter(({ type }) => type === 'User');
  const records = people.map((extension) => presenceInfo(cloud, call, extension, calls.get(extension.id) ?? []));
  return json(200, pageOf(records, call.request, call.path, listPages));
}

function ofExtension(cloud: Cloud, call: Call) {
  const extension = cloud.extension(call.params['extensionId'] ?? '');
  if (extension === undefined) throw notFound('extensionId', call.params['extensionId'] ?? '');
  return json(200, presenceInfo(cloud, call, extension, callsByExtension(cloud).get(extension.id) ?? []));
}

/** Presence, derived from the live sessions without lag. */
export function presenceRoutes(cloud: Cloud): readonly Route[] {
  const access = { method: 'GET', scopes: ['ReadPresence'] } as const;
  return [
    {
      ...access,
      group: 'heavy',
      path: '/restapi/v1.0/account/{accountId}/presence',
      handle: (call) => ofAccount(cloud, call),
    },
    {
      ...access,
      group: 'light',
      path: '/restapi/v1.0/account/{accountId}/extension/{extensionId}/presence',
      handle: (call) => ofExtension(cloud, call),
    },
  ];
}
