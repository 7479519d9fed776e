import { callcentre } from '../simulator/scenarios/callcentre.ts';
import { convergenceSuite } from './convergence-suite.ts';

convergenceSuite(callcentre, [
  {
    seed: 359,
    faults: 'deaf:after=60000,garbage-frame:p=0.1,page-loss',
    because: 'a lost page hid the record that said connected',
  },
  {
    seed: 470,
    faults: 'cut:every=40000,recovery-silent,reorder:p=0.3,drop:p=0.08,upgrade-503:p=0.5',
    because: 'calls that began in an outage came late',
  },
]);
