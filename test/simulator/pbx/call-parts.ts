import type { PartyEnd, SessionOrigin, SimQueue, TrueCall } from './model.ts';
import type { Rng } from './rng.ts';
import type { Timer } from './timeline.ts';

/** A phone that rings for this call. */
export interface RingingLeg {
  readonly party: number;
  /**
   * `agent`: offered by a queue · `desk`: a user's own phone · `mobile`: that user's forwarding number · `outside` ·
   * `own`: the phone of the very user for whom the platform rings out.
   */
  readonly kind: 'agent' | 'desk' | 'mobile' | 'outside' | 'own';
  readonly extensionId?: string;
  /** The queue that offers the call. */
  readonly queueId?: string;
}

/** What a call is, beside its script; most are plain calls. */
export interface CallNature {
  readonly random: Rng;
  readonly from: PartyEnd;
  readonly to: PartyEnd;
  readonly origin?: SessionOrigin;
  /** The legacy id, where it follows from another session's. */
  readonly sessionId?: string;
  readonly kind?: TrueCall['kind'];
  readonly partOf?: string;
}

/** A caller's place in a queue. */
export interface QueuePlace {
  readonly queue: SimQueue;
  /** The queue's own party. */
  readonly party: number;
  /** Members who let it ring out or refused since the last round. */
  readonly tried: Set<string>;
  /** The greeting is over: phones may ring. */
  ready: boolean;
  /** Phones are picked for it and their events under way. */
  offering: boolean;
  round?: Timer;
}
