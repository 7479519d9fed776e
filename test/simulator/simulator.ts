/**
 * In:  a seed, a scenario, faults, a clock; requests and upgrades.
 * Out: a whole simulated platform: world, REST, event gateway, and the control door of tests.
 * Never: a socket, a port, the machine's clock. `server.ts` adds the first two; whoever composes chooses the third.
 */
import { knownFaults } from './faults/known.ts';
import type { LinkLimits } from './faults/model.ts';
import { createFaultRegistry, type FaultRegistry } from './faults/registry.ts';
import { control } from './gateway/control.ts';
import { toHappening } from './gateway/envelope.ts';
import { Gateway, type Upgrade } from './gateway/gateway.ts';
import { connectInProcess, fetchResponse, wireRequest, type InProcessSocket } from './gateway/in-process.ts';
import { platformLimits } from './gateway/limits.ts';
import { createRequestHandler } from './gateway/requests.ts';
import type { CallScript, SimAccount, TrueCall, World } from './pbx/model.ts';
import type { Scenario } from './pbx/scenario.ts';
import { createWorld } from './pbx/world.ts';
import { replay, type ReplayRequest } from './replay.ts';
import { scenarioNamed } from './scenarios/registry.ts';
import type { Clock, WireRequest, WireResponse } from './wire/model.ts';
import { defaultRestOptions, type RestOptions } from './wire/options.ts';
import { createRestApi, type RestApi } from './wire/rest-api.ts';
import { fraction } from './wire/seeded.ts';
import type { Principal, TokenStore } from './wire/tokens.ts';

export interface SimulatorOptions {
  readonly clock: Clock;
  /** Default 1. */
  readonly seed?: number;
  /** A scenario or the name of one; default `callcentre`. */
  readonly scenario?: Scenario | string;
  /** In the syntax of `--faults`. Default none. */
  readonly faults?: string;
  /** ms since the epoch; default the clock's now. */
  readonly startAt?: number;
  /** Replaces the scenario's company. */
  readonly account?: SimAccount;
  /** Switches single vices of REST off, or changes its budgets. */
  readonly rest?: Partial<RestOptions>;
  /** Socket tickets open more than one socket; the guide says they are single use, and the unmodified SDK trips over that. */
  readonly reusableTickets?: boolean;
  /** Shorter lives of event sockets, for tests. */
  readonly limits?: Partial<LinkLimits>;
}

/** One simulated platform. Everything it does follows from its options, its clock, and what it is asked. */
export interface Simulator {
  readonly clock: Clock;
  readonly account: SimAccount;
  readonly faults: FaultRegistry;
  readonly gateway: Gateway;
  readonly rest: RestApi;
  /** Answers any request, the control door under `/simulator/` included. */
  handle(request: WireRequest): WireResponse;
  upgrade(query: URLSearchParams): Upgrade;
  /** `handle` in the shape of `fetch`; the answer's delay runs on the simulator's clock. */
  fetch(url: string | URL, init?: RequestInit): Promise<Response>;
  /** Opens an event socket without TCP; `url` is the one of `/oauth/wstoken` with its query. */
  connect(url: string | URL): InProcessSocket;
  /** Places a scripted call and returns its telephony session id. */
  place(script: CallScript): string;
  /** Plays captured notifications; returns how long it will take, ms. */
  replay(request: ReplayRequest): number;
  truth(): readonly TrueCall[];
  /** Stops the world; armed timers of the world are gone. */
  stop(): void;
}

class Platform implements Simulator {
  readonly clock: Clock;
  readonly account: SimAccount;
  readonly faults: FaultRegistry;
  readonly gateway: Gateway;
  readonly rest: RestApi;
  readonly #world: World;
  #origin = 'http://127.0.0.1';
  #cancelPump: () => void = () => undefined;
  #stopped = false;

