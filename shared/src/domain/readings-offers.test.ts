import { describe, expect, test } from 'vitest';
import {
  abandonedQueueCall,
  answeredQueueCall,
  dials,
  event,
  newPlay,
  offered,
  reached,
  see,
  T0,
} from './board-fixture.ts';
import { offersOf, type Offer } from './readings.ts';
import { callOf, mine, shownIn, type Said } from './story-fixture.ts';

const heard = (...events: Parameters<typeof see>[1][]): Offer[] => {
  const play = newPlay();
  see(play, ...events);
  return offersOf(shownIn(play));
};

/** How the ringing of each phone ended, by its leg. */
const ends = (offers: readonly Offer[]): Record<string, Offer['end']> =>
  Object.fromEntries(offers.map(({ legId, end }) => [legId, end]));

describe('offers of a queue', () => {
  test('[C8] four phones ring at once, one answers: one answered, three answered elsewhere', () => {
    expect(heard(...answeredQueueCall)).toEqual([
      {
        legId: 'p3',
        extensionId: '101',
        queueId: '200',
        rangAt: T0 + 300,
        endedAt: T0 + 8050,
        end: 'answeredElsewhere',
      },
      { legId: 'p4', extensionId: '102', queueId: '200', rangAt: T0 + 320, endedAt: T0 + 8000, end: 'answered' },
      {
        legId: 'p5',
        extensionId: '103',
        queueId: '200',
        rangAt: T0 + 340,
        endedAt: T0 + 8060,
        end: 'answeredElsewhere',
      },
      {
        legId: 'p6',
        extensionId: '104',
        queueId: '200',
        rangAt: T0 + 360,
        endedAt: T0 + 8070,
        end: 'answeredElsewhere',
      },
    ]);
  });

  test('[C8] while it rings an offer has no end', () => {
    expect(heard(...answeredQueueCall.slice(0, 4))).toEqual([
      { legId: 'p3', extensionId: '101', queueId: '200', rangAt: T0 + 300 },
    ]);
  });

  test('[C8] one after the other: no answer, then answered', () => {
    const call = callOf(
      [0, dials('p1', 'setup')],
      [60, reached('p2', '200', 'setup')],
      [300, offered('p3', '101', 'ringing')],
      [20_300, offered('p3', '101', 'ended', { endReason: 'noAnswer' })],
      [20_400, offered('p4', '102', 'ringing')],
      [25_000, offered('p4', '102', 'answered')],
    );
    expect(ends(offersOf(call))).toEqual({ p3: 'noAnswer', p4: 'answered' });
  });

  test('[C8] the caller left: cancelled by nobody who answered', () => {
    expect(ends(heard(...abandonedQueueCall))).toEqual({ p3: 'callerLeft', p4: 'callerLeft' });
  });

  test('[C8] phones that stop without a word stopped for the answer just before or after, and for no other', () => {
    const stoppedAt = (at: number): Offer['end'] => {
      const call = callOf(
        [0, dials('p1', 'setup')],
        [300, offered('p3', '101', 'ringing')],
        [320, offered('p4', '102', 'ringing')],
        [at, offered('p3', '101', 'ended')],
        [at + 5000, offered('p4', '102', 'answered')],
      );
      // The story is told by when things happened: the answer is moved, not the stop.
      const legs = call.legs.map((leg) => (leg.id === 'p4' ? { ...leg, answeredAt: T0 + 8000 } : leg));
      return ends(offersOf({ ...call, legs }))['p3'];
    };
    expect(stoppedAt(12_000)).toBe('answeredElsewhere');
    expect(stoppedAt(5000)).toBe('answeredElsewhere');
    expect(stoppedAt(4999)).toBe('callerLeft');
  });
});

