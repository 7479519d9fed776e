// In:  a copy of shared/. Out: the domain's own tests, in one thread, for each planted fault.
// Never: a test of another room, whose failure would say nothing about the domain's tests.
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that try many stories: most faults are found by a plain one before, and the first failure ends the run. */
const slow = /\/(invariants|evidence|memory|long-calls|keyed|board)\.test\.ts$/;

class PlainFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => (slow.test(moduleId) ? 1 : 0);
    return Promise.resolve(files.toSorted((a, b) => rank(a) - rank(b)));
  }
}

export default defineConfig({
  test: {
    name: 'mutation',
    include: ['shared/src/domain/*.test.ts'],
    setupFiles: ['test/stryker.setup.ts'],
    sequence: { sequencer: PlainFirst },
    reporters: [],
    isolate: false,
  },
});
