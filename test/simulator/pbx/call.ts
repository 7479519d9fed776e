import type { CallScript, PartyEnd, SimParty, SimQueue, SimSession, TrueCall } from './model.ts';
import type { Act, Pbx } from './pbx.ts';
import { createRng, type Rng } from './rng.ts';
import {
  enterParty,
  isOver,
  moveParty,
  partyId,
  SEQUENCE_BEFORE_FIRST,
  type PartyDraft,
  type PartyMarks,
  type SessionState,
  type StatusDraft,
} from './session-machine.ts';
import type { Timer } from './timeline.ts';

/** A phone that rings for this call. */
export interface RingingLeg {
  readonly party: number;
  /** `agent`: offered by a queue · `desk`: a user's own phone · `mobile`: that user's forwarding number · `outside`. */
  readonly kind: 'agent' | 'desk' | 'mobile' | 'outside';
  readonly extensionId?: string;
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
  truth: TrueCall;

  /** Parties by number. `customer`: the end the company serves; `staff`: who serves it now. */
  customer: number | undefined;
  staff: number | undefined;
  menu: number | undefined;
  mailbox: number | undefined;
  queue: QueuePlace | undefined;
  /** The user whose mailbox takes the call when nobody does. */
  owner: string | undefined;
  readonly ringing = new Map<number, RingingLeg>();

  /** Story: index of the next step, its timer, and the PBX's own time limit when the story has nothing to say. */
  step = 0;
  stepTimer: Timer | undefined;
  limit: { readonly key: string; readonly timer: Timer } | undefined;
  readonly jobs: Act[] = [];
  job: Act | undefined;
  readonly timers = new Set<Timer>();

  #session: SessionState;
  #snapshot: SimSession | undefined;
  readonly #createdAt: number;

  constructor(
    pbx: Pbx,
    script: CallScript,
    ends: { readonly from: PartyEnd; readonly to: PartyEnd; readonly random: Rng },
  ) {
    this.pbx = pbx;
    this.script = script;
    this.from = ends.from;
    this.to = ends.to;
    const identity = ends.random.fork('identity');
    this.random = createRng(identity.hex(16));
    this.#session = {
      accountId: pbx.directory.account.id,
      hex: identity.hex(32),
      sessionId: identity.digits(12),
      serverId: `10.13.${identity.int(16, 120)}.${identity.int(2, 250)}.TAM`,
      origin: 'Call',
      sequence: SEQUENCE_BEFORE_FIRST,
      parties: [],
      live: 0,
    };
    this.#createdAt = pbx.now();
    this.id = `s-${this.#session.hex}`;
    this.truth = firstTruth(this, this.#createdAt);
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
    if (isOver(code) || code === 'Parked' || code === 'VoiceMail') {
      this.pbx.release(before.id, before.queueCall === true && before.answeredAt !== undefined);
    }
    if (state.live === 0) this.#end();
  }

  /** The world's own record of what is really so; never read back from the events. */
  tell(patch: Partial<Omit<TrueCall, 'id' | 'direction'>>): void {
    this.truth = { ...this.truth, ...patch };
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

  #told(event: Parameters<Pbx['emit']>[0]): void {
    this.#snapshot = undefined;
    this.pbx.emit(event);
  }

  #end(): void {
    const missed = this.truth.direction === 'inbound' && !this.talked;
    this.tell({ state: 'ended', endedAt: this.pbx.now(), missed, ringing: [] });
    this.pbx.close(this);
  }
}

function firstTruth(call: Call, at: number): TrueCall {
  const { kind, fromExtensionId } = call.script;
  return {
    id: call.id,
    direction: kind,
    state: kind === 'inbound' ? 'routing' : 'ringing',
    startedAt: at,
    from: call.from,
    to: call.to,
    ...(kind !== 'inbound' && fromExtensionId !== undefined ? { agentExtensionId: fromExtensionId } : {}),
    ringing: [],
  };
}
