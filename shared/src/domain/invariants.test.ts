import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dials, event, newPlay, offered, poll, probe, reached, record, see, T0, type Play } from './board-fixture.ts';
import { endedCalls, liveCalls } from './board.ts';
import type { LegEndReason, LegPhase } from './call.ts';
import { get, values } from './keyed.ts';
import type { EventObservation, LogRecord, Observation, PartyReport, PollRecord } from './observation.ts';

/** Any session: legs that come, do anything, and go; told by contiguous sequences. A failing seed is printed. */
const extensions = ['101', '102', '200', '300', '400', '999', undefined] as const;
const phases: readonly LegPhase[] = [
  'setup',
  'ringing',
  'answered',
  'held',
  'parked',
  'voicemail',
  'unknown',
  'ended',
  'gone',
];
const reasons: readonly (LegEndReason | undefined)[] = [
  ...([undefined, 'noAnswer', 'declined', 'busy', 'cancelled', 'voicemail', 'transferred', 'pickedUp'] as const),
  ...(['answeredElsewhere', 'failed', 'conference', 'supervision'] as const),
];

const step = fc.record({
  leg: fc.nat(4),
  phase: fc.constantFrom(...phases),
  reason: fc.constantFrom(...reasons),
  extension: fc.constantFrom(...extensions),
  after: fc.integer({ min: 10, max: 9000 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function partyOf({ leg, phase, reason, extension }: Step, known: Map<number, string | undefined>): PartyReport {
  const over = phase === 'ended' || phase === 'gone';
  const said = over && reason !== undefined ? { endReason: reason } : {};
  // Who dialled is no supervisor.
  if (leg === 0) return dials('p0', phase, reason === 'supervision' ? {} : said);
  if (!known.has(leg)) known.set(leg, extension);
  const id = known.get(leg);
  if (leg === 4 && id !== undefined) return offered('p4', '103', phase, said);
  return reached(`p${leg}`, id, phase, said);
}

/** A whole session in order, perhaps with the hanging up of everybody at its end. */
const session = fc.tuple(fc.array(step, { minLength: 1, maxLength: 14 }), fc.boolean()).map(([steps, closes]) => {
  const known = new Map<number, string | undefined>();
  let after = 0;
  const story = steps.map((one, i) => event(i + 2, (after += one.after), partyOf(one, known)));
  const legs = new Map(story.flatMap(({ parties }) => parties).map((party) => [party.id, party]));
  if (!closes) return story;
  const ends = [...legs.values()].map((party, i) =>
    event(story.length + 2 + i, after + 100 + i, { ...party, phase: 'ended' as const }),
  );
  return [...story, ...ends];
});

const verdicts = ['inProgress', 'connected', 'missed', 'unknown'] as const;
const results = ['answered', 'missed', 'abandoned', 'voicemail', 'declined', 'busy', 'failed'] as const;
const recordOf = fc
  .tuple(fc.constantFrom(...verdicts), fc.constantFrom('101', '200', '300'), fc.constantFrom(undefined, ...results))
  .map(([verdict, extensionId, result]): PollRecord =>
    record(verdict, { extensionId, ...(verdict === 'missed' && result !== undefined && { result }) }),
  );
const parties = fc.subarray(
  [dials('p0', 'answered'), reached('p1', '101', 'answered'), reached('p2', '102', 'ringing')],
  {
    minLength: 1,
  },
);

/** Everything else that may be observed, at any time. */
const witness: fc.Arbitrary<Observation> = fc
  .tuple(fc.integer({ min: 0, max: 300_000 }), fc.array(recordOf, { maxLength: 2 }), parties, fc.nat(9))
  .map(([after, records, seen, kind]): Observation => {
    if (kind <= 2) return poll(after, records, kind > 0);
    if (kind === 3) return { ...poll(after, records), gaps: true } as Observation;
    if (kind === 4) return probe(after, 'over');
    if (kind === 5) return probe(after, 'failed');
    if (kind === 6) return probe(after, 'live', seen);
    if (kind === 7) return { kind: 'link', at: T0 + after, up: after % 2 === 0, gap: after % 3 === 0 };
    if (kind === 8)
      return {
        kind: 'log',
        at: T0 + after,
        records: records.map((one, i): LogRecord => ({ ...one, recordId: `r${i}` })),
      };
    return { kind: 'tick', at: T0 + after };
  });

const ticks = (from: number, to: number, every: number): Observation[] =>
  Array.from({ length: Math.ceil((to - from) / every) }, (_, i) => ({ kind: 'tick', at: T0 + from + i * every }));

/** A session and its witnesses, told in any order, with loss, repetition and time passing between. */
const turmoil = fc
  .tuple(session, fc.array(witness, { maxLength: 12 }), fc.infiniteStream(fc.nat(1000)))
  .map(([events, witnesses, dice]) => {
    const roll = (): number => dice.next().value ?? 0;
    const heard = events.flatMap((one): Observation[] => {
      const luck = roll();
      if (luck < 120) return [];
      const late = { ...one, at: one.at + (luck < 400 ? luck * 20 : 0) };
      return luck > 850 ? [late, { ...late, at: late.at + 5000 }] : [late];
    });
    return [...heard, ...witnesses, ...ticks(1000, 300_000, 13_000)].toSorted((a, b) => a.at - b.at);
  });

const byCall = (play: Play): Map<string, string[]> => {
  const told = new Map<string, string[]>();
  for (const { type, call } of play.changes) told.set(call.id, [...(told.get(call.id) ?? []), type]);
  return told;
};

const played = (observations: readonly Observation[]): Play => {
  const play = newPlay();
  see(play, ...observations);
  return play;
};

/** Two hours on, nobody speaks any more. */
const quiet = [...ticks(301_000, 900_000, 15_000), ...ticks(900_000, 3 * 60 * 60_000, 120_000)].flatMap((tick, i) =>
  i % 2 === 0 ? [tick] : [poll(tick.at - T0, []), tick],
);

describe('whatever is heard', () => {
  test('[I-1] each call has at most one start and one end, the start first; once it is quiet exactly one of each', () => {
    fc.assert(
      fc.property(turmoil, (observations) => {
        const play = played(observations);
        for (const types of byCall(play).values()) {
          expect(types.filter((type) => type === 'callStarted')).toHaveLength(1);
          expect(types[0]).toBe('callStarted');
          expect(types.filter((type) => type === 'callEnded').length).toBeLessThanOrEqual(1);
        }
      }),
    );
    fc.assert(
      fc.property(turmoil, (observations) => {
        const play = played(observations);
        see(play, ...quiet);
        expect(liveCalls(play.board)).toEqual([]);
        for (const types of byCall(play).values()) {
          expect(types.filter((type) => type === 'callEnded')).toHaveLength(1);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('[I-2] after its end nothing is told of a call but its outcome: missed once, or corrected', () => {
    fc.assert(
      fc.property(turmoil, turmoil, (first, second) => {
        const play = played([...first, ...second.map((one) => ({ ...one, at: one.at + 300_000 }))]);
        for (const types of byCall(play).values()) {
          const end = types.indexOf('callEnded');
          const after = end < 0 ? [] : types.slice(end + 1);
          expect(after.filter((type) => type !== 'callMissed' && type !== 'callCorrected')).toEqual([]);
          const missed = types.filter((type) => type === 'callMissed');
          expect(missed.length).toBeLessThanOrEqual(1);
          if (missed.length > 0) expect(types.indexOf('callMissed')).toBeGreaterThan(end);
        }
      }),
    );
  });

  test('[I-2] a call that has ended is not live, and nothing that is live has ended', () => {
    fc.assert(
      fc.property(turmoil, (observations) => {
        const { board } = played(observations);
        for (const { id } of values(board.live)) expect(get(board.tombstones, id)).toBeUndefined();
        for (const call of liveCalls(board)) {
          expect(call.state).not.toBe('ended');
          expect(call.endedAt).toBeUndefined();
        }
        for (const call of endedCalls(board)) {
          expect(call).toMatchObject({ state: 'ended' });
          expect(call.legs.every(({ phase }) => phase === 'ended' || phase === 'gone')).toBe(true);
        }
      }),
    );
  });

  test('[I-3] lists alone, however many and whatever is missing from them, end nothing that was heard alive', () => {
    const lists = fc.array(fc.tuple(fc.boolean(), fc.boolean(), fc.array(recordOf, { maxLength: 2 })), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(lists, (polls) => {
        const play = newPlay();
        see(play, event(2, 0, dials('p0', 'setup')), event(3, 50, reached('p1', '101', 'answered')));
        polls.forEach(([complete, gaps, records], i) => {
          see(play, { ...poll(20_000 * (i + 1), records, complete), gaps } as Observation);
        });
        expect(liveCalls(play.board)).toMatchObject([{ state: 'talking' }]);
      }),
    );
  });

  test('[I-7] a call that nobody saw alive never flashes: its start and its end are one step', () => {
    const unseen = fc.array(
      witness.filter(
        (one) => one.kind === 'log' || one.kind === 'tick' || (one.kind === 'probe' && one.verdict === 'over'),
      ),
      { maxLength: 8 },
    );
    const finals = fc.array(
      recordOf.filter(({ verdict }) => verdict !== 'inProgress'),
      { minLength: 1, maxLength: 2 },
    );
    fc.assert(
      fc.property(unseen, finals, fc.boolean(), (others, records, heard) => {
        const play = newPlay();
        see(play, poll(-60_000, []));
        if (heard) see(play, event(20, 30_000, dials('p0', 'ended')));
        for (const one of [
          ...others,
          poll(310_000, records),
          poll(340_000, records),
          ...ticks(345_000, 700_000, 15_000),
        ]) {
          see(play, one);
          expect(liveCalls(play.board)).toEqual([]);
        }
        const types = byCall(play).get('s') ?? [];
        if (types.length > 0) {
          expect(types.slice(0, 2)).toEqual(['callStarted', 'callEnded']);
          expect(endedCalls(play.board).every(({ backfilled }) => backfilled === true)).toBe(true);
        }
      }),
    );
  });
});

/** What does not depend on when something was heard. */
const told = (play: Play): unknown => ({
  live: liveCalls(play.board),
  ended: endedCalls(play.board),
});

describe('the same accepted events', () => {
  const living = session.map((events): EventObservation[] => [
    event(2, 0, dials('p0', 'setup'), reached('p9', '104', 'ringing')),
    ...events.map((one) => ({ ...one, sequence: one.sequence + 1 })),
  ]);

  test('[I-5] in any order and any number end in the same call', () => {
    fc.assert(
      fc.property(
        living.chain((events) => {
          const [first, ...rest] = events;
          return fc.tuple(
            fc.constant(events),
            fc.constant(first),
            fc.shuffledSubarray(rest, { minLength: rest.length }),
            fc.array(fc.constantFrom(...events), { maxLength: 6 }),
          );
        }),
        ([events, first, shuffled, again]) => {
          // A phone that rings to the end keeps the session open, so that all orders tell the same of it.
          const open = events.map((one) => ({
            ...one,
            parties: one.parties.filter(({ id }) => id !== 'p9' || one === first),
          }));
          const order = [first, ...shuffled, ...again].flatMap(
            (one) => open[events.indexOf(one as EventObservation)] ?? [],
          );
          expect(told(played(order))).toEqual(told(played(open)));
        },
      ),
    );
  });

  test('[I-5] a party’s phase never goes back to a lower sequence', () => {
    fc.assert(
      fc.property(
        living.chain((events) => fc.shuffledSubarray(events, { minLength: 1 })),
        (heard) => {
          const play = newPlay();
          const highest = new Map<string, { sequence: number; phase: LegPhase }>();
          for (const one of heard) {
            see(play, one);
            for (const { id, phase } of one.parties) {
              const known = highest.get(id);
              const late = known !== undefined && known.sequence > one.sequence;
              if (!late && phase !== 'unknown') highest.set(id, { sequence: one.sequence, phase });
            }
            const session = get(play.board.live, 's');
            for (const leg of session?.call.legs ?? []) {
              const best = highest.get(leg.id);
              if (best !== undefined) expect(leg.phase, leg.id).toBe(best.phase);
            }
          }
        },
      ),
    );
  });

  test('[I-6] an event that omits a party never removes it', () => {
    fc.assert(
      fc.property(living, (events) => {
        const play = newPlay();
        let known: readonly string[] = [];
        for (const one of events) {
          see(play, one);
          const legs = (get(play.board.live, 's')?.call ?? endedCalls(play.board)[0])?.legs.map(({ id }) => id) ?? [];
          expect(legs).toEqual(expect.arrayContaining([...known]));
          known = legs;
        }
      }),
    );
  });

  test('[I-6] a call ends only when all known parties have gone', () => {
    fc.assert(
      fc.property(living, (events) => {
        const play = newPlay();
        const phase = new Map<string, LegPhase>();
        const monitors = new Set<string>();
        for (const one of events) {
          see(play, one);
          for (const { id, phase: now, endReason } of one.parties) {
            if (endReason === 'supervision') monitors.add(id);
            if (now !== 'unknown') phase.set(id, now);
          }
          const open = [...phase].some(([id, last]) => last !== 'ended' && last !== 'gone' && !monitors.has(id));
          if (open) expect(liveCalls(play.board)).toHaveLength(1);
        }
      }),
    );
  });
});
