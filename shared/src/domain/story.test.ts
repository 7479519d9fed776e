import { describe, expect, test } from 'vitest';
import {
  dials,
  event,
  live,
  newPlay,
  offered,
  office,
  poll,
  probe,
  reached,
  record,
  see,
  states,
  T0,
  tick,
  types,
} from './board-fixture.ts';
import { liveCalls } from './board.ts';
import { get } from './keyed.ts';
import type { Call, CallState } from './call.ts';
import { callOf, eventsOf, liveIn, mine, playOf, playUnder, shownIn, type Said } from './story-fixture.ts';

const arrives: readonly Said[] = [
  [0, dials('p1', 'setup')],
  [50, reached('p2', '101', 'ringing')],
];
const answered: readonly Said[] = [...arrives, [4000, reached('p2', '101', 'answered')]];
const stateAfter = (...story: readonly Said[]): CallState => callOf(...story).state;
const legOf = (call: Call, id: string): Call['legs'][number] | undefined => call.legs.find((leg) => leg.id === id);

describe('supervisors', () => {
  const listens = (phase: 'ringing' | 'answered' | 'ended'): ReturnType<typeof reached> =>
    reached('m', '104', phase, { monitors: true });

  test('[C12] who listens in neither answers nor keeps a call alive', () => {
    const play = playOf(...arrives, [1000, listens('answered')]);
    expect(shownIn(play)).toMatchObject({ kind: 'voice', state: 'ringing' });
    expect(shownIn(play).answeredAt).toBeUndefined();
    const over = playOf(
      ...answered,
      [5000, listens('ringing')],
      [9000, reached('p2', '101', 'ended')],
      [9010, dials('p1', 'ended')],
    );
    expect(legOf(shownIn(over), 'm')).toMatchObject({ role: 'monitor' });
    expect(states(over)).toEqual(['routing', 'ringing', 'talking']);
    const patient = { ...over, changes: [...over.changes] };
    see(over, event(7, 9500, listens('ended')));
    expect(states(over).at(-1)).toBe('ended');
    see(patient, tick(14_050));
    expect(states(patient).at(-1)).toBe('talking');
    see(patient, tick(14_100));
    expect(states(patient).at(-1)).toBe('ended');
  });

  test('[C12] once a monitor always one, though only the first or the last word says so', () => {
    const first = callOf(...answered, [5000, listens('answered')], [6000, reached('m', '104', 'answered')]);
    expect(legOf(first, 'm')).toMatchObject({ role: 'monitor' });
    const last = callOf(...answered, [5000, reached('m', '104', 'gone', { endReason: 'supervision' })]);
    expect(legOf(last, 'm')).toMatchObject({ role: 'monitor' });
    expect(last.state).toBe('talking');
  });

  test('[C12] a session in which only a supervisor is reached is told to nobody', () => {
    const play = playOf([0, dials('p1', 'setup')], [50, listens('ringing')], [900, listens('answered')]);
    expect(liveCalls(play.board)).toEqual([]);
    const alone = playOf([0, listens('answered')]);
    expect(types(alone)).toEqual([]);
    expect(liveCalls(alone.board)).toEqual([]);
    see(alone, event(3, 9000, listens('ended')));
    expect(types(alone)).toEqual([]);
    expect(alone.board.tombstones.size).toBe(1);
  });

  test('[O6] [C12] a supervisor’s leg that goes away unheard hides no answer', () => {
    const play = playOf(
      ...arrives,
      [5000, reached('m', '104', 'gone', { endReason: 'supervision' })],
      [20_000, reached('p2', '101', 'ended', { endReason: 'noAnswer' })],
      [20_010, dials('p1', 'ended')],
    );
    see(play, tick(26_000));
    expect(shownIn(play)).toMatchObject({ outcome: 'missed', missed: true });
  });
});

