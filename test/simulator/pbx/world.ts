/**
 * In:  a seed, a scenario, commands, and what time it is.
 * Out: what happens in a telephone system, one party per event, and the truth of every call.
 * Never: a clock, chance that is not seeded, or anything about the wire.
 */
import { scenarioNamed } from '../scenarios/registry.ts';
import { indexAccount, type AccountIndex } from './account-index.ts';
import { comeIn } from './behaviours/arrival.ts';
import { receiveFax } from './behaviours/fax.ts';
import { dialInside, dialOutside } from './behaviours/dialling.ts';
import { hangUp } from './behaviours/hang-up.ts';
import { nextRound, offer } from './behaviours/queue.ts';
import { dialBothEnds } from './behaviours/ring-out.ts';
import { Call } from './call.ts';
import { callEnds, checkScript, isDialled } from './call-ends.ts';
import type { CallScript, SimAccount, SimSession, World, WorldEvent } from './model.ts';
import { createOccupancy } from './occupancy.ts';
import type { Act, OpenOptions, Pbx } from './pbx.ts';
import { createQueueDesk } from './queue-desk.ts';
import { createRng, type Rng } from './rng.ts';
import type { Scenario } from './scenario.ts';
import { settle } from './story.ts';
import { createTimeline } from './timeline.ts';

export interface WorldOptions {
  readonly seed: number | string;
  /** By name (scenarios/registry.ts) or as it is. */
  readonly scenario: Scenario | string;
  /** ms since the epoch. */
  readonly startAt: number;
  /** Replaces the scenario's company. */
  readonly account?: SimAccount;
  /** How long ended sessions are kept, ms; a day when absent. */
  readonly retentionMs?: number;
}

const DAY_MS = 86_400_000;

/** A world at `startAt`, with the calls of its warm-up in progress; their earlier events are history and not returned. */
export function createWorld(options: WorldOptions): World {
  const { scenario } = options;
  const world = new PbxWorld(options, typeof scenario === 'string' ? scenarioNamed(scenario) : scenario);
  world.warmUp(options.startAt);
  return world;
}

class PbxWorld implements World, Pbx {
  readonly account: SimAccount;
  readonly directory: AccountIndex;
  readonly timing: Pbx['timing'];
  readonly occupancy = createOccupancy();
  readonly queues: Pbx['queues'];
  readonly #timeline = createTimeline();
  readonly #live = new Map<string, Call>();
  readonly #ended = new Map<string, SimSession>();
  readonly #retentionMs: number;
  readonly #random: Rng;
  readonly #scenario: Scenario;
  #now: number;
  #placed = 0;
  #events: WorldEvent[] = [];

  constructor(options: WorldOptions, scenario: Scenario) {
    this.#scenario = scenario;
    this.account = options.account ?? scenario.account;
    this.directory = indexAccount(this.account);
    this.timing = scenario.timing;
    this.#retentionMs = options.retentionMs ?? DAY_MS;
    this.#random = createRng(`${scenario.name}/${options.seed}`);
    this.#now = options.startAt - scenario.warmUpMs;
    this.queues = createQueueDesk({
      directory: this.directory,
      occupancy: this.occupancy,
      now: () => this.#now,
      offer: (call, agents) => {
        if (call.queue !== undefined) this.run(call, offer(call, call.queue, agents));
      },
      retry: nextRound,
    });
  }

  now(): number {
    return this.#now;
  }

  nextAt(): number | undefined {
    return this.#timeline.nextAt();
  }

  advanceTo(at: number): readonly WorldEvent[] {
    this.#events = [];
    for (let due = this.#timeline.takeDue(at); due !== undefined; due = this.#timeline.takeDue(at)) {
      this.#now = Math.max(this.#now, due.at);
      due.task();
    }
    this.#now = Math.max(this.#now, at);
    this.#forget();
    return this.#events;
  }

  place(script: CallScript): string {
    return this.open(script).id;
  }

  session(telephonySessionId: string): SimSession | undefined {
    return this.#live.get(telephonySessionId)?.snapshot() ?? this.#ended.get(telephonySessionId);
  }

