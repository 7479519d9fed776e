import type { Call } from '../call.ts';
import type { Act } from '../pbx.ts';
import { withoutDevice } from './legs.ts';

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

/**
 * The serving user goes on with the call on another of their phones: the old party leaves for this reason, and a new one of
 * the same extension starts as Answered. Source: RingCentral's call-control library.
 */
export function* changePhones(call: Call, reason: 'CallFlip' | 'CallSwitch'): Act {
  if (call.staff === undefined) return;
  const { extensionId, direction, from, to } = call.party(call.staff);
  const changing = `${call.id}/change`;
  if (extensionId !== undefined) call.pbx.occupancy.claim(extensionId, changing);
  call.truly((story, at) => story.pause(at));
  call.move(call.staff, { code: 'Disconnected', reason });
  yield call.gap();
  call.staff = call.enter({
    direction,
    ...(extensionId === undefined ? {} : { extensionId }),
    from: withoutDevice(from),
    to,
    status: { code: 'Answered' },
  });
  call.pbx.release(changing, false);
  call.tell({ state: 'talking' });
}

/** The serving user's party is recorded, paused or not, or no more; the stream tells its status again [docs]. */
export function* record(call: Call, recording: 'on' | 'paused' | undefined): Act {
  if (call.staff === undefined) return;
  const id = call.party(call.staff).recordings?.[0]?.id ?? call.random.digits(12);
  call.record(call.staff, recording === undefined ? undefined : [{ id, active: recording === 'on' }]);
  call.truly((story) => story.record(recording));
}
