import { observeTime, timeAt, unsynchronised, type ClockState } from './clock-sync.ts';

/** The two clocks of the machine, in ms; replaced in tests. */
export interface MachineClocks {
  readonly monotonic: () => number;
  readonly wall: () => number;
}

const browserClocks: MachineClocks = { monotonic: () => performance.now(), wall: () => Date.now() };

/** The one corrected clock of the page and its one ticker: every running timer on the screen derives from `at`. */
export class Now {
  /** Server time in ms, published once per second just after the second turns. */
  at = $state(0);
  /** The same for running timers: it stands still while the picture is dead, for a timer that runs claims to know. */
  shown = $state(0);
  #held = false;
  readonly #clocks: MachineClocks;
  #state: ClockState;
  #floor = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(clocks: MachineClocks = browserClocks) {
    this.#clocks = clocks;
    this.#state = unsynchronised(clocks.wall(), clocks.monotonic());
    this.#publish();
  }

  /** Takes the `serverTime` (ms) of a message that arrived just now. */
  observe(message: { readonly epoch: string; readonly serverTime: number }): void {
    const { monotonic, wall } = this.#clocks;
    const anew = this.#state.epoch !== message.epoch;
    this.#state = observeTime(this.#state, {
      epoch: message.epoch,
      serverTime: message.serverTime,
      monotonic: monotonic(),
      wall: wall(),
    });
    if (!anew) return;
    this.#floor = 0;
    if (this.#timer !== undefined) this.#tick();
  }

  /** Server time in ms. Never less than an earlier answer, except across a new board epoch. */
  read(): number {
    this.#floor = Math.max(this.#floor, timeAt(this.#state, this.#clocks.monotonic()));
    return this.#floor;
  }

  /** Stops the timers, or lets them run on from the true time. */
  hold(held: boolean): void {
    this.#held = held;
    if (!held) this.#publish();
  }

  start(): void {
    this.#tick();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    clearTimeout(this.#timer);
    this.#publish();
    // A few ms past the second: a timer that fires early would show the old second twice.
    this.#timer = setTimeout(() => this.#tick(), 1_004 - (this.at % 1_000));
  }

  #publish(): void {
    this.at = this.read();
    if (!this.#held) this.shown = this.at;
  }
}
