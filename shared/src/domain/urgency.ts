import type { Board } from './board.ts';
import { get } from './keyed.ts';

/**
 * How soon a session wants to be asked about, 0 first; undefined when the question has settled itself. What may not be
 * shown yet, or may be over, comes before what may show an old state, and that before long talks.
 */
export function probeUrgency(board: Board, sessionId: string): 0 | 1 | 2 | undefined {
  const session = get(board.live, sessionId);
  if (session === undefined) {
    if (get(board.unseen, sessionId) !== undefined) return 0;
    const candidate = get(board.candidates, sessionId);
    if (candidate === undefined) return undefined;
    return candidate.finalPolls > 0 ? 2 : 0;
  }
  if (session.doubt === undefined) return undefined;
  const mayBeOver =
    session.overSince !== undefined || session.doubt.cause === 'finished' || session.doubt.cause === 'absent';
  if (mayBeOver || session.doubt.cause === 'hole') return 0;
  return session.call.state === 'talking' ? 2 : 1;
}
