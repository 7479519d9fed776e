/**
 * In:  the truth, the server's board, the viewer's picture, and the changes of a whole life.
 * Out: where they disagree, in words.
 * Never: a moment of grace of its own. What may still be on its way is left out by who calls.
 */
import type { Change } from '@ringside/shared/domain/change';
import type { WallCall } from '@ringside/shared/protocol/messages';
import type { TrueCall } from '../simulator/pbx/model.ts';

/** As much of a call on the board as is compared with the truth. */
export interface ShownCall {
  readonly id: string;
  readonly direction: string;
  readonly state: string;
  readonly missed?: boolean;
  readonly answeredAt?: number | string;
  readonly queue?: { readonly id: string };
}

/** A supervisor's own session, and the one in which a RingOut rings its user's phone, are nobody's calls. */
export const isCall = ({ kind, partOf }: Pick<TrueCall, 'kind' | 'partOf'>): boolean =>
  kind !== 'supervision' && partOf === undefined;

export const isLive = (call: { readonly state: string }): boolean => call.state !== 'ended';

/** What is wrong with the living: each must be shown as it is, and nobody else. */
export function liveProblems(truth: readonly TrueCall[], board: readonly ShownCall[]): string[] {
  const shown = new Map(board.filter(isLive).map((call) => [call.id, call]));
  const problems = truth.filter(isLive).flatMap((call) => {
    const ours = shown.get(call.id);
    shown.delete(call.id);
    if (ours === undefined) return [`${call.id} is ${call.state} and not shown`];
    const asShown = describe(ours.state, ours.direction, ours.queue?.id, ours.answeredAt !== undefined);
    return told(call) === asShown ? [] : [`${call.id} is ${told(call)}, shown as ${asShown}`];
  });
  return [...problems, ...[...shown.values()].map((ghost) => `${ghost.id} is a ghost, shown as ${ghost.state}`)];
}

/** What is compared of a living call, in words. */
export const told = (call: TrueCall): string =>
  describe(call.state, call.direction, call.queueId, call.answeredAt !== undefined);

const describe = (state: string, direction: string, queue: string | undefined, answered: boolean): string =>
  `${state} ${direction}${queue === undefined ? '' : ` of queue ${queue}`}${answered ? ', answered' : ''}`;

/**
 * Where a viewer's picture differs from what the server has been saying for a while (`steady`) and knows at all. The dead
 * leave the wall one by one, as the wall's plan has it, but for the missed.
 */
export function viewerProblems(
  steady: readonly ShownCall[],
  known: ReadonlySet<string>,
  viewer: ReadonlyMap<string, WallCall>,
): string[] {
  const problems = steady.flatMap((call) => {
    const shown = viewer.get(call.id);
    if (shown === undefined && !isLive(call) && call.missed !== true) return [];
    const same = shown?.state === call.state && shown.missed === call.missed && shown.direction === call.direction;
    return same ? [] : [`${call.id} is ${call.state} on the server and ${shown?.state ?? 'absent'} at the viewer`];
  });
  const extra = [...viewer.values()].filter((call) => isLive(call) && !known.has(call.id));
  return [...problems, ...extra.map((call) => `${call.id} lives at the viewer only`)];
}

/** One start, one end, at most one miss, in that order, and the outcome never the opposite of the truth. */
export function lifeProblems(call: TrueCall, own: readonly Change[]): string[] {
  const types = own.map((change) => change.type).filter((type) => type !== 'callChanged' && type !== 'callCorrected');
  const expected = isLive(call) ? ['callStarted'] : ['callStarted', 'callEnded'];
  const problems: string[] = [];
  const lives = types.filter((type) => type !== 'callMissed');
  if (lives.join() !== expected.join()) problems.push(`${call.id} went ${types.join(', ')} (truth: ${call.state})`);
  if (own[0]?.type !== 'callStarted') problems.push(`${call.id} did not begin with its start`);
  if (types.filter((type) => type === 'callMissed').length > 1) problems.push(`${call.id} was missed more than once`);
  const last = own.at(-1)?.call;
  if (last?.missed !== undefined && call.missed !== undefined && last.missed !== call.missed) {
    problems.push(`${call.id} was ${call.missed ? '' : 'not '}missed, and the board says the opposite`);
  }
  return problems;
}
