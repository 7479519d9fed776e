import type { FaultRegistry } from '../faults/registry.ts';
import type { LinkLimits } from '../faults/model.ts';
import type { Clock, WireResponse } from '../wire/model.ts';
import { fraction, opaqueId, decimalId } from '../wire/seeded.ts';
import type { Principal } from '../wire/tokens.ts';
import { Connection, type Sink } from './connection.ts';
import type { Happening, Notification } from './envelope.ts';
import { passes, type Listener } from './filters.ts';
import { encodeFrame, type ClientRequest } from './frames.ts';
import { SocketSession } from './session.ts';

export interface GatewayDeps {
  readonly clock: Clock;
  readonly seed: number;
  readonly faults: FaultRegistry;
  readonly limits: LinkLimits;
  readonly accountId: string;
  redeemWsToken(token: string): Principal | undefined;
  /** Answers a client's request; `gateway` is told of subscriptions through the session. */
  request(connection: Connection, request: ClientRequest): WireResponse;
  /** Whether a subscription still stands: it may be deleted over HTTP as well. */
  stands(subscriptionId: string): boolean;
  /** A session is beyond recovery: what it subscribed to ends with it. */
  forgotten(session: SocketSession): void;
}

/** An upgrade that was let in, or the HTTP status that refuses it (0: the TCP connection is reset). */
export type Upgrade = { readonly refused: number } | { accept(sink: Sink): Connection };

export interface GatewayCounts {
  readonly open: number;
  /** Sessions with a subscription, connected or waiting for recovery. */
  readonly subscribed: number;
  readonly upgrades: number;
  readonly refused: number;
  readonly notifications: number;
}

/** The platform sends a notification this long after the event, ms. Source: captured traffic. */
const SENDING_LAG_MS = [10, 110] as const;

interface Due {
  readonly at: number;
  readonly happening: Happening;
  readonly uuid: string | undefined;
}

/** The event gateway without its sockets: who is connected, who listens to what, and what is told when. */
export class Gateway {
  readonly #deps: GatewayDeps;
  readonly #sessions = new Map<string, SocketSession>();
  readonly #connections = new Map<SocketSession, Connection>();
  readonly #everyConnection = new Set<Connection>();
  readonly #queue: Due[] = [];
  #lastDue = 0;
  #minted = 0;
  #counts = { upgrades: 0, refused: 0, notifications: 0 };

  constructor(deps: GatewayDeps) {
    this.#deps = deps;
  }

