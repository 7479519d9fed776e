import { type ObservedValueOf, Subject } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Board, emptyBoard, observe } from '@ringside/shared/domain/board';
import { type MemoryPatch, restoreBoard, type Row } from '@ringside/shared/domain/memory';
import { createLogger } from '../runtime/logger.ts';
import { type VirtualClock, virtualClock } from '../runtime/virtual-clock.ts';
import type { SourceStatus } from './feed-health.ts';
import { type LiveBoard, noBoardYet } from './live-board.ts';
import { memoryKeeper } from './memory-keeper.ts';

const at = Date.UTC(2026, 2, 3, 14);

/** A store that is a map, on a disk that can be switched off. */
function disk() {
  const rows = new Map<string, Row>();
  const patches: MemoryPatch[] = [];
  let broken = false;
  return {
    rows: () => [...rows.values()],
    patches,
    breaks: (is: boolean) => (broken = is),
    save(patch: MemoryPatch) {
      if (broken) throw new Error('database or disk is full');
      patches.push(patch);
      for (const { kind, id } of patch.drop) rows.delete(`${kind}/${id}`);
      for (const row of patch.put) rows.set(`${row.kind}/${row.id}`, row);
    },
  };
}

function ringing(board: Board, id: string): Board {
  const ends = { from: { phoneNumber: '+16505554207' }, to: { extensionId: 'e1' } };
  const party = { id: `${id}-2`, side: 'receiving', phase: 'ringing', extensionId: 'e1', ...ends } as const;
  return observe(board, { kind: 'event', at, sessionId: id, sequence: 2, eventTime: at, parties: [party] }).board;
}

const many = (board: Board, count: number, prefix = 's'): Board =>
  Array.from({ length: count }, (_, n) => `${prefix}-${n}`).reduce(ringing, board);

interface Station {
  readonly clock: VirtualClock;
  readonly disk: ReturnType<typeof disk>;
  readonly statuses: SourceStatus[];
  readonly events: string[];
  readonly keeper: ReturnType<typeof memoryKeeper>;
  tell(board: Board): void;
}

const open: (() => void)[] = [];
afterEach(() => open.splice(0).forEach((close) => close()));

function station(written = emptyBoard()): Station {
  const clock = virtualClock(at);
  const store = disk();
  const events: string[] = [];
  const write = (line: string): void => void events.push((JSON.parse(line) as { event: string }).event);
  const keeper = memoryKeeper(written, { save: store.save, clock, log: createLogger({ destination: { write } }) });
  const live$ = new Subject<LiveBoard>();
  const statuses: ObservedValueOf<ReturnType<typeof keeper.keep>>[] = [];
  const subscription = live$.pipe(keeper.keep).subscribe((status) => statuses.push(status));
  open.push(() => subscription.unsubscribe());
  return { clock, disk: store, statuses, events, keeper, tell: (board) => live$.next({ ...noBoardYet, board }) };
}

const idsOf = (rows: readonly Row[]): string[] => [...new Set(rows.map(({ id }) => id))].sort();

describe('the keeper of the memory', () => {
  it('writes what changed, at most once a second, and the last of it', async () => {
    const { clock, disk, tell } = station();
    let board = emptyBoard();
    for (const id of ['a', 'b', 'c', 'd']) tell((board = ringing(board, id)));
    expect(idsOf(disk.rows())).toEqual(['a']);
    await clock.advance(999);
    expect(disk.patches).toHaveLength(1);
    await clock.advance(1);
    expect(idsOf(disk.patches[1]?.put ?? [])).toEqual(['b', 'c', 'd']);
  });

  it('leaves a restart what it needs: the restored board has the same calls', () => {
    const { disk, keeper } = station();
    keeper.flush(many(emptyBoard(), 3));
    const again = restoreBoard(disk.rows(), at);
    expect(again.live.size).toBe(3);
    const next = memoryKeeper(again, {
      save: vi.fn(disk.save),
      clock: virtualClock(at),
      log: createLogger({ level: 'silent' }),
    });
    next.flush(again);
    expect(disk.patches.at(-1)).toEqual({ put: [], drop: [] });
  });

  it('writes a crowd in pieces, so that nobody waits for the whole of it, and each call is in one piece', async () => {
    const { clock, disk, tell } = station();
    const board = many(emptyBoard(), 1_000);
    tell(board);
    expect(disk.patches).toHaveLength(1);
    await clock.advance(1_000);
    expect(disk.rows()).toHaveLength(1_000);
    expect(disk.patches.every(({ put }) => put.length <= 250)).toBe(true);
    const written = disk.patches.length;
    tell(board);
    await clock.advance(1_000);
    expect(disk.patches.slice(written).flatMap(({ put }) => put)).toEqual([]);
  });

  it('flushes all that is left, also in the middle of a crowd', () => {
    const { disk, keeper, tell } = station();
    const crowd = many(emptyBoard(), 1_000);
    tell(crowd);
    keeper.flush(many(crowd, 300, 't'));
    expect(disk.rows()).toHaveLength(1_300);
  });

  it('a failing disk is named and logged once, the board goes on, and nothing is lost when it is mended', async () => {
    const { clock, disk, statuses, events, tell } = station();
    let board = ringing(emptyBoard(), 'a');
    tell(board);
    disk.breaks(true);
    for (const id of ['b', 'c', 'd']) {
      tell((board = ringing(board, id)));
      await clock.advance(1_000);
    }
    disk.breaks(false);
    tell(board);
    await clock.advance(1_000);
    expect(statuses.map(({ source, trouble }) => [source, trouble])).toEqual([
      ['memory', undefined],
      ['memory', 'memoryFailing'],
      ['memory', undefined],
    ]);
    expect(statuses[1]?.detail).toContain('disk is full');
    expect(events).toEqual(['memory.refused', 'memory.accepted']);
    expect(idsOf(disk.rows())).toEqual(['a', 'b', 'c', 'd']);
  });

  it('a disk that fails in the middle of a crowd is given the whole of it again', async () => {
    const { clock, disk, tell } = station();
    const board = many(emptyBoard(), 600);
    tell(board);
    disk.breaks(true);
    await clock.advance(1_000);
    expect(disk.rows()).toHaveLength(250);
    disk.breaks(false);
    tell(board);
    await clock.advance(1_000);
    expect(disk.rows()).toHaveLength(600);
  });

  it('a failing disk at the end is logged and does not throw', () => {
    const { disk, events, keeper } = station();
    disk.breaks(true);
    expect(() => keeper.flush(many(emptyBoard(), 600))).not.toThrow();
    expect(events).toEqual(['memory.refused']);
  });
});
