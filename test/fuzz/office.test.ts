import { office } from '../simulator/scenarios/office.ts';
import { convergenceSuite } from './convergence-suite.ts';

convergenceSuite(office);
