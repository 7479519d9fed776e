import type { AccountIndex } from './account-index.ts';
import type { Call } from './call.ts';
import type { CallNature } from './call-parts.ts';
import type { CallScript, WorldEvent } from './model.ts';
import type { Occupancy } from './occupancy.ts';
import type { QueueDesk } from './queue-desk.ts';
import type { Timer } from './timeline.ts';

/**
 * Something a call does, told in order: it emits events and yields how many ms pass before it goes on.
 * A call does one thing at a time, so an act may trust what it saw when it began.
 */
export type Act = Generator<number, void, void>;

/** Ranges in ms, both ends included. */
export interface PbxTiming {
  /** Greeting heard in a queue before phones ring. */
  readonly greetingMs: readonly [number, number];
  /** Pause of an agent after a queue call. */
  readonly wrapUpMs: readonly [number, number];
}

export interface OpenOptions extends Partial<Omit<CallNature, 'random'>> {
  /** A consulting user may dial although a call of theirs is on hold. */
  readonly consult?: boolean;
}

/** What behaviours may ask of the world around a call. */
export interface Pbx {
  readonly directory: AccountIndex;
  readonly occupancy: Occupancy;
  readonly timing: PbxTiming;
  readonly queues: QueueDesk;
  now(): number;
  emit(event: WorldEvent): void;
  /** Starts the act, or lines it up behind the one under way. Ignored once the call is over. */
  run(call: Call, act: Act): void;
  /** Runs `task` after `ms` unless the call is over by then. */
  later(call: Call, ms: number, task: () => void): Timer;
  /** Opens a call that starts now. */
  open(script: CallScript, options?: OpenOptions): Call;
  /** Makes a call ready, whose beginning is somebody else's: see `start`. */
  prepare(script: CallScript, options?: OpenOptions): Call;
  /** Lets a prepared call begin, now, with this act in place of what its kind would do. */
  start(call: Call, act: Act): void;
  /** A phone's claim ended; waiting callers may want it. `wrapUp`: the agent first rests. */
  release(holder: string, wrapUp: boolean): void;
  /** The last party left. */
  close(call: Call): void;
}
