import {
  catchError,
  defer,
  EMPTY,
  filter,
  finalize,
  mergeMap,
  type Observable,
  type OperatorFunction,
  queueScheduler,
  scan,
  subscribeOn,
  tap,
} from 'rxjs';
import { type Board, emptyBoard, observe } from '@ringside/shared/domain/board';
import type { Change } from '@ringside/shared/domain/change';
import type { Observation, ProbeObservation } from '@ringside/shared/domain/observation';
import { probeUrgency } from '@ringside/shared/domain/urgency';
import type { Logger } from '../runtime/logger.ts';
import { describeError } from '../runtime/worker-loop.ts';

/** The board after one observation, and what that observation did to it. */
export interface LiveBoard {
  readonly board: Board;
  readonly changes: readonly Change[];
  /** Sessions to ask the platform about, most urgent first. */
  readonly probes: readonly string[];
  /** Counts the observations that changed the board; never falls while the process lives. */
  readonly revision: number;
}

export const noBoardYet: LiveBoard = { board: emptyBoard(), changes: [], probes: [], revision: 0 };

/**
 * Folds observations into the live board, which starts as `initial`; one emission each. One that breaks the reducer is
 * logged and left out.
 */
export function liveBoard(log: Logger, initial: Board = emptyBoard()): OperatorFunction<Observation, LiveBoard> {
  const first = { ...noBoardYet, board: initial };
  return scan((last: LiveBoard, observation: Observation) => step(last, observation, log), first);
}

function step(last: LiveBoard, observation: Observation, log: Logger): LiveBoard {
  try {
    const { board, changes, probes } = observe(last.board, observation);
    return { board, changes, probes, revision: changes.length > 0 ? last.revision + 1 : last.revision };
  } catch (error) {
    log.error('observation.refused', { kind: observation.kind, error: describeError(error) });
    return { ...last, changes: [], probes: [] };
  }
}

export type Probe = (sessionId: string) => Promise<ProbeObservation>;

/** Few at once, or a crowd of old questions would stand before an urgent new one. */
const PROBES_AT_ONCE = 2;

/**
 * The answers to the probes a board asks for, most urgent first whenever one can be sent. A session is asked about once
 * at a time; a question that has settled itself meanwhile is not asked; no answer is no observation.
 */
export function probeAnswers(probe: Probe, log: Logger): OperatorFunction<LiveBoard, Observation> {
  return (live$) =>
    defer((): Observable<Observation> => {
      const waiting = new Set<string>();
      const asked = new Set<string>();
      let { board } = noBoardYet;
      const ask = (id: string): Observable<Observation> =>
        defer(() => probe(id)).pipe(
          catchError((error: unknown) => {
            log.warn('probe.failed', { error: describeError(error) });
            return EMPTY;
          }),
          // Before the answer goes round: it may make the board ask again.
          tap(() => asked.delete(id)),
          finalize(() => asked.delete(id)),
        );
      const askNext = (): Observable<Observation> => {
        const id = mostUrgent(waiting, board);
        if (id === undefined) return EMPTY;
        waiting.delete(id);
        asked.add(id);
        return ask(id);
      };
      return live$.pipe(
        tap((live) => (board = live.board)),
        mergeMap((live) => live.probes),
        filter((id) => !asked.has(id) && !waiting.has(id)),
        tap((id) => waiting.add(id)),
        // Each question is a turn; whose turn it is, is decided when it comes. Thousands may have settled themselves
        // meanwhile: their turns pass one after another, not one inside another.
        mergeMap(() => defer(askNext).pipe(subscribeOn(queueScheduler)), PROBES_AT_ONCE),
      );
    });
}

function mostUrgent(waiting: Set<string>, board: Board): string | undefined {
  let first: { readonly id: string; readonly urgency: number } | undefined;
  for (const id of waiting) {
    const urgency = probeUrgency(board, id);
    if (urgency === undefined) waiting.delete(id);
    else if (first === undefined || urgency < first.urgency) first = { id, urgency };
  }
  return first?.id;
}

/** Whether a call just met an extension that the directory does not know. */
export function meetsStranger({ changes }: LiveBoard): boolean {
  return changes.some(({ call }) => call.legs.some((leg) => leg.role === 'unknown' && leg.endedAt === undefined));
}
