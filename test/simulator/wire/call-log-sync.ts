import { isoTime, json } from './answers.ts';
import { newestFirst } from './active-calls.ts';
import type { CallLogBook, LogScope, LoggedRecord } from './call-log-book.ts';
import { VIEWS } from './call-log-filters.ts';
import { scopeOf } from './call-log.ts';
import { badParameter, problem } from './errors.ts';
import type { WireResponse } from './model.ts';
import { instant, manyOf, oneOf, wholeNumber } from './query.ts';
import type { View } from './records.ts';
import type { Call, Route } from './routes.ts';

const HOUR_MS = 3_600_000;
const OLDEST_MS = 30 * 24 * HOUR_MS;
/** Most records of one incremental answer; more of them end the sync. */
const MOST = 250;
const MOST_EXTRACT = 1000;
/** The widget library's rule for inbound calls. */
const MISSED = ['Missed', 'Hang Up', 'Busy', 'Voicemail', 'Rejected', 'Abandoned', 'No Answer', 'Declined'];

/** What a sync token remembers: the filters of the full sync and how far the client has read. */
interface SyncState {
  readonly kind: 'sync' | 'extract';
  readonly of: string;
  readonly view: View;
  readonly missedOnly: boolean;
  /** ms since the epoch; the oldest start time of the frame. */
  readonly from: number;
  /** ms since the epoch; everything modified up to then has been handed out. */
  readonly read: number;
}

const encode = (state: SyncState): string => Buffer.from(JSON.stringify(state)).toString('base64url');

const tokenProblem = (code: string, why: string) =>
  problem({ status: 400, code, message: `Parameter [syncToken] is invalid [${why}]`, parameterName: 'syncToken' });

function decode(call: Call, kind: SyncState['kind']): SyncState {
  let state: Partial<SyncState>;
  try {
    state = JSON.parse(
      Buffer.from(call.request.query.get('syncToken') ?? '', 'base64url').toString(),
    ) as Partial<SyncState>;
  } catch {
    throw tokenProblem('CLG-101', 'token cannot be read');
  }
  if (state.kind !== kind || typeof state.read !== 'number') throw tokenProblem('CLG-101', 'token cannot be read');
  if (state.of !== ownerOf(call)) throw tokenProblem('CLG-102', 'token belongs to another log');
  return state as SyncState;
}

const ownerOf = ({ params }: Call): string => params['extensionId'] ?? 'account';

function firstState(call: Call, kind: SyncState['kind'], from: number): SyncState {
  const { query } = call.request;
  const view = oneOf(query, 'view', VIEWS, 'Simple');
  const missedOnly = manyOf(query, 'statusGroup', ['Missed', 'All']).includes('Missed');
  return { kind, of: ownerOf(call), view, missedOnly, from, read: 0 };
}

function recordsOf(book: CallLogBook, scope: LogScope, state: SyncState): readonly LoggedRecord[] {
  const missed = (logged: LoggedRecord) => {
    const { direction, result } = logged.read();
    return direction === 'Inbound' && MISSED.includes(result);
  };
  return book
    .modifiedSince({ ...scope, view: state.view }, state.read)
    .filter((logged) => logged.startAt >= state.from && (!state.missedOnly || missed(logged)));
}

/** FSync: the newest of the frame. ISync: everything new since the token; more than 250 of them is an error. */
function sync(book: CallLogBook, call: Call): WireResponse {
  const { request, now } = call;
  const syncType = oneOf(request.query, 'syncType', ['FSync', 'ISync'], 'FSync');
  const recordCount = wholeNumber(request.query, 'recordCount', 1, MOST);
  if (recordCount > MOST) throw badParameter('recordCount', String(recordCount));
  const from = Math.max(instant(request.query, 'dateFrom', now - OLDEST_MS), now - OLDEST_MS);
  const state = syncType === 'FSync' ? firstState(call, 'sync', from) : decode(call, 'sync');
  const found = recordsOf(book, scopeOf(call), state);
  if (syncType === 'ISync' && found.length > MOST)
    throw tokenProblem('CLG-104', 'max sync record number limit is exceeded');
  const records = found
    .map((logged) => logged.read())
    .sort(newestFirst)
    .slice(0, syncType === 'FSync' ? recordCount : MOST);
  const syncInfo = { syncType, syncToken: encode({ ...state, read: now }), syncTime: isoTime(now) };
  return json(200, { uri: request.origin + call.path, records, syncInfo });
}

/** Up to `count` records by modification time; those of one millisecond stay together, so it may overshoot. */
function firstOf(found: readonly LoggedRecord[], count: number): readonly LoggedRecord[] {
  const last = found[count - 1];
  return last === undefined ? found : found.filter(({ modifiedAt }) => modifiedAt <= last.modifiedAt);
}

/** Records by modification time, so that a late recording brings its record again. */
function extractSync(book: CallLogBook, call: Call): WireResponse {
  const { request, now } = call;
  const syncType = oneOf(request.query, 'syncType', ['FSync', 'ISync'], 'FSync');
  const recordCount = wholeNumber(request.query, 'recordCount', 1, MOST);
  if (recordCount > MOST_EXTRACT) throw badParameter('recordCount', String(recordCount));
  const since = instant(request.query, 'dateFrom', now - HOUR_MS);
  const state = syncType === 'FSync' ? { ...firstState(call, 'extract', 0), read: since } : decode(call, 'extract');
  const found = [...recordsOf(book, scopeOf(call), state)].sort((a, b) => a.modifiedAt - b.modifiedAt);
  const page = firstOf(found, recordCount);
  const read = page.at(-1)?.modifiedAt ?? state.read;
  return json(200, {
    uri: request.origin + call.path,
    records: page.map((logged) => logged.read()),
    syncInfo: {
      syncType,
      syncToken: encode({ ...state, read }),
      syncTime: isoTime(now),
      newerRecordsExist: page.length < found.length,
    },
  });
}

/** The two kinds of incremental reading. */
export function callLogSyncRoutes(book: CallLogBook): readonly Route[] {
  const account = '/restapi/v1.0/account/{accountId}';
  const read = { method: 'GET', group: 'heavy', scopes: ['ReadCallLog'], permission: 'ReadCallLog' } as const;
  return [
    { ...read, adminOnly: true, path: `${account}/call-log-sync`, handle: (call) => sync(book, call) },
    { ...read, path: `${account}/extension/{extensionId}/call-log-sync`, handle: (call) => sync(book, call) },
    { ...read, adminOnly: true, path: `${account}/call-log-extract-sync`, handle: (call) => extractSync(book, call) },
  ];
}
