import type { Board } from './board.ts';
import { leaseMs, provedWithinMs } from './evidence.ts';

/** What the board promises of its live calls at present. */
export interface ProofBound {
  /** No call is shown as live, unmarked, for longer than this after its end, whatever was lost. ms. */
  readonly provedWithinMs: number;
  /**
   * Why the bound is longer than what the product aims at. `list`: the platform's limits let the list of active calls be
   * read only so often · `probes`: more calls wait or ring unlisted than can be asked about in time. Absent: it is not.
   */
  readonly boundBy?: 'list' | 'probes';
}

/** The bound that the limits carry with as many calls as there are, and what stretches it most. */
export function proofBound(board: Pick<Board, 'limits' | 'budget' | 'unlisted'>): ProofBound {
  const listed = leaseMs(board, true);
  const unlisted = leaseMs(board, false);
  const bound = Math.ceil(provedWithinMs(board));
  if (Math.max(listed, unlisted) <= board.limits.leaseMs) return { provedWithinMs: bound };
  return { provedWithinMs: bound, boundBy: listed >= unlisted ? 'list' : 'probes' };
}
