/**
 * In:  the socket's messages, believed only after their schema agreed.
 * Out: whole typed messages, the state of the link, and requests for a snapshot.
 * Never: a message that is half right, or a reload that could repeat itself.
 */
import {
  PROTOCOL_VERSION,
  serverMessages,
  type Hello,
  type Patch,
  type Resync,
  type Snapshot,
  type Tick,
} from '@ringside/shared/protocol/messages';
import { io } from 'socket.io-client';

export type { Hello, Patch, Resync, Snapshot, Tick, WallCall } from '@ringside/shared/protocol/messages';
export type FeedHealth = Tick['feed'];
export type FeedTrouble = FeedHealth['troubles'][number];

/** `outdated`: the server speaks another protocol and a reload has not helped. */
export type LinkStatus = 'connecting' | 'open' | 'down' | 'outdated';

/** The little of a socket that is used, so that tests can bring their own. */
export interface LinkSocket {
  on(event: string, listener: (...values: unknown[]) => void): unknown;
  emit(event: string, ...values: unknown[]): unknown;
  connect(): unknown;
  disconnect(): unknown;
  readonly connected: boolean;
}

export interface LinkListener {
  status(status: LinkStatus): void;
  hello(message: Hello): void;
  snapshot(message: Snapshot): void;
  patch(message: Patch): void;
  tick(message: Tick): void;
  /** A message was refused by its schema; only its event name is known. */
  broken(event: string): void;
  /** The page must be loaded anew: `reason` names the version that is served now. */
  reload(reason: string): boolean;
}

/** Back-off between attempts, ms: socket.io doubles from the first to the last and strays by half either way. */
const backOff = { reconnectionDelay: 2_000, reconnectionDelayMax: 20_000, randomizationFactor: 0.5 };

function openSocket(): LinkSocket {
  return io({ transports: ['websocket'], autoConnect: false, ...backOff });
}

export class Link {
  readonly #listener: LinkListener;
  readonly #socket: LinkSocket;
  #build: string | undefined;
  #outdated = false;
  /** Whether the server has said hello on this connection: what comes before is left over from another. */
  #greeted = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(listener: LinkListener, socket: LinkSocket = openSocket()) {
    this.#listener = listener;
    this.#socket = socket;
    socket.on('connect', () => {
      this.#greeted = false;
      this.#say('open');
    });
    socket.on('connect_error', () => this.#say('down'));
    socket.on('disconnect', (reason) => this.#ended(reason));
    this.#hear('hello', (message) => this.#greet(message));
    this.#hear('snapshot', (message) => listener.snapshot(message));
    this.#hear('patch', (message) => listener.patch(message));
    this.#hear('tick', (message) => listener.tick(message));
  }

  start(): void {
    this.#say('connecting');
    this.#socket.connect();
  }

  stop(): void {
    clearTimeout(this.#retry);
    this.#socket.disconnect();
  }

  resync(request: Resync): void {
    if (this.#socket.connected) this.#socket.emit('resync', request);
  }

  /** Gives up a connection that is open but silent. One that is down already is on its way back by itself. */
  renew(): void {
    if (!this.#socket.connected) return;
    this.#socket.disconnect();
    this.#later(2_000);
  }

  #hear<E extends keyof typeof serverMessages>(event: E, take: (message: MessageOf<E>) => void): void {
    this.#socket.on(event, (...values) => {
      if ((this.#outdated || !this.#greeted) && event !== 'hello') return;
      const read = serverMessages[event].safeParse(values[0]);
      if (read.success) take(read.data as MessageOf<E>);
      else if (event === 'hello') this.#mismatch(`unreadable hello, not ${PROTOCOL_VERSION}`);
      else this.#listener.broken(event);
    });
  }

  #greet(hello: Hello): void {
    if (hello.protocol !== PROTOCOL_VERSION) return this.#mismatch(`protocol ${hello.protocol}`);
    this.#outdated = false;
    this.#greeted = true;
    this.#say('open');
    // The first server this page talked to served it; another build later means that the page is old.
    this.#build ??= hello.build;
    if (hello.build !== this.#build && this.#listener.reload(`build ${hello.build}`)) return;
    this.#listener.hello(hello);
  }

  #mismatch(reason: string): void {
    this.#outdated = true;
    this.#say('outdated');
    if (this.#listener.reload(reason)) return;
    // Not mended by a reload: look again from time to time, for the server may be in the middle of its own update.
    this.#socket.disconnect();
    this.#later(30_000);
  }

  #ended(reason: unknown): void {
    this.#greeted = false;
    this.#say('down');
    // socket.io does not return by itself after the server said goodbye.
    if (reason === 'io server disconnect') this.#later(5_000);
  }

  /** Connects after `delay` ms, give or take a half, so that the screens of a house do not return as one. */
  #later(delay: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#socket.connect(), delay * (0.5 + Math.random()));
  }

  #say(status: LinkStatus): void {
    this.#listener.status(this.#outdated ? 'outdated' : status);
  }
}

interface Messages {
  hello: Hello;
  snapshot: Snapshot;
  patch: Patch;
  tick: Tick;
}
type MessageOf<E extends keyof Messages> = Messages[E];