describe('fax and recording', () => {
  test('[C13] a fax is one from its first fax word, and stays one', () => {
    const play = playOf([0, dials('p1', 'setup')], [50, reached('p2', '400', 'setup')]);
    expect(shownIn(play).kind).toBe('voice');
    see(play, event(4, 900, reached('p2', '400', 'fax')));
    expect(shownIn(play)).toMatchObject({ kind: 'fax', state: 'routing' });
    see(play, event(5, 30_000, reached('p2', '400', 'ended')), event(6, 30_010, dials('p1', 'ended')));
    expect(shownIn(play)).toMatchObject({ kind: 'fax', state: 'ended', missed: false });
  });

  test('[C13] a fax that only the list knows is told by its record', () => {
    const play = playUnder({}, poll(1000, [record('inProgress', { fax: true })]), probe(1500, 'failed'));
    expect(liveIn(play)).toMatchObject({ kind: 'fax' });
  });

  test('[C14] recording on, paused, and kept while nothing is said of it; no new phase', () => {
    const play = playOf(...answered, [5000, reached('p2', '101', 'answered', { recording: 'on' })]);
    expect(legOf(shownIn(play), 'p2')).toMatchObject({ recording: 'on' });
    see(play, event(6, 6000, reached('p2', '101', 'held')));
    expect(legOf(shownIn(play), 'p2')).toMatchObject({ recording: 'on' });
    const told = play.changes.length;
    see(play, event(7, 7000, reached('p2', '101', 'held', { recording: 'paused' })));
    expect(play.changes).toHaveLength(told + 1);
    expect(legOf(shownIn(play), 'p2')).toMatchObject({ recording: 'paused' });
    expect(legOf(shownIn(play), 'p2')?.steps).toEqual([
      { phase: 'ringing', at: T0 + 50 },
      { phase: 'answered', at: T0 + 4000 },
      { phase: 'held', at: T0 + 6000 },
    ]);
    expect(shownIn(play).stateSince).toBe(T0 + 6000);
  });
});

describe('hold and state', () => {
  test('[C3] held and taken back: the timer of the state begins anew, the answer stays', () => {
    const play = playOf(...answered, [9000, reached('p2', '101', 'held')], [12_000, reached('p2', '101', 'answered')]);
    expect(shownIn(play)).toMatchObject({ state: 'talking', stateSince: T0 + 12_000, answeredAt: T0 + 4000 });
    expect(legOf(shownIn(play), 'p2')).toMatchObject({ answeredAt: T0 + 4000, startedAt: T0 + 50 });
  });

  test('[C3] one of two colleagues on hold: still talking; the caller who holds: held', () => {
    const two = [...answered, [5000, reached('p3', '102', 'answered')] as const];
    expect(stateAfter(...two, [6000, reached('p2', '101', 'held')])).toBe('talking');
    expect(stateAfter(...two, [6000, reached('p2', '101', 'held')], [6100, reached('p3', '102', 'held')])).toBe('held');
    expect(stateAfter(...two, [6000, dials('p1', 'held')])).toBe('held');
  });

  test('[C3] of several open legs the first in rank names the state', () => {
    expect(stateAfter(...arrives, [100, reached('p3', '400', 'voicemail')])).toBe('voicemail');
    expect(
      stateAfter(...arrives, [100, reached('p3', '400', 'voicemail')], [200, reached('p4', '102', 'parked')]),
    ).toBe('parked');
    expect(stateAfter([0, dials('p1', 'setup')], [50, reached('q', '200', 'setup')])).toBe('queued');
    expect(stateAfter([0, dials('p1', 'setup')], [50, reached('i', '300', 'setup')])).toBe('routing');
    expect(stateAfter([0, mine('setup')])).toBe('ringing');
    expect(stateAfter([0, dials('p1', 'setup')])).toBe('routing');
  });

  test('[C4] while only the caller is left, talking stays talking; an outbound ring stays a ring', () => {
    expect(stateAfter(...answered, [9000, reached('p2', '101', 'ended')])).toBe('talking');
    const out: readonly Said[] = [
      [0, mine('setup')],
      [50, reached('p2', undefined, 'ringing')],
    ];
    expect(stateAfter(...out, [900, reached('p2', undefined, 'ended')])).toBe('ringing');
  });
});