  sessions(): readonly SimSession[] {
    return [...this.#ended.values(), ...this.liveSessions()];
  }

  liveSessions(): readonly SimSession[] {
    return [...this.#live.values()].map((call) => call.snapshot());
  }

  truth(): readonly SimSession['truth'][] {
    return this.sessions().map((session) => session.truth);
  }

  /** Lets the scenario's day begin before the world's start, then forgets what was told of it. */
  warmUp(startAt: number): void {
    const { traffic } = this.#scenario;
    if (traffic === undefined) return;
    const random = this.#random.fork('traffic');
    const tell = traffic.create({
      directory: this.directory,
      random: random.fork('stories'),
      isFree: (id) => this.occupancy.isFree(id),
    });
    const arrive = (): void => {
      const script = tell();
      if (script !== undefined) this.place(script);
      const gap = random.exponential(traffic.meanGapMs(this.#now - startAt));
      this.#timeline.schedule(this.#now + Math.max(1, Math.round(gap)), arrive);
    };
    this.#timeline.schedule(this.#now, arrive);
    this.advanceTo(startAt);
    this.#events = [];
  }

  // What behaviours ask of the world.

  emit(event: WorldEvent): void {
    this.#events.push(event);
  }

  run(call: Call, act: Act): void {
    if (call.over) return;
    call.jobs.push(act);
    if (call.job === undefined) this.#goOn(call);
  }

  later(call: Call, ms: number, task: () => void) {
    const timer = this.#timeline.schedule(this.#now + ms, () => {
      call.timers.delete(timer);
      task();
    });
    call.timers.add(timer);
    return timer;
  }

  open(script: CallScript, options: OpenOptions = {}): Call {
    const call = this.prepare(script, options);
    this.#timeline.schedule(this.#now, () => this.start(call, this.#opening(call)));
    return call;
  }

  prepare(script: CallScript, options: OpenOptions = {}): Call {
    checkScript(script, this.directory);
    const { fromExtensionId } = script;
    const dials = isDialled(script) && fromExtensionId !== undefined;
    if (dials && options.consult !== true && !this.occupancy.isFree(fromExtensionId)) {
      throw new Error(`extension ${fromExtensionId} is on the phone`);
    }
    this.#placed += 1;
    const random = this.#random.fork(`call ${this.#placed}`);
    const ends = callEnds(script, this.directory, random.fork('ends'));
    const call = new Call(this, script, { ...ends, ...options, random });
    if (dials) this.occupancy.claim(fromExtensionId, call.partyId(1));
    return call;
  }

  start(call: Call, act: Act): void {
    call.begins();
    this.#live.set(call.id, call);
    const { patienceMs } = call.script;
    if (patienceMs !== undefined) this.later(call, patienceMs, () => this.run(call, loseHeart(call)));
    this.run(call, act);
  }

  release(holder: string, wrapUp: boolean): void {
    const freed = this.occupancy.release(holder);
    if (freed === undefined) return;
    const pause = wrapUp ? this.#random.int(...this.timing.wrapUpMs) : 0;
    if (pause > 0) this.occupancy.rest(freed, this.#now + pause);
    if (this.directory.queuesOf(freed).length === 0) return;
    const hunting = this.#random.int(40, 110);
    this.#timeline.schedule(this.#now + pause + hunting, () => this.queues.dispatchFor(freed));
  }

  close(call: Call): void {
    for (const timer of call.timers) timer.cancel();
    call.timers.clear();
    call.jobs.length = 0;
    this.#live.delete(call.id);
    this.#ended.set(call.id, call.snapshot());
  }

  /** What a call of this kind does first. */
  #opening(call: Call): Act {
    const { kind, toExtensionId } = call.script;
    const destination = toExtensionId ?? this.directory.front().id;
    switch (kind) {
      case 'inbound':
        return comeIn(call, destination);
      case 'outbound':
        return dialOutside(call);
      case 'internal':
        return dialInside(call, destination);
      case 'ringOut':
        return dialBothEnds(call);
      case 'fax':
        return receiveFax(call, destination);
    }
  }

  /** Takes the call's acts one after another; an idle call looks what its story wants next. */
  #goOn(call: Call): void {
    for (;;) {
      call.job ??= call.jobs.shift();
      if (call.job === undefined) {
        settle(call);
        return;
      }
      const step = call.job.next();
      if (step.done === true) {
        call.job = undefined;
        continue;
      }
      this.#timeline.schedule(this.#now + step.value, () => this.#goOn(call));
      return;
    }
  }

  /** Ended sessions stand in the order of their end, so only those to be dropped are looked at. */
  #forget(): void {
    for (const [id, session] of this.#ended) {
      if ((session.endedAt ?? 0) > this.#now - this.#retentionMs) return;
      this.#ended.delete(id);
    }
  }
}

function* loseHeart(call: Call): Act {
  const { state } = call.truth;
  if (!call.talked && (state === 'routing' || state === 'queued' || state === 'ringing')) yield* hangUp(call, 'caller');
}
