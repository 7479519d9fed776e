/**
 * The server's time, carried by this machine's monotonic clock. Wall clocks only vote: one that jumps alone, here or on
 * the server, is not followed, so a shown duration cannot leap or fall (reliability I-14).
 */

/** What one message tells about time; all in ms. `monotonic` and `wall` are this machine's clocks when it arrived. */
export interface TimeSample {
  readonly epoch: string;
  readonly serverTime: number;
  readonly monotonic: number;
  readonly wall: number;
}

export interface ClockState {
  /** Board epoch of the samples; absent before the first. */
  readonly epoch?: string;
  /** `serverTime − monotonic` of the last samples. The greatest met the least delay on its way. */
  readonly offsets: readonly number[];
  /** `wall − monotonic`: changes when the wall clock is set, and when the machine slept and `monotonic` stood still. */
  readonly local: number;
  /** Offsets that disagree with `offsets` and agree with each other: a clock that was set for good, if they go on. */
  readonly strays?: readonly number[];
}

/** A sample further away than this is a jump of some clock, or was held up on the way. */
const jumpMs = 2_000;
const keptSamples = 8;
/** So many strays in a row, half a minute of ticks, are no jump any more: the server's clock was corrected. */
const convincingStrays = 6;

/** Before the first message the machine's own wall clock must do. */
export function unsynchronised(wall: number, monotonic: number): ClockState {
  return { offsets: [], local: wall - monotonic };
}

/** Server time in ms at `monotonic`. */
export function timeAt(state: ClockState, monotonic: number): number {
  return monotonic + (state.offsets.length === 0 ? state.local : Math.max(...state.offsets));
}

/** A new epoch is a new board and starts the clock anew; else a jump is followed only when this machine slept as long, or when it lasts. */
export function observeTime(state: ClockState, sample: TimeSample): ClockState {
  const offset = sample.serverTime - sample.monotonic;
  const local = sample.wall - sample.monotonic;
  if (state.epoch !== sample.epoch) return { epoch: sample.epoch, offsets: [offset], local };
  const jump = sample.serverTime - timeAt(state, sample.monotonic);
  if (Math.abs(jump) <= jumpMs) {
    return { epoch: sample.epoch, offsets: [...state.offsets, offset].slice(-keptSamples), local };
  }
  const slept = local - state.local;
  const bothAgree = jump > 0 && Math.abs(jump - slept) <= jumpMs;
  return bothAgree ? { epoch: sample.epoch, offsets: [offset], local } : stray(state, offset, local);
}

function stray(state: ClockState, offset: number, local: number): ClockState {
  const agreeing = (state.strays ?? []).filter((other) => Math.abs(other - offset) <= jumpMs);
  const strays = [...agreeing, offset];
  return strays.length < convincingStrays ? { ...state, strays } : { ...state, offsets: strays, local, strays: [] };
}
