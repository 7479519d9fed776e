// In:  nothing. Out: one seed and fewer runs for every generated test: a fault is met by many of them, and by plain ones before.
// Never: chance, which would let a planted fault live today and die tomorrow.
import fc from 'fast-check';

fc.configureGlobal({ seed: 20_251_124, numRuns: 25 });
