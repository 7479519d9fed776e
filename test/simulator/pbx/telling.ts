import { quiet } from '../scenarios/quiet.ts';
import type { CallScript, TrueCall, World, WorldEvent } from './model.ts';
import { createWorld } from './world.ts';

/** When test worlds begin, ms since the epoch. */
export const START = Date.UTC(2026, 2, 3, 14);

/** `2 p1 Setup`: how sequences are written in the platform's notes; `B` marks a second session. */
function line(event: WorldEvent, id: string): string {
  const { party, sequence, telephonySessionId } = event;
  const session = telephonySessionId === id ? '' : 'B ';
  const number = party.id.split('-').at(-1);
  const reason = party.status.reason === undefined ? '' : ` ${party.status.reason}`;
  return `${session}${sequence} p${number} ${party.status.code}${reason}`;
}

/** One call, told to its end in a quiet world. */
export interface Told {
  readonly world: World;
  readonly id: string;
  readonly events: readonly WorldEvent[];
  readonly lines: readonly string[];
  readonly truth: TrueCall;
  /** Every state the call went through, in order. */
  readonly states: readonly string[];
}

/** Places the call and lets everything happen that will. Throws when the story comes to nothing. */
export function tell(script: CallScript, seed = 1): Told {
  const world = createWorld({ seed, scenario: quiet, startAt: START });
  const id = world.place(script);
  const events: WorldEvent[] = [];
  const states: string[] = [];
  for (let at = world.nextAt(); at !== undefined; at = world.nextAt()) {
    events.push(...world.advanceTo(at));
    const state = world.session(id)?.truth.state;
    if (state !== undefined && state !== states.at(-1)) states.push(state);
  }
  const truth = world.session(id)?.truth;
  if (truth === undefined) throw new Error('the call never was');
  return { world, id, events, lines: events.map((event) => line(event, id)), truth, states };
}
