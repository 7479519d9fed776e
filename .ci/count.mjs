// In:  the exit code of `npm test`, turbo's summary of its tasks, vitest's report. Out: "N passed, N failed" and an exit code.
// Never: zero failed after a failed run; what left no report (a crash, a failed set-up) counts as one failure.
import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);
const readJson = (path) => JSON.parse(readFileSync(new URL(path, root), 'utf8'));
const count = { passed: 0, failed: 0 };

/** Type checks, lint, format and builds: one check each. The test task is counted test by test instead. */
function countTasks() {
  const [summary] = readdirSync(new URL('.turbo/runs/', root));
  for (const { taskId, execution } of readJson(`.turbo/runs/${summary}`).tasks) {
    if (taskId.endsWith('#test')) continue;
    if (execution?.exitCode === 0) count.passed++;
    else report(taskId);
  }
}

function countTests() {
  for (const file of readJson('test/.results/vitest.json').testResults) {
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'passed') count.passed++;
      else if (status === 'failed') report(`${file.name}: ${fullName}`);
    }
    const blamed = file.assertionResults.some(({ status }) => status === 'failed');
    if (file.status === 'failed' && !blamed) report(`${file.name} (did not load)`);
  }
}

function report(what) {
  count.failed++;
  console.log(`failed: ${what}`);
}

function attempt(step, what) {
  try {
    step();
  } catch {
    report(what);
  }
}

console.log('');
attempt(countTasks, 'no summary of the tasks was left behind');
attempt(countTests, 'no report of the tests was left behind');
const code = Number(process.argv[2] ?? 1);
if (code !== 0 && count.failed === 0) report(`npm test ended with code ${code}`);
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed === 0 ? 0 : 1;
