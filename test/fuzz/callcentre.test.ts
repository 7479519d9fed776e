import { callcentre } from '../simulator/scenarios/callcentre.ts';
import { convergenceSuite } from './convergence-suite.ts';

convergenceSuite(callcentre);
