import type { Observation } from '@ringside/shared/domain/observation';
import type { Clock } from '../runtime/clock.ts';
import { createWake } from '../runtime/wake.ts';
import type { Wake } from '../runtime/wake.ts';

/** Rings when the call log is worth asking. */
export interface LogBell {
  readonly wake: Wake;
  /** Takes note of one fact, and rings when calls have ended by it, or may have, unseen. */
  hears(value: Observation | { readonly kind: 'status' }): void;
}

/** Calls have ended when a list shows records as finished that it did not before, when a probe says so, or in a gap. */
export function createLogBell(clock: Clock): LogBell {
  const wake = createWake(clock);
  let finished: ReadonlySet<string> | undefined;

  function tells(value: Observation | { readonly kind: 'status' }): boolean {
    if (value.kind === 'link') return value.up && value.gap;
    if (value.kind === 'probe') return value.verdict === 'over';
    if (value.kind !== 'poll') return false;
    const before = finished;
    const over = value.records.filter(({ verdict }) => verdict !== 'inProgress').map(({ sessionId }) => sessionId);
    finished = new Set(over);
    // The first list is on the board: now there is time for the log.
    return before === undefined || over.some((id) => !before.has(id));
  }

  return {
    wake,
    hears(value) {
      if (tells(value)) wake.ring();
    },
  };
}
