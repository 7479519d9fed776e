import type { Call } from '../call.ts';
import type { Act } from '../pbx.ts';

/** The company's side puts the other on hold; only the party that pressed the key changes [capture]. */
export function* hold(call: Call, extensionId?: string): Act {
  const party = presser(call, extensionId);
  if (party === undefined) return;
  call.move(party, { code: 'Hold' });
  call.tell({ state: 'held' });
}

/** Un-hold is told as Answered [capture]. */
export function* resume(call: Call): Act {
  const party = call.parties().findIndex((one) => one.status.code === 'Hold') + 1;
  if (party === 0) return;
  call.move(party, { code: 'Answered' });
  call.tell({ state: 'talking' });
}

/** The party of `extensionId` when it is on the call, else whoever serves the customer. */
function presser(call: Call, extensionId: string | undefined): number | undefined {
  if (extensionId === undefined) return call.staff;
  const index = call.parties().findIndex((one) => one.extensionId === extensionId && one.status.code === 'Answered');
  return index < 0 ? call.staff : index + 1;
}
