import { describe, expect, it } from 'vitest';
import { quiet } from '../scenarios/quiet.ts';
import { castOf, scriptedCalls } from '../scenarios/scripts.ts';
import type { WorldEvent } from './model.ts';
import { tell, type Told } from './telling.ts';

/** The sequences of the platform that a day may pass without, event by event; sources stand with each behaviour. */
const cast = castOf(quiet.account);
const calls = scriptedCalls(quiet.account);
const [first, second] = cast.users;

const partyOf = ({ events }: Told, line: string): WorldEvent['party'] | undefined =>
  events.find(({ party }) => `${party.id.split('-').at(-1)} ${party.status.code}` === line)?.party;

/** The truth of the other sessions of a story. */
const others = ({ world, id }: Told) => world.truth().filter((call) => call.id !== id);

describe('RingOut', () => {
  it('rings the user first, then the number: two sessions, both legs Proceeding first, one call', () => {
    const told = tell(calls.ringOut);
    expect(told.lines).toEqual([
      '2 p1 Proceeding',
      'B 2 p1 Proceeding',
      'B 3 p1 Answered',
      '3 p1 Answered',
      '4 p2 Proceeding',
      '5 p2 Answered',
      '6 p1 Disconnected',
      '7 p2 Disconnected',
      'B 4 p1 Disconnected',
    ]);
    expect(told.states).toEqual(['ringing', 'talking', 'ended']);
    expect(told.truth).toMatchObject({ direction: 'outbound', agentExtensionId: first, outcome: 'answered' });
    const [part] = others(told);
    expect(part).toMatchObject({ partOf: told.id, missed: false, offers: [] });
    expect(part).not.toHaveProperty('outcome');
  });

  it.each([1, 2, 3, 4, 5, 6])('pairs the legacy ids, 1000 to 4000 apart (seed %i)', (seed) => {
    const { events } = tell(calls.ringOut, seed);
    expect(new Set(events.map(({ origin }) => origin))).toEqual(new Set(['RingOut']));
    const [one, two] = [...new Set(events.map(({ sessionId }) => Number(sessionId)))];
    expect([1_000, 2_000, 3_000, 4_000]).toContain(Math.abs((one ?? 0) - (two ?? 0)));
  });

  it('a user who is not there calls nobody', () => {
    const told = tell(calls.ringOutUnattended);
    expect(told.lines.slice(2)).toEqual(['B 3 p1 Disconnected NoAnswer', '3 p1 Disconnected NoAnswer']);
    expect(told.truth).toMatchObject({ outcome: 'missed', missed: false });
  });
});

describe('conference', () => {
  it('takes every party of both calls into a session of its own', () => {
    const told = tell(calls.conference);
    expect(told.lines.slice(11)).toEqual([
      '8 p2 Gone Conference',
      '9 p1 Gone Conference',
      'B 7 p1 Gone Conference',
      'B 8 p2 Gone Conference',
      'B 2 p1 Answered',
      'B 3 p2 Answered',
      'B 4 p3 Answered',
      'B 5 p2 Disconnected',
      'B 6 p1 Disconnected',
      'B 7 p3 Disconnected',
    ]);
    const gone = told.events.filter(({ party }) => party.status.reason === 'Conference');
    for (const { party } of gone) expect(party.status.peerId?.sessionId).toBe('0');
    const entered = told.events.filter(({ origin }) => origin === 'Conference').slice(0, 3);
    expect(entered.map(({ party }) => [party.conferenceRole, party.extensionId])).toEqual([
      ['Host', first],
      ['Participant', undefined],
      ['Participant', second],
    ]);
  });

  it('both calls go on in it', () => {
    const told = tell(calls.conference);
    const conference = others(told).find((call) => call.continuedIn === undefined);
    const consult = others(told).find((call) => call.continuedIn !== undefined);
    expect(told.truth).toMatchObject({ continuedIn: conference?.id, outcome: 'answered', missed: false });
    expect(consult).toMatchObject({ continuedIn: conference?.id, direction: 'internal', outcome: 'answered' });
    expect(conference).toMatchObject({ direction: 'inbound', outcome: 'answered', agentExtensionId: first });
  });
});

describe('supervision', () => {
  it('from a session of its own: the leg is Gone for that reason, the peer is the party listened to; no call', () => {
    const told = tell(calls.supervisedFromOutside);
    expect(told.lines.slice(5, 8)).toEqual(['B 2 p1 Setup', 'B 3 p1 Answered', 'B 4 p1 Gone Supervising']);
    const gone = partyOf(told, '1 Gone');
    expect(gone?.status.peerId).toMatchObject({ telephonySessionId: told.id, partyId: `p-${told.id.slice(2)}-2` });
    expect(others(told)).toEqual([expect.objectContaining({ kind: 'supervision', missed: false, offers: [] })]);
    expect(others(told)[0]).not.toHaveProperty('outcome');
  });

  it('as a party of the call: it changes nothing about the conversation', () => {
    const told = tell(calls.supervisedWithin);
    expect(told.lines.slice(5)).toEqual([
      '7 p3 Answered Supervising',
      '8 p3 Disconnected',
      '9 p1 Disconnected',
      '10 p2 Disconnected',
    ]);
    expect(told.states).toEqual(['routing', 'ringing', 'talking', 'ended']);
    expect(told.truth).toMatchObject({ agentExtensionId: first, offers: [{ extensionId: first, end: 'answered' }] });
  });
});

