import { office } from '../simulator/scenarios/office.ts';
import { convergenceSuite } from './convergence-suite.ts';

convergenceSuite(office, [
  {
    seed: 495,
    faults: 'drop-final:p=0.5,reorder:p=0.3,drop:p=0.08,empty-poll:p=0.3',
    because: 'list and probe agreed on the end and the call stayed',
  },
  {
    seed: 72,
    faults: 'cut:every=40000,replay-shuffled,empty-poll:p=0.3,deaf:after=60000,bad-notification:p=0.1,stale-records',
    because: 'a parked call was not known to be answered',
  },
]);
