import type { Principal } from './tokens.ts';

interface FilterKind {
  readonly path: RegExp;
  /** App scope the filter needs; none for reminders of the subscription itself. */
  readonly scope?: string;
}

const ACCOUNT = String.raw`/restapi/v1\.0/account/[^/?]+`;
const EXTENSION = String.raw`${ACCOUNT}/extension/[^/?]+`;

const KINDS: readonly FilterKind[] = [
  { path: new RegExp(`^(${ACCOUNT}|${EXTENSION})/telephony/sessions$`), scope: 'CallControl' },
  { path: new RegExp(`^(${ACCOUNT}|${EXTENSION}|${ACCOUNT}/call-queues/[^/]+)/presence$`), scope: 'ReadPresence' },
  { path: new RegExp(`^${EXTENSION}/(missed-calls|incoming-call-pickup)$`), scope: 'ReadPresence' },
  { path: new RegExp(`^${EXTENSION}/(voicemail|message-store|fax)$`), scope: 'ReadMessages' },
  { path: new RegExp(`^(${ACCOUNT}/extension|${EXTENSION}|${ACCOUNT}/directory/entries)$`), scope: 'ReadAccounts' },
  { path: /^\/restapi\/v1\.0\/subscription\/~$/ },
];

export interface JudgedFilter {
  readonly filter: string;
  /** `unknown` to the platform, or known but without the `missing` scope. */
  readonly fault?: { readonly kind: 'unknown' } | { readonly kind: 'missing'; readonly scope: string };
}

/** Puts real ids in place of `~`, as the platform does in its answer, and judges the filter for this principal. */
export function judgeFilter(raw: string, principal: Principal, accountId: string): JudgedFilter {
  const filter = raw
    .replace(/\/account\/~(?=[/?]|$)/, `/account/${accountId}`)
    .replace(/\/extension\/~(?=[/?]|$)/, `/extension/${principal.extensionId}`);
  const path = filter.split('?')[0]?.replace(/\/$/, '') ?? '';
  const kind = KINDS.find((one) => one.path.test(path));
  if (kind === undefined) return { filter, fault: { kind: 'unknown' } };
  const granted = kind.scope === undefined || principal.scopes.includes(kind.scope);
  return granted ? { filter } : { filter, fault: { kind: 'missing', scope: kind.scope ?? '' } };
}
