/**
 * In:  every change and every board of a server, and the truth of the platform at the same moment.
 * Out: what was false, in words, each with its moment.
 * Never: our own counters as a witness. What is excused is excused because the harness lied, and only for the call lied about.
 */
import { type Board, liveCalls } from '@ringside/shared/domain/board';
import type { Call } from '@ringside/shared/domain/call';
import type { Change } from '@ringside/shared/domain/change';
import { proofBound } from '@ringside/shared/domain/feed-health-bound';
import { standardLimits } from '@ringside/shared/domain/limits';
import type { TrueCall } from '../simulator/pbx/model.ts';
import { isCall } from './agreement.ts';

/** How long a call may be shown as live and sure after its true end, whatever was lost, where the platform's limits carry it. */
export const GHOST_MS = 60_000;
/** How long a conversation may stay unseen while a source is up. */
export const HIDDEN_MS = 120_000;
/** A list this old is still a source that is up. */
const SOURCE_MS = 45_000;
/** What first comes to light this long after its end was seen by nobody live, and must not be shown as if it were. */
export const FLASH_MS = 15_000;

export interface SafetyDeps {
  /** ms since the epoch, virtual. */
  readonly now: () => number;
  readonly truth: () => readonly TrueCall[];
  /** Calls of which the platform said, while they lived, that it does not know them: whoever believes it is excused. */
  readonly denied: ReadonlySet<string>;
  /** By how much the lists lag behind what the platform publishes, because a fault makes them, ms. */
  readonly staleMs: number;
}

export interface Safety {
  readonly problems: readonly string[];
  /** Judges what the server has just said: I-1, I-2, I-3, no phantom miss. */
  changed(changes: readonly Change[]): void;
  /** Judges what stands on the board now: the bound, I-7, nobody hidden, nobody invented. To be called every second or so. */
  look(board: Board, sinceLastMs: number): void;
}

interface Life {
  startedAt?: number;
  endedAt?: number;
  missed?: boolean;
  backfilled?: boolean;
  hiddenMs: number;
}

/** One judge per life of the whole system, whatever restarts there are in it. */
export function createSafety(deps: SafetyDeps): Safety {
  const lives = new Map<string, Life>();
  const told = new Set<string>();
  const problems: string[] = [];
  const lifeOf = (id: string): Life => {
    const life = lives.get(id) ?? { hiddenMs: 0 };
    lives.set(id, life);
    return life;
  };
  const judge: Judge = {
    ...deps,
    lifeOf,
    complain(id, what) {
      if (told.has(`${id} ${what}`)) return;
      told.add(`${id} ${what}`);
      problems.push(`at ${clockTime(deps.now())} ${id} ${what}`);
    },
  };
  return {
    problems,
    changed(changes) {
      const truth = new Map(deps.truth().map((call) => [call.id, call]));
      for (const change of changes) judgeChange(judge, change, truth.get(change.call.id));
    },
    look(board, sinceLastMs) {
      const truth = deps.truth();
      const known = new Map(truth.map((call) => [call.id, call]));
      const shown = new Set<string>();
      for (const call of liveCalls(board)) {
        shown.add(call.id);
        judgeShown(judge, { call, boundMs: boundOf(board) }, known.get(call.id));
      }
      const sourceUp = board.linkUp || deps.now() - (board.lastCompletePollAt ?? -Infinity) <= SOURCE_MS;
      for (const call of truth.filter(isCall))
        if (!shown.has(call.id)) judgeHidden(judge, call, sourceUp ? sinceLastMs : 0);
    },
  };
}

interface Judge extends SafetyDeps {
  lifeOf(id: string): Life;
  complain(id: string, what: string): void;
}

function judgeChange({ now, denied, lifeOf, complain }: Judge, { type, call }: Change, truth?: TrueCall): void {
  const { id } = call;
  const life = lifeOf(id);
  if (truth === undefined) return complain(id, 'never existed');
  if (type === 'callStarted') {
    if (life.startedAt !== undefined) complain(id, 'started twice [I-1]');
    life.startedAt = now();
    life.backfilled = call.backfilled === true;
  } else if (life.startedAt === undefined) complain(id, `had ${type} before its start [I-1]`);
  if (type === 'callChanged' && life.endedAt !== undefined) complain(id, 'changed after its end [I-2]');
  if (type === 'callEnded') {
    if (life.endedAt !== undefined) complain(id, 'ended twice [I-1]');
    life.endedAt = now();
    if (truth.endedAt === undefined && !denied.has(id)) complain(id, 'was ended while it lived [I-3]');
  }
  if (type === 'callMissed') {
    if (life.missed === true) complain(id, 'was missed twice');
    if (life.endedAt === undefined) complain(id, 'was missed before its end');
    life.missed = true;
  }
  if (call.missed === true && truth.missed !== true && !denied.has(id)) complain(id, 'is a phantom miss');
}

/** The bound that the product publishes for what it may ask; a limit that a test has switched off makes it no longer. */
const boundOf = (board: Board): number =>
  Math.max(GHOST_MS, proofBound({ ...board, limits: standardLimits }).provedWithinMs);

interface ShownLive {
  readonly call: Call;
  readonly boundMs: number;
}

function judgeShown(judge: Judge, { call: { id, unconfirmed }, boundMs }: ShownLive, truth?: TrueCall): void {
  const { now, staleMs, lifeOf, complain } = judge;
  if (truth === undefined) return complain(id, 'is shown and never existed');
  // A supervisor's own session is known for one only when it is merged away.
  if (!isCall(truth)) return;
  if (truth.endedAt === undefined || unconfirmed === true) return;
  const { startedAt = 0, backfilled } = lifeOf(id);
  const since = now() - truth.endedAt;
  if (since > boundMs + staleMs) complain(id, 'is a ghost: shown as live beyond the bound after its end');
  if (startedAt > truth.endedAt + FLASH_MS + staleMs && backfilled !== true)
    complain(id, 'flashed: shown as live for the first time long after its end [I-7]');
}

function judgeHidden({ denied, staleMs, lifeOf, complain }: Judge, call: TrueCall, passedMs: number): void {
  const talks = (call.state === 'talking' || call.state === 'held') && call.answeredAt !== undefined;
  if (!talks || denied.has(call.id)) return;
  const life = lifeOf(call.id);
  life.hiddenMs += passedMs;
  if (life.hiddenMs > HIDDEN_MS + staleMs) complain(call.id, 'is hidden: a conversation nobody is shown');
}

const clockTime = (at: number): string => new Date(at).toISOString().slice(11, 23);
