import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';

/** A benchmark takes its time, and a busy machine takes more. */
vi.setConfig({ testTimeout: 300_000 });

/** Figures are for people and other machines; that they come out, each beside its floor, is for this test. */
const main = fileURLToPath(new URL('main.ts', import.meta.url));
const bench = async (...names: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [main, ...names])).stdout;

test('the reducer and the judgement are told beside their floors, without a false change', async () => {
  const told = await bench('reducer', 'judgement');
  expect(told).toMatch(/reducer, 10,000 live calls \| \d+ k events\/s \| \d+ k at 100 \| \d+\.\d\d/);
  expect(told).toMatch(
    /poll judgement, 1,000 calls \| [\d.]+ ms \| JSON\.parse [\d.]+ ms \| \d+\.\d\d \| 0 false changes/,
  );
});

test('the fan-out is told beside a bare ws broadcast', async () => {
  expect(await bench('fanout')).toMatch(/CPU per delivery.*\| [\d.]+ µs \| ws broadcast [\d.]+ µs \| \d+\.\d\d/);
});

test('an unknown benchmark is named', async () => {
  await expect(bench('speed')).rejects.toThrow(/Unknown benchmark: speed/);
});
