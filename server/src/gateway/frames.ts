import type { Call } from '@ringside/shared/domain/call';
import type { Change } from '@ringside/shared/domain/change';
import type { Directory } from '@ringside/shared/domain/directory';
import { sameContent } from '@ringside/shared/domain/patch';
import { shownUntil } from '@ringside/shared/domain/retention';
import type { Patch, Snapshot, WallCall } from '@ringside/shared/protocol/messages';
import { belongsOnWall, toWallCall } from './wall-view.ts';

/** Fields and mutability are the message's own, so that it is sent without a copy. */
export type Frame = Pick<Patch, 'from' | 'to' | 'upsert' | 'remove'>;
export type WallPicture = Pick<Snapshot, 'revision' | 'calls'>;

/**
 * What all walls are shown, and what they were last told of it. Law: the picture at revision n with every frame from n
 * to m applied equals the picture at m. The revision counts frames of this view: what a wall may not see does not move it.
 * Holds no socket, timer or clock; costs by what changed, not by how many calls there are.
 */
export interface WallFrames {
  /** Takes in what changed; of several changes to one call only the last is told. */
  note(changes: readonly Change[], directory: Directory): void;
  /** The frame from the last picture to the present one at `now` (local ms); undefined when nothing shows. */
  flush(now: number): Frame | undefined;
  /** The picture as of the last flush; the same object until the next frame. */
  picture(): WallPicture;
}

/** A wall's view of an empty board at revision 0. */
export function wallFrames(): WallFrames {
  const shown = new Map<string, Shown>();
  const dirty = new Map<string, Call>();
  const departures = createDepartures();
  let named: Directory = new Map();
  let revision = 0;
  let picture: WallPicture | undefined;

  function upsertDirty(now: number): WallCall[] {
    const upsert: WallCall[] = [];
    for (const call of dirty.values()) {
      // First of all, so that a call that cannot be shown spoils one frame and not all that follow.
      dirty.delete(call.id);
      const leavesAt = belongsOnWall(call) ? shownUntil(call) : -Infinity;
      if (leavesAt <= now && !shown.has(call.id)) continue;
      const wall = toWallCall(call, named);
      if (leavesAt > now && isNews(wall, shown.get(call.id)?.wall)) upsert.push(wall);
      shown.set(call.id, { call, wall });
      departures.plan(call.id, leavesAt);
    }
    return upsert;
  }

  return {
    note(changes, directory) {
      if (directory !== named) for (const [id, { call }] of shown) if (!dirty.has(id)) dirty.set(id, call);
      named = directory;
      for (const { call } of changes) dirty.set(call.id, call);
    },
    flush(now) {
      const upsert = upsertDirty(now);
      const remove = departures.due(now);
      for (const id of remove) shown.delete(id);
      if (upsert.length === 0 && remove.length === 0) return undefined;
      picture = undefined;
      return { from: revision, to: ++revision, upsert, remove };
    },
    picture: () => (picture ??= { revision, calls: Array.from(shown.values(), ({ wall }) => wall) }),
  };
}

interface Shown {
  readonly call: Call;
  readonly wall: WallCall;
}

const isNews = (wall: WallCall, told: WallCall | undefined): boolean => told === undefined || !sameContent(told, wall);

/** When each call leaves the wall. */
interface Departures {
  /** Replaces what was planned for the call; `Infinity`: it stays. */
  plan(id: string, at: number): void;
  /** The calls whose time has come; they are forgotten. Costs nothing before the next one is due. */
  due(now: number): string[];
}

function createDepartures(): Departures {
  const leaving = new Map<string, number>();
  let next = Infinity;
  return {
    plan(id, at) {
      if (at < Infinity) leaving.set(id, at);
      else leaving.delete(id);
      next = Math.min(next, at);
    },
    due(now) {
      if (now < next) return [];
      const gone = [...leaving].filter(([, at]) => at <= now).map(([id]) => id);
      for (const id of gone) leaving.delete(id);
      next = Infinity;
      for (const at of leaving.values()) next = Math.min(next, at);
      return gone;
    },
  };
}
