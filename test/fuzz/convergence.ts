import type { Change } from '@ringside/shared/domain/change';
import type { WallCall } from '@ringside/shared/protocol/messages';
import type { TrueCall } from '../simulator/pbx/model.ts';
import { createRng } from '../simulator/pbx/rng.ts';
import type { Scenario } from '../simulator/pbx/scenario.ts';
import { fading, startWholeSystem, type BoardCall, type WholeSystem } from './whole-system.ts';

/** Faults strike, then stop while calls go on coming; when all is healed the living are compared, and at the end the dead. */
const FAULTY_MS = 170_000;
const HEALED_MS = 265_000;
const BUSY_MS = 280_000;
const OVER_MS = 480_000;

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
  'session-404:p=0.05',
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

/** Faults under which every event arrives in the end: then nothing may stay open. */
const harmless = [
  'duplicate',
  'reorder',
  'page-loss',
  'http-503',
  'truncated-json',
  'empty-poll',
  'stale-records',
  'bad-records',
];
export const losesNothing = (faults: string): boolean =>
  faults.split(',').every((fault) => harmless.includes(fault.split(':')[0] ?? ''));

export interface Verdict {
  readonly seed: number;
  readonly faults: string;
  /** What is wrong, in words; empty when truth, server and viewer agree. */
  readonly problems: readonly string[];
  readonly calls: number;
  /** How many living calls were compared. */
  readonly live: number;
  /** True calls of which nothing ever reached the server: they began and ended inside an outage. */
  readonly unseen: number;
  /** Missed calls, and how many of them were never announced: unseen, or their outcome still open. */
  readonly missed: number;
  readonly unannounced: number;
  readonly strikes: Readonly<Record<string, number>>;
}

/** Runs one seeded life of the whole product, lets it heal, and holds it against the truth, alive and at the end. */
export async function runSeed(scenario: Scenario, seed: number, faults = faultsOf(seed)): Promise<Verdict> {
  const system = await startWholeSystem({ seed, scenario: fading(scenario, BUSY_MS, 9_000), faults });
  try {
    await system.time.advance(FAULTY_MS);
    const strikes = system.simulator.faults.strikes();
    system.simulator.faults.clear();
    await system.time.advance(HEALED_MS - FAULTY_MS);
    const alive = await judgePictures(system);
    await system.time.advance(OVER_MS - HEALED_MS);
    const over = await judgePictures(system);
    const lives = judgeLives(system);
    const problems = [...alive.problems, ...over.problems, ...lives.problems];
    return { seed, faults, strikes, ...lives, problems, live: alive.live + over.live };
  } finally {
    await system.close();
  }
}

/** What has just happened may still be on its way, in its grace, or being asked about. */
const SETTLED_MS = 8_000;
const LOOK_MS = 500;
const FRAME_UNDER_WAY_MS = 200;

/** Compares what has not changed for some seconds: the living on the board, and the board with the viewer's. */
async function judgePictures(system: WholeSystem): Promise<{ problems: string[]; live: number }> {
  const { truth, settled } = await settledTruth(system);
  const { calls } = await system.board();
  const living = truth.filter((call) => settled.has(call.id));
  const known = new Set(truth.map((call) => call.id));
  const board = calls.filter((call) => settled.has(call.id) || !known.has(call.id));
  const problems = [...liveProblems(living, board), ...(await viewerLies(system, calls))];
  return { problems, live: living.filter(isLive).length };
}

/** Who has been the same in every look of the last seconds. */
async function settledTruth(
  system: WholeSystem,
): Promise<{ truth: readonly TrueCall[]; settled: ReadonlySet<string> }> {
  const look = (): Map<string, string> => new Map(system.truth().map((call) => [call.id, told(call)]));
  const looks = [look()];
  for (let waited = 0; waited < SETTLED_MS; waited += LOOK_MS) {
    await system.time.advance(LOOK_MS);
    looks.push(look());
  }
  const truth = system.truth();
  const same = truth.filter((call) => looks.every((one) => one.get(call.id) === told(call)));
  return { truth, settled: new Set(same.map((call) => call.id)) };
}

/** A frame may be under way: what the board has said for that long, the viewer must say too. */
async function viewerLies(system: WholeSystem, before: readonly BoardCall[]): Promise<string[]> {
  await system.time.advance(FRAME_UNDER_WAY_MS);
  const viewer = await system.viewer();
  const { calls } = await system.board();
  const said = new Map(before.map((call) => [call.id, JSON.stringify(call)]));
  const steady = calls.filter((call) => said.get(call.id) === JSON.stringify(call));
  const known = new Set(calls.map((call) => call.id));
  const extra = [...viewer.values()].filter((call) => isLive(call) && !known.has(call.id));
  return [...viewerProblems(steady, viewer), ...extra.map((call) => `${call.id} lives at the viewer only`)];
}

function judgeLives(
  system: WholeSystem,
): Pick<Verdict, 'calls' | 'unseen' | 'missed' | 'unannounced'> & { problems: string[] } {
  const truth = system.truth();
  const started = new Set(system.changes.map((change) => change.call.id));
  const announced = new Set(system.changes.filter(({ type }) => type === 'callMissed').map(({ call }) => call.id));
  const seen = truth.filter((call) => started.has(call.id));
  const missed = truth.filter((call) => call.missed === true);
  const problems = [...seen.flatMap((call) => lifeProblems(call, system.changes)), ...strangers(truth, started)];
  const unannounced = missed.filter((call) => !announced.has(call.id)).length;
  return { problems, calls: truth.length, unseen: truth.length - seen.length, missed: missed.length, unannounced };
}

const isLive = (call: { readonly state: string }): boolean => call.state !== 'ended';

/** What is wrong with the living: each must be shown as it is, and nobody else. */
export function liveProblems(truth: readonly TrueCall[], board: readonly BoardCall[]): string[] {
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

const told = (call: TrueCall): string =>
  describe(call.state, call.direction, call.queueId, call.answeredAt !== undefined);

const describe = (state: string, direction: string, queue: string | undefined, answered: boolean): string =>
  `${state} ${direction}${queue === undefined ? '' : ` of queue ${queue}`}${answered ? ', answered' : ''}`;

function viewerProblems(board: readonly BoardCall[], viewer: ReadonlyMap<string, WallCall>): string[] {
  const problems = board.flatMap((call) => {
    const shown = viewer.get(call.id);
    const same = shown?.state === call.state && shown.missed === call.missed && shown.direction === call.direction;
    return same ? [] : [`${call.id} is ${call.state} on the server and ${shown?.state ?? 'absent'} at the viewer`];
  });
  return problems;
}

/** One start, one end, at most one miss, in that order, and the outcome never the opposite of the truth. */
export function lifeProblems(call: TrueCall, changes: readonly Change[]): string[] {
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
