import type { AccountIndex } from './account-index.ts';
import type { CallScript, SimAccount } from './model.ts';
import type { PbxTiming } from './pbx.ts';
import type { Rng } from './rng.ts';

/** A company and its day. */
export interface Scenario {
  readonly name: string;
  /** One line for `--help`. */
  readonly about: string;
  readonly account: SimAccount;
  readonly timing: PbxTiming;
  /** How long the world has already been running when it starts, so that calls are in progress, ms. */
  readonly warmUpMs: number;
  readonly traffic?: Traffic;
}

/** Where calls come from when nobody places them by hand. */
export interface Traffic {
  /** Mean time between two calls at a moment `sinceStart` ms after the world's start (negative while warming up). */
  meanGapMs(sinceStart: number): number;
  /** The source of the stories; made anew for each world, as it may remember what it told. */
  create(desk: TrafficDesk): () => CallScript | undefined;
}

/** What a teller of stories may look at. */
export interface TrafficDesk {
  readonly directory: AccountIndex;
  readonly random: Rng;
  isFree(extensionId: string): boolean;
}
