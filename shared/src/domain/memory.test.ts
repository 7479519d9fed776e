import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  abandonedQueueCall,
  answeredQueueCall,
  dials,
  event,
  live,
  poll,
  probe,
  reached,
  record,
  see,
  T0,
  tick,
  types,
  type Play,
} from './board-fixture.ts';
import { endedCalls, liveCalls, observe, type Board } from './board.ts';
import { get, keys, values } from './keyed.ts';
import { memoryPatch, restoreBoard, type Row } from './memory.ts';
import type { Observation } from './observation.ts';
import { outcomePolicies } from './outcome-policy.ts';
import { playUnder } from './story-fixture.ts';

/** A store that writes down every patch, as plain data. */
class Written {
  readonly rows = new Map<string, Row>();

  write(before: Board, after: Board): void {
    const { put, drop } = memoryPatch(before, after);
    for (const { kind, id } of drop) this.rows.delete(`${kind} ${id}`);
    for (const row of put) this.rows.set(`${row.kind} ${row.id}`, JSON.parse(JSON.stringify(row)) as Row);
  }

  read(at: number): Board {
    return restoreBoard([...this.rows.values()], at);
  }
}

function followed(...observations: readonly Observation[]): { readonly play: Play; readonly written: Written } {
  const written = new Written();
  const play = playUnder({});
  for (const observation of observations) {
    const before = play.board;
    see(play, observation);
    written.write(before, play.board);
  }
  return { play, written };
}

const sorted = (ids: readonly string[]): string[] => ids.toSorted();
const as = (sessionId: string, observations: readonly Observation[]): Observation[] =>
  observations.map((observation) => ('sessionId' in observation ? { ...observation, sessionId } : observation));

const ringing = [event(2, 0, dials('p1', 'setup')), event(3, 50, reached('p2', '101', 'ringing'))];
const talking = [...ringing, event(4, 4000, reached('p2', '101', 'answered'))];
const inProgress = record('inProgress', { extensionId: '101' });

/** What is on a board, in an order of its own. */
const contents = (board: Board): Record<string, unknown> => ({
  live: sorted(keys(board.live)),
  settling: values(board.settling).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  ended: endedCalls(board),
  tombstones: sorted(keys(board.tombstones)).map((id) => [id, get(board.tombstones, id)]),
  watchedSince: board.watchedSince,
});
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('what is written is what a restart finds', () => {
  test('[B19] the rows of every step, in any story, restore the same live, settling, ended and tombstones', () => {
    const lost = [ringing[0], event(9, 20_000, dials('p1', 'ended'), reached('p2', '101', 'ended'))].filter(
      (one) => one !== undefined,
    );
    const stories = [answeredQueueCall, abandonedQueueCall, ringing, talking, lost].map((story, i) =>
      as(`s${i}`, story),
    );
    const others: Observation[] = [
      poll(10_000, [{ ...inProgress, sessionId: 's3' }]),
      tick(25_000),
      { ...probe(26_000, 'over'), sessionId: 's4' } as Observation,
      tick(60_000),
      tick(11 * 60_000),
      tick(50 * 60_000),
    ];
    const all = [...stories.flat(), ...others];
    fc.assert(
      fc.property(fc.subarray(all), fc.nat(all.length), (heard, upTo) => {
        const { play, written } = followed(...heard.slice(0, upTo));
        const restored = written.read(T0 + 60_000);
        expect(json(contents(restored))).toEqual(json(contents(play.board)));
      }),
    );
  });

  test('[B19] one step writes what it changed, however much there is', () => {
    const many = Array.from({ length: 300 }, (_, i) => as(`s${i}`, talking)).flat();
    const { play } = followed(...many);
    const before = play.board;
    const one = observe(before, { ...event(5, 9000, reached('p2', '101', 'held')), sessionId: 's7' }).board;
    expect(memoryPatch(before, one).put.map(({ kind, id }) => [kind, id])).toEqual([['live', 's7']]);
    expect(memoryPatch(before, one).drop).toEqual([]);
    expect(memoryPatch(one, one)).toEqual({ put: [], drop: [] });
  });

  test('[B19] an end drops the living and puts the ended and its tombstone', () => {
    const { play } = followed(...answeredQueueCall.slice(0, -1));
    const after = observe(play.board, event(15, 30_040, dials('p1', 'ended'))).board;
    const { put, drop } = memoryPatch(play.board, after);
    expect(drop).toEqual([{ kind: 'live', id: 's' }]);
    expect(put.map(({ kind, id }) => [kind, id])).toEqual([
      ['ended', 's'],
      ['tombstone', 's'],
    ]);
  });

  test('[B19] since when the account is watched is written once, and kept', () => {
    const { play, written } = followed(poll(1000, []), poll(31_000, []));
    expect(play.board.watchedSince).toBe(T0 + 1000);
    expect([...written.rows.values()].filter(({ kind }) => kind === 'since')).toEqual([
      { kind: 'since', id: 'account', value: T0 + 1000 },
    ]);
    const restored = written.read(T0 + 60_000);
    expect(restored.watchedSince).toBe(T0 + 1000);
    expect(observe(restored, poll(90_000, [])).board.watchedSince).toBe(T0 + 1000);
  });

  test('[B19] the rules of the restart are those it is told', () => {
    const policy = outcomePolicies.xima;
    expect(restoreBoard([], T0, { policy, limits: { leaseMs: 1 } })).toMatchObject({ policy, limits: { leaseMs: 1 } });
  });
});