  constructor(options: SimulatorOptions) {
    const { clock, seed = 1, scenario = 'callcentre', account } = options;
    this.clock = clock;
    this.#world = createWorld({
      seed,
      scenario: typeof scenario === 'string' ? scenarioNamed(scenario) : scenario,
      startAt: options.startAt ?? clock.now(),
      ...(account ? { account } : {}),
    });
    this.account = this.#world.account;
    let drawn = 0;
    this.faults = createFaultRegistry({ clock, random: () => fraction(seed, 'fault', ++drawn), known: knownFaults });
    const { faults } = this;
    this.rest = createRestApi({
      world: this.#world,
      clock,
      seed,
      faults,
      ...(options.rest ? { options: options.rest } : {}),
    });
    this.gateway = this.#createGateway(seed, options);
    if (options.faults) faults.set(options.faults);
    this.#pump();
  }

  handle(request: WireRequest): WireResponse {
    this.#pump();
    this.#origin = request.origin;
    if (!request.path.startsWith('/simulator/')) return this.rest.handle(request);
    const { clock, faults, gateway } = this;
    return control(
      {
        clock,
        faults,
        gateway,
        world: this.#world,
        requests: () => this.rest.requests(),
        place: (script) => this.place(script),
        replay: (captured) => this.replay(captured),
      },
      request,
    );
  }

  upgrade(query: URLSearchParams): Upgrade {
    this.#pump();
    return this.gateway.upgrade(query);
  }

  fetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
    return fetchResponse(this.handle(wireRequest(url, init)), this.clock, init.signal);
  }

  connect(url: string | URL): InProcessSocket {
    return connectInProcess(this.upgrade(new URL(url).searchParams));
  }

  place(script: CallScript): string {
    this.#pump();
    const id = this.#world.place(script);
    this.#pump();
    return id;
  }

  replay(request: ReplayRequest): number {
    return replay(request, {
      clock: this.clock,
      tell: (happening, at, uuid) => this.gateway.publish(happening, at, uuid),
      apply: (body) => this.rest.live.apply(body),
    });
  }

  truth(): readonly TrueCall[] {
    this.#pump();
    return this.#world.truth();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelPump();
  }

  /** Brings the world up to now, tells what happened, and sleeps until the next thing is due. */
  #pump(): void {
    if (this.#stopped) return;
    for (const event of this.#world.advanceTo(this.clock.now())) this.gateway.publish(toHappening(event), event.at);
    this.#cancelPump();
    const next = this.#world.nextAt();
    if (next === undefined) return;
    this.#cancelPump = this.clock.after(Math.max(0, next - this.clock.now()), () => this.#pump());
  }

  #createGateway(seed: number, options: SimulatorOptions): Gateway {
    const { clock, faults, rest } = this;
    const accountId = this.account.id;
    return new Gateway({
      clock,
      seed,
      faults,
      accountId,
      limits: { ...platformLimits, ...options.limits },
      redeemWsToken: redeemer(rest.tokens, options.reusableTickets === true),
      request: createRequestHandler({
        clock,
        faults,
        accountId,
        subscriptions: rest.subscriptions,
        rates: rest.rates,
        penaltyMs: options.rest?.penaltyMs ?? defaultRestOptions.penaltyMs,
        origin: () => this.#origin,
        rest: (owner, request) => rest.handleAs(owner, request),
        renewWsc: (connection) => this.gateway.renewWsc(connection.session),
      }),
      stands: (id) => rest.subscriptions.get(id) !== undefined,
      forgotten: ({ subscription }) => void (subscription && rest.subscriptions.delete(subscription.id)),
    });
  }
}

function redeemer(tokens: TokenStore, reusable: boolean): (token: string) => Principal | undefined {
  const redeemed = new Map<string, Principal>();
  return (token) => {
    const owner = tokens.redeemWsToken(token) ?? redeemed.get(token);
    if (reusable && owner) redeemed.set(token, owner);
    return owner;
  };
}

/** Builds a whole simulated platform under the given clock. Throws on an unknown scenario or fault. */
export function createSimulator(options: SimulatorOptions): Simulator {
  return new Platform(options);
}
