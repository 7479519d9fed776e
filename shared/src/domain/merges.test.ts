import { describe, expect, test } from 'vitest';
import { dials, event, newPlay, poll, probe, reached, record, see, T0, tick, type Play } from './board-fixture.ts';
import { endedCalls, liveCalls } from './board.ts';
import type { Call } from './call.ts';
import { get } from './keyed.ts';
import type { EventObservation, Observation, PartyReport, SessionOrigin } from './observation.ts';
import { mine, type Said } from './story-fixture.ts';

interface About {
  readonly origin?: SessionOrigin;
  readonly legacyId?: string;
}

/** The events of any session, numbered from 2. */
function told(sessionId: string, story: readonly Said[], about: About = {}): EventObservation[] {
  return story.map(([after, ...parties], i) => ({ ...event(i + 2, after, ...parties), sessionId, ...about }));
}
const next = (sessionId: string, sequence: number, after: number, ...parties: PartyReport[]): EventObservation => ({
  ...event(sequence, after, ...parties),
  sessionId,
});
const over = (sessionId: string, after: number): Observation => ({ ...probe(after, 'over'), sessionId }) as Observation;

const liveCall = (play: Play, id: string): Call | undefined => get(play.board.live, id)?.call;
const endedCall = (play: Play, id: string): Call | undefined => get(play.board.ended, id);
const about = (play: Play, id: string): string[] =>
  play.changes.filter(({ call }) => call.id === id).map(({ type }) => type);

/** The customer’s call, which 101 answered and put on hold. */
const customer = (sessionId: string): EventObservation[] =>
  told(sessionId, [
    [0, dials('c1', 'setup')],
    [50, reached('c2', '101', 'ringing')],
    [4000, reached('c2', '101', 'answered')],
    [9000, reached('c2', '101', 'held')],
  ]);
/** The question that 101 puts to 102 meanwhile. */
const question = (sessionId: string): EventObservation[] =>
  told(sessionId, [
    [10_000, mine('setup', { to: { extensionId: '102' } })],
    [10_050, reached('q2', '102', 'ringing', { from: { extensionId: '101' } })],
    [14_000, reached('q2', '102', 'answered', { from: { extensionId: '101' } })],
  ]);
const gone = { endReason: 'transferred' } as const;

describe('an attended transfer joins two sessions into one story', () => {
  test('[C11] into the customer’s call: the question goes on there and brings no caller of its own', () => {
    const play = newPlay();
    see(play, ...customer('main'), ...question('ask'));
    see(
      play,
      next('ask', 5, 20_000, dials('p1', 'gone', { ...gone, extensionId: '101', mergedInto: { callId: 'main' } })),
      next('ask', 6, 20_010, reached('q2', '102', 'gone', { ...gone, mergedInto: { callId: 'main' } })),
    );
    expect(endedCall(play, 'ask')).toMatchObject({ continuedIn: 'main', outcome: 'answered', missed: false });
    see(play, next('main', 6, 20_020, reached('c2', '101', 'gone', gone)));
    see(play, next('main', 7, 20_030, reached('c3', '102', 'answered')));
    expect(liveCall(play, 'main')).toMatchObject({
      ...{ state: 'talking', direction: 'inbound', continues: ['ask'], from: { phoneNumber: '+14155550142' } },
    });
    expect(liveCalls(play.board)).toHaveLength(1);
    expect(play.board.tally.merged).toBe(1);
  });

  test('[C11] into the question: it becomes the customer’s call, and stays it', () => {
    const play = newPlay();
    see(play, ...customer('main'), ...question('ask'));
    see(play, next('main', 6, 20_000, dials('c1', 'gone', { ...gone, mergedInto: { callId: 'ask' } })));
    expect(liveCalls(play.board)).toHaveLength(2);
    see(play, next('main', 7, 20_010, reached('c2', '101', 'gone', { ...gone, mergedInto: { callId: 'ask' } })));
    expect(endedCall(play, 'main')).toMatchObject({ continuedIn: 'ask', outcome: 'answered', endedAt: T0 + 20_010 });
    const joined = { direction: 'inbound', continues: ['main'], from: { phoneNumber: '+14155550142' } };
    expect(liveCall(play, 'ask')).toMatchObject(joined);
    see(play, next('ask', 5, 20_020, mine('ended', { endReason: 'transferred' })));
    see(play, next('ask', 6, 20_030, dials('c9', 'answered')));
    expect(liveCall(play, 'ask')).toMatchObject({ ...joined, state: 'talking' });
    see(play, next('ask', 7, 30_000, reached('q2', '102', 'ended')), next('ask', 8, 30_010, dials('c9', 'ended')));
    expect(endedCall(play, 'ask')).toMatchObject({ ...joined, outcome: 'answered' });
    expect(endedCalls(play.board)).toHaveLength(2);
  });

  test('[C11] a colleague who is merged away while the others talk on has only left', () => {
    const play = newPlay();
    see(play, ...customer('main'));
    see(
      play,
      next('main', 6, 10_000, reached('c3', '102', 'answered')),
      next('main', 7, 11_000, reached('c2', '101', 'gone', { mergedInto: { callId: 'other' } })),
      next('main', 8, 30_000, reached('c3', '102', 'ended')),
      next('main', 9, 30_010, dials('c1', 'ended')),
    );
    expect(endedCall(play, 'main')).toMatchObject({ outcome: 'answered' });
    expect(endedCall(play, 'main')?.continuedIn).toBeUndefined();
  });

  test('[C11] a leg that is merged into its own session goes on nowhere else', () => {
    const play = newPlay();
    see(play, ...customer('main'), next('main', 6, 20_000, dials('c1', 'gone', { mergedInto: { callId: 'main' } })));
    see(play, next('main', 7, 20_010, reached('c2', '101', 'ended')), tick(26_000));
    expect(endedCall(play, 'main')?.continuedIn).toBeUndefined();
  });
});

