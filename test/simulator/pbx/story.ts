/**
 * In:  a call that has nothing to do, and its story.
 * Out: the clock of the next step, or of the PBX's own time limit.
 * Never: what a step does; see plays.ts.
 */
import type { Call } from './call.ts';
import type { CallStep } from './model.ts';
import type { Act } from './pbx.ts';
import { actOf, readiness } from './plays.ts';
import { limitOf, type TimeLimit } from './time-limits.ts';

/** Looks where an idle call stands: sets the clock of its next step, or the PBX's own time limit. */
export function settle(call: Call): void {
  if (call.over) return;
  const step = nextStep(call);
  if (step !== undefined && readiness(call, step) === 'now') {
    call.stepTimer ??= call.pbx.later(call, step.after, () => {
      call.stepTimer = undefined;
      call.pbx.run(call, perform(call, step));
    });
  } else {
    call.stepTimer?.cancel();
    call.stepTimer = undefined;
  }
  setLimit(call, step);
}

/** Passes over what can no longer happen. */
function nextStep(call: Call): CallStep | undefined {
  for (;;) {
    const step = call.steps[call.step];
    if (step === undefined || readiness(call, step) !== 'never') return step;
    call.stepTimer?.cancel();
    call.stepTimer = undefined;
    call.step += 1;
  }
}

function setLimit(call: Call, step: CallStep | undefined): void {
  const limit = limitOf(call, call.stepTimer === undefined ? undefined : step);
  if (limit?.key === call.limit?.key) return;
  call.limit?.timer.cancel();
  call.limit = undefined;
  if (limit === undefined) return;
  const timer = call.pbx.later(call, limit.ms, () => {
    call.limit = undefined;
    call.pbx.run(call, enforce(call, limit));
  });
  call.limit = { key: limit.key, timer };
}

/** Something else may have happened while the limit waited for its turn. */
function* enforce(call: Call, limit: TimeLimit): Act {
  if (limitOf(call, undefined)?.key === limit.key) yield* limit.act();
}

/** The world may have moved between the step's hour and its turn: then it waits again. */
function* perform(call: Call, step: CallStep): Act {
  if (call.steps[call.step] !== step || readiness(call, step) !== 'now') return;
  call.step += 1;
  yield* actOf(call, step);
}
