import type { SimParty } from '../pbx/model.ts';

/** Whose events a filter is about, and which of them. Source: the platform's list of telephony-session event filters. */
export interface EventFilter {
  readonly text: string;
  /** Absent on an account-wide filter. */
  readonly extensionId?: string;
  readonly direction?: string;
  readonly missedCall?: boolean;
  readonly statusCode?: string;
  /** E.164. */
  readonly phoneNumber?: string;
}

/** Who is listening. */
export interface Listener {
  readonly accountId: string;
  readonly extensionId: string;
  readonly admin: boolean;
}

/** The facts of one party's event that a filter can ask about. */
export type FilteredParty = Pick<SimParty, 'extensionId' | 'direction' | 'missedCall' | 'from' | 'to'> & {
  readonly status: { readonly code: string };
};

const SESSIONS = /^\/restapi\/v1\.0\/account\/([^/]+)(?:\/extension\/([^/]+))?\/telephony\/sessions\/?$/;

/** Reads one filter of a subscription for its owner; undefined for anything that is not about telephony sessions of this account. */
export function parseFilter(text: string, owner: Listener): EventFilter | undefined {
  const [path = '', search = ''] = text.split('?');
  const match = SESSIONS.exec(path);
  if (!match || (match[1] !== '~' && match[1] !== owner.accountId)) return undefined;
  const extension = match[2] === '~' ? owner.extensionId : match[2];
  const query = new URLSearchParams(search);
  const { direction, statusCode, phoneNumber } = Object.fromEntries(query);
  return {
    text,
    ...(extension === undefined ? {} : { extensionId: extension }),
    ...(direction === undefined ? {} : { direction }),
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(phoneNumber === undefined ? {} : { phoneNumber: `+${phoneNumber.replace(/^[+\s]/, '')}` }),
    ...(query.has('missedCall') ? { missedCall: query.get('missedCall') === 'true' } : {}),
  };
}

/**
 * Whether the event of one party passes. A listener who is not an administrator gets his own events only,
 * even on an account-wide filter (ringcentral-api-docs issue 270).
 */
export function passes(filter: EventFilter, party: FilteredParty, listener: Listener): boolean {
  if (!listener.admin && party.extensionId !== listener.extensionId) return false;
  if (filter.extensionId !== undefined && filter.extensionId !== party.extensionId) return false;
  if (filter.direction !== undefined && filter.direction !== party.direction) return false;
  if (filter.missedCall !== undefined && filter.missedCall !== party.missedCall) return false;
  if (filter.statusCode !== undefined && filter.statusCode.toLowerCase() !== party.status.code.toLowerCase())
    return false;
  if (filter.phoneNumber === undefined) return true;
  return party.from.phoneNumber === filter.phoneNumber || party.to.phoneNumber === filter.phoneNumber;
}