describe('directed pickup', () => {
  it('into the ringing session: the colleague’s own leg is Gone, a party enters for it', () => {
    const told = tell(calls.fetchedIntoRinging);
    expect(told.lines.slice(3)).toEqual([
      'B 2 p1 Setup',
      'B 3 p1 Gone Pickup',
      '5 p2 Disconnected Pickup',
      '6 p3 Answered',
      '7 p1 Answered',
      '8 p1 Disconnected',
      '9 p3 Disconnected',
    ]);
    expect(partyOf(told, '1 Gone')?.status.peerId?.partyId).toBe(`p-${told.id.slice(2)}-3`);
    expect(told.truth).toMatchObject({ agentExtensionId: second, outcome: 'answered' });
    expect(told.truth.offers).toMatchObject([{ extensionId: first, end: 'answeredElsewhere' }]);
    expect(others(told)).toMatchObject([{ continuedIn: told.id, direction: 'internal', outcome: 'answered' }]);
  });

  it('of the caller into the colleague’s session, out of a queue: not missed', () => {
    const told = tell(calls.fetchedFromQueue);
    expect(told.lines.slice(7)).toEqual([
      'B 2 p1 Setup',
      '9 p3 Disconnected Pickup',
      '10 p4 Disconnected Pickup',
      '11 p5 Disconnected Pickup',
      '12 p6 Disconnected Pickup',
      '13 p2 Disconnected Pickup',
      '14 p1 Gone Pickup',
      'B 3 p2 Answered Pickup',
      'B 4 p1 Answered',
      'B 5 p2 Disconnected',
      'B 6 p1 Disconnected',
    ]);
    const [picking] = others(told);
    expect(told.truth).toMatchObject({ continuedIn: picking?.id, outcome: 'answered', missed: false });
    expect(told.truth.queueEntries).toMatchObject([{ queueId: cast.ringAll.id, left: 'answered' }]);
    expect(new Set(told.truth.offers.map(({ end }) => end))).toEqual(new Set(['answeredElsewhere']));
    expect(picking).toMatchObject({ direction: 'inbound', outcome: 'answered', agentExtensionId: second });
  });
});

it('attended transfer of the customer into the consultation', () => {
  const told = tell(calls.attendedTransferIntoConsult);
  expect(told.lines.slice(11)).toEqual([
    '8 p2 Gone AttendedTransfer',
    'B 7 p1 Gone AttendedTransfer',
    '9 p1 Gone AttendedTransfer',
    'B 8 p3 Answered AttendedTransfer',
    'B 9 p3 Disconnected',
    'B 10 p2 Disconnected',
  ]);
  const [consult] = others(told);
  const customer = told.events.filter(({ party }) => party.status.code === 'Gone').at(-1)?.party;
  expect(customer?.status.peerId).toMatchObject({
    telephonySessionId: consult?.id,
    partyId: `p-${consult?.id.slice(2)}-3`,
  });
  expect(told.truth).toMatchObject({ continuedIn: consult?.id, outcome: 'answered', state: 'ended' });
  expect(consult).toMatchObject({ direction: 'inbound', outcome: 'answered' });
});

it.each([
  ['flip', 'CallFlip'],
  ['switch', 'CallSwitch'],
] as const)('call %s: the old party leaves, a new one of the same extension is Answered', (name, reason) => {
  const told = tell({
    ...calls.flipped,
    steps: calls.flipped.steps.map((step) => (step.do === 'flip' ? { ...step, do: name } : step)),
  });
  expect(told.lines.slice(5, 7)).toEqual([`7 p2 Disconnected ${reason}`, '8 p3 Answered']);
  expect(partyOf(told, '3 Answered')?.extensionId).toBe(first);
  expect(told.states).toEqual(['routing', 'ringing', 'talking', 'ended']);
  expect(told.truth.offers).toHaveLength(1);
});

it('a fax is received, answered by nobody and missed by nobody', () => {
  const told = tell(calls.fax);
  expect(told.lines).toEqual([
    '2 p1 Setup',
    '3 p2 Setup',
    '4 p2 FaxReceive',
    '5 p1 Answered',
    '6 p1 Disconnected',
    '7 p2 Disconnected',
  ]);
  expect(told.truth).toMatchObject({ kind: 'fax', missed: false, offers: [] });
  expect(told.truth).not.toHaveProperty('outcome');
});

it('a recording tells the same status again: on, paused, on, off', () => {
  const told = tell(calls.recorded);
  const again = told.events.slice(5, 9).map(({ party }) => party);
  expect(again.map(({ status }) => status.code)).toEqual(['Answered', 'Answered', 'Answered', 'Answered']);
  expect(again.map(({ recordings }) => recordings?.[0]?.active)).toEqual([true, false, true, undefined]);
  expect(new Set(again.slice(0, 3).map(({ recordings }) => recordings?.[0]?.id)).size).toBe(1);
});

describe('park', () => {
  it('in a location the data is empty; fetched by nobody it rings whoever parked it', () => {
    const told = tell(calls.parkedAndBack);
    expect(told.lines.slice(5, 11)).toEqual([
      '7 p2 Parked ParkLocation',
      '8 p2 Disconnected Timeout',
      '9 p3 Setup',
      '10 p3 Proceeding',
      '11 p3 Answered',
      '12 p1 Disconnected',
    ]);
    expect(partyOf(told, '2 Parked')).toMatchObject({ status: { parkData: '' }, park: {} });
    expect(told.states).toEqual(['routing', 'ringing', 'talking', 'parked', 'routing', 'ringing', 'talking', 'ended']);
    expect(told.truth.offers).toMatchObject([{ end: 'answered' }, { extensionId: first, end: 'answered' }]);
  });

  it('on an extension both places name it', () => {
    const parked = partyOf(tell(calls.parkPickup), '2 Parked');
    expect(parked?.park.id).toMatch(/^\*8\d\d$/);
    expect(parked?.status.parkData).toBe(parked?.park.id);
  });
});
