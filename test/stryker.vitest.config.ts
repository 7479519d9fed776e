// In:  a copy of shared/. Out: the domain's own tests, in one thread, for each planted fault.
// Never: a test of another room, whose failure would say nothing about the domain's tests.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'mutation',
    include: ['shared/src/domain/*.test.ts'],
    reporters: [],
    isolate: false,
  },
});
