import { json, noContent } from './answers.ts';
import { BATCH_LIMIT, batchPart, batchTooLong, multiStatus } from './call-log-batch.ts';
import type { CallLogBook, LogScope } from './call-log-book.ts';
import { callLogFilter, FILTERS, spanOf, VIEWS } from './call-log-filters.ts';
import { accountUri, type Cloud } from './cloud.ts';
import { notFound } from './errors.ts';
import type { WireResponse } from './model.ts';
import { callLogPages, pageOf } from './paging.ts';
import { instant, oneOf } from './query.ts';
import type { Call, Route } from './routes.ts';

/** Which log, and in which view, the request asks for. */
export function scopeOf({ request, now, params }: Call): LogScope {
  const view = oneOf(request.query, 'view', VIEWS, 'Simple');
  return { origin: request.origin, view, now, extensionId: params['extensionId'] };
}

function list(cloud: Cloud, book: CallLogBook, call: Call): WireResponse {
  const { query } = call.request;
  const wanted = callLogFilter(query);
  // Asked by session, the log is searched without a span of time.
  const everything = query.has('sessionId');
  const span = everything ? { from: 0, to: Number.POSITIVE_INFINITY } : spanOf(query, call.now);
  const entries = book.written(scopeOf(call), span.from, span.to);
  const found = [...query.keys()].some((name) => FILTERS.includes(name))
    ? entries.filter((entry) => wanted(entry.read()))
    : entries.filter(({ deleted }) => !deleted);
  const newest = [...found].sort((a, b) => b.startAt - a.startAt || a.id.localeCompare(b.id));
  const page = pageOf(newest, call.request, call.path, { ...callLogPages, totals: cloud.options.callLogTotals });
  return json(200, { ...page, records: page.records.map((entry) => entry.read()) });
}

function byId(cloud: Cloud, book: CallLogBook, call: Call): WireResponse {
  const scope = scopeOf(call);
  const ids = (call.params['callRecordId'] ?? '').split(',').filter(Boolean);
  if (ids.length > BATCH_LIMIT) throw batchTooLong();
  if (ids.length === 1) {
    const record = book.find(scope, ids[0] ?? '');
    if (record === undefined) throw notFound('callRecordId', ids[0] ?? '');
    return json(200, record);
  }
  const root =
    accountUri(cloud, call.request.origin) + (scope.extensionId === undefined ? '' : `/extension/${scope.extensionId}`);
  const parts = ids.map((id) => batchPart(id, `${root}/call-log/${id}`, book.find(scope, id)));
  return multiStatus(parts, call.request.headers['accept'] ?? '');
}

function erase(book: CallLogBook, call: Call): WireResponse {
  book.erase(call.params['extensionId'] ?? '', instant(call.request.query, 'dateTo', call.now));
  return noContent();
}

/** The call log's list and records, of the account and of one extension. */
export function callLogRoutes(cloud: Cloud, book: CallLogBook): readonly Route[] {
  const account = '/restapi/v1.0/account/{accountId}/call-log';
  const extension = '/restapi/v1.0/account/{accountId}/extension/{extensionId}/call-log';
  const read = { method: 'GET', group: 'heavy', scopes: ['ReadCallLog'] } as const;
  const ofAccount = { ...read, permission: 'FullCompanyCallLog', adminOnly: true };
  const ofExtension = { ...read, permission: 'ReadCallLog' };
  const handleList = (call: Call) => list(cloud, book, call);
  const handleOne = (call: Call) => byId(cloud, book, call);
  return [
    { ...ofAccount, path: account, handle: handleList },
    { ...ofExtension, path: extension, handle: handleList },
    { ...ofAccount, path: `${account}/{callRecordId}`, handle: handleOne },
    { ...ofExtension, path: `${extension}/{callRecordId}`, handle: handleOne },
    {
      method: 'DELETE',
      group: 'heavy',
      scopes: ['EditCallLog'],
      permission: 'EditCallLog',
      path: extension,
      handle: (call) => erase(book, call),
    },
  ];
}
