import type TelephonySessionsEventBody from '@rc-ex/core/definitions/TelephonySessionsEventBody';
import type { SimParty, WorldEvent } from '../pbx/model.ts';
import type { FilteredParty } from './filters.ts';

/** What happened, ready to be told to whoever listens: one party per event, as in every real capture. */
export interface Happening {
  /** Account path for a party without extension, else the extension's own path, whatever the filter says. */
  readonly event: string;
  readonly telephonySessionId: string;
  readonly party: FilteredParty;
  readonly body: TelephonySessionsEventBody;
}

/** A notification as it is delivered to one subscription. */
export interface Notification {
  /** Numeric string; the identity of this delivery. */
  readonly uuid: string;
  readonly event: string;
  /** When it was sent, not when it happened. */
  readonly timestamp: string;
  readonly subscriptionId: string;
  readonly ownerId: string;
  readonly body: TelephonySessionsEventBody;
}

/** The event path of a party. */
export function eventPath(accountId: string, extensionId: string | undefined): string {
  const extension = extensionId === undefined ? '' : `/extension/${extensionId}`;
  return `/restapi/v1.0/account/${accountId}${extension}/telephony/sessions`;
}

/** Puts an event of the world into the platform's words. */
export function toHappening(event: WorldEvent): Happening {
  const { party } = event;
  return {
    event: eventPath(party.accountId, party.extensionId),
    telephonySessionId: event.telephonySessionId,
    party,
    body: {
      sequence: event.sequence,
      sessionId: event.sessionId,
      telephonySessionId: event.telephonySessionId,
      serverId: event.serverId,
      eventTime: new Date(event.at).toISOString(),
      parties: [toWireParty(party)],
      origin: { type: event.origin },
    } as TelephonySessionsEventBody,
  };
}

/** The world keeps a party's times, and its part in a RingOut, which GET alone tells; the event has neither. */
function toWireParty(party: SimParty): Record<string, unknown> {
  const {
    createdAt: _created,
    answeredAt: _answered,
    endedAt: _ended,
    ringOutRole: _role,
    enteredFor: _entered,
    queueCall,
    extensionId,
    uiCallInfo,
    ...rest
  } = party;
  return {
    ...rest,
    ...(extensionId === undefined ? {} : { extensionId }),
    ...(queueCall === undefined ? {} : { queueCall }),
    ...(uiCallInfo === undefined ? {} : { uiCallInfo }),
  };
}
