/** What crosses the fence between the main thread and the worker that runs the event SDK. Plain data only. */

/** Given to the worker at birth. */
export interface FenceInput {
  readonly eventFilters: readonly string[];
}

export type FromFence =
  /** A new socket is being opened; `recovering` when it asks for the lost session back. */
  | { readonly type: 'socket'; readonly recovering: boolean }
  /** A text frame, as it came. */
  | { readonly type: 'frame'; readonly text: string }
  /** A frame that is no JSON array of objects was dropped. */
  | { readonly type: 'badFrame' }
  | { readonly type: 'oversize'; readonly bytes: number }
  /** The present socket is closed. */
  | { readonly type: 'closed'; readonly code: number }
  /** The SDK wants to POST; the main thread does it under the rate budget with the real token. */
  | { readonly type: 'request'; readonly id: number; readonly method: string; readonly path: string }
  /** The SDK gave up. */
  | { readonly type: 'failed'; readonly detail: string };

export type ToFence =
  | { readonly type: 'answer'; readonly id: number; readonly status: number; readonly body: string }
  /** Send one heartbeat: the link has been silent. */
  | { readonly type: 'beat' }
  /** Cancel the subscription, close the socket, end. */
  | { readonly type: 'stop' };
