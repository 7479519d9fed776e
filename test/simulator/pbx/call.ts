import type {
  CallScript,
  CallStep,
  OfferEnd,
  PartyEnd,
  SimParty,
  SimRecording,
  SimSession,
  TrueCall,
} from './model.ts';
import type { CallNature, QueuePlace, RingingLeg } from './call-parts.ts';
import { DIRECTIONS, firstTruth } from './first-truth.ts';
import type { Act, Pbx } from './pbx.ts';
import { createRng, type Rng } from './rng.ts';
import {
  enterParty,
  isOver,
  moveParty,
  partyId,
  recordParty,
  SEQUENCE_BEFORE_FIRST,
  type PartyDraft,
  type PartyMarks,
  type SessionState,
  type StatusDraft,
} from './session-machine.ts';
import type { Timer } from './timeline.ts';
import { TrueStory, type TruthPatch } from './true-story.ts';

/** One call in progress: its session, its truth, and where its story stands. */
export class Call {
  readonly id: string;
  readonly pbx: Pbx;
  readonly script: CallScript;
  readonly random: Rng;
  /** The far end as everybody sees it. */
  readonly from: PartyEnd;
  /** What was dialled. */
  readonly to: PartyEnd;
  /** The number a caller from outside chose. */
  readonly dialled: string | undefined;
  /** Whom the company serves, when they were merged into this session from another. */
  served: PartyEnd | undefined;

  /** Parties by number. `customer`: the end the company serves; `staff`: who serves it now. */
  customer: number | undefined;
  staff: number | undefined;
  menu: number | undefined;
  mailbox: number | undefined;
  /** What receives a fax. */
  fax: number | undefined;
  /** Who listens in. */
  supervisor: number | undefined;
  queue: QueuePlace | undefined;
  /** The user whose mailbox takes the call when nobody does. */
  owner: string | undefined;
  readonly ringing = new Map<number, RingingLeg>();

  /** Story: its steps, the index of the next one, its timer, and the PBX's own time limit when it has nothing to say. */
  steps: readonly CallStep[];
  step = 0;
  stepTimer: Timer | undefined;
  limit: { readonly key: string; readonly timer: Timer } | undefined;
  readonly jobs: Act[] = [];
  job: Act | undefined;
  readonly timers = new Set<Timer>();
  /** Parked for a while only: it will ring whoever parked it. */
  comesBack = false;
  /** More than two talk: such a call is neither parked nor sent anywhere. */
  conference = false;
  /** The session that is a part of this call. */
  other: Call | undefined;
  /** What is left to do elsewhere once the last party has left. */
  afterwards: (() => void) | undefined;

  #session: SessionState;
  #snapshot: SimSession | undefined;
  #createdAt: number;
  readonly #story: TrueStory;