/** The product comes up again at `after` with what was written of this. */
function restarted(after: number, ...observations: readonly Observation[]): Play {
  const { written } = followed(...observations);
  return { board: written.read(T0 + after), changes: [], probes: [] };
}

describe('after a restart', () => {
  test('[B20] nothing is proved any more: every living call is shown, marked, at once', () => {
    const play = restarted(60_000, ...as('a', ringing), ...as('b', talking));
    expect(liveCalls(play.board)).toMatchObject([
      { id: 'a', state: 'ringing', unconfirmed: true },
      { id: 'b', state: 'talking', unconfirmed: true },
    ]);
  });

  test('[B20] a record settles who talked; who rang is asked about at once, and a record does not do', () => {
    const story = [...as('a', ringing), ...as('b', talking), poll(10_000, [{ ...inProgress, sessionId: 'b' }])];
    const play = restarted(60_000, ...story);
    see(play, tick(60_100));
    expect(play.probes).toEqual(['a']);
    const both = ['a', 'b'].map((sessionId) => ({ ...inProgress, sessionId }));
    see(play, poll(61_000, both), tick(62_000));
    expect(get(play.board.live, 'b')?.call.unconfirmed).toBeUndefined();
    expect(get(play.board.live, 'a')?.call.unconfirmed).toBe(true);
    const lives = {
      ...probe(63_000, 'live', [dials('p1', 'answered'), reached('p2', '101', 'ringing')]),
      sessionId: 'a',
    };
    see(play, lives);
    expect(get(play.board.live, 'a')?.call.unconfirmed).toBeUndefined();
  });

  test('[B20] who talked and whose record stays away is asked about after a while, and ends when it is over', () => {
    const play = restarted(60_000, ...talking, poll(10_000, [inProgress]));
    see(play, tick(79_900));
    expect(play.probes).toEqual([]);
    see(play, tick(80_000));
    expect(play.probes).toEqual(['s']);
    // The last list before the restart said that it lives: one of the two is behind, so it is asked again.
    see(play, probe(80_100, 'over'), tick(100_400));
    expect(play.probes).toEqual(['s', 's']);
    see(play, probe(100_500, 'over'));
    expect(types(play)).toEqual(['callEnded']);
    expect(live(play)).toEqual([]);
  });

  test('[B20] who talked but was never listed is asked about at once', () => {
    const play = restarted(60_000, ...talking);
    see(play, tick(60_100));
    expect(play.probes).toEqual(['s']);
  });

  test('[B20] absences, and ends that were nearly certain, are counted anew', () => {
    const doubted = restarted(70_000, ...talking, poll(10_000, [inProgress]), poll(40_000, []));
    expect(get(doubted.board.live, 's')).toMatchObject({ absentPolls: 0 });
    const transferred = [
      ...talking,
      event(5, 9000, reached('p2', '101', 'ended', { endReason: 'transferred' })),
      event(6, 9010, dials('p1', 'ended', { endReason: 'transferred' })),
    ];
    const over = restarted(70_000, ...transferred);
    expect(get(over.board.live, 's')?.overSince).toBeUndefined();
    see(over, tick(70_100));
    expect(over.probes).toEqual(['s']);
    const contradicted = restarted(70_000, ...talking, poll(20_000, [inProgress]), tick(66_000), probe(66_100, 'over'));
    expect(get(contradicted.board.live, 's')?.overSaidAt).toBeUndefined();
  });

  test('[B4] [B20] what ended stays ended, and what waits for its record is decided by it', () => {
    const lost = [
      ringing[0],
      event(9, 20_000, dials('p1', 'ended'), reached('p2', '101', 'ended')),
      tick(23_000),
      probe(23_100, 'over'),
    ];
    const play = restarted(60_000, ...lost.filter((one) => one !== undefined));
    see(play, event(10, 61_000, reached('p2', '101', 'answered')), poll(62_000, [record('inProgress')]));
    expect(live(play)).toEqual([]);
    expect(types(play)).not.toContain('callStarted');
    const decided = restarted(60_000, ...lost.filter((one) => one !== undefined));
    see(decided, poll(62_000, [record('missed')]));
    expect(types(decided)).toEqual(['callCorrected', 'callMissed']);
    const told = restarted(60_000, ...abandonedQueueCall);
    see(told, ...abandonedQueueCall, poll(62_000, [record('missed')]), tick(70_000));
    expect(types(told)).toEqual([]);
    expect(endedCalls(told.board)).toMatchObject([{ missed: true }]);
  });

  test('[B20] calls that went on, and those that ended meanwhile, are told apart within one probe each', () => {
    const stories = Array.from({ length: 50 }, (_, i) => as(`s${i}`, ringing)).flat();
    const play = restarted(60_000, ...stories);
    see(play, tick(60_100));
    expect(new Set(play.probes).size).toBe(50);
    for (let i = 0; i < 50; i++) {
      const answer =
        i % 2 === 0
          ? probe(61_000, 'over')
          : probe(61_000, 'live', [dials('p1', 'answered'), reached('p2', '101', 'ringing')]);
      see(play, { ...answer, sessionId: `s${i}` } as Observation);
    }
    expect(liveCalls(play.board)).toHaveLength(25);
    expect(liveCalls(play.board).every(({ unconfirmed }) => unconfirmed === undefined)).toBe(true);
    expect(types(play).filter((type) => type === 'callEnded')).toHaveLength(25);
  });
});

test('[B20] [C16] the older names of sessions are known again, and pair them', () => {
  const number = '+14155550199';
  const mine = { extensionId: '101', from: { extensionId: '101' }, to: { phoneNumber: number } };
  const play = restarted(60_000, { ...event(2, 0, dials('p1', 'setup', mine)), legacyId: '5000000' });
  const own = event(2, 61_000, reached('o1', '101', 'ringing', { from: { phoneNumber: number } }));
  see(play, { ...own, sessionId: 'own', legacyId: '5001000' });
  expect(liveCalls(play.board).map(({ id }) => id)).toEqual(['s']);
});

test('[B20] who rang while lists showed him is asked about at once as well', () => {
  const play = restarted(60_000, ...ringing, poll(10_000, [inProgress]));
  see(play, tick(60_100));
  expect(play.probes).toEqual(['s']);
});
