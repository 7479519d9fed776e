/**
 * In:  nothing; what a fault of the event socket may do beyond the hooks of `wire/model.ts`.
 * Out: the types the registry, the gateway and the faults share.
 * Never: behaviour, or a fault's name.
 */
import type { Fault, FaultContext, OutFrame } from '../wire/model.ts';

/** What a fault may do to one open socket. */
export interface Link {
  /** ms since the epoch at which the socket was opened. */
  readonly openedAt: number;
  /** Ends it: with a close frame and FIN, or with a TCP reset. */
  cut(fin: boolean): void;
  /** Stops reading and writing while the TCP connection stays up. */
  freeze(): void;
  /** Sends an Error frame (WSG-902 idle, WSG-903 absolute) and, unless `leaveOpen`, closes. */
  fail(code: 'WSG-902' | 'WSG-903', leaveOpen: boolean): void;
  /** Runs `task` after `ms` unless the socket has gone by then. */
  after(ms: number, task: () => void): void;
}

/** What becomes of a reconnect that carries a recovery token. */
export type RecoveryTwist = 'Failed' | 'silent';

/** How the answer to a new subscription and its first notification are ordered. */
export type FirstWords = 'notificationFirst' | 'oneChunk';

/** How a socket lives; the values ConnectionDetails announces. Times in s, as there. */
export interface LinkLimits {
  readonly maxConnectionsPerSession: number;
  readonly recoveryBufferSize: number;
  readonly recoveryTimeout: number;
  readonly idleTimeout: number;
  readonly absoluteTimeout: number;
  readonly maxActiveRequests: number;
}

/** A frame as the binding writes it. Bytes go out as a text frame (so bad UTF-8 can be sent) unless `binary`. */
export interface SocketFrame extends OutFrame {
  readonly binary?: boolean;
}

/** A fault with the further hooks of the socket. Every hook runs only inside the fault's gates (see the registry). */
export interface SocketFault extends Fault {
  /** Numbers used where `--faults` gives none. */
  readonly defaults?: Readonly<Record<string, number>>;
  /** Called once for every open socket, old or new; true when it armed something. */
  opened?(link: Link, context: FaultContext): boolean;
  recovery?(context: FaultContext): RecoveryTwist | undefined;
  firstWords?(context: FaultContext): FirstWords | undefined;
  limits?(limits: LinkLimits, context: FaultContext): LinkLimits;
}
