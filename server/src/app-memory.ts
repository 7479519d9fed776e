import { EMPTY, type OperatorFunction } from 'rxjs';
import { type Board, type BoardRules, emptyBoard, endedCalls, liveCalls } from '@ringside/shared/domain/board';
import type { Change } from '@ringside/shared/domain/change';
import { restoreBoard } from '@ringside/shared/domain/memory';
import type { Config } from './config/options.ts';
import type { SourceStatus } from './monitor/feed-health.ts';
import type { LiveBoard } from './monitor/live-board.ts';
import { memoryKeeper } from './monitor/memory-keeper.ts';
import { identityOf } from './ringcentral/login-identity.ts';
import type { TokenKeeper } from './ringcentral/session-tokens.ts';
import type { Clock } from './runtime/clock.ts';
import type { Logger } from './runtime/logger.ts';
import { describeError } from './runtime/worker-loop.ts';
import { openSqliteStore } from './store/sqlite-store.ts';
import type { Store, Tokens } from './store/store.ts';

/** What this life of the server has from the one before, and leaves to the next. */
export interface AppMemory {
  /** As the life before left it; nothing on it is proved any more. */
  readonly board: Board;
  /** Larger at every start, ms since the epoch or a little more. */
  readonly startedAt: number;
  /** Absent when nothing outlives the process. */
  readonly tokens?: TokenKeeper;
  /** Writes the board down as it changes, and says how the memory stands. */
  readonly keep: OperatorFunction<LiveBoard, SourceStatus>;
  /** Writes the last of it and gives the folder free. Never throws. */
  close(board: Board): void;
}

interface MemoryDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly rules: BoardRules;
  /** In place of the one in `config.dataDir`. */
  readonly store?: Store | undefined;
}

/** Opens the memory. Throws, with a message for people, where it is in use or cannot be read. */
export function openMemory(config: Config, { clock, log, rules, store: given }: MemoryDeps): AppMemory {
  const { ringcentral, dataDir } = config;
  const store =
    given ?? (dataDir === undefined ? undefined : openSqliteStore({ folder: dataDir, ...identityOf(ringcentral) }));
  if (store === undefined) {
    return { board: emptyBoard(rules), startedAt: clock.now(), keep: () => EMPTY, close: () => undefined };
  }
  const roomLog = log.room('store');
  try {
    const { rows, unreadable } = store.load();
    const { as } = store.found;
    const write = as === 'kept' && unreadable === 0 ? roomLog.info : roomLog.warn;
    write('memory.opened', { outcome: as, records: rows.length, dropped: unreadable });
    const board = restoreBoard(rows, clock.now(), rules);
    const tokens = durableTokens(store, roomLog);
    const keeper = memoryKeeper(board, {
      clock,
      log: roomLog,
      save(patch) {
        store.save(patch);
        tokens.retry();
      },
    });
    return {
      board,
      startedAt: store.nextEpoch(clock.now()),
      tokens,
      keep: keeper.keep,
      close(last) {
        keeper.flush(last);
        closeQuietly(store, roomLog);
      },
    };
  } catch (error) {
    closeQuietly(store, roomLog);
    throw error;
  }
}

/** The calls of a remembered board as the changes that show them to viewers; they are no news for anybody else. */
export function remembered(board: Board, at: number): readonly Change[] {
  return [...liveCalls(board), ...endedCalls(board)].map((call) => ({ type: 'callChanged', at, call }));
}

/**
 * Tokens written to the disk. Where it refuses, the session goes on and they are tried again with the next save: the worst
 * that a crash meanwhile costs is one more login.
 */
function durableTokens(store: Store, log: Logger): TokenKeeper & { retry(): void } {
  let unsaved: Tokens | undefined;
  const put = (tokens: Tokens): void => {
    unsaved = tokens;
    store.saveTokens(tokens);
    unsaved = undefined;
  };
  const guarded = <T>(act: () => T): T | undefined => {
    try {
      return act();
    } catch (error) {
      log.warn('tokens.refused', { error: describeError(error) });
      return undefined;
    }
  };
  return {
    load: () => guarded(() => store.loadTokens()),
    save: (tokens) => guarded(() => put(tokens)),
    forget() {
      unsaved = undefined;
      guarded(() => store.forgetTokens());
    },
    retry() {
      if (unsaved !== undefined) put(unsaved);
    },
  };
}

function closeQuietly(store: Store, log: Logger): void {
  try {
    store.close();
  } catch (error) {
    log.warn('memory.unclosed', { error: describeError(error) });
  }
}