describe('offers of one phone', () => {
  const rings = (...then: readonly Said[]): Offer[] =>
    offersOf(callOf([0, dials('p1', 'setup')], [50, reached('p2', '101', 'ringing')], ...then));

  test.each(['declined', 'busy', 'failed', 'noAnswer', 'answeredElsewhere'] as const)(
    '[C8] %s, in its own words',
    (end) => {
      expect(rings([4000, reached('p2', '101', 'ended', { endReason: end })])).toEqual([
        { legId: 'p2', extensionId: '101', rangAt: T0 + 50, endedAt: T0 + 4000, end },
      ]);
    },
  );

  test('[C8] sent to the mailbox: no answer, whoever takes the message', () => {
    expect(ends(rings([20_000, reached('p2', '101', 'ended', { endReason: 'voicemail' })]))).toEqual({
      p2: 'noAnswer',
    });
    const other = rings([20_000, reached('p2', '101', 'ended')], [20_100, reached('p3', '400', 'voicemail')]);
    expect(ends(other)).toEqual({ p2: 'noAnswer' });
  });

  test('[C8] gone to another destination unanswered: handed on; fetched by a colleague: answered elsewhere', () => {
    expect(ends(rings([4000, reached('p2', '101', 'ended', { endReason: 'pickedUp' })]))).toEqual({
      p2: 'answeredElsewhere',
    });
    for (const endReason of ['transferred', 'parked', 'switched', 'redirected'] as const) {
      expect(ends(rings([4000, reached('p2', '101', 'ended', { endReason })]))).toEqual({ p2: 'handedOn' });
    }
    expect(ends(rings([4000, reached('p2', '101', 'gone')]))).toEqual({ p2: 'handedOn' });
    expect(ends(rings([4000, reached('p2', '101', 'ended', { endReason: 'other' })]))).toEqual({ p2: 'callerLeft' });
  });

  test('[C8] an answer stays one, whatever the leg’s end says', () => {
    const transferred = rings(
      [4000, reached('p2', '101', 'answered')],
      [9000, reached('p2', '101', 'ended', { endReason: 'transferred' })],
      [9100, reached('p3', '102', 'setup')],
      [9200, reached('p3', '102', 'ringing')],
      [12_000, reached('p3', '102', 'answered')],
    );
    expect(transferred).toEqual([
      { legId: 'p2', extensionId: '101', rangAt: T0 + 50, endedAt: T0 + 4000, end: 'answered' },
      { legId: 'p3', extensionId: '102', rangAt: T0 + 9100, endedAt: T0 + 12_000, end: 'answered' },
    ]);
  });

  test('[C8] a leg that begins answered was no offer: switched, flipped, picked up from a park', () => {
    const parked = rings(
      [4000, reached('p2', '101', 'answered')],
      [9000, reached('p2', '101', 'parked')],
      [20_000, reached('p2', '101', 'gone', { endReason: 'pickedUp' })],
      [20_010, reached('p3', '102', 'answered')],
    );
    expect(ends(parked)).toEqual({ p2: 'answered' });
    const switched = rings(
      [4000, reached('p2', '101', 'answered')],
      [9000, reached('p2', '101', 'ended', { endReason: 'switched' })],
      [9010, reached('p3', '101', 'answered')],
    );
    expect(ends(switched)).toEqual({ p2: 'answered' });
  });

  test('[C8] an outside phone that rings beside the desk phone is its owner’s, and its answer stops the desk phone', () => {
    const found = rings(
      [60, reached('p3', undefined, 'ringing')],
      [7000, reached('p3', undefined, 'answered')],
      [7050, reached('p2', '101', 'ended')],
    );
    expect(ends(found)).toEqual({ p2: 'answeredElsewhere', p3: 'answered' });
    expect(found.find(({ legId }) => legId === 'p3')).toMatchObject({ extensionId: '101' });
  });

  test('[C8] the caller’s own answer, a menu’s and a mailbox’s stop no phone', () => {
    const call = rings(
      [100, dials('p1', 'answered')],
      [200, reached('p3', '300', 'answered')],
      [5000, reached('p2', '101', 'ended')],
    );
    expect(ends(call)).toEqual({ p2: 'callerLeft' });
  });
});

test('[C8] menus, queues, mailboxes, callers and the dialled outside end are no phones that ring for a caller', () => {
  expect(
    heard(
      event(2, 0, dials('p1', 'ringing')),
      event(3, 50, reached('p2', '300', 'ringing')),
      event(4, 60, reached('p3', '200', 'ringing')),
      event(5, 70, reached('p4', '400', 'ringing')),
    ),
  ).toEqual([]);
  expect(offersOf(callOf([0, mine('setup')], [50, reached('p2', undefined, 'ringing')]))).toEqual([]);
});

describe('a mobile that rings beside the desk phone', () => {
  const mobile = (starts: number, deskFrom: number, deskUntil: number): (string | undefined)[] => {
    const call = callOf(
      [0, dials('p1', 'setup')],
      [deskFrom, reached('p2', '101', 'ringing')],
      ...(starts < deskUntil
        ? ([
            [starts, reached('p3', undefined, 'ringing')],
            [deskUntil, reached('p2', '101', 'ended', { endReason: 'noAnswer' })],
          ] as const)
        : ([
            [deskUntil, reached('p2', '101', 'ended', { endReason: 'noAnswer' })],
            [starts, reached('p3', undefined, 'ringing')],
          ] as const)),
    );
    return offersOf(call).map(({ legId, extensionId }) => `${legId} ${extensionId}`);
  };

  test('[C8] is its owner’s from when the desk phone rings until it stops', () => {
    expect(mobile(50, 50, 9000)).toEqual(['p2 101', 'p3 101']);
    expect(mobile(8999, 50, 9000)).toEqual(['p2 101', 'p3 101']);
    expect(mobile(9000, 50, 9000)).toEqual(['p2 101']);
    expect(mobile(9500, 50, 9000)).toEqual(['p2 101']);
  });

  test('[C8] is nobody’s when it rang before any desk phone, or after one was answered', () => {
    const before = callOf(
      [0, dials('p1', 'setup')],
      [50, reached('p3', undefined, 'ringing')],
      [900, reached('p2', '101', 'ringing')],
    );
    expect(ends(offersOf(before))).toEqual({ p2: undefined });
    const after = callOf(
      [0, dials('p1', 'setup')],
      [50, reached('p2', '101', 'ringing')],
      [900, reached('p2', '101', 'answered')],
      [950, reached('p3', undefined, 'ringing')],
    );
    expect(ends(offersOf(after))).toEqual({ p2: 'answered' });
  });

  test('[C8] an answer from before a phone rang did not make it stop', () => {
    const call = callOf(
      [0, dials('p1', 'setup')],
      [50, reached('p2', '101', 'ringing')],
      [900, reached('p2', '101', 'answered')],
      [9000, reached('p3', '102', 'ringing')],
      [20_000, reached('p3', '102', 'ended')],
    );
    expect(ends(offersOf(call))).toEqual({ p2: 'answered', p3: 'callerLeft' });
  });

  test('[C8] [C13] a fax rings nobody’s phone', () => {
    expect(
      offersOf(
        callOf([0, dials('p1', 'setup')], [50, reached('p2', '101', 'ringing')], [90, reached('p2', '101', 'fax')]),
      ),
    ).toEqual([]);
  });
});
