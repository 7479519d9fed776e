import { apply } from '@ringside/shared/domain/patch';
import type { FeedHealth, Hello, Patch, Resync, Snapshot, Tick, WallCall } from './link.ts';

/** What this viewer knows: always one whole revision of the server's board, never a mixture of two. */
export interface Picture {
  readonly calls: ReadonlyMap<string, WallCall>;
  /** Absent before the first snapshot. */
  readonly epoch?: string;
  /** The epoch of the server at the other end, by its hello: what comes from another one is left over. */
  readonly serverEpoch?: string;
  readonly revision: number;
  readonly feed?: FeedHealth;
  /** False before the first snapshot, and from a gap until the snapshot that mends it: patches are then ignored. */
  readonly whole: boolean;
  /** The newest revision a tick spoke of that no patch has brought yet. */
  readonly promised?: number;
}

export type PictureInput =
  /** A new connection: what follows is of this server, and begins with a snapshot. */
  | { readonly type: 'hello'; readonly message: Pick<Hello, 'epoch'> }
  | { readonly type: 'snapshot'; readonly message: Snapshot }
  | { readonly type: 'patch'; readonly message: Patch }
  | { readonly type: 'tick'; readonly message: Tick }
  /** The connection ended; the next one brings a snapshot by itself. */
  | { readonly type: 'down' }
  /** A message that its schema refused: what it would have done to the board is unknown. */
  | { readonly type: 'broken' };

export interface Step {
  readonly picture: Picture;
  /** What to ask the server for; absent when nothing is to be asked. */
  readonly resync?: Resync;
}

export const blank: Picture = { calls: new Map(), revision: 0, whole: false };

/** One message further. Pure; the old picture stays valid. Any doubt ends in a resync, never in a guess. */
export function step(picture: Picture, input: PictureInput): Step {
  switch (input.type) {
    case 'hello':
      return { picture: { ...picture, serverEpoch: input.message.epoch, whole: false } };
    case 'snapshot':
      return onSnapshot(picture, input.message);
    case 'patch':
      return onPatch(picture, input.message);
    case 'tick':
      return onTick(picture, input.message);
    case 'down':
      return { picture: { ...picture, whole: false } };
    case 'broken':
      return picture.whole ? doubt(picture) : { picture };
  }
}

/** Within an epoch the picture never goes back; a snapshot that would take it there, or into an old epoch, is left over. */
function onSnapshot(picture: Picture, { epoch, revision, feed, calls }: Snapshot): Step {
  const { serverEpoch = epoch } = picture;
  if (epoch !== serverEpoch || (epoch === picture.epoch && revision < picture.revision)) return doubt(picture);
  const byId = new Map(calls.map((call) => [call.id, call]));
  return { picture: { calls: byId, epoch, serverEpoch, revision, feed, whole: true } };
}

function onPatch(picture: Picture, patch: Patch): Step {
  if (!picture.whole) return { picture };
  if (patch.epoch !== picture.epoch || patch.from !== picture.revision || patch.to < patch.from) return doubt(picture);
  return { picture: { ...picture, calls: apply(picture.calls, patch), revision: patch.to } };
}

/** The tick is also the retry: while a snapshot is missing, each tick asks again. */
function onTick(picture: Picture, tick: Tick): Step {
  // The health of a server that is gone says nothing of this one.
  if (tick.epoch !== (picture.serverEpoch ?? tick.epoch)) return doubt(picture);
  const heard = { ...picture, feed: tick.feed };
  if (!picture.whole) return doubt(heard);
  const behind = picture.promised !== undefined && picture.revision < picture.promised;
  if (tick.epoch !== picture.epoch || tick.revision < picture.revision || behind) return doubt(heard);
  // A tick may overtake the frame that brings its revision, so one tick ahead is no gap yet; two are.
  return { picture: { ...heard, promised: tick.revision } };
}

function doubt(picture: Picture): Step {
  const resync = picture.epoch === undefined ? {} : { epoch: picture.epoch, revision: picture.revision };
  return { picture: { ...picture, whole: false }, resync };
}
