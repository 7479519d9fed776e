import type { Overrides } from '@ringside/server/app';
import type { Connection } from '../simulator/gateway/connection.ts';
import type { Simulator } from '../simulator/simulator.ts';

type Spawn = NonNullable<NonNullable<Overrides['wire']>['spawn']>;
type Handlers = Parameters<Spawn>[1];
type Input = Parameters<Spawn>[0];

/** What a test may do at the product's end of the line. */
export interface Line {
  /** Hears every frame that reaches the product. */
  readonly heard?: ((text: string) => void) | undefined;
  /** What arrives in place of a frame: nothing, the frame, or others. */
  readonly deliver?: ((text: string) => readonly string[]) | undefined;
}

/**
 * Stands where the worker thread with the event SDK stands, and behaves like it, recovery included, but without a thread
 * or TCP: under a virtual clock neither would ever be scheduled. The real one is tested in test/e2e.
 */
export const inProcessFeed =
  (simulator: Simulator, { heard, deliver = (text) => [text] }: Line = {}): Spawn =>
  (input, handlers) =>
    new Feed(simulator, input, {
      onMessage(message) {
        if (message.type !== 'frame') return handlers.onMessage(message);
        for (const text of deliver(message.text)) {
          heard?.(text);
          handlers.onMessage({ type: 'frame', text });
        }
      },
      onGone: (why) => handlers.onGone(why),
    });

const RECONNECT_MS = 1_000;

class Feed implements ReturnType<Spawn> {
  readonly #simulator: Simulator;
  readonly #input: Input;
  readonly #handlers: Handlers;
  #connection: Connection | undefined;
  #wsc: string | undefined;
  #dead = false;
  #requests = 0;

  constructor(simulator: Simulator, input: Input, handlers: Handlers) {
    this.#simulator = simulator;
    this.#input = input;
    this.#handlers = handlers;
    this.#askToken();
  }

  send(message: Parameters<ReturnType<Spawn>['send']>[0]): void {
    if (this.#dead) return;
    if (message.type === 'answer') this.#open(message);
    else if (message.type === 'beat') this.#say([{ type: 'Heartbeat', messageId: `beat/${++this.#requests}` }]);
    else void this.kill();
  }

  kill(): Promise<void> {
    if (!this.#dead) {
      this.#dead = true;
      this.#connection?.gone();
      this.#handlers.onGone('killed');
    }
    return Promise.resolve();
  }

  #askToken(): void {
    const id = ++this.#requests;
    this.#later(0, () =>
      this.#handlers.onMessage({ type: 'request', id, method: 'POST', path: '/restapi/oauth/wstoken' }),
    );
  }

  #open({ status, body }: { readonly status: number; readonly body: string }): void {
    if (status !== 200) return this.#handlers.onMessage({ type: 'failed', detail: `token refused with ${status}` });
    const { uri, ws_access_token: token } = JSON.parse(body) as { uri: string; ws_access_token: string };
    const query = new URL(uri).searchParams;
    query.set('access_token', token);
    if (this.#wsc !== undefined) query.set('wsc', this.#wsc);
    this.#handlers.onMessage({ type: 'socket', recovering: this.#wsc !== undefined });
    const upgrade = this.#simulator.upgrade(query);
    if (!('accept' in upgrade)) return this.#closed();
    this.#connection = upgrade.accept({
      write: (chunk) => {
        for (const { text } of chunk) if (!this.#dead) this.#heard(text);
      },
      end: () => this.#closed(),
      freeze: () => undefined,
    });
  }

  #heard(text: string | Uint8Array): void {
    if (typeof text !== 'string') return this.#handlers.onMessage({ type: 'badFrame' });
    const [meta, body] = readFrame(text);
    if (meta === undefined) return this.#handlers.onMessage({ type: 'badFrame' });
    const { wsc } = meta as { wsc?: { token?: string } };
    if (wsc?.token !== undefined) this.#wsc = wsc.token;
    this.#handlers.onMessage({ type: 'frame', text });
    const { recoveryState } = (body ?? {}) as { recoveryState?: string };
    if (meta['type'] === 'ConnectionDetails' && recoveryState !== 'Successful') this.#subscribe();
  }

  #subscribe(): void {
    const meta = {
      type: 'ClientRequest',
      messageId: `feed/${++this.#requests}`,
      method: 'POST',
      path: '/restapi/v1.0/subscription',
    };
    const deliveryMode = { transportType: 'WebSocket' };
    this.#later(1, () => this.#say([meta, { deliveryMode, eventFilters: this.#input.eventFilters }]));
  }

  #say(frame: readonly unknown[]): void {
    this.#connection?.received(JSON.stringify(frame));
  }

  #closed(): void {
    if (this.#dead) return;
    this.#handlers.onMessage({ type: 'closed', code: 1006 });
    this.#later(RECONNECT_MS, () => this.#askToken());
  }

  #later(ms: number, task: () => void): void {
    this.#simulator.clock.after(ms, () => {
      if (!this.#dead) task();
    });
  }
}

function readFrame(text: string): [Record<string, unknown> | undefined, unknown] {
  try {
    const frame: unknown = JSON.parse(text);
    return Array.isArray(frame) && typeof frame[0] === 'object' && frame[0] !== null
      ? [frame[0] as Record<string, unknown>, frame[1]]
      : [undefined, undefined];
  } catch {
    return [undefined, undefined];
  }
}
