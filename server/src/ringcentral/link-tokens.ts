import { pause } from '../runtime/clock.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Answer } from './answer.ts';
import type { RingCentralClient } from './client.ts';

export const tokenPath = '/restapi/oauth/wstoken';

/** Tokens for opening event links: fetched with the real token, under the budget, well apart. */
export interface LinkTokens {
  /** ms until the next one may be asked for. */
  waitMs(): number;
  /** Waits for its turn and asks. Undefined when it is no longer `wanted` by then. Never rejects. */
  ask(wanted: () => boolean, signal: AbortSignal): Promise<Answer | undefined>;
}

export function createLinkTokens(client: Pick<RingCentralClient, 'post'>, clock: Clock, spacingMs: number): LinkTokens {
  let nextAt = 0;
  const waitMs = () => Math.max(0, nextAt - clock.monotonic());
  return {
    waitMs,
    async ask(wanted, signal) {
      if (waitMs() > 0) await pause(clock, waitMs(), signal);
      if (!wanted() || signal.aborted) return undefined;
      nextAt = clock.monotonic() + spacingMs;
      return client.post(tokenPath, { group: 'auth', priority: 'link', maxWaitMs: 0, signal });
    },
  };
}
