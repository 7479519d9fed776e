import type { Resync } from './link.ts';
import { blank, step, type Picture, type PictureInput } from './picture.ts';

export type { FeedHealth, FeedTrouble, WallCall } from './link.ts';

/** The viewer's copy of the server's board; components read it and never write. */
export class LiveBoard {
  #picture = $state.raw<Picture>(blank);
  readonly #resync: (request: Resync) => void;

  /** `resync` sends the request for a whole snapshot; called on every gap. */
  constructor(resync: (request: Resync) => void) {
    this.#resync = resync;
  }

  /** The last whole picture. While `caughtUp` is false it may be old, but it is never a mixture. */
  get picture(): Picture {
    return this.#picture;
  }

  get calls(): Picture['calls'] {
    return this.#picture.calls;
  }

  /** True when the picture stands on a snapshot, and the server itself has seen one complete poll (I-15). */
  get caughtUp(): boolean {
    return this.#picture.whole && this.#picture.feed?.state !== 'starting';
  }

  /** True once there is anything to show: before that, zero would be a lie. */
  get counted(): boolean {
    return this.#picture.feed !== undefined && this.#picture.feed.state !== 'starting';
  }

  take(input: PictureInput): void {
    const { picture, resync } = step(this.#picture, input);
    this.#picture = picture;
    if (resync !== undefined) this.#resync(resync);
  }
}
