import { json } from './answers.ts';
import { accountUri, extensionReference, type Cloud } from './cloud.ts';
import type { Route } from './routes.ts';

/** The account itself, in both generations of the endpoint. */
export function accountRoutes(cloud: Cloud): readonly Route[] {
  const { account } = cloud;
  const access = { method: 'GET', group: 'light', scopes: ['ReadAccounts'], permission: 'ReadCompanyInfo' } as const;
  return [
    {
      ...access,
      path: '/restapi/v1.0/account/{accountId}',
      handle: ({ request }) =>
        json(200, {
          id: Number(account.id),
          uri: accountUri(cloud, request.origin),
          mainNumber: account.mainNumber,
          status: 'Confirmed',
          setupWizardState: 'Completed',
          operator: extensionReference(cloud, request.origin, account.adminExtensionId),
        }),
    },
    {
      ...access,
      path: '/restapi/v2/accounts/{accountId}',
      handle: () =>
        json(200, {
          id: account.id,
          mainNumber: account.mainNumber,
          status: 'Confirmed',
          companyName: 'Simulated Company',
        }),
    },
  ];
}
