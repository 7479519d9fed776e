/**
 * In:  the truth and the board, looked at again and again from the moment the faults stopped.
 * Out: how long it took until they agreed, and where they disagreed after the bound.
 * Never: a comparison of what has only just happened: that may still be on its way, in its grace, or being asked about.
 */
import { type Board, liveCalls } from '@ringside/shared/domain/board';
import type { TrueCall } from '../simulator/pbx/model.ts';
import { isCall, isLive, liveProblems } from './agreement.ts';

/** What has been so for this long must be shown so while events come: their lag, a hole's grace, one probe [I-4]. */
export const SETTLED_MS = 8_000;
/** And this long where lists and probes are all there is, with no more than forty calls at a time [I-4]. */
export const SETTLED_PUSHLESS_MS = 75_000;

/** The platform's list leaves these out: without events nobody can know that they began, or began to be so. */
const UNLISTED: ReadonlySet<string> = new Set(['routing', 'queued', 'parked']);

export interface Healing {
  /** Notes the truth; to be called every second or so, all the time. */
  note(truth: readonly TrueCall[], now: number): void;
  /** Compares what stood still; to be called after `note`. Returns how many living calls were compared. */
  compare(board: Board, now: number): number;
  /** When truth and board last disagreed, and how. */
  readonly last: { readonly at: number; readonly problems: readonly string[] } | undefined;
}

/** `denied`: calls the platform once disowned while they lived; who believed it cannot be shown them again. */
export function createHealing(denied: ReadonlySet<string>, pushless = false): Healing {
  const settledMs = pushless ? SETTLED_PUSHLESS_MS : SETTLED_MS;
  const since = new Map<string, { readonly call: TrueCall; readonly at: number }>();
  let truth: readonly TrueCall[] = [];
  let last: Healing['last'];
  return {
    get last() {
      return last;
    },
    note(calls, now) {
      truth = calls;
      // The truth is one immutable value per turn of a call, so that even a turn between two looks is noticed.
      for (const call of calls) if (since.get(call.id)?.call !== call) since.set(call.id, { call, at: now });
    },
    compare(board, now) {
      const compared = truth.filter(isCall).filter(({ id, state }) => {
        const stoodStill = now - (since.get(id)?.at ?? -Infinity) >= settledMs;
        return stoodStill && !denied.has(id) && !(pushless && UNLISTED.has(state));
      });
      const living = compared.filter(isLive);
      const known = new Set(compared.map(({ id }) => id));
      const shown = liveCalls(board).filter(({ id }) => known.has(id));
      const problems = liveProblems(living, shown);
      if (problems.length > 0) last = { at: now, problems };
      return living.length;
    },
  };
}
