import type { Call } from './call.ts';

/** How long a call is shown after its end, ms; a missed one stays until somebody may have dealt with it. */
export const SHOW_ENDED_MS = 10 * 60_000;
const SHOW_MISSED_MS = 60 * 60_000;

/** Until when a call belongs on a board, ms since the epoch; for ever while it lives. */
export function shownUntil({ endedAt, missed }: Pick<Call, 'endedAt' | 'missed'>): number {
  return endedAt === undefined ? Infinity : endedAt + (missed === true ? SHOW_MISSED_MS : SHOW_ENDED_MS);
}
