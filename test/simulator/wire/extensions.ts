import type { SimExtension } from '../pbx/model.ts';
import { json } from './answers.ts';
import { accountUri, extensionReference, type Cloud } from './cloud.ts';
import { compact } from './compact.ts';
import { notFound } from './errors.ts';
import { listPages, pageOf } from './paging.ts';
import { manyOf, text } from './query.ts';
import type { Call, Route } from './routes.ts';

const TYPES = ['User', 'Department', 'IvrMenu', 'Voicemail', 'ParkLocation', 'Announcement'] as const;
/** Valid in a request, though no extension of the simulated company has one. */
const OTHER_TYPES = [
  'DigitalUser',
  'VirtualUser',
  'FaxUser',
  'PagingOnly',
  'SharedLinesGroup',
  'DelegatedLinesGroup',
  'GroupCallPickup',
  'ApplicationExtension',
  'ProxyAdmin',
  'RoomConnector',
  'Limited',
  'Bot',
  'Site',
  'Room',
  'FlexibleUser',
  'TieLine',
  'Unknown',
] as const;
const STATUSES = ['Enabled', 'Disabled', 'Frozen', 'NotActivated', 'Unassigned'] as const;

/** First and last name, as far as a display name tells. */
export function personName(name: string): { readonly firstName?: string; readonly lastName?: string } {
  const [firstName, ...rest] = name.split(' ');
  return compact({ firstName: firstName || undefined, lastName: rest.join(' ') || undefined });
}

/** GetExtensionListInfoResponse; `id` is a number here. */
function extensionInfo(cloud: Cloud, origin: string, extension: SimExtension): object {
  const isPerson = extension.type === 'User';
  const { id, uri } = extensionReference(cloud, origin, extension.id);
  return compact({
    id,
    uri,
    extensionNumber: extension.extensionNumber,
    name: extension.name,
    type: extension.type,
    status: 'Enabled',
    hidden: false,
    contact: compact({
      ...(isPerson ? personName(extension.name) : { firstName: extension.name }),
      email: extension.email,
    }),
    callQueueInfo: cloud.queue(extension.id)?.serviceLevel,
    permissions: isPerson ? { admin: { enabled: extension.id === cloud.account.adminExtensionId } } : undefined,
    profileImage: { uri: `${uri}/profile-image` },
  });
}

function list(cloud: Cloud, call: Call) {
  const { query, origin } = call.request;
  const types = manyOf(query, 'type', [...TYPES, ...OTHER_TYPES]);
  const statuses = manyOf(query, 'status', STATUSES);
  const emails = query.getAll('email').filter(Boolean);
  const extensionNumber = text(query, 'extensionNumber');
  const found = cloud.account.extensions.filter(
    (extension) =>
      (types.length === 0 || types.includes(extension.type)) &&
      (statuses.length === 0 || statuses.includes('Enabled')) &&
      (emails.length === 0 || emails.includes(extension.email ?? '')) &&
      (extensionNumber === undefined || extension.extensionNumber === extensionNumber),
  );
  const records = found.map((extension) => extensionInfo(cloud, origin, extension));
  return json(200, pageOf(records, call.request, call.path, listPages));
}

/** The extensions of the account. Any user may read them: a plain user needs the directory too. */
export function extensionRoutes(cloud: Cloud): readonly Route[] {
  const scopes = ['ReadAccounts'];
  return [
    {
      method: 'GET',
      group: 'medium',
      scopes,
      path: '/restapi/v1.0/account/{accountId}/extension',
      handle: (call) => list(cloud, call),
    },
    {
      method: 'GET',
      group: 'light',
      scopes,
      path: '/restapi/v1.0/account/{accountId}/extension/{extensionId}',
      handle({ params, request }) {
        const extension = cloud.extension(params['extensionId'] ?? '');
        if (extension === undefined) throw notFound('extensionId', params['extensionId'] ?? '');
        const account = { id: cloud.account.id, uri: accountUri(cloud, request.origin) };
        return json(200, { ...extensionInfo(cloud, request.origin, extension), account });
      },
    },
  ];
}
