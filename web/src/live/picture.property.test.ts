import fc from 'fast-check';
import { expect, it } from 'vitest';
import { apply } from '@ringside/shared/domain/patch';
import type { FeedHealth, WallCall } from './link.ts';
import { blank, step, type Picture, type PictureInput } from './picture.ts';

const feed: FeedHealth = { state: 'live', troubles: [], provedWithinMs: 60_000 };
const serverTime = 0;
type Calls = ReadonlyMap<string, WallCall>;

const call = (id: string, state: WallCall['state']): WallCall => ({
  ...{ id, direction: 'inbound', state, startedAt: 0, stateSince: 0, party: '•••• 0001' },
});

/** A server that keeps the protocol to the letter and remembers every picture it ever stood for. */
class ModelServer {
  #starts = 0;
  epoch = 'epoch 0';
  revision = 0;
  calls: Calls = new Map();
  readonly history = new Map<string, Calls>([['epoch 0/0', new Map()]]);

  change(upsert: readonly WallCall[], remove: readonly string[]): PictureInput {
    const from = this.revision;
    this.calls = apply(this.calls, { upsert, remove });
    this.revision += 1;
    this.history.set(`${this.epoch}/${this.revision}`, this.calls);
    const ops = { upsert: [...upsert], remove: [...remove] };
    return { type: 'patch', message: { epoch: this.epoch, from, to: this.revision, serverTime, ...ops } };
  }
  restart(): void {
    this.#starts += 1;
    this.epoch = `epoch ${this.#starts}`;
    this.revision = 0;
    this.calls = new Map();
    this.history.set(`${this.epoch}/0`, this.calls);
  }
  hello(): PictureInput {
    return { type: 'hello', message: { epoch: this.epoch } };
  }
  snapshot(): PictureInput {
    const { epoch, revision } = this;
    return { type: 'snapshot', message: { epoch, revision, serverTime, feed, calls: [...this.calls.values()] } };
  }
  tick(): PictureInput {
    return { type: 'tick', message: { epoch: this.epoch, revision: this.revision, serverTime, feed } };
  }
}

/** A viewer behind a network that loses, repeats, reorders and keeps back, also over a reconnect. */
class ModelViewer {
  picture: Picture = blank;
  readonly #server: ModelServer;
  #under: PictureInput[] = [];
  /** Frames of connections that are gone and may still come. */
  #left: PictureInput[] = [];

  constructor(server: ModelServer) {
    this.#server = server;
    this.connect();
  }

  connect(): void {
    this.#left.push(...this.#under.filter(({ type }) => type !== 'hello'));
    this.#take({ type: 'down' });
    this.#under = [this.#server.hello(), this.#server.snapshot()];
  }
  send(input: PictureInput): void {
    this.#under.push(input);
  }
  suffer(what: Fault): void {
    if (what === 'lose') this.#under.splice(0, this.#under[0]?.type === 'hello' ? 0 : 1);
    if (what === 'repeat' && this.#under[0] !== undefined) this.#under.unshift(this.#under[0]);
    if (what === 'reorder' && this.#under.length > 1) this.#under.push(...this.#under.splice(0, 1));
    if (what === 'garble') this.#take({ type: 'broken' });
    if (what === 'reconnect') this.connect();
    const stale = what === 'stale' ? this.#left.shift() : undefined;
    // A link lets nothing through before the hello of its connection; a leftover comes after it.
    if (stale !== undefined && this.#under[0]?.type !== 'hello') this.#take(stale);
  }
  deliver(): void {
    const next = this.#under.shift();
    if (next !== undefined) this.#take(next);
  }
  get idle(): boolean {
    return this.#under.length === 0;
  }

  #take(input: PictureInput): void {
    const before = this.picture;
    const { picture, resync } = step(before, input);
    this.picture = picture;
    if (resync !== undefined) this.#under.push(this.#server.snapshot());
    this.#judge(before);
  }

  #judge(before: Picture): void {
    const { epoch, revision, calls, whole, serverEpoch } = this.picture;
    // Whatever is shown is one picture of the server's, never half of one.
    if (epoch !== undefined) expect(calls).toEqual(this.#server.history.get(`${epoch}/${revision}`));
    if (epoch !== undefined && epoch === before.epoch) expect(revision).toBeGreaterThanOrEqual(before.revision);
    if (whole) expect(epoch).toBe(serverEpoch);
  }
}

const faults = ['lose', 'repeat', 'reorder', 'garble', 'stale', 'reconnect'] as const;
type Fault = (typeof faults)[number];
type Act =
  | { readonly does: 'change'; readonly id: string; readonly state: WallCall['state'] }
  | { readonly does: 'remove'; readonly id: string }
  | { readonly does: 'restart' | 'tick' }
  | { readonly does: 'deliver' | Fault; readonly viewer: number };

const ids = fc.constantFrom('a', 'b', 'c');
const states = fc.constantFrom<WallCall['state']>('queued', 'ringing', 'talking');
const viewer = fc.nat(1);
const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant('change' as const), id: ids, state: states }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('remove' as const), id: ids }) },
  { weight: 2, arbitrary: fc.constant<Act>({ does: 'tick' }) },
  { weight: 1, arbitrary: fc.constant<Act>({ does: 'restart' }) },
  { weight: 12, arbitrary: fc.record({ does: fc.constant('deliver' as const), viewer }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constantFrom(...faults), viewer }) },
);

function perform(act: Act, server: ModelServer, viewers: readonly ModelViewer[]): void {
  const all = (input: PictureInput): void => viewers.forEach((each) => each.send(input));
  if (act.does === 'change') all(server.change([call(act.id, act.state)], []));
  else if (act.does === 'remove') all(server.change([], [act.id]));
  else if (act.does === 'tick') all(server.tick());
  else if (act.does === 'deliver') viewers[act.viewer]?.deliver();
  else if (act.does === 'restart') {
    server.restart();
    viewers.forEach((each) => each.connect());
  } else if ('viewer' in act) viewers[act.viewer]?.suffer(act.does);
}

it('shows whole pictures only, never an earlier one of its epoch, and nothing of a connection that is gone [I-9]', () => {
  fc.assert(
    fc.property(fc.array(acts, { maxLength: 80 }), (story) => {
      const server = new ModelServer();
      const viewers = [0, 1].map(() => new ModelViewer(server));
      for (const act of story) perform(act, server, viewers);
    }),
    { numRuns: 1_000 },
  );
});

it('all viewers end equal to the server once the network behaves, after three ticks at most [I-10]', () => {
  fc.assert(
    fc.property(fc.array(acts, { maxLength: 60 }), (story) => {
      const server = new ModelServer();
      const viewers = [0, 1].map(() => new ModelViewer(server));
      for (const act of story) perform(act, server, viewers);
      for (let ticks = 0; ticks < 3; ticks += 1) {
        for (const each of viewers) {
          each.send(server.tick());
          while (!each.idle) each.deliver();
        }
      }
      for (const { picture } of viewers) {
        expect(picture).toMatchObject({ whole: true, epoch: server.epoch, revision: server.revision });
        expect(picture.calls).toEqual(server.calls);
      }
    }),
    { numRuns: 1_000 },
  );
});
