import { json } from './answers.ts';
import type { SimExtension } from '../pbx/model.ts';
import type { Cloud } from './cloud.ts';
import { compact } from './compact.ts';
import { personName } from './extensions.ts';
import type { WireResponse } from './model.ts';
import { pageOf, type PageRules } from './paging.ts';
import { oneOf, text } from './query.ts';
import type { Call, Route } from './routes.ts';
import { hash32 } from './seeded.ts';

/** perPage defaults to 1000; the platform takes 2000, which its own description of `paging` then forbids to print. */
const directoryPages: PageRules = { usual: 1000, most: 1000, words: ['max', 'all'], totals: true };

/** ContactResource; `id` is a string here. */
function contact(cloud: Cloud, extension: SimExtension): object {
  const direct = extension.directNumber;
  return compact({
    id: extension.id,
    type: extension.type,
    status: 'Enabled',
    ...(extension.type === 'User' ? personName(extension.name) : {}),
    name: extension.name,
    email: extension.email,
    extensionNumber: extension.extensionNumber,
    account: { id: cloud.account.id },
    phoneNumbers:
      direct === undefined ? undefined : [{ phoneNumber: direct, type: 'VoiceFax', usageType: 'DirectNumber' }],
    hidden: false,
  });
}

function entries(cloud: Cloud, call: Call): WireResponse {
  const { query, headers } = call.request;
  const type = text(query, 'type');
  const typeGroup = oneOf(query, 'typeGroup', ['User', 'NonUser', 'Any'], 'Any');
  const found = cloud.account.extensions.filter(
    (extension) =>
      (type === undefined || extension.type === type) &&
      (typeGroup === 'Any' || (extension.type === 'User') === (typeGroup === 'User')),
  );
  const { records, paging } = pageOf(
    found.map((extension) => contact(cloud, extension)),
    call.request,
    call.path,
    directoryPages,
  );
  const etag = `"${hash32(JSON.stringify(records)).toString(16)}"`;
  if (headers['if-none-match'] === etag) return { status: 304, headers: { ETag: etag }, body: '' };
  return json(200, { records, paging }, { ETag: etag });
}

/** `GET …/directory/entries`: everybody's name and number, with an ETag. */
export function directoryRoutes(cloud: Cloud): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/restapi/v1.0/account/{accountId}/directory/entries',
      group: 'medium',
      scopes: ['ReadAccounts'],
      handle: (call) => entries(cloud, call),
    },
  ];
}