describe('who stayed behind', () => {
  const merged = { mergedInto: { callId: 'other' } } as const;
  const continuedIn = (...then: EventObservation[]): string | undefined => {
    const play = newPlay();
    see(play, ...customer('main'), ...then, tick(60_000));
    return endedCall(play, 'main')?.continuedIn;
  };
  const callerGone = next('main', 6, 20_000, dials('c1', 'gone', merged));

  test('[C11] whoever hangs up within half a second of the caller’s leaving left with him', () => {
    expect(continuedIn(callerGone, next('main', 7, 20_500, reached('c2', '101', 'ended')))).toBe('other');
    expect(continuedIn(callerGone, next('main', 7, 20_501, reached('c2', '101', 'ended')))).toBeUndefined();
  });

  test('[C11] who is merged away himself, or only listened in, has not stayed', () => {
    expect(continuedIn(callerGone, next('main', 7, 25_000, reached('c2', '101', 'gone', merged)))).toBe('other');
    const listens = (sequence: number, after: number, phase: 'answered' | 'ended'): EventObservation =>
      next('main', sequence, after, reached('m', '104', phase, { monitors: true }));
    const left = next('main', 8, 20_100, reached('c2', '101', 'ended'));
    expect(
      continuedIn(listens(6, 15_000, 'answered'), { ...callerGone, sequence: 7 }, left, listens(9, 22_000, 'ended')),
    ).toBe('other');
  });

  test('[C11] a caller who hangs up goes on nowhere, though a colleague is merged away just then', () => {
    const colleague = next('main', 6, 20_000, reached('c2', '101', 'gone', merged));
    expect(continuedIn(colleague, next('main', 7, 20_100, dials('c1', 'ended')))).toBeUndefined();
  });

  test('[C11] where the caller was never heard, the others tell', () => {
    const play = newPlay();
    see(play, { ...event(2, 0, reached('c2', '101', 'answered')), sessionId: 'main' });
    see(play, next('main', 3, 9000, reached('c2', '101', 'gone', merged)), tick(20_000));
    expect(endedCall(play, 'main')?.continuedIn).toBe('other');
  });

  test('[C11] nothing is continued while somebody is still there', () => {
    const play = newPlay();
    see(play, ...customer('main'), callerGone);
    expect(liveCall(play, 'main')?.continuedIn).toBeUndefined();
  });
});

/** A call that rang, and was fetched into another session before anybody here answered. */
function fetched(play: Play, sessionId: string, into: string): void {
  const merged = { endReason: 'pickedUp', mergedInto: { callId: into } } as const;
  see(
    play,
    ...told(sessionId, [
      [0, dials('c1', 'setup')],
      [50, reached('c2', '101', 'ringing')],
      [9000, reached('c2', '101', 'gone', merged)],
      [9010, dials('c1', 'gone', merged)],
    ]),
  );
}

