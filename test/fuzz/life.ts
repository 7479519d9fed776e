/**
 * In:  a scenario, a seed, a mode, faults, and limits of the board where a defence is to be missing.
 * Out: the verdict on one seeded life of the whole product.
 * Never: a real clock, or a witness other than the simulator's truth.
 */
import type { Board } from '@ringside/shared/domain/board';
import type { TrueCall } from '../simulator/pbx/model.ts';
import { createRng } from '../simulator/pbx/rng.ts';
import type { Scenario } from '../simulator/pbx/scenario.ts';
import { isCall, lifeProblems, viewerProblems } from './agreement.ts';
import { outcomeProblems, storyProblems } from './endings.ts';
import { createHealing, SETTLED_PUSHLESS_MS, type Healing } from './healing.ts';
import { faultsOf, losesNothing, namesOf, type Mode } from './menu.ts';
import { createSafety, type Safety } from './safety.ts';
import { fading, startWholeSystem, type Onlookers, type SystemOptions, type WholeSystem } from './whole-system.ts';

const LOOK_MS = 1_000;
/** In liveness mode faults strike for so long; calls go on coming for some time, and then all come to their end. */
const FAULTY_MS = 170_000;
const HEALED_MS = 95_000;
const BUSY_MS = 280_000;
const HOSTILE_MS = 400_000;
const OVER_MS = 480_000;
/** In restart mode the server goes down twice, the first time amid the faults, the second time when they are over. */
const FIRST_DOWN_MS = 90_000;
const SECOND_DOWN_MS = 25_000;
const LONGEST_DOWN_MS = 40_000;
const FRAME_UNDER_WAY_MS = 200;
/** A list served from an old cache shows calls as they were so long ago. */
const STALE_MS = 120_000;
/** Seeds with a wall on a real socket: the wire to the viewer costs more than all the rest. */
const VIEWER_EVERY = 8;

export interface LifeOptions {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly mode: Mode;
  /** Default: those of the seed. */
  readonly faults?: string;
  readonly limits?: SystemOptions['limits'];
  /** The platform's denials excuse nothing: a product with all its defences does not ask where it would be lied to. */
  readonly strict?: boolean;
  /** Looks on as well; `look` is called about every virtual second. */
  readonly onlookers?: Partial<Onlookers> & { started?(system: WholeSystem): void; look?(system: WholeSystem): void };
}

export interface Verdict {
  readonly seed: number;
  readonly scenario: string;
  readonly mode: Mode;
  readonly faults: string;
  /** What is wrong, in words; empty when nothing false was said. */
  readonly problems: readonly string[];
  readonly calls: number;
  /** How many living calls were compared with the truth. */
  readonly live: number;
  /** True calls of which nothing ever reached the server: they began and ended inside an outage. */
  readonly unseen: number;
  /** Missed calls, and how many of them were never announced: unseen, or their outcome still open. */
  readonly missed: number;
  readonly unannounced: number;
  /** Calls that ended, as far as seen, and how many of them have no outcome yet. */
  readonly ended: number;
  readonly open: number;
  /** How long after the end of the faults truth and board last disagreed, ms; liveness only. */
  readonly healedMs: number;
  readonly strikes: Counts;
  readonly tally: Counts;
}

interface Watch {
  readonly system: WholeSystem;
  readonly safety: Safety;
  readonly healing: Healing;
  readonly look: (() => void) | undefined;
  /** Of the servers that have ended. */
  readonly tallies: Counts[];
}

/** Runs one life to its end. Rejects only when the harness itself fails. */
export async function runLife(options: LifeOptions): Promise<Verdict> {
  const { seed, scenario, mode, faults = faultsOf(seed, mode) } = options;
  const watch = await startWatched(options, faults);
  const { system, safety } = watch;
  try {
    const lived = await live(watch, seed, mode);
    const seen = seed % VIEWER_EVERY === 0 ? await judgeViewer(system) : [];
    const lives = judgeLives(watch, mode, faults);
    const problems = [...safety.problems, ...lived.problems, ...seen, ...lives.problems];
    const tally = summed(watch.tallies, system.picture().tally);
    return { seed, scenario: scenario.name, mode, faults, tally, ...lives, ...lived, problems };
  } finally {
    await system.close();
  }
}

type Lived = Pick<Verdict, 'healedMs' | 'live' | 'problems' | 'strikes'>;

async function live(watch: Watch, seed: number, mode: Mode): Promise<Lived> {
  const { faults } = watch.system.simulator;
  if (mode === 'hostile') {
    await run(watch, HOSTILE_MS);
    return { healedMs: 0, live: 0, problems: [], strikes: faults.strikes() };
  }
  const random = createRng(`${seed}/restart`);
  let passed = 0;
  if (mode === 'restart') {
    await run(watch, FIRST_DOWN_MS);
    passed += FIRST_DOWN_MS + (await restart(watch, random.int(0, LONGEST_DOWN_MS)));
  }
  await run(watch, FAULTY_MS - passed);
  const strikes = faults.strikes();
  faults.clear();
  if (mode === 'pushless') goPushless(watch.system);
  passed = FAULTY_MS;
  if (mode === 'restart') {
    await run(watch, SECOND_DOWN_MS);
    passed += SECOND_DOWN_MS + (await restart(watch, random.int(0, LONGEST_DOWN_MS)));
  }
  return { ...(await heal(watch, OVER_MS - passed)), strikes };
}

/** From now on there is no link, and none can be had. */
function goPushless({ simulator }: WholeSystem): void {
  simulator.faults.set('upgrade-503');
  simulator.gateway.cut(false);
}

