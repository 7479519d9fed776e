import { problem } from '../wire/errors.ts';
import type { FaultContext, WireRequest, WireResponse } from '../wire/model.ts';
import type { SocketFault } from './model.ts';
import { isActiveCalls, isCallList, jsonOf, withJson, withRecords } from './rest-paths.ts';

type Record_ = Record<string, unknown>;

const laterPage = ({ query }: WireRequest): boolean => Number(query.get('page') ?? '1') > 1;

/** A fault that rewrites the records of both lists. */
const rewrites = (
  name: string,
  about: string,
  change: (records: readonly Record_[], context: FaultContext) => readonly unknown[],
): SocketFault => ({
  name,
  about,
  alter: (request, response, context) =>
    isCallList(request) ? withRecords(response, (records) => change(records, context)) : response,
});

/** Four kinds of rot, one after the other. */
const rotten = (record: Record_, kind: number): unknown =>
  [null, { ...record, startTime: 42, duration: 'long' }, { ...record, id: undefined }, { ...record, from: 'somebody' }][
    kind % 4
  ];

const mask = (end: unknown): unknown => {
  const number = (end as { phoneNumber?: string } | undefined)?.phoneNumber;
  return number === undefined ? end : { ...(end as object), phoneNumber: number.slice(0, -4) + 'XXXX' };
};

const oddStart = ({ now, options }: FaultContext): string =>
  new Date(options['epoch'] === 1 ? 0 : now + (options['ms'] ?? 0)).toISOString();

function many(records: readonly Record_[], count: number): readonly Record_[] {
  const [pattern] = records;
  if (pattern === undefined) return records;
  const copies = Array.from({ length: Math.max(0, count - records.length) }, (_, index) => ({
    ...pattern,
    id: `Many${index}`,
    sessionId: String(9_000_000_000_000 + index),
    telephonySessionId: `s-many${index}`,
  }));
  return [...records, ...copies];
}

interface Remembered {
  readonly at: number;
  readonly url: string;
  readonly response: WireResponse;
}

/** What a cache remembers, by the scratch of the fault's instance: whole answers do not fit into numbers. */
const caches = new WeakMap<Map<string, number>, Remembered[]>();

/** Answers as they were `ms` ago, or as old as they come: an ended call stays, a new one is missing (R8). */
const staleRecords: SocketFault = {
  name: 'stale-records',
  about: 'active-calls answers from a cache that is ms old (R8)',
  defaults: { ms: 120_000 },
  alter(request, response, { now, options, memory }) {
    if (!isActiveCalls(request) || jsonOf(response) === undefined) return response;
    const cache = caches.get(memory) ?? [];
    const url = `${request.path}?${request.query.toString()}`;
    cache.push({ at: now, url, response });
    const age = options['ms'] ?? 0;
    const kept = cache.filter(({ at }) => at >= now - 2 * age);
    caches.set(memory, kept);
    const mine = kept.filter((one) => one.url === url);
    const stale = mine.findLast(({ at }) => at <= now - age) ?? mine[0];
    return stale === undefined || stale.response === response ? response : { ...response, body: stale.response.body };
  },
};

/** A list that is empty for once, with status 200: nothing says that it is not true (R7). */
const emptyPoll: SocketFault = {
  name: 'empty-poll',
  about: 'active-calls is empty, 200; times=N polls, one unless told (R7)',
  defaults: { times: 1 },
  alter(request, response) {
    const body = isActiveCalls(request) ? jsonOf(response) : undefined;
    if (body === undefined || !Array.isArray(body['records']) || body['records'].length === 0) return response;
    const navigation = { ...(body['navigation'] as object), nextPage: undefined };
    return withJson(response, { ...body, records: [], navigation });
  },
};

/** Lists whose content lies. */
export const listFaults: readonly SocketFault[] = [
  {
    name: 'page-loss',
    about: 'every page after the first answers 500 (R6)',
    answer: (request) =>
      isCallList(request) && laterPage(request)
        ? problem({ status: 500, code: 'CMN-203', message: 'Internal server error' }).response
        : undefined,
  },
  {
    name: 'page-shift',
    about: 'a call ended between two pages, so later pages lose their first record (R6)',
    alter: (request, response) =>
      isCallList(request) && laterPage(request) ? withRecords(response, (records) => records.slice(1)) : response,
  },
  emptyPoll,
  staleRecords,
  rewrites('bad-records', 'every n-th record is null, wrongly typed or without id (R5)', (records, { options }) =>
    records.map((record, index) =>
      index % (options['n'] ?? 3) === 0 ? rotten(record, index / (options['n'] ?? 3)) : record,
    ),
  ),
  rewrites('unknown-enum', 'results, actions and directions that no description knows (R5)', (records) =>
    records.map((record) => ({
      ...record,
      result: 'Answered By Robot',
      action: 'Hologram Call',
      transport: 'Telepathy',
    })),
  ),
  {
    ...rewrites('many-records', 'lists hold count records, whatever perPage says (R5)', (records, { options }) =>
      many(records, options['count'] ?? 0),
    ),
    defaults: { count: 10_000 },
  },
  rewrites('masked-numbers', 'the last four digits of every number read XXXX (3)', (records) =>
    records.map((record) => ({ ...record, from: mask(record['from']), to: mask(record['to']) })),
  ),
  rewrites('missing-parties', 'records come without from and to (3)', (records) =>
    records.map(({ from: _from, to: _to, ...record }) => record),
  ),
  {
    ...rewrites('odd-start', 'records began in the future, `ms` from now; epoch=1: in 1970 (T4)', (records, context) =>
      records.map((record) => ({ ...record, startTime: oddStart(context) })),
    ),
    defaults: { ms: 3_600_000, epoch: 0 },
  },
  rewrites('duplicate-records', 'every record comes twice on its page (R6)', (records) =>
    records.flatMap((record) => [record, record]),
  ),
];