describe('what a leg is', () => {
  test('[C1] without the caller’s events the dialled party tells by whom', () => {
    expect(callOf([0, reached('p2', '101', 'ringing')]).direction).toBe('inbound');
    expect(callOf([0, reached('p2', '101', 'ringing', { from: { extensionId: '102' } })]).direction).toBe('internal');
    expect(callOf([0, reached('p2', undefined, 'ringing')]).direction).toBe('outbound');
    expect(callOf([0, mine('setup', { to: { extensionId: '102' } })]).direction).toBe('internal');
    expect(callOf([0, mine('setup')]).direction).toBe('outbound');
  });

  test('[C2] an offer of a queue is a person’s though the directory knows nobody', () => {
    const play = newPlay();
    see(play, { kind: 'directory', at: T0 - 500, directory: new Map() }, event(2, 0, offered('p3', '777', 'ringing')));
    expect(shownIn(play).legs).toMatchObject([{ role: 'person', queueOffer: true, queueId: '200' }]);
    see(play, event(3, 900, reached('p3', '777', 'answered')));
    expect(shownIn(play).legs).toMatchObject([{ role: 'person', queueOffer: true, queueId: '200' }]);
    see(play, event(4, 950, reached('p4', '778', 'ringing')));
    expect(shownIn(play).legs[1]).toMatchObject({ role: 'unknown' });
  });

  test('[C5] no queue: an extension that the directory knows to be something else', () => {
    const wrong = reached('p3', '101', 'ringing', { queueCall: true, to: { extensionId: '300', name: 'Main menu' } });
    expect(callOf([0, dials('p1', 'setup')], [50, wrong]).queue).toBeUndefined();
    const unknown = reached('p3', '101', 'ringing', { queueCall: true, to: { extensionId: '909', name: 'Night' } });
    expect(callOf([0, dials('p1', 'setup')], [50, unknown]).queue).toEqual({ id: '909', name: 'Night' });
    const nameless = reached('p3', '101', 'ringing', { queueCall: true, to: { extensionId: '909' } });
    expect(callOf([0, dials('p1', 'setup')], [50, nameless]).queue).toEqual({ id: '909' });
    const renamed = reached('p3', '101', 'ringing', { queueCall: true, to: { extensionId: '200', name: 'Old' } });
    expect(callOf([0, dials('p1', 'setup')], [50, renamed]).queue).toEqual({ id: '200', name: 'Support' });
  });

  test('[C17] what is said anew of an end wins, what is not said stays', () => {
    const call = callOf(
      [0, dials('p1', 'setup', { from: { phoneNumber: '+14155550142' } })],
      [10, dials('p1', 'answered', { from: { name: 'Ada' }, to: {} })],
      [20, dials('p1', 'answered', { from: { name: 'Ada L.' }, to: { extensionId: '101' } })],
    );
    expect(call.from).toEqual({ phoneNumber: '+14155550142', name: 'Ada L.' });
    expect(call.to).toEqual({ phoneNumber: '+12065550100', extensionId: '101' });
  });

  test('[C17] the dialling party’s word of the ends comes before the dialled one’s', () => {
    const call = callOf(
      [0, dials('p1', 'setup', { from: { name: 'A', phoneNumber: '1' }, to: { phoneNumber: '2' } })],
      [50, reached('p2', '101', 'ringing', { from: { name: 'B', extensionId: '7' }, to: { extensionId: '101' } })],
    );
    expect(call).toMatchObject({ from: { name: 'A', phoneNumber: '1', extensionId: '7' }, to: { phoneNumber: '2' } });
  });

  test('a word that changes nothing is told to nobody', () => {
    const play = playOf(...answered);
    const told = play.changes.length;
    see(play, event(5, 5000, reached('p2', '101', 'answered')));
    expect(play.changes).toHaveLength(told);
    expect(play.board.tally.eventAdmitted).toBe(4);
  });

  test('a leg keeps the time and the reason of its first end', () => {
    const call = callOf(
      ...answered,
      [9000, reached('p2', '101', 'ended', { endReason: 'transferred' })],
      [9500, reached('p2', '101', 'ended')],
    );
    expect(legOf(call, 'p2')).toMatchObject({ endedAt: T0 + 9000, endReason: 'transferred' });
  });

  test('[C6] who turns out to be a person has answered when he did', () => {
    const play = newPlay();
    see(play, { kind: 'directory', at: T0 - 500, directory: new Map([['101', { id: '101', kind: 'menu' }]]) });
    see(play, ...eventsOf(...answered));
    expect(shownIn(play).answeredAt).toBeUndefined();
    see(play, { kind: 'directory', at: T0 + 9000, directory: office });
    expect(shownIn(play)).toMatchObject({ state: 'talking', answeredAt: T0 + 4000 });
    expect(live(play)).toHaveLength(1);
  });

  test('[B14] a leg that is held and taken back for ever keeps its first and its last steps', () => {
    const holds = Array.from({ length: 200 }, (_, i): Said => [
      5000 + i,
      reached('p2', '101', i % 2 === 0 ? 'held' : 'answered'),
    ]);
    const steps = legOf(callOf(...answered, ...holds), 'p2')?.steps ?? [];
    expect(steps.length).toBeLessThanOrEqual(64);
    expect(steps.slice(0, 3)).toEqual([
      { phase: 'ringing', at: T0 + 50 },
      { phase: 'answered', at: T0 + 4000 },
      { phase: 'held', at: T0 + 5000 },
    ]);
    expect(steps.at(-1)).toEqual({ phase: 'answered', at: T0 + 5199 });
  });
});

