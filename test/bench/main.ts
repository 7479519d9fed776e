import { availableParallelism, cpus } from 'node:os';
import { benchFanout } from './fanout.ts';
import { benchJudgement } from './judgement.ts';
import { benchReducer } from './reducer.ts';
import { render, type Figure } from './report.ts';

/** `npm run bench [NAME …]`: every figure beside the floor of the same run. */
const benches: Readonly<Record<string, { title: string; run: () => Figure[] | Promise<Figure[]> }>> = {
  reducer: { title: 'Reducer: events into the board', run: benchReducer },
  judgement: { title: 'Poll judgement: ratio to JSON.parse of the same page', run: benchJudgement },
  fanout: { title: 'Fan-out: CPU per delivery, ratio to a bare ws broadcast', run: benchFanout },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`Unknown benchmark: ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`);
  process.exitCode = 1;
} else {
  console.log(`Node ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores\n`);
  for (const [name, bench] of Object.entries(benches)) {
    if (wanted.length === 0 || wanted.includes(name)) console.log(render(bench.title, await bench.run()));
  }
}
