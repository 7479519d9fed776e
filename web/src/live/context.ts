import { createContext } from 'svelte';
import type { LiveBoard } from './live-board.svelte.ts';
import type { Now } from './now.svelte.ts';
import type { Pulse } from './pulse.svelte.ts';

/** The state owners of the page, created in App.svelte. */
export interface Live {
  readonly board: LiveBoard;
  readonly now: Now;
  readonly pulse: Pulse;
}

export const [getLive, setLive] = createContext<Live>();