/** Nobody is shown anything meanwhile; what was true before must not be said again afterwards. Returns how long it took. */
async function restart({ system, tallies, healing }: Watch, downMs: number): Promise<number> {
  const began = system.time.now();
  tallies.push(system.picture().tally);
  await system.restart(downMs);
  healing.note(system.truth(), system.time.now());
  return system.time.now() - began;
}

function summed(tallies: readonly Counts[], last: Counts): Counts {
  const sums: Record<string, number> = { ...last };
  for (const tally of tallies) for (const [key, times] of Object.entries(tally)) sums[key] = (sums[key] ?? 0) + times;
  return sums;
}

type Counts = Readonly<Record<string, number>>;

async function startWatched(options: LifeOptions, faults: string): Promise<Watch> {
  const { seed, scenario, mode, limits, onlookers, strict = false } = options;
  const denied = new Set<string>();
  const judge: { safety?: Safety } = {};
  const system = await startWholeSystem({
    ...{ seed, faults, scenario: fading(scenario, BUSY_MS, 9_000), viewer: seed % VIEWER_EVERY === 0 },
    remembers: mode === 'restart',
    ...(limits !== undefined && { limits }),
    onlookers: {
      ...onlookers,
      changed(some) {
        judge.safety?.changed(some);
        onlookers?.changed?.(some);
      },
      answered(url, answer) {
        const id = answer.status === 404 ? probed(url) : undefined;
        if (!strict && id !== undefined && system.truth().some((call) => call.id === id && call.endedAt === undefined))
          denied.add(id);
        onlookers?.answered?.(url, answer);
      },
    },
  });
  const safety = createSafety({
    now: () => system.time.now(),
    truth: () => system.truth(),
    denied,
    staleMs: namesOf(faults).includes('stale-records') ? STALE_MS : 0,
  });
  judge.safety = safety;
  onlookers?.started?.(system);
  const look = onlookers?.look?.bind(onlookers, system);
  return { system, safety, healing: createHealing(denied, mode === 'pushless'), look, tallies: [] };
}

/** The session that a request asks about. */
export const probed = ({ pathname }: URL): string | undefined => /\/telephony\/sessions\/([^/]+)$/.exec(pathname)?.[1];

async function run({ system, safety, healing, look }: Watch, ms: number, each?: (board: Board) => void): Promise<void> {
  for (let passed = 0; passed < ms; passed += LOOK_MS) {
    await system.time.advance(LOOK_MS);
    const board = system.picture();
    safety.look(board, LOOK_MS);
    healing.note(system.truth(), system.time.now());
    each?.(board);
    look?.();
  }
}

/** Nothing strikes any more: the board must come to agree with the truth in bounded time, and stay so. */
async function heal(watch: Watch, ms: number): Promise<{ healedMs: number; live: number; problems: string[] }> {
  const { system, healing } = watch;
  const cleared = system.time.now();
  let live = 0;
  await run(watch, ms, (board) => {
    const compared = healing.compare(board, system.time.now());
    if (system.time.now() - cleared > HEALED_MS) live += compared;
  });
  const healedMs = Math.max(0, (healing.last?.at ?? cleared) - cleared);
  const late = healedMs > HEALED_MS ? (healing.last?.problems ?? []) : [];
  return { healedMs, live, problems: late.map((what) => `${healedMs} ms after the faults ${what}`) };
}

/** A frame may be under way: what the server has said for that long, the viewer must say too. */
async function judgeViewer(system: WholeSystem): Promise<string[]> {
  const before = new Map((await system.board()).calls.map((call) => [call.id, JSON.stringify(call)]));
  await system.time.advance(FRAME_UNDER_WAY_MS);
  const viewer = await system.viewer();
  const { calls } = await system.board();
  const steady = calls.filter((call) => before.get(call.id) === JSON.stringify(call));
  return viewerProblems(steady, new Set(calls.map((call) => call.id)), viewer);
}

type Lives = Pick<Verdict, 'calls' | 'unseen' | 'missed' | 'unannounced' | 'ended' | 'open' | 'problems'>;

/** The whole life of every call, at the end. While faults still strike, an end may yet be on its way. */
function judgeLives({ system }: Watch, mode: Mode, faults: string): Lives {
  const truth = system.truth().filter(isCall);
  const told = Map.groupBy(system.changes, (change) => change.call.id);
  const seen = truth.filter((call) => told.has(call.id));
  const last = (call: TrueCall) => told.get(call.id)?.at(-1)?.call;
  const missed = truth.filter((call) => call.missed === true);
  const announced = (call: TrueCall) => told.get(call.id)?.some(({ type }) => type === 'callMissed') === true;
  const unseen = truth.length - seen.length;
  const unannounced = missed.filter((call) => !announced(call)).length;
  const ended = seen.filter((call) => last(call)?.state === 'ended');
  const open = ended.filter((call) => last(call)?.missed === undefined).length;
  const due = system.time.now() - (mode === 'pushless' ? SETTLED_PUSHLESS_MS : 0);
  const whole = mode === 'hostile' ? [] : seen.filter(({ endedAt }) => (endedAt ?? 0) <= due);
  const problems = whole.flatMap((call) => lifeProblems(call, told.get(call.id) ?? []));
  for (const call of whole) {
    const ours = last(call);
    if (ours?.state !== 'ended' || call.kind !== 'voice' || call.endedAt === undefined) continue;
    problems.push(...outcomeProblems(call, ours));
    if (mode === 'liveness' && losesNothing(faults)) problems.push(...storyProblems(call, ours));
  }
  if (mode === 'liveness' && losesNothing(faults)) {
    if (unseen > 0) problems.push(`${unseen} calls were never seen though every event came`);
    if (unannounced > 0) problems.push(`${unannounced} misses were never announced though every event came`);
  }
  return {
    ...{ calls: truth.length, unseen, missed: missed.length },
    unannounced,
    ended: ended.length,
    open,
    problems,
  };
}
