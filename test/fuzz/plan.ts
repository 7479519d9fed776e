/**
 * In:  a seed, and what the user fixed.
 * Out: which life that seed lives: scenario, mode and faults.
 * Never: chance. The same seed and the same wishes give the same life.
 */
import type { Scenario } from '../simulator/pbx/scenario.ts';
import { callcentre, callcentreWith } from '../simulator/scenarios/callcentre.ts';
import { office, officeWith } from '../simulator/scenarios/office.ts';
import { scenarioNamed } from '../simulator/scenarios/registry.ts';
import { faultsOf, type Mode } from './menu.ts';

/** What the user fixed; the rest follows from the seed. */
export interface Wishes {
  readonly scenario?: string;
  readonly mode?: Mode;
  readonly faults?: string;
}

export interface Plan {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly mode: Mode;
  readonly faults: string;
}

const scenarios: readonly Scenario[] = [office, callcentre];
/** Only events tell whose caller was merged into which session, so without them the seldom kinds of calls are left out. */
const everyday: readonly Scenario[] = [officeWith(0), callcentreWith(0)];
export const modes: readonly Mode[] = ['hostile', 'liveness', 'restart', 'pushless'];

/** Scenarios and modes take turns, so that every run of eight seeds has met each pair. Throws on an unknown scenario. */
export function planOf(seed: number, { scenario, mode, faults }: Wishes = {}): Plan {
  const chosen = mode ?? modes[Math.floor(seed / scenarios.length) % modes.length] ?? 'hostile';
  const named = scenario === undefined ? (scenarios[seed % scenarios.length] ?? office) : scenarioNamed(scenario);
  return {
    seed,
    scenario: chosen === 'pushless' ? (everyday.find(({ name }) => name === named.name) ?? named) : named,
    mode: chosen,
    faults: faults ?? faultsOf(seed, chosen),
  };
}

/** The command that lives this very life again, with its trace. */
export function replayOf({ seed, mode, faults }: Omit<Plan, 'scenario'>, scenario: string): string {
  return `npm run simulate -- --seed ${seed} --scenario ${scenario} --mode ${mode} --faults '${faults}' --trace`;
}
