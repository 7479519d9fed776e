import { emptyBoard, type Board } from '@ringside/shared/domain/board';
import type { Call } from '@ringside/shared/domain/call';
import type { Change } from '@ringside/shared/domain/change';
import { emptyKeyed, set } from '@ringside/shared/domain/keyed';
import { describe, expect, it, test } from 'vitest';
import type { TrueCall } from '../simulator/pbx/model.ts';
import { lifeProblems, liveProblems } from './agreement.ts';
import { batchProblems, batchOf, FULL_BATCH } from './batch.ts';
import { createHealing } from './healing.ts';
import type { Verdict } from './life.ts';
import { everyFault } from './menu.ts';
import { createSafety, FLASH_MS, GHOST_MS, HIDDEN_MS, type Safety } from './safety.ts';

/** The judge of the simulation is judged: it must complain of each kind of lie, and of nothing else. */
const truth: TrueCall = {
  ...{ id: 's', kind: 'voice', direction: 'inbound', state: 'talking', startedAt: 1000, answeredAt: 5000 },
  ...{ queueId: '200', from: {}, to: {}, ringing: [], offers: [], queueEntries: [], talkMs: 0, holdMs: 0 },
};
const shown = { id: 's', direction: 'inbound', state: 'talking', answeredAt: 'then', queue: { id: '200' } };
const ended: TrueCall = { ...truth, state: 'ended', endedAt: 9000, missed: false };

test('the living as they are: nothing to say', () => {
  expect(liveProblems([truth], [shown])).toEqual([]);
});

test.each([
  ['another state', { ...shown, state: 'queued' }],
  ['another direction', { ...shown, direction: 'outbound' }],
  ['another queue', { ...shown, queue: { id: '201' } }],
  ['no answer', { id: 's', direction: 'inbound', state: 'talking', queue: { id: '200' } }],
])('%s is a lie', (_what, lie) => {
  expect(liveProblems([truth], [lie])).toHaveLength(1);
});

test('a ghost and a hidden call are lies', () => {
  expect(liveProblems([], [shown])).toHaveLength(1);
  expect(liveProblems([truth], [])).toHaveLength(1);
});

const call: Call = {
  ...{ id: 's', kind: 'voice', direction: 'inbound', state: 'ended', startedAt: 1000, stateSince: 9000 },
  ...{ from: {}, to: {}, legs: [] },
};
const life = (missed: boolean | undefined, ...types: Change['type'][]): Change[] =>
  types.map((type) => ({ type, at: 1, call: { ...call, ...(missed !== undefined && { missed }) } }));

test('one start and one end, and the outcome right or open', () => {
  expect(lifeProblems(ended, life(false, 'callStarted', 'callChanged', 'callEnded'))).toEqual([]);
  expect(lifeProblems(ended, life(undefined, 'callStarted', 'callEnded'))).toEqual([]);
});

test.each([
  ['no end', life(false, 'callStarted')],
  ['two ends', life(false, 'callStarted', 'callEnded', 'callEnded')],
  ['two starts', life(false, 'callStarted', 'callStarted', 'callEnded')],
  ['the end first', life(false, 'callEnded', 'callStarted')],
  ['a change before the start', life(false, 'callChanged', 'callStarted', 'callEnded')],
  ['a phantom miss', life(true, 'callStarted', 'callEnded', 'callMissed')],
  ['two misses', life(false, 'callStarted', 'callEnded', 'callMissed', 'callMissed')],
])('%s is a lie', (_what, changes) => {
  expect(lifeProblems(ended, changes)).not.toEqual([]);
});