test('[C6] a role that changes with the directory takes its answers along, the first that remains counts', () => {
  const play = newPlay();
  see(play, { kind: 'directory', at: T0 - 500, directory: new Map() });
  see(
    play,
    ...eventsOf(
      [0, dials('p1', 'setup')],
      [1000, reached('p2', '300', 'answered')],
      [2000, reached('p3', '101', 'answered')],
      [3000, reached('p4', '102', 'answered')],
    ),
  );
  expect(shownIn(play).answeredAt).toBe(T0 + 1000);
  see(play, event(6, 9000, reached('p2', '300', 'ended', { monitors: true })));
  expect(shownIn(play)).toMatchObject({ state: 'talking', answeredAt: T0 + 2000 });
});

test('[C12] a supervisor beside one person without a caller is still no call', () => {
  const alone = playOf([0, reached('m', '104', 'answered', { monitors: true })]);
  see(alone, event(3, 50, reached('m2', '103', 'answered', { monitors: true })));
  expect(liveCalls(alone.board)).toEqual([]);
  see(alone, event(4, 100, reached('p2', '101', 'answered')));
  expect(get(alone.board.live, 's')?.call.kind).toBe('supervision');
});

test('[C3] a fax that is being received is on its way, whoever is left', () => {
  expect(
    stateAfter([0, dials('p1', 'setup')], [50, reached('p2', '101', 'ringing')], [90, reached('p2', '101', 'fax')]),
  ).toBe('routing');
  expect(stateAfter(...arrives, [90, reached('p3', '102', 'fax')])).toBe('routing');
});

test('[C3] whom nobody named a state for is on his way again after the end of all', () => {
  const play = playOf([0, dials('p1', 'setup')], [50, reached('p2', '101', 'ended', { endReason: 'transferred' })]);
  see(play, event(4, 60, dials('p1', 'ended', { endReason: 'transferred' })), event(5, 900, dials('p3', 'setup')));
  expect(shownIn(play).state).toBe('routing');
});
