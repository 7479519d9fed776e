import { expect, test } from 'vitest';
import { virtualClock } from '../clock.ts';
import type { Scenario } from '../pbx/scenario.ts';
import { createWorld } from '../pbx/world.ts';
import { callcentreWith } from '../scenarios/callcentre.ts';
import { officeWith } from '../scenarios/office.ts';
import type { SimExtension, TrueCall } from '../pbx/model.ts';
import type { CallRecord } from './records.ts';
import { createRestApi } from './rest-api.ts';
import { bodyOf, START } from './tiny-world.ts';

const budgets = { light: 9999, medium: 9999, heavy: 9999, auth: 9999 };

/** The call log of `hours` of a scenario, long enough after it that nothing is pending. */
function dayOf(scenario: Scenario | string, seed: number, hours: number) {
  const clock = virtualClock(START);
  const world = createWorld({ seed, scenario, startAt: START });
  clock.advance(hours * 3_600_000);
  world.advanceTo(clock.now());
  const rest = createRestApi({ world, clock, seed, options: { budgets } });
  const scopes = ['ReadCallLog'];
  const { accessToken } = rest.tokens.login(
    { clientId: 'test', extensionId: world.account.adminExtensionId, scopes, admin: true },
    {},
  );
  const records: CallRecord[] = [];
  let url: string | undefined = 'http://127.0.0.1:9/restapi/v1.0/account/~/call-log?perPage=max';
  while (url !== undefined) {
    const { pathname, searchParams, origin } = new URL(url);
    const response = rest.handle({
      method: 'GET',
      path: pathname,
      query: searchParams,
      headers: { authorization: `Bearer ${accessToken}` },
      body: '',
      origin,
    });
    const page: { records: CallRecord[]; navigation: { nextPage?: { uri: string } } } = bodyOf(response);
    records.push(...page.records);
    url = page.navigation.nextPage?.uri;
  }
  return { records, world, settled: clock.now() - 60_000 };
}

function groupBySession(records: readonly CallRecord[]): ReadonlyMap<string, readonly CallRecord[]> {
  const groups = new Map<string, CallRecord[]>();
  for (const record of records) {
    const id = record.telephonySessionId ?? '';
    groups.set(id, [...(groups.get(id) ?? []), record]);
  }
  return groups;
}

const TAKEN = ['Accepted', 'Call connected'];

/** The rule per session, people only: somebody's own record says that he took the call. */
function wasTaken(records: readonly CallRecord[], extension: (id: number) => SimExtension | undefined): boolean {
  return records.some(
    ({ direction, result, extension: owner }) =>
      direction === 'Inbound' && TAKEN.includes(result) && extension(owner?.id ?? 0)?.type === 'User',
  );
}

test.each<[string, Scenario | string, number, number]>([
  ['callcentre', 'callcentre', 3, 2],
  ['office', 'office', 5, 4],
  ['burst', 'burst', 7, 0.25],
  ['callcentre with seldom calls', callcentreWith(0.5), 3, 2],
  ['office with seldom calls', officeWith(0.5), 5, 4],
])('the log of %s agrees with the truth on which calls were missed', (_name, scenario, seed, hours) => {
  const { records, world, settled } = dayOf(scenario, seed, hours);
  const bySession = groupBySession(records);
  const extension = (id: number) => world.account.extensions.find((one) => one.id === String(id));
  const ended = world
    .sessions()
    .filter(({ endedAt, createdAt }) => (endedAt ?? Infinity) < settled && createdAt >= START);
  const fetchedInto = new Set(ended.map(({ truth }) => truth.continuedIn));
  const wrong = ended.flatMap(({ truth }: { truth: TrueCall }) => {
    const own = bySession.get(truth.id) ?? [];
    if (truth.kind !== 'voice' || truth.continuedIn !== undefined) return [];
    if (own.length === 0) return [`${truth.id}: ${truth.direction} call without a record`];
    if (truth.direction !== 'inbound') return [];
    // Whoever fetched the caller from elsewhere dialled for it, so their record is Outbound.
    const fetched = fetchedInto.has(truth.id) && own.some(({ result }) => TAKEN.includes(result));
    return (fetched || wasTaken(own, extension)) === !truth.missed
      ? []
      : [`${truth.id}: missed is ${truth.missed}, log says ${own.map(({ result }) => result).join()}`];
  });
  expect(wrong).toEqual([]);
  expect(ended.length).toBeGreaterThan(20);
});

test('ids are unique over a whole day part', () => {
  const { records } = dayOf('callcentre', 3, 2);
  expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
});