describe('the outcome of a call that goes on elsewhere is told there', () => {
  const picker: readonly Said[] = [
    [8000, mine('setup', { to: { extensionId: '102' } })],
    [8050, reached('q2', '102', 'ringing', { from: { extensionId: '101' } })],
  ];

  test('[O7] answered there: answered here, without a miss', () => {
    const play = newPlay();
    see(play, ...told('there', picker));
    fetched(play, 'here', 'there');
    expect(endedCall(play, 'here')?.outcome).toBeUndefined();
    see(play, next('there', 4, 9100, reached('q2', '102', 'answered', { from: { extensionId: '101' } })), tick(10_000));
    expect(endedCall(play, 'here')).toMatchObject({ outcome: 'answered', missed: false, decidedBy: 'events' });
    expect(about(play, 'here')).toEqual([...about(play, 'here').slice(0, -1), 'callCorrected']);
  });

  test('[O7] unanswered there: the miss is told once, by the call in which the caller was last', () => {
    const play = newPlay();
    see(play, ...told('there', picker));
    fetched(play, 'here', 'there');
    see(play, tick(15_000));
    expect(endedCall(play, 'here')?.outcome).toBeUndefined();
    see(
      play,
      next('there', 4, 30_000, reached('q2', '102', 'ended', { endReason: 'noAnswer' })),
      next('there', 5, 30_010, mine('ended')),
      tick(31_000),
    );
    expect(endedCall(play, 'there')).toMatchObject({ outcome: 'missed', missed: true, direction: 'inbound' });
    expect(endedCall(play, 'here')).toMatchObject({ outcome: 'missed', missed: false, decidedBy: 'events' });
    expect(play.changes.filter(({ type }) => type === 'callMissed').map(({ call }) => call.id)).toEqual(['there']);
  });

  test('[O7] into a session that nobody here knows: by its own record, else it stays open', () => {
    const play = newPlay();
    fetched(play, 'here', 'elsewhere');
    see(play, tick(15_000));
    expect(endedCall(play, 'here')).toMatchObject({ continuedIn: 'elsewhere' });
    expect(endedCall(play, 'here')?.outcome).toBeUndefined();
    see(play, poll(45_000, [record('connected', { sessionId: 'here', extensionId: '102' })]));
    expect(endedCall(play, 'here')).toMatchObject({ outcome: 'answered', decidedBy: 'list' });
    const open = newPlay();
    fetched(open, 'here', 'elsewhere');
    see(open, tick(15_000), tick(200_000));
    expect(endedCall(open, 'here')?.outcome).toBeUndefined();
    expect(about(open, 'here')).not.toContain('callCorrected');
    expect(open.board.tally.leftUndecided).toBe(1);
  });
});

describe('conferences', () => {
  const hostIs = (extensionId: string, after: number, origin: SessionOrigin = 'conference'): EventObservation[] =>
    told(
      'room',
      [[after, dials('h', 'answered', { extensionId, from: { extensionId }, to: { extensionId: '102' } })]],
      { origin },
    );
  const leaves = (play: Play, id: string, after: number): void =>
    see(play, next(id, 6, after, reached('c2', '101', 'gone', { endReason: 'conference' })));

  test('[C15] the calls that the host left for it, over or not, go on in it', () => {
    const play = newPlay();
    see(play, ...customer('one'), ...customer('two'));
    leaves(play, 'one', 20_000);
    see(play, next('one', 7, 20_010, dials('c1', 'gone', { endReason: 'conference' })), tick(25_500));
    leaves(play, 'two', 26_000);
    see(play, ...hostIs('101', 28_000));
    expect(endedCall(play, 'one')).toMatchObject({ continuedIn: 'room' });
    expect(about(play, 'one').at(-1)).toBe('callCorrected');
    expect(liveCall(play, 'two')).toMatchObject({ continuedIn: 'room' });
    expect(liveCall(play, 'room')).toMatchObject({ conference: true, continues: ['two', 'one'], direction: 'inbound' });
    see(play, next('two', 7, 28_500, dials('c1', 'gone', { endReason: 'conference' })));
    expect(endedCall(play, 'two')).toMatchObject({ continuedIn: 'room', outcome: 'answered' });
    expect(liveCall(play, 'room')?.continues).toEqual(['two', 'one']);
  });

  test('[C15] not those of another host, of long before, or that were left for another reason', () => {
    const play = newPlay();
    see(play, ...customer('one'), ...customer('two'), ...customer('three'));
    leaves(play, 'one', 20_000);
    see(play, next('three', 6, 29_000, reached('c2', '101', 'gone', { endReason: 'transferred' })));
    see(play, ...hostIs('101', 30_001));
    expect(liveCall(play, 'room')?.continues).toBeUndefined();
    const other = newPlay();
    see(other, ...customer('one'));
    leaves(other, 'one', 20_000);
    see(other, ...hostIs('103', 21_000));
    expect(liveCall(other, 'room')?.continues).toBeUndefined();
    const call = newPlay();
    see(call, ...customer('one'));
    leaves(call, 'one', 20_000);
    see(call, ...hostIs('101', 21_000, 'call'));
    expect(liveCall(call, 'room')?.continues).toBeUndefined();
    expect(liveCall(call, 'room')?.conference).toBeUndefined();
  });

  test('[C15] ten seconds before or after it', () => {
    for (const [after, found] of [
      [30_000, true],
      [10_000, true],
      [9999, false],
    ] as const) {
      const play = newPlay();
      see(play, ...customer('one'));
      leaves(play, 'one', 20_000);
      see(play, ...hostIs('101', after));
      expect(liveCall(play, 'room')?.continues !== undefined, `at ${after}`).toBe(found);
    }
  });
});

