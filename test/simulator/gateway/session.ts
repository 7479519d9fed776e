import type { LinkLimits } from '../faults/model.ts';
import type { OutFrame } from '../wire/model.ts';
import type { Principal } from '../wire/tokens.ts';
import type { EventFilter } from './filters.ts';
import type { Wsc } from './frames.ts';

/** The one subscription of a connection. */
export interface LiveSubscription {
  readonly id: string;
  readonly filters: readonly EventFilter[];
  /** Nothing is told before this instant, ms: the answer to the subscription comes first. */
  quietUntil: number;
}

/**
 * What outlives a lost link for `recoveryTimeout`: owner, subscription, and the newest messages nobody could be told.
 */
export class SocketSession {
  readonly owner: Principal;
  /** Start of the absolute life, ms since the epoch; a recovered link goes on with it. */
  readonly startedAt: number;
  subscription: LiveSubscription | undefined;
  wsc: Wsc = { token: '', sequence: 0 };
  /** ms since the epoch at which the link was lost; undefined while one is up. */
  detachedAt: number | undefined;
  /** The rules of the present or last link. */
  limits: LinkLimits;
  #backlog: OutFrame[] = [];

  constructor(owner: Principal, startedAt: number, limits: LinkLimits) {
    this.owner = owner;
    this.startedAt = startedAt;
    this.limits = limits;
  }

  /** Keeps a message for a later recovery; the oldest goes when the buffer is full. */
  keep(frame: OutFrame): void {
    this.#backlog.push(frame);
    const surplus = this.#backlog.length - this.limits.recoveryBufferSize;
    if (surplus > 0) this.#backlog.splice(0, surplus);
  }

  /** Takes what was kept, in order. */
  takeBacklog(): readonly OutFrame[] {
    const frames = this.#backlog;
    this.#backlog = [];
    return frames;
  }
}