  constructor(pbx: Pbx, script: CallScript, nature: CallNature) {
    this.pbx = pbx;
    this.script = script;
    this.steps = script.steps;
    this.from = nature.from;
    this.to = nature.to;
    this.dialled = DIRECTIONS[script.kind] === 'inbound' ? nature.to.phoneNumber : undefined;
    const identity = nature.random.fork('identity');
    this.random = createRng(identity.hex(16));
    const hex = identity.hex(32);
    const sessionId = identity.digits(12);
    this.#session = {
      accountId: pbx.directory.account.id,
      hex,
      sessionId: nature.sessionId ?? sessionId,
      serverId: `10.13.${identity.int(16, 120)}.${identity.int(2, 250)}.TAM`,
      origin: nature.origin ?? (script.kind === 'ringOut' ? 'RingOut' : 'Call'),
      sequence: SEQUENCE_BEFORE_FIRST,
      parties: [],
      live: 0,
    };
    this.#createdAt = pbx.now();
    this.id = `s-${this.#session.hex}`;
    this.#story = new TrueStory(firstTruth(this.id, script, nature, this.#createdAt));
  }

  get truth(): TrueCall {
    return this.#story.call;
  }

  /** The first event is due now, however long ago the call was made ready. */
  begins(): void {
    const startedAt = this.pbx.now();
    this.#createdAt = startedAt;
    this.tell({ startedAt });
  }

  get over(): boolean {
    return this.truth.state === 'ended';
  }

  /** True once a person of the company (or the number dialled) has talked on this call. */
  get talked(): boolean {
    return this.truth.answeredAt !== undefined;
  }

  get live(): number {
    return this.#session.live;
  }

  /** The pause between two causally linked events, ms. */
  gap(): number {
    return this.random.int(40, 110);
  }

  /** Throws on a number not given out yet. */
  party(number: number): SimParty {
    const found = this.#session.parties[number - 1];
    if (found === undefined) throw new Error(`${this.id} has no party ${number}`);
    return found;
  }

  parties(): readonly SimParty[] {
    return this.#session.parties;
  }

  /** The legacy numeric id of the session. */
  get sessionId(): string {
    return this.#session.sessionId;
  }

  /** Names party `number`, which may be yet to come, e.g. as the holder of a claim. */
  partyId(number: number): string {
    return partyId(this.#session, number);
  }

  /** How another session points at this party after a merge. */
  peer(number: number): NonNullable<StatusDraft['peerId']> {
    const { sessionId } = this.#session;
    return { sessionId, telephonySessionId: this.id, partyId: this.partyId(number) };
  }

  /** Adds a party and tells of it; a user's phone is claimed by it. Returns its number. */
  enter(draft: PartyDraft): number {
    const { state, event } = enterParty(this.#session, this.pbx.now(), draft);
    this.#session = state;
    const number = state.parties.length;
    const { extensionId } = draft;
    if (extensionId !== undefined && draft.status.code !== 'VoiceMail' && this.pbx.directory.isUser(extensionId)) {
      this.pbx.occupancy.claim(extensionId, event.party.id);
    }
    this.#told(event);
    return number;
  }

  /** Moves a party and tells of it; a party that is over, parked or a mailbox gives its phone back. */
  move(number: number, status: StatusDraft, marks?: PartyMarks): void {
    const before = this.party(number);
    const change = marks === undefined ? { status } : { status, marks };
    const { state, event } = moveParty(this.#session, this.pbx.now(), number, change);
    this.#session = state;
    this.ringing.delete(number);
    this.#told(event);
    const { code } = status;
    if (isOver(code) || code === 'Parked') this.#unrecord(before);
    if (isOver(code) || code === 'Parked' || code === 'VoiceMail') {
      this.pbx.release(before.id, before.queueCall === true && before.answeredAt !== undefined);
    }
    if (state.live === 0) this.#end();
  }

  /** Tells a party's status again, now with these recordings. */
  record(number: number, recordings: readonly SimRecording[] | undefined): void {
    const { state, event } = recordParty(this.#session, this.pbx.now(), number, recordings);
    this.#session = state;
    this.#told(event);
  }

  /** The world's own record of what is really so; never read back from the events. */
  tell(patch: TruthPatch): void {
    this.truly((story, at) => story.tell(at, patch));
  }

  /** The phone of party `number` begins to ring for somebody. */
  offered(number: number, leg: Pick<RingingLeg, 'extensionId' | 'queueId'>): void {
    const { extensionId, queueId } = leg;
    const whose = {
      ...(extensionId === undefined ? {} : { extensionId }),
      ...(queueId === undefined ? {} : { queueId }),
    };
    this.truly((story, at) => story.offer(at, number, whose));
  }

  /** A phone that rang stops, for this reason: the truth of it, and the event. */
  stop(number: number, end: OfferEnd, status: StatusDraft, marks?: PartyMarks): void {
    this.truly((story, at) => story.offerEnds(at, number, end));
    this.move(number, status, marks);
  }

  /** Whatever else is true from now on. */
  truly(word: (story: TrueStory, at: number) => void): void {
    word(this.#story, this.pbx.now());
    this.#snapshot = undefined;
  }

  /** The session as it stands. */
  snapshot(): SimSession {
    this.#snapshot ??= {
      telephonySessionId: this.id,
      sessionId: this.#session.sessionId,
      createdAt: this.#createdAt,
      ...(this.truth.endedAt === undefined ? {} : { endedAt: this.truth.endedAt }),
      origin: this.#session.origin,
      serverId: this.#session.serverId,
      sequence: this.#session.sequence,
      parties: this.#session.parties,
      truth: this.truth,
    };
    return this.#snapshot;
  }

  /** A recording ends with the leg it listens to. */
  #unrecord(leg: SimParty): void {
    if (leg.recordings !== undefined) this.truly((story) => story.record(undefined));
  }

  #told(event: Parameters<Pbx['emit']>[0]): void {
    this.#snapshot = undefined;
    this.pbx.emit(event);
  }

  #end(): void {
    this.truly((story, at) => story.end(at));
    this.pbx.close(this);
    this.afterwards?.();
  }
}
