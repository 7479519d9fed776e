// In:  the pure domain and the tests beside it. Out: how many planted faults the tests notice, per file, in test/.results/mutation.
// Never: part of `npm test`, which must stay quick; and never a run in place, for others may be editing the tree.
const results = 'test/.results/mutation';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  vitest: { configFile: 'test/stryker.vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  mutate: ['shared/src/domain/*.ts', '!shared/src/domain/*.test.ts', '!shared/src/domain/*-fixture.ts'],
  // A mutant is tried in a copy; what the domain's tests do not need is not copied.
  ignorePatterns: ['/**', '!/package.json', '!/tsconfig.base.json', '!/shared/**', '!/test/stryker.*.ts'],
  tempDirName: `${results}/sandbox`,
  cleanTempDir: 'always',
  incremental: true,
  incrementalFile: `${results}/incremental.json`,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: `${results}/mutation.json` },
  clearTextReporter: { allowColor: false, logTests: false },
  thresholds: { high: 95, low: 85, break: 85 },
  concurrency: 2,
  timeoutMS: 3_000,
  allowEmpty: false,
  disableTypeChecks: false,
};
