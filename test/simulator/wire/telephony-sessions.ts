import { isoTime, json } from './answers.ts';
import type { SimParty, SimSession } from '../pbx/model.ts';
import type { Cloud } from './cloud.ts';
import { compact } from './compact.ts';
import { notFound } from './errors.ts';
import type { Route } from './routes.ts';

/** Events spell it srvLvl [capture], the description of GET srvlvl. */
function partyStatus({ mobilePickupData, ...status }: SimParty['status']): object {
  if (mobilePickupData === undefined) return status;
  const { srvLvl, ...rest } = mobilePickupData;
  return { ...status, mobilePickupData: { ...rest, srvlvl: srvLvl } };
}

/** A party as GET shows it: `attributes.queueCall` instead of `queueCall`, the deprecated owner, no missedCall. */
function callParty(party: SimParty): object {
  const { extensionId, accountId, status } = party;
  return compact({
    id: party.id,
    accountId,
    extensionId,
    attributes: party.queueCall === undefined ? undefined : { queueCall: party.queueCall },
    status: partyStatus(status),
    muted: party.muted,
    standAlone: party.standAlone,
    park: party.park,
    from: party.from,
    to: party.to,
    owner: extensionId === undefined ? undefined : { accountId, extensionId },
    direction: party.direction,
    conferenceRole: party.conferenceRole,
    ringOutRole: party.ringOutRole,
    recordings: party.recordings,
  });
}

/** CallSessionObject: every party at once, and neither the session's legacy id nor its sequence. */
function callSession(session: SimSession): object {
  return {
    id: session.telephonySessionId,
    creationTime: isoTime(session.createdAt),
    origin: { type: session.origin },
    parties: session.parties.map(callParty),
  };
}

/**
 * `GET …/telephony/sessions/{id}`: the present truth, without the lag of active-calls.
 * An ended session is shown all Disconnected for some seconds and is unknown afterwards [inferred].
 */
export function telephonySessionRoutes(cloud: Cloud): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}',
      group: 'light',
      scopes: ['CallControl'],
      handle({ params, now }) {
        const id = params['telephonySessionId'] ?? '';
        const session = cloud.live.session(id);
        const goneAt = (session?.endedAt ?? Number.POSITIVE_INFINITY) + cloud.options.sessionGoneAfterMs;
        if (session === undefined || now >= goneAt) throw notFound('telephonySessionId', id);
        return json(200, callSession(session));
      },
    },
  ];
}
