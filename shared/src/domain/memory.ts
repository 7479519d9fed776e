import { emptyBoard, type Board, type BoardRules } from './board.ts';
import type { Call } from './call.ts';
import { differences, set, type Keyed } from './keyed.ts';
import type { Session } from './session.ts';

/** One thing worth remembering over a restart, as plain data. `since`: when the watch over the account began, local ms. */
export type Row =
  | { readonly kind: 'live'; readonly id: string; readonly value: Session }
  | { readonly kind: 'settling'; readonly id: string; readonly value: Session }
  | { readonly kind: 'ended'; readonly id: string; readonly value: Call }
  | { readonly kind: 'tombstone'; readonly id: string; readonly value: number }
  | { readonly kind: 'since'; readonly id: string; readonly value: number };

export type RowKey = Pick<Row, 'kind' | 'id'>;

export interface MemoryPatch {
  readonly put: readonly Row[];
  readonly drop: readonly RowKey[];
}

const SINCE = 'account';

/**
 * What must be written so that a restart finds `after` where `before` was written already. Costs by what changed, not by
 * how many calls there are.
 */
export function memoryPatch(before: Board, after: Board): MemoryPatch {
  const put: Row[] = [];
  const drop: RowKey[] = [];
  const compare = <V>(kind: Row['kind'], old: Keyed<V>, now: Keyed<V>): void => {
    for (const { key, value } of differences(old, now)) {
      if (value === undefined) drop.push({ kind, id: key });
      else put.push({ kind, id: key, value } as unknown as Row);
    }
  };
  compare('live', before.live, after.live);
  compare('settling', before.settling, after.settling);
  compare('ended', before.ended, after.ended);
  compare('tombstone', before.tombstones, after.tombstones);
  if (after.watchedSince !== undefined && after.watchedSince !== before.watchedSince) {
    put.push({ kind: 'since', id: SINCE, value: after.watchedSince });
  }
  return { put, drop };
}

/**
 * The board as it was left. Nothing on it is proved any more: every living call is marked unconfirmed and asked about
 * until an event, a record or a probe speaks for it; what ended stays ended.
 */
export function restoreBoard(rows: readonly Row[], at: number, rules?: BoardRules): Board {
  const board: { -readonly [Key in keyof Board]: Board[Key] } = { ...emptyBoard(rules) };
  for (const row of rows) {
    if (row.kind === 'live') {
      board.live = set(board.live, row.id, unproved(row.value, at));
      board.unquiet = set(board.unquiet, row.id, true);
      const { legacyId } = row.value;
      if (legacyId !== undefined) board.byLegacyId = set(board.byLegacyId, legacyId, row.id);
    }
    if (row.kind === 'settling') board.settling = set(board.settling, row.id, row.value);
    else if (row.kind === 'ended') board.ended = set(board.ended, row.id, row.value);
    else if (row.kind === 'tombstone') board.tombstones = set(board.tombstones, row.id, row.value);
    else if (row.kind === 'since') board.watchedSince = row.value;
  }
  return board;
}

/**
 * Who talked may be taken to talk still once his record says in progress; who rang, waited or was held is asked about.
 * The lease begins anew: no proof could have come while nobody listened.
 */
function unproved(session: Session, at: number): Session {
  const { overSaidAt: _said, overSince: _over, ...known } = session;
  const cause = session.call.state === 'talking' && session.polled ? 'silent' : 'outage';
  return {
    ...known,
    absentPolls: 0,
    // Whose record may still speak is not asked about at once.
    doubt: { cause, since: at, askedAt: cause === 'silent' ? at : 0 },
    call: { ...session.call, unconfirmed: true },
  };
}
