/**
 * In:  the live sessions and the query.
 * Out: active-calls of the account or one extension, with its documented lag, linger and reversed queue calls.
 * Never: the truth. Whoever needs it asks GET /simulator/truth.
 */
import { json } from './answers.ts';
import { sharedFilter, VIEWS } from './call-log-filters.ts';
import type { Cloud } from './cloud.ts';
import type { WireResponse } from './model.ts';
import { callLogPages, pageOf } from './paging.ts';
import { oneOf } from './query.ts';
import { phaseInActiveCalls } from './record-phases.ts';
import { recordSources } from './record-sources.ts';
import { recordOf, type CallRecord } from './records.ts';
import type { Call, Route } from './routes.ts';

/** Newest first; the id settles a tie, so that pages never overlap. */
export function newestFirst(a: CallRecord, b: CallRecord): number {
  return (b.startTime ?? '').localeCompare(a.startTime ?? '') || a.id.localeCompare(b.id);
}

function activeCalls(cloud: Cloud, call: Call): WireResponse {
  const { request, now, params } = call;
  const view = oneOf(request.query, 'view', VIEWS, 'Simple');
  const wanted = sharedFilter(request.query);
  const owner = params['extensionId'];
  const context = { cloud, origin: request.origin, view, now, ofExtension: owner !== undefined };
  const records = cloud.live
    .sessions()
    .filter((session) => session.endedAt === undefined || now < session.endedAt + cloud.options.lingerMs)
    .flatMap((session) => recordSources(cloud, session))
    .filter((source) => owner === undefined || source.extensionId === owner)
    .flatMap((source) => {
      const phase = phaseInActiveCalls(cloud, source, now);
      return phase === undefined ? [] : [recordOf(context, source, phase)];
    })
    .filter(wanted)
    .sort(newestFirst);
  return json(200, pageOf(records, request, call.path, { ...callLogPages, totals: cloud.options.callLogTotals }));
}

/** `GET …/active-calls` of the account and of one extension. */
export function activeCallsRoutes(cloud: Cloud): readonly Route[] {
  const handle = (call: Call) => activeCalls(cloud, call);
  const shape = { method: 'GET', group: 'heavy', scopes: ['ReadCallLog'], handle } as const;
  return [
    // The guide names ReadCompanyCallLog to a plain user, the description ReadCallLog; the guide shows a real answer.
    {
      ...shape,
      path: '/restapi/v1.0/account/{accountId}/active-calls',
      permission: 'ReadCompanyCallLog',
      adminOnly: true,
    },
    {
      ...shape,
      path: '/restapi/v1.0/account/{accountId}/extension/{extensionId}/active-calls',
      permission: 'ReadCallLog',
    },
  ];
}
