import { defer, distinctUntilChanged, EMPTY, exhaustMap, expand, map, type OperatorFunction, throttle } from 'rxjs';
import type { Board } from '@ringside/shared/domain/board';
import { memoryPatch, type MemoryPatch } from '@ringside/shared/domain/memory';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { describeError } from '../runtime/worker-loop.ts';
import type { SourceStatus } from './feed-health.ts';
import type { LiveBoard } from './live-board.ts';
import { after$ } from './pulse.ts';

/** What a crash may cost: changes of the last second are learned anew from the platform. */
const SAVE_EVERY_MS = 1_000;
/** So many rows are written in some 20 ms; more at once would keep viewers and events waiting. */
const PIECE_ROWS = 250;
const PIECE_GAP_MS = 10;

export interface KeeperDeps {
  /** Writes all of a patch or none of it; throws when the disk refuses. An empty one only asks how the disk is. */
  readonly save: (patch: MemoryPatch) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Writes down what a restart must find. None of it throws: the board goes on without its disk, and says so. */
export interface MemoryKeeper {
  /** How the memory stands, first when that changes for the first time. Writes at most once a second. */
  readonly keep: OperatorFunction<LiveBoard, SourceStatus>;
  /** Writes whatever is not yet written, at once. */
  flush(board: Board): void;
}

/** `written`: the board as the store has it already. */
export function memoryKeeper(written: Board, deps: KeeperDeps): MemoryKeeper {
  return new Keeper(written, deps);
}

class Keeper implements MemoryKeeper {
  readonly #deps: KeeperDeps;
  #written: Board;
  /** What `#pieces` lead to. */
  #target: Board;
  #pieces: MemoryPatch[] = [];
  #refused: string | undefined;

  constructor(written: Board, deps: KeeperDeps) {
    this.#deps = deps;
    this.#written = written;
    this.#target = written;
  }

  readonly keep: OperatorFunction<LiveBoard, SourceStatus> = (live$) => {
    const { clock } = this.#deps;
    return live$.pipe(
      throttle(() => after$(clock, SAVE_EVERY_MS), { leading: true, trailing: true }),
      exhaustMap(({ board }) =>
        defer(() => [this.#begin(board)]).pipe(expand((more) => (more ? this.#later() : EMPTY))),
      ),
      map(() => this.#refused),
      distinctUntilChanged(),
      map((refused) => statusOf(refused, clock.now())),
    );
  };

  flush(board: Board): void {
    if (this.#pieces.length > 0) while (this.#writeNext());
    if (this.#begin(board)) while (this.#writeNext());
  }

  readonly #later = () => after$(this.#deps.clock, PIECE_GAP_MS).pipe(map(() => this.#writeNext()));

  #begin(board: Board): boolean {
    this.#target = board;
    this.#pieces = inPieces(memoryPatch(this.#written, board));
    return this.#writeNext();
  }

  /** Writes one piece; true when there is another. A refused one is begun again with the next board. */
  #writeNext(): boolean {
    const { save, log } = this.#deps;
    try {
      save(this.#pieces[0] ?? { put: [], drop: [] });
    } catch (error) {
      const said = describeError(error);
      if (this.#refused === undefined) log.error('memory.refused', { error: said });
      this.#refused = said;
      this.#pieces = [];
      return false;
    }
    if (this.#refused !== undefined) log.info('memory.accepted');
    this.#refused = undefined;
    this.#pieces = this.#pieces.slice(1);
    if (this.#pieces.length === 0) this.#written = this.#target;
    return this.#pieces.length > 0;
  }
}

/** A patch under construction. */
interface Piece {
  readonly put: MemoryPatch['put'][number][];
  readonly drop: MemoryPatch['drop'][number][];
}

/**
 * Cut so that what is known of one call stays together: whoever dies between two pieces dies with some calls as they were
 * a moment before.
 */
function inPieces(patch: MemoryPatch): MemoryPatch[] {
  if (sizeOf(patch) <= PIECE_ROWS) return [patch];
  const pieces: Piece[] = [];
  for (const call of byId(patch).values()) {
    let piece = pieces.at(-1);
    if (piece === undefined || sizeOf(piece) >= PIECE_ROWS) pieces.push((piece = { put: [], drop: [] }));
    piece.put.push(...call.put);
    piece.drop.push(...call.drop);
  }
  return pieces;
}

function byId({ put, drop }: MemoryPatch): ReadonlyMap<string, Piece> {
  const calls = new Map<string, Piece>();
  const callOf = (id: string): Piece => {
    const call = calls.get(id) ?? { put: [], drop: [] };
    calls.set(id, call);
    return call;
  };
  for (const row of put) callOf(row.id).put.push(row);
  for (const key of drop) callOf(key.id).drop.push(key);
  return calls;
}

const sizeOf = ({ put, drop }: MemoryPatch): number => put.length + drop.length;

function statusOf(refused: string | undefined, at: number): SourceStatus {
  if (refused === undefined) return { source: 'memory', at };
  const detail = `what must survive a restart cannot be written to DATA_DIR (${refused})`;
  return { source: 'memory', at, trouble: 'memoryFailing', detail };
}
