import type { Clock, FaultContext, FrameAbout, OutFrame, WireRequest, WireResponse } from '../wire/model.ts';
import type { FirstWords, Link, LinkLimits, RecoveryTwist, SocketFault } from './model.ts';
import { parseFaults, type FaultCall } from './parse.ts';

/**
 * The faults that are on now. Every fault understands four options besides its own, and the registry alone applies them:
 * `p` chance per opportunity (default 1, or the fault's own default) · `after` ms of good behaviour first ·
 * `for` ms after which it stops · `times` how often it strikes at most.
 */
export interface FaultRegistry {
  /** Every fault there is. */
  readonly known: readonly SocketFault[];
  /** Replaces what is on by the list of `--faults`; throws an Error that names what it could not understand. */
  set(list: string): void;
  clear(): void;
  /** What is on, in the syntax of `set`. */
  active(): readonly string[];
  /** How often each active fault struck, by name. */
  strikes(): Readonly<Record<string, number>>;

  answer(request: WireRequest): WireResponse | undefined;
  alter(request: WireRequest, response: WireResponse): WireResponse;
  upgrade(): number | undefined;
  frames(frame: OutFrame, about: FrameAbout): readonly OutFrame[];
  recovery(): RecoveryTwist | undefined;
  firstWords(): FirstWords | undefined;
  limits(limits: LinkLimits): LinkLimits;
  opened(link: Link): void;
  closed(link: Link): void;
}

interface Instance {
  readonly fault: SocketFault;
  readonly text: string;
  readonly options: Readonly<Record<string, number>>;
  readonly memory: Map<string, number>;
  readonly since: number;
  strikes: number;
}

export interface FaultRegistryDeps {
  readonly clock: Clock;
  /** Seeded, 0 ≤ x < 1. */
  readonly random: () => number;
  readonly known: readonly SocketFault[];
}

class Registry implements FaultRegistry {
  readonly known: readonly SocketFault[];
  readonly #deps: FaultRegistryDeps;
  readonly #links = new Set<Link>();
  #instances: readonly Instance[] = [];

  constructor(deps: FaultRegistryDeps) {
    this.#deps = deps;
    this.known = deps.known;
  }

  set(list: string): void {
    const since = this.#deps.clock.now();
    this.#instances = parseFaults(list, this.known).map((call) => instance(call, since));
    for (const one of this.#instances) for (const link of this.#links) this.#open(one, link);
  }

  clear(): void {
    this.#instances = [];
  }

  active(): readonly string[] {
    return this.#instances.map((one) => one.text);
  }

  strikes(): Readonly<Record<string, number>> {
    const sums: Record<string, number> = {};
    for (const { fault, strikes } of this.#instances) sums[fault.name] = (sums[fault.name] ?? 0) + strikes;
    return sums;
  }

  answer(request: WireRequest): WireResponse | undefined {
    return this.#first((fault, context) => fault.answer?.(request, context));
  }

  alter(request: WireRequest, response: WireResponse): WireResponse {
    return this.#chain(response, (fault, now, context) => fault.alter?.(request, now, context));
  }

  upgrade(): number | undefined {
    return this.#first((fault, context) => fault.upgrade?.(context));
  }

  frames(frame: OutFrame, about: FrameAbout): readonly OutFrame[] {
    let frames: readonly OutFrame[] = [frame];
    for (const one of this.#instances) {
      if (one.fault.frames) frames = frames.flatMap((each) => this.#frame(one, each, about));
    }
    return frames;
  }

  recovery(): RecoveryTwist | undefined {
    return this.#first((fault, context) => fault.recovery?.(context));
  }

  firstWords(): FirstWords | undefined {
    return this.#first((fault, context) => fault.firstWords?.(context));
  }

  limits(limits: LinkLimits): LinkLimits {
    return this.#chain(limits, (fault, now, context) => fault.limits?.(now, context));
  }

  opened(link: Link): void {
    this.#links.add(link);
    for (const one of this.#instances) this.#open(one, link);
  }

  closed(link: Link): void {
    this.#links.delete(link);
  }

  #open(one: Instance, link: Link): void {
    const { fault } = one;
    if (!fault.opened) return;
    // What a fault arms later must not go off once the fault has been taken away, and counts as a strike only then.
    const guarded: Link = {
      openedAt: link.openedAt,
      cut: (fin) => link.cut(fin),
      freeze: () => link.freeze(),
      fail: (code, leaveOpen) => link.fail(code, leaveOpen),
      after: (ms, task) => {
        link.after(ms, () => {
          if (!this.#instances.includes(one) || !this.#mayStrike(one)) return;
          one.strikes += 1;
          task();
        });
      },
    };
    if (this.#chance(one)) fault.opened(guarded, this.#context(one));
  }

  #frame(one: Instance, frame: OutFrame, about: FrameAbout): readonly OutFrame[] {
    if (!this.#mayStrike(one) || !this.#chance(one)) return [frame];
    const out = one.fault.frames?.(frame, about, this.#context(one)) ?? [frame];
    if (out.length !== 1 || out[0] !== frame) one.strikes += 1;
    return out;
  }

  /** The first instance that answers strikes; the rest stay silent. */
  #first<T>(ask: (fault: SocketFault, context: FaultContext) => T | undefined): T | undefined {
    for (const one of this.#instances) {
      if (!this.#mayStrike(one)) continue;
      const answer = ask(one.fault, this.#context(one));
      if (answer === undefined || !this.#chance(one)) continue;
      one.strikes += 1;
      return answer;
    }
    return undefined;
  }

  #chain<T>(value: T, ask: (fault: SocketFault, value: T, context: FaultContext) => T | undefined): T {
    for (const one of this.#instances) {
      if (!this.#mayStrike(one)) continue;
      const altered = ask(one.fault, value, this.#context(one));
      if (altered === undefined || altered === value || !this.#chance(one)) continue;
      one.strikes += 1;
      value = altered;
    }
    return value;
  }

  #context(one: Instance): FaultContext {
    return { now: this.#deps.clock.now(), random: this.#deps.random, options: one.options, memory: one.memory };
  }

  #mayStrike(one: Instance): boolean {
    const age = this.#deps.clock.now() - one.since;
    const { after = 0, for: length = Infinity, times = Infinity } = one.options;
    return age >= after && age < after + length && one.strikes < times;
  }

  #chance(one: Instance): boolean {
    const { p = 1 } = one.options;
    return p >= 1 || this.#deps.random() < p;
  }
}

function instance({ fault, text, options }: FaultCall, since: number): Instance {
  return { fault, text, options: { ...fault.defaults, ...options }, memory: new Map(), since, strikes: 0 };
}

/** A registry with nothing on. */
export function createFaultRegistry(deps: FaultRegistryDeps): FaultRegistry {
  return new Registry(deps);
}