describe('RingOut', () => {
  const origin = 'ringOut' as const;
  const number = '+14155550199';
  /** Rings the user’s own phone, as if called by the number. */
  const own = (legacyId: string, after = 0, from = number): EventObservation[] =>
    told('own', [[after, reached('o1', '101', 'ringing', { from: { phoneNumber: from } })]], { origin, legacyId });
  const call = (legacyId: string, after = 100): EventObservation[] =>
    told(
      'call',
      [
        [
          after,
          mine('setup', { to: { phoneNumber: number } }),
          reached('r2', undefined, 'ringing', { to: { phoneNumber: number } }),
        ],
        [after + 5000, reached('r2', undefined, 'answered')],
      ],
      { origin, legacyId },
    );

  const shown = (play: Play): string[] => liveCalls(play.board).map(({ id }) => id);

  test('[C16] one call, whichever session comes first', () => {
    for (const [first, second] of [
      [own('5001000'), call('5000000')],
      [call('5000000'), own('5001000', 200)],
    ] as const) {
      const play = newPlay();
      see(play, ...first, ...second, tick(9000));
      expect(liveCalls(play.board)).toMatchObject([{ id: 'call', direction: 'outbound', state: 'talking' }]);
      see(play, over('own', 9500), tick(20_000));
      expect(about(play, 'own')).toEqual([]);
      expect(endedCall(play, 'own')).toBeUndefined();
    }
  });

  test('[C16] a user who does not pick up his own phone has made no call', () => {
    const play = newPlay();
    see(play, ...own('5001000'), tick(30_000));
    expect(shown(play)).toEqual([]);
    see(play, next('own', 3, 31_000, reached('o1', '101', 'ended', { endReason: 'noAnswer' })), tick(40_000));
    expect(play.changes).toEqual([]);
  });

  test('[C16] without the word of their origin both are told by their older names and the number', () => {
    const plain = (events: EventObservation[]): EventObservation[] => events.map((one) => ({ ...one, origin: 'call' }));
    const pairs = (legacyId: string, from = number): boolean => {
      const play = newPlay();
      see(play, ...plain(call('5000000')), ...plain(own(legacyId, 200, from)));
      return !shown(play).includes('own');
    };
    expect(['5001000', '5002000', '5003000', '5004000'].map((id) => pairs(id))).toEqual([true, true, true, true]);
    expect(['5005000', '5000000', '4999000', '5001500', 'x'].some((id) => pairs(id))).toBe(false);
    expect(pairs('5001000', '+442071234567')).toBe(false);
  });

  test('[C16] where the phone was shown first as a call, it is none from when the call comes', () => {
    const plain = (events: EventObservation[]): EventObservation[] => events.map((one) => ({ ...one, origin: 'call' }));
    const play = newPlay();
    see(play, ...plain(own('5001000')));
    expect(shown(play)).toEqual(['own']);
    see(play, ...plain(call('5000000')));
    expect(shown(play)).toEqual(['call']);
  });

  test('[C16] one whom others join is a call after all', () => {
    const play = newPlay();
    see(play, ...own('5001000'), tick(1000));
    expect(shown(play)).toEqual([]);
    see(play, next('own', 3, 2000, dials('o2', 'answered')), tick(3000));
    expect(shown(play)).toEqual(['own']);
    expect(about(play, 'own')[0]).toBe('callStarted');
  });

  test('[C16] a session met by a probe is paired by what the probe says', () => {
    const play = newPlay();
    const listed = record('inProgress', { sessionId: 'own', extensionId: '101' });
    see(play, ...call('5000000'), poll(6000, [listed]));
    const answer = probe(6500, 'live', [reached('o1', '101', 'answered', { from: { phoneNumber: number } })]);
    see(play, { ...answer, sessionId: 'own', origin, legacyId: '5001000' } as Observation);
    expect(liveCalls(play.board).map(({ id }) => id)).toEqual(['call']);
  });
});
