/**
 * In:  nothing; companies and their days as data, and calls as stories.
 * Out: scenarios by name, and ready-made scripts for tests.
 * Never: the wire, a clock, real names or real numbers.
 */
import type { Scenario } from '../pbx/scenario.ts';
import { burst } from './burst.ts';
import { callcentre } from './callcentre.ts';
import { night } from './night.ts';
import { office } from './office.ts';
import { quiet } from './quiet.ts';

/** Every scenario by name, the demo's first. */
export const scenarios: ReadonlyMap<string, Scenario> = new Map(
  [callcentre, office, quiet, burst, night].map((scenario) => [scenario.name, scenario]),
);

/** Throws an Error that lists the known names. */
export function scenarioNamed(name: string): Scenario {
  const found = scenarios.get(name);
  if (found === undefined) throw new Error(`no scenario ${name}; there are ${[...scenarios.keys()].join(', ')}`);
  return found;
}
