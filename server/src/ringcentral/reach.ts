import type { Extension } from '@ringside/shared/domain/directory';
import type { Observation } from '@ringside/shared/domain/observation';
import type { Clock } from '../runtime/clock.ts';
import type { RestClient } from './answer.ts';
import { decodeOwnExtension } from './decode-extension.ts';

/** Whose calls can be seen with the user who is signed in. */
export interface Reach {
  /** The account was refused: finds out who the user is, unless that was asked a short while ago. Never rejects. */
  refused(signal: AbortSignal): Promise<void>;
  /** The account's calls were read. */
  granted(): void;
  /** True while the user is known to be no administrator, and nothing was heard of anybody else. */
  ownCallsOnly(): boolean;
  /** The signed-in user's extension, once it was asked for. */
  self(): Extension | undefined;
  hears(value: Observation | { readonly kind: 'status' }): void;
}

const ownPath = '/restapi/v1.0/account/~/extension/~';
/** Rights are not granted by the second. */
const askedAgainMs = 540_000;

/**
 * A user who is no administrator may ask for the account's events and is granted only his own, without a word
 * (ringcentral-api-docs issue 270): so the platform is asked who he is as soon as it refuses anything of the account.
 */
export function createReach(client: RestClient, clock: Clock): Reach {
  let askedAt = -Infinity;
  let plain = false;
  let self: Extension | undefined;
  let heardOthers = false;

  async function ask(signal: AbortSignal): Promise<void> {
    const answer = await client.get(ownPath, { group: 'light', priority: 'directory', maxWaitMs: 20_000, signal });
    const own = answer.ok ? decodeOwnExtension(answer.json) : undefined;
    if (own === undefined) return;
    askedAt = clock.monotonic();
    self = own.extension;
    plain = own.administrator === false;
  }

  return {
    async refused(signal) {
      if (clock.monotonic() - askedAt >= askedAgainMs) await ask(signal);
    },
    granted() {
      plain = false;
    },
    ownCallsOnly: () => plain && !heardOthers,
    self: () => self,
    hears(value) {
      if (value.kind !== 'event' || self === undefined) return;
      const own = self.id;
      heardOthers ||= value.parties.some(({ extensionId }) => extensionId !== undefined && extensionId !== own);
    },
  };
}
