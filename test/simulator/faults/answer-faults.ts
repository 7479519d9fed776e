import type { WireRequest, WireResponse } from '../wire/model.ts';
import type { SocketFault } from './model.ts';

interface Refusal {
  readonly status: number;
  readonly errorCode: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const isCreation = ({ method, path }: WireRequest): boolean => method === 'POST' && /\/subscription\/?$/.test(path);

function refuseSubscription(name: string, about: string, refusal: Refusal): SocketFault {
  const { status, errorCode, message, headers = {} } = refusal;
  const body = JSON.stringify({ errorCode, message, errors: [{ errorCode, message }] });
  return { name, about, answer: (request) => (isCreation(request) ? { status, headers, body } : undefined) };
}

/** The granted filters lose their last one, all=1 all of them, account=1 those of the whole account; the answer is 200 all the same. */
const partialGrant: SocketFault = {
  name: 'partial-grant',
  about:
    'a subscription is granted without its last filter, 200 with disabledFilters; all=1: without any; account=1: without those of the whole account (2.11)',
  defaults: { all: 0, account: 0 },
  alter(request, response, { options }) {
    if (!isCreation(request) || response.status !== 200 || typeof response.body !== 'string') return response;
    const info = JSON.parse(response.body) as { eventFilters: string[] };
    const { eventFilters: asked } = info;
    const eventFilters = asked.filter((filter, index) =>
      options['account'] === 1 ? filter.includes('/extension/') : options['all'] !== 1 && index < asked.length - 1,
    );
    const refused = asked.filter((filter) => !eventFilters.includes(filter));
    if (refused.length === 0) return response;
    const disabledFilters = refused.map((filter) => ({
      filter,
      reason: 'CMN-401',
      message: 'In order to call this API endpoint, application needs to have [CallControl] permission',
    }));
    return {
      ...response,
      body: JSON.stringify({ ...info, eventFilters, disabledFilters }),
    };
  },
};

/** Answers and tickets around the socket. */
export const answerFaults: readonly SocketFault[] = [
  refuseSubscription('subscribe-429', 'creating a subscription is answered 429 (8.2 e, W4; embeddable PR 628)', {
    status: 429,
    errorCode: 'CMN-301',
    message: 'Request rate exceeded',
    headers: { 'Retry-After': '60' },
  }),
  refuseSubscription('subscribe-403', 'creating a subscription is answered 403 SUB-528 (W4)', {
    status: 403,
    errorCode: 'SUB-528',
    message: 'WebSocket permission is missing',
  }),
  refuseSubscription('subscribe-503', 'creating a subscription is answered 503 (W4)', {
    status: 503,
    errorCode: 'CMN-211',
    message: 'Service temporarily unavailable',
  }),
  partialGrant,
  {
    name: 'wstoken-expired',
    about: 'the socket token has expired before it is used: the upgrade is refused with 401 (W9)',
    alter: (request, response): WireResponse => {
      if (!request.path.endsWith('/oauth/wstoken') || response.status !== 200) return response;
      const answer = JSON.parse(String(response.body)) as Record<string, unknown>;
      return { ...response, body: JSON.stringify({ ...answer, ws_access_token: 'expired' }) };
    },
  },
];
