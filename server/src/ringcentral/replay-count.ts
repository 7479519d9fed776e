import type { Clock } from '../runtime/clock.ts';

/** A replay follows its greeting at once. */
const replayMs = 5_000;

/** Notices a replay that may have been cut short: upstream keeps only its newest messages for a recovery. */
export interface ReplayCount {
  /** A recovered link came up: up to `bufferSize` events of a replay may follow. */
  begin(bufferSize: number): void;
  /** A link came up without a replay. */
  none(): void;
  /** Counts one event; true once, when the replay has filled the whole buffer and may have lost older ones. */
  isFull(): boolean;
}

export function createReplayCount(clock: Clock): ReplayCount {
  let begunAt = 0;
  /** Replayed events that still may come; undefined when no replay runs. */
  let left: number | undefined;
  return {
    begin(bufferSize) {
      begunAt = clock.monotonic();
      left = bufferSize;
    },
    none() {
      left = undefined;
    },
    isFull() {
      if (left === undefined) return false;
      left = clock.monotonic() - begunAt > replayMs ? undefined : left - 1;
      if (left === undefined || left > 0) return false;
      left = undefined;
      return true;
    },
  };
}
