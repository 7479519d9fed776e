// In:  nothing. Out: one seed for every generated test. Never: chance, which would let a planted fault live today and die tomorrow.
import fc from 'fast-check';

fc.configureGlobal({ seed: 20_251_124 });
