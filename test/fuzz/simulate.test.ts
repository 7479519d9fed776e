import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, test } from 'vitest';
import type { Change } from '@ringside/shared/domain/change';
import { runLife } from './life.ts';
import { planOf, replayOf } from './plan.ts';

const program = fileURLToPath(new URL('simulate.ts', import.meta.url));

interface Ran {
  readonly code: number;
  readonly text: string;
}

/** The program as `npm run simulate` starts it. */
async function simulate(...args: readonly string[]): Promise<Ran> {
  const run = promisify(execFile)(process.execPath, [program, ...args], { maxBuffer: 1e8 });
  return run.then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    (error: { code?: number; stdout?: string; stderr?: string }) => ({
      code: error.code ?? -1,
      text: `${error.stdout ?? ''}${error.stderr ?? ''}`,
    }),
  );
}

/** Quick on a quiet machine; a busy one may take several times as long. */
const BATCH_MS = 480_000;

test(
  'five hundred lives in every mode: nothing false is said, and every fault and every defence is met [I-1] [I-2] [I-3] [I-4] [I-7]',
  { timeout: BATCH_MS },
  async () => {
    const { code, text } = await simulate('--seeds', '504');
    expect(text).not.toContain('FAILED');
    expect(text).toContain('504 lives in');
    expect(code).toBe(0);
  },
);

describe('npm run simulate', () => {
  it('tells of a life line by line, and lives it the same way each time', async () => {
    const args = ['--seed', '3', '--scenario', 'office', '--mode', 'liveness', '--faults', 'drop:p=0.08', '--trace'];
    const [first, second] = await Promise.all([simulate(...args), simulate(...args)]);
    expect(first).toEqual(second);
    for (const kind of ['event', 'poll', 'probe', 'change', 'truth'])
      expect(first.text).toMatch(new RegExp(`  ${kind} `));
    expect(first.text).toContain('nothing false was said');
  });

  it('fails with the command that lives the life again', async () => {
    // Lists invent calls here, which no defence can know and no menu of ours asks for.
    const { code, text } = await simulate('--seed', '5', '--faults', 'many-records:count=20');
    expect(code).toBe(1);
    const { seed, mode, faults, scenario } = planOf(5, { faults: 'many-records:count=20' });
    expect(text).toContain(replayOf({ seed, mode, faults }, scenario.name));
    expect(text).toContain('never existed');
  });

  it.each([
    ['--seeds', 'many'],
    ['--mode', 'friendly'],
    ['--scenario', 'nowhere'],
    ['--colour', 'blue'],
  ])('refuses %s %s in words', async (...args) => {
    const { code, text } = await simulate(...args);
    expect(code).toBe(2);
    expect(text).toContain('npm run simulate');
  });
});

test('a life is the same each time it is lived', async () => {
  const changesOf = async (): Promise<Change[]> => {
    const changes: Change[] = [];
    const onlookers = { changed: (some: readonly Change[]) => void changes.push(...some) };
    await runLife({ ...planOf(14), onlookers });
    return changes;
  };
  expect(await changesOf()).toEqual(await changesOf());
});
