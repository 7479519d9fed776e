/**
 * In:  measurements of one run. Out: lines a person can read and compare with the next machine.
 * Never: a verdict from absolute time. What is promised is a ratio to a floor measured in the same run.
 */
export interface Figure {
  readonly name: string;
  readonly value: string;
  /** The floor of the same run, and how the figure relates to it. */
  readonly floor?: string;
  readonly ratio?: number;
  readonly note?: string;
}

/** Median of at least one number. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('median of nothing');
  return middle;
}

/** Milliseconds `work` takes, the median of `rounds` after one round to warm up. */
export function timed(rounds: number, work: () => void): number {
  work();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    work();
    times.push(performance.now() - start);
  }
  return median(times);
}

/** A Markdown table of the figures under a title. */
export function render(title: string, figures: readonly Figure[]): string {
  const rows = figures.map(
    ({ name, value, floor = '', ratio, note = '' }) =>
      `| ${name} | ${value} | ${floor} | ${ratio === undefined ? '' : ratio.toFixed(2)} | ${note} |`,
  );
  return [
    `## ${title}`,
    '',
    '| figure | product | floor | ratio | |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