describe('what is watched all the time', () => {
  const END = 100_000;
  const alive: TrueCall = { ...truth, state: 'talking' };
  const over: TrueCall = { ...truth, state: 'ended', endedAt: END, missed: false };

  function watching(now: () => number, told: TrueCall, denied: readonly string[] = []): Safety {
    return createSafety({ now, truth: () => [told], denied: new Set(denied), staleMs: 0 });
  }

  /** A board that shows `calls` as live. */
  function boardOf(...calls: readonly Call[]): Board {
    const live = calls.reduce(
      (all, one) => set(all, one.id, { ...session, id: one.id, call: one }),
      emptyKeyed<typeof session>(),
    );
    return { ...emptyBoard(), linkUp: true, live };
  }
  const session = {
    ...{ id: 's', call: { ...call, state: 'talking' } as Call, lastProofAt: 0, lastStateAt: 0, coveredTo: 0 },
    ...{ polled: false, absentPolls: 0, records: [] },
  };

  it.each([
    ['a second start [I-1]', life(undefined, 'callStarted', 'callStarted'), over],
    ['a second end [I-1]', life(undefined, 'callStarted', 'callEnded', 'callEnded'), over],
    ['an end before the start [I-1]', life(undefined, 'callEnded'), over],
    ['a change after the end [I-2]', life(undefined, 'callStarted', 'callEnded', 'callChanged'), over],
    ['an end of what lives [I-3]', life(undefined, 'callStarted', 'callEnded'), alive],
    ['a phantom miss', life(true, 'callStarted', 'callEnded', 'callMissed'), over],
  ])('%s is complained of', (_what, changes, told) => {
    const safety = watching(() => END, told);
    safety.changed(changes);
    expect(safety.problems).not.toEqual([]);
  });

  it('a correction and a miss after the end are allowed [I-2], and so is an end that the platform itself claimed', () => {
    const safety = watching(() => END, { ...over, missed: true });
    safety.changed(life(undefined, 'callStarted', 'callChanged', 'callEnded', 'callCorrected'));
    safety.changed(life(true, 'callMissed'));
    expect(safety.problems).toEqual([]);
    const lied = watching(() => END, alive, ['s']);
    lied.changed(life(undefined, 'callStarted', 'callEnded'));
    expect(lied.problems).toEqual([]);
  });

  it('a ghost is one from the bound on, unless it is marked', () => {
    let now = END + GHOST_MS;
    const safety = watching(() => now, over);
    const ghost = { ...call, state: 'talking' } as const;
    safety.look(boardOf(ghost), 1_000);
    now += 1;
    safety.look(boardOf({ ...ghost, unconfirmed: true }), 1_000);
    expect(safety.problems).toEqual([]);
    safety.look(boardOf(ghost), 1_000);
    expect(safety.problems).toHaveLength(1);
  });

  it('what is first shown long after its end has flashed [I-7]', () => {
    const safety = watching(() => END + FLASH_MS + 1, over);
    safety.changed(life(undefined, 'callStarted'));
    safety.look(boardOf({ ...call, state: 'talking' }), 1_000);
    expect(safety.problems).toHaveLength(1);
  });

  it('a conversation that nobody is shown is hidden, once a source was up for long enough', () => {
    const safety = watching(() => END, alive);
    safety.look({ ...boardOf(), linkUp: false }, HIDDEN_MS + 1);
    safety.look(boardOf(), HIDDEN_MS);
    expect(safety.problems).toEqual([]);
    safety.look(boardOf(), 1);
    expect(safety.problems).toHaveLength(1);
  });

  it('what stood still is compared, what has just turned is not, what the platform disowned neither', () => {
    const healing = createHealing(new Set(['disowned']));
    healing.note([alive, { ...alive, id: 'disowned' }], 0);
    expect(healing.compare(boardOf(), 7_999)).toBe(0);
    expect(healing.last).toBeUndefined();
    expect(healing.compare(boardOf(), 8_000)).toBe(1);
    expect(healing.last?.problems).toHaveLength(1);
    healing.note([{ ...alive }], 8_000);
    expect(healing.compare(boardOf(), 9_000)).toBe(0);
  });
});

describe('a batch', () => {
  const clean: Verdict = {
    ...{ seed: 1, scenario: 'office', mode: 'liveness', faults: 'duplicate', problems: [], calls: 30, live: 200 },
    ...{ unseen: 0, missed: 5, unannounced: 0, ended: 30, open: 0, healedMs: 0 },
    ...{ strikes: Object.fromEntries([...everyFault('liveness')].map((fault) => [fault, 1])), tally: { poll: 1 } },
  };
  const of = (verdict: Verdict, count = FULL_BATCH): string[] =>
    batchProblems(batchOf(Array.from({ length: count }, () => verdict)), ['liveness']);

  it('that met everything is well', () => {
    expect(of(clean)).toEqual([]);
  });

  it.each([
    ['a fault that never struck', { ...clean, strikes: { ...clean.strikes, drop: 0 } }],
    ['a defence that never fired', { ...clean, tally: { poll: 1, probe: 0 } }],
    ['many calls that nobody saw', { ...clean, unseen: 10 }],
    ['many misses that nobody announced', { ...clean, unannounced: 4 }],
    ['nothing compared', { ...clean, live: 0 }],
    ['no life without a loss', { ...clean, faults: 'drop' }],
  ])('with %s has failed, if it is large enough to have met all', (_what, verdict) => {
    expect(of(verdict)).toHaveLength(1);
    expect(of(verdict, FULL_BATCH - 1)).toEqual([]);
  });
});
