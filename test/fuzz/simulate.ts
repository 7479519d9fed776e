/**
 * In:  seeds to live, and what the user fixed of them: `npm run simulate -- --help`.
 * Out: every failing seed with the command that lives it again, the sums, the counters; exit code 1 when anything is wrong.
 * Never: an end that does not come: a life that takes too long is a failure, and its worker is replaced.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { batchOf, batchProblems, FULL_BATCH, type Batch } from './batch.ts';
import { runLife, type Verdict } from './life.ts';
import { modes, planOf, replayOf, type Wishes } from './plan.ts';
import type { Mode } from './menu.ts';
import { tracing } from './trace.ts';

const HELP = `npm run simulate -- --seeds N [--from K] [--scenario S] [--mode hostile|liveness|restart|pushless|all] [--faults LIST] [--workers W]
npm run simulate -- --seed K [--scenario S] [--mode M] [--faults LIST] [--trace]`;

/** One life takes a fraction of a second; this long means that it hangs. */
const LIFE_MS = 60_000;
const PROGRESS_MS = 5_000;
/** Of one failing life so many problems are printed. */
const SHOWN = 5;

interface Options {
  readonly seeds: readonly number[];
  readonly wishes: Wishes;
  readonly workers: number;
  readonly trace: boolean;
}

/** Throws an Error for people when the words of the command line make no sense. */
function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ seeds: { type: 'string' }, from: { type: 'string' }, seed: { type: 'string' }, workers: { type: 'string' } },
      ...{ scenario: { type: 'string' }, mode: { type: 'string' }, faults: { type: 'string' } },
      ...{ trace: { type: 'boolean' }, help: { type: 'boolean' } },
    } as const,
  });
  if (values.help === true) return undefined;
  const { scenario, faults, mode = 'all' } = values;
  if (mode !== 'all' && !modes.includes(mode as Mode))
    throw new Error(`no mode ${mode}; there are ${modes.join(', ')}`);
  const first = wholeNumber('from', values.seed ?? values.from ?? '1');
  const count = values.seed === undefined ? wholeNumber('seeds', values.seeds ?? '500') : 1;
  const wishes: Wishes = {
    ...(scenario !== undefined && { scenario }),
    ...(faults !== undefined && { faults }),
    ...(mode !== 'all' && { mode: mode as Mode }),
  };
  planOf(first, wishes);
  return {
    seeds: Array.from({ length: count }, (_, index) => first + index),
    wishes,
    workers: Math.max(1, wholeNumber('workers', values.workers ?? '2')),
    trace: values.trace === true,
  };
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`--${name} must be a whole number, not ${text}`);
  return Number(text);
}

/** What a worker says of one seed. */
export type Said = { readonly verdict: Verdict } | { readonly failed: string };

interface Run {
  readonly options: Options;
  readonly verdicts: Verdict[];
  /** Lives that did not come to their end, by seed. */
  readonly broken: Map<number, string>;
  next: number;
}

/** Each worker lives one seed after the other; one that hangs or dies is replaced, and its seed has failed. */
async function runWorker(run: Run): Promise<void> {
  const { options, broken, verdicts } = run;
  let worker: Worker | undefined;
  for (let seed = options.seeds[run.next++]; seed !== undefined; seed = options.seeds[run.next++]) {
    worker ??= new Worker(new URL('simulate-worker.ts', import.meta.url), {
      workerData: options.wishes,
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    });
    const said = await ask(worker, seed);
    if ('verdict' in said) verdicts.push(said.verdict);
    else {
      broken.set(seed, said.failed);
      await worker.terminate();
      worker = undefined;
    }
    const problems = 'verdict' in said ? said.verdict.problems : [said.failed];
    if (problems.length > 0) console.log(failure(seed, options.wishes, problems));
  }
  await worker?.terminate();
}

async function ask(worker: Worker, seed: number): Promise<Said> {
  const settled = new AbortController();
  const { signal } = settled;
  const timer = setTimeout(() => settled.abort(), LIFE_MS);
  worker.postMessage(seed);
  try {
    const [said] = (await once(worker, 'message', { signal })) as [Said];
    return said;
  } catch (error) {
    return { failed: signal.aborted ? `did not end within ${LIFE_MS} ms` : `the worker died: ${String(error)}` };
  } finally {
    clearTimeout(timer);
  }
}

function failure(seed: number, wishes: Wishes, problems: readonly string[]): string {
  const plan = planOf(seed, wishes);
  const more = problems.length > SHOWN ? [`… and ${problems.length - SHOWN} more`] : [];
  const lines = [...problems.slice(0, SHOWN), ...more].map((problem) => `    ${problem}`);
  return `FAILED  ${replayOf(plan, plan.scenario.name)}\n${lines.join('\n')}`;
}

function report({ options, verdicts, broken }: Run, seconds: number): string[] {
  const batch = batchOf(verdicts);
  const failed = verdicts.filter(({ problems }) => problems.length > 0).length + broken.size;
  const wrong = judged(options, batch);
  const { sums } = batch;
  const at = (share: number): number =>
    (batch.healedMs.at(Math.floor(share * (batch.healedMs.length - 1))) ?? 0) / 1000;
  return [
    `${verdicts.length + broken.size} lives in ${seconds.toFixed(0)} s, ${failed} failed`,
    Object.entries(sums)
      .map(([what, count]) => `${what} ${count}`)
      .join(', '),
    `healed within ${at(0.5)} s (half), ${at(0.99)} s (99 %), ${at(1)} s (all)`,
    `faults struck: ${counters(batch.strikes)}`,
    `defences fired: ${counters(batch.tally)}`,
    ...wrong.map((problem) => `FAILED  the batch: ${problem}`),
  ];
}

/** With faults or a scenario of the user's own choice a batch need not meet everything. */
function judged({ wishes, seeds }: Options, batch: Batch): string[] {
  if (wishes.faults !== undefined || wishes.scenario !== undefined || seeds.length < FULL_BATCH) return [];
  return batchProblems(batch, wishes.mode === undefined ? modes : [wishes.mode]);
}

const counters = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, times]) => `${name} ${times}`)
    .join(', ');

async function traceOne({ seeds: [seed = 1], wishes }: Options): Promise<number> {
  const plan = planOf(seed, wishes);
  const verdict = await runLife({ ...plan, onlookers: tracing((line) => console.log(line)) });
  console.log(`\n${replayOf(plan, plan.scenario.name)}`);
  for (const problem of verdict.problems) console.log(`    ${problem}`);
  console.log(verdict.problems.length === 0 ? 'nothing false was said' : `${verdict.problems.length} problems`);
  return verdict.problems.length === 0 ? 0 : 1;
}

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  if (options.trace) return traceOne(options);
  const run: Run = { options, verdicts: [], broken: new Map(), next: 0 };
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  const progress = setInterval(() => {
    console.error(`${run.verdicts.length} of ${options.seeds.length} lives, ${seconds().toFixed(0)} s`);
  }, PROGRESS_MS);
  const workers = Math.min(options.workers, options.seeds.length);
  await Promise.all(Array.from({ length: workers }, () => runWorker(run)));
  clearInterval(progress);
  const lines = report(run, seconds());
  console.log(lines.join('\n'));
  const clean = run.broken.size === 0 && run.verdicts.every(({ problems }) => problems.length === 0);
  return clean && !lines.some((line) => line.startsWith('FAILED')) ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`${(error as Error).message}\n${HELP}`);
  process.exitCode = 2;
}