  /** Decides on an upgrade by its query (`access_token`, `wsc`); the socket token is spent by an accepted one. */
  upgrade(query: URLSearchParams): Upgrade {
    this.#counts.upgrades += 1;
    const refused = this.#deps.faults.upgrade();
    const owner = refused === undefined ? this.#deps.redeemWsToken(query.get('access_token') ?? '') : undefined;
    const status = refused ?? (owner ? this.#crowded(owner) : 401);
    if (owner && status === undefined)
      return { accept: (sink) => this.#accept(owner, query.get('wsc') ?? undefined, sink) };
    this.#counts.refused += 1;
    return { refused: status ?? 401 };
  }

  /**
   * Tells every listener what happened at `at` (ms since the epoch), in the order of the calls, after the platform's usual
   * lag. A delivery that was captured elsewhere keeps its `uuid` and has its lag behind it.
   */
  publish(happening: Happening, at: number, uuid?: string): void {
    const { clock } = this.#deps;
    const lag = uuid === undefined ? this.#sendingLag(happening) : 0;
    this.#lastDue = Math.max(this.#lastDue, Math.round(at + lag), clock.now());
    this.#queue.push({ at: this.#lastDue, happening, uuid });
    clock.after(this.#lastDue - clock.now(), () => this.#tellDue());
  }

  /** Ends every open connection; returns how many. */
  cut(fin: boolean): number {
    const open = [...this.#everyConnection];
    for (const connection of open) connection.cut(fin);
    return open.length;
  }

  counts(): GatewayCounts {
    const subscribed = [...this.#sessions.values()].filter((session) => session.subscription).length;
    return { open: this.#everyConnection.size, subscribed, ...this.#counts };
  }

  /** An id nobody else has: numeric for notifications, opaque otherwise. */
  nextId(kind: 'uuid' | 'opaque' = 'opaque'): string {
    const length = kind === 'uuid' ? 19 : 24;
    this.#minted += 1;
    return (kind === 'uuid' ? decimalId : opaqueId)(length, this.#deps.seed, kind, this.#minted);
  }

  /** A recovery token that replaces the session's last. */
  renewWsc(session: SocketSession): void {
    this.#sessions.delete(session.wsc.token);
    session.wsc = { token: this.nextId(), sequence: session.wsc.sequence + 1 };
    this.#sessions.set(session.wsc.token, session);
  }

  #sendingLag({ telephonySessionId, body }: Happening): number {
    const [least, most] = SENDING_LAG_MS;
    return least + fraction(this.#deps.seed, 'lag', telephonySessionId, body.sequence ?? 0) * (most - least);
  }

  #crowded(owner: Principal): number | undefined {
    const own = [...this.#everyConnection].filter(({ session }) => session.owner.sessionId === owner.sessionId);
    return own.length < this.#deps.limits.maxConnectionsPerSession ? undefined : 429;
  }

  #accept(owner: Principal, wsc: string | undefined, sink: Sink): Connection {
    const { clock, faults } = this.#deps;
    const limits = faults.limits(this.#deps.limits);
    const twist = wsc === undefined ? undefined : faults.recovery();
    const found = wsc === undefined || twist !== undefined ? undefined : this.#recoverable(wsc, owner, limits);
    const session = found ?? new SocketSession(owner, clock.now(), limits);
    this.#release(session);
    this.renewWsc(session);
    session.detachedAt = undefined;
    session.limits = limits;
    const host = {
      clock,
      faults,
      nextId: () => this.nextId(),
      request: this.#deps.request,
      lost: (connection: Connection, forget: boolean) => this.#lost(connection, forget),
    };
    const connection = new Connection(host, sink, session);
    this.#connections.set(session, connection);
    this.#everyConnection.add(connection);
    const recoveryState = wsc === undefined || twist === 'silent' ? undefined : found ? 'Successful' : 'Failed';
    connection.open(this.#details(session, limits, recoveryState), found ? found.takeBacklog() : []);
    return connection;
  }

  #recoverable(wsc: string, owner: Principal, limits: LinkLimits): SocketSession | undefined {
    const session = this.#sessions.get(wsc);
    if (!session || session.owner.extensionId !== owner.extensionId) return undefined;
    const away = this.#deps.clock.now() - (session.detachedAt ?? this.#deps.clock.now());
    return away <= limits.recoveryTimeout * 1000 ? session : undefined;
  }

  /** A recovered session leaves its old link, which the platform may still believe to be up. */
  #release(session: SocketSession): void {
    const old = this.#connections.get(session);
    this.#connections.delete(session);
    if (old?.hears) old.cut(true);
  }

  #details(session: SocketSession, limits: LinkLimits, recoveryState: string | undefined): string {
    const id = this.nextId();
    const meta = {
      type: 'ConnectionDetails',
      messageId: id,
      status: 200,
      wsc: session.wsc,
      headers: { RCRequestId: id },
    } as const;
    const creationTime = new Date(session.startedAt).toISOString().replace('Z', '+0000');
    return encodeFrame(meta, { creationTime, ...limits, ...(recoveryState === undefined ? {} : { recoveryState }) });
  }

  #lost(connection: Connection, forget: boolean): void {
    const { session } = connection;
    const { clock } = this.#deps;
    this.#everyConnection.delete(connection);
    if (this.#connections.get(session) !== connection) return;
    this.#connections.delete(session);
    session.detachedAt = clock.now();
    if (forget) return this.#forget(session);
    const recoverable = session.limits.recoveryTimeout * 1000;
    clock.after(recoverable + 1, () => {
      const away = session.detachedAt === undefined ? 0 : clock.now() - session.detachedAt;
      if (away > recoverable) this.#forget(session);
    });
  }

  #forget(session: SocketSession): void {
    this.#sessions.delete(session.wsc.token);
    this.#deps.forgotten(session);
    session.subscription = undefined;
  }

  #tellDue(): void {
    const now = this.#deps.clock.now();
    while (this.#queue[0] && this.#queue[0].at <= now) {
      const due = this.#queue.shift();
      if (due) for (const session of this.#sessions.values()) this.#tell(session, due);
    }
  }

  #tell(session: SocketSession, due: Due): void {
    const { subscription, owner } = session;
    if (!subscription || !this.#deps.stands(subscription.id)) return;
    const { clock } = this.#deps;
    const wait = subscription.quietUntil - clock.now();
    if (wait > 0) {
      clock.after(wait, () => session.subscription === subscription && this.#tell(session, due));
      return;
    }
    const listener: Listener = { accountId: this.#deps.accountId, extensionId: owner.extensionId, admin: owner.admin };
    if (!subscription.filters.some((filter) => passes(filter, due.happening.party, listener))) return;
    this.#counts.notifications += 1;
    const text = this.#notification(session, subscription.id, due);
    const connection = this.#connections.get(session);
    if (connection) connection.notify(text);
    else session.keep({ text });
  }

  #notification(session: SocketSession, subscriptionId: string, { happening, uuid }: Due): string {
    const id = uuid ?? this.nextId('uuid');
    const envelope: Notification = {
      uuid: id,
      event: happening.event,
      timestamp: new Date(this.#deps.clock.now()).toISOString(),
      subscriptionId,
      ownerId: session.owner.extensionId,
      body: happening.body,
    };
    const meta = {
      type: 'ServerNotification',
      messageId: id,
      status: 200,
      headers: { RCRequestId: this.nextId() },
    } as const;
    return encodeFrame(meta, envelope);
  }
}
