import type { Verdict } from './dead-man.ts';
import type { LinkStatus } from './link.ts';

/** How alive the page is, for components: the dead-man's verdict and the link's own word, side by side. */
export class Pulse {
  verdict = $state.raw<Verdict>({ pulse: 'live' });
  link = $state.raw<LinkStatus>('connecting');
}
