import type { WallCall } from '../live/live-board.svelte.ts';

/** Where the call belongs: its queue, or which way it goes when no queue is part of it. */
export function place(call: WallCall): string[] {
  if (call.queue !== undefined || call.direction === 'inbound') return queue(call);
  return [call.direction === 'outbound' ? 'Outbound' : 'Internal'];
}

export function queue(call: WallCall): string[] {
  return call.queue === undefined ? [] : [call.queue];
}
