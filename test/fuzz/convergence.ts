import type { Change } from '@ringside/shared/domain/change';
import type { WallCall } from '@ringside/shared/protocol/messages';
import type { TrueCall } from '../simulator/pbx/model.ts';
import { createRng } from '../simulator/pbx/rng.ts';
import type { Scenario } from '../simulator/pbx/scenario.ts';
import { fading, startWholeSystem, type BoardCall, type WholeSystem } from './whole-system.ts';

/** Calls arrive this long, ms; faults go on a little longer, and then the world gets time to be told right. */
const BUSY_MS = 150_000;
const FAULTY_MS = 200_000;
const HEALING_MS = 240_000;

/** What may go wrong, each in a strength that leaves something to heal. Several strike at once. */
const menu = [
  'drop:p=0.08',
  'drop-final:p=0.5',
  'duplicate:p=0.3',
  'reorder:p=0.3',
  'late:p=0.2',
  'cut:every=45000',
  'cut:every=30000;fin=1',
  'half-open:every=60000',
  'cut:every=40000,recovery-failed',
  'cut:every=40000,recovery-silent',
  'cut:every=40000,replay-glued',
  'cut:every=40000,replay-shuffled',
  'garbage-frame:p=0.1',
  'bad-notification:p=0.1',
  'deaf:after=60000',
  'upgrade-503:p=0.5',
  'rate-429:p=0.3',
  'http-503:p=0.3',
  'hang:p=0.2',
  'truncated-json:p=0.3',
  'page-loss',
  'empty-poll:p=0.3',
  'stale-records',
  'bad-records',
  'session-404:p=0.3',
  'token-503:p=0.3',
  'wstoken-429:times=2',
] as const;

/** The faults of a seed: two to five of the menu. */
export function faultsOf(seed: number): string {
  const random = createRng(`${seed}/faults`);
  const drawn = menu.map((fault) => ({ fault, lot: random.next() })).toSorted((a, b) => a.lot - b.lot);
  return drawn
    .slice(0, random.int(2, 5))
    .map(({ fault }) => fault)
    .join(',');
}

export interface Verdict {
  readonly seed: number;
  readonly faults: string;
  /** What is wrong, in words; empty when truth, server and viewer agree. */
  readonly problems: readonly string[];
  readonly calls: number;
  /** True calls of which nothing ever reached the server: they began and ended inside an outage. */
  readonly unseen: number;
  readonly undecided: number;
  readonly strikes: Readonly<Record<string, number>>;
}

/** Runs one seeded life of the whole product, lets it heal, and holds it against the truth. */
export async function runSeed(scenario: Scenario, seed: number, faults = faultsOf(seed)): Promise<Verdict> {
  const system = await startWholeSystem({ seed, scenario: fading(scenario, BUSY_MS, 9_000), faults });
  try {
    await system.time.advance(FAULTY_MS);
    const strikes = system.simulator.faults.strikes();
    system.simulator.faults.clear();
    await system.time.advance(HEALING_MS);
    return { seed, faults, strikes, ...(await judge(system)) };
  } finally {
    await system.close();
  }
}

async function judge(system: WholeSystem): Promise<Pick<Verdict, 'problems' | 'calls' | 'unseen' | 'undecided'>> {
  const truth = system.truth();
  const { calls: board } = await system.board();
  const viewer = await system.viewer();
  const started = new Set(system.changes.map((change) => change.call.id));
  const seen = truth.filter((call) => started.has(call.id));
  const problems = [
    ...liveProblems(truth, board),
    ...viewerProblems(board, viewer),
    ...seen.flatMap((call) => lifeProblems(call, system.changes)),
    ...strangers(truth, started),
  ];
  const undecided = board.filter((call) => call.state === 'ended' && call.missed === undefined).length;
  return { problems, calls: truth.length, unseen: truth.length - seen.length, undecided };
}

const isLive = (call: { readonly state: string }): boolean => call.state !== 'ended';

function liveProblems(truth: readonly TrueCall[], board: readonly BoardCall[]): string[] {
  const shown = new Map(board.filter(isLive).map((call) => [call.id, call]));
  const problems: string[] = [];
  for (const call of truth.filter(isLive)) {
    const ours = shown.get(call.id);
    if (ours === undefined) problems.push(`${call.id} is ${call.state} and not shown`);
    else if (ours.state !== call.state) problems.push(`${call.id} is ${call.state} and shown as ${ours.state}`);
    else if (ours.direction !== call.direction)
      problems.push(`${call.id} is ${call.direction}, shown ${ours.direction}`);
    shown.delete(call.id);
  }
  for (const ghost of shown.values()) problems.push(`${ghost.id} is a ghost, shown as ${ghost.state}`);
  return problems;
}

function viewerProblems(board: readonly BoardCall[], viewer: ReadonlyMap<string, WallCall>): string[] {
  const problems = board.flatMap((call) => {
    const shown = viewer.get(call.id);
    const same = shown?.state === call.state && shown.missed === call.missed && shown.direction === call.direction;
    return same ? [] : [`${call.id} is ${call.state} on the server and ${shown?.state ?? 'absent'} at the viewer`];
  });
  const known = new Set(board.map((call) => call.id));
  const extra = [...viewer.values()].filter((call) => isLive(call) && !known.has(call.id));
  return [...problems, ...extra.map((call) => `${call.id} lives at the viewer only`)];
}

/** One start, one end, at most one miss, in that order, and the outcome never the opposite of the truth. */
function lifeProblems(call: TrueCall, changes: readonly Change[]): string[] {
  const own = changes.filter((change) => change.call.id === call.id);
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

function strangers(truth: readonly TrueCall[], started: ReadonlySet<string>): string[] {
  const known = new Set(truth.map((call) => call.id));
  return [...started].filter((id) => !known.has(id)).map((id) => `${id} never existed`);
}
