/**
 * In:  what truly happens on one call, told by its behaviours in the moment it happens.
 * Out: the call's truth as a value.
 * Never: a look at the parties or their codes; the wire may lie, and so may a party.
 */
import type { OfferEnd, TrueCall, TrueOffer, TrueOutcome, TrueQueueEntry } from './model.ts';

/** A caller who leaves within this time of the start has hardly called, ms. */
const SHORT_MS = 5_000;

/** What may be told at any time; the rest has words of its own. */
export type TruthPatch = Partial<
  Pick<
    TrueCall,
    | 'state'
    | 'direction'
    | 'answeredAt'
    | 'continuedIn'
    | 'queueId'
    | 'queueName'
    | 'agentExtensionId'
    | 'ringing'
    | 'startedAt'
  >
>;

export class TrueStory {
  #call: TrueCall;
  #verdict: TrueOutcome = 'missed';
  /** Which offer stands for the phone of this party. */
  readonly #offers = new Map<number, number>();
  /** When the stretch of talk or hold under way began. */
  #since: number | undefined;

  constructor(call: TrueCall) {
    this.#call = call;
  }

  get call(): TrueCall {
    return this.#call;
  }

  tell(at: number, patch: TruthPatch): void {
    if (patch.state !== undefined) {
      this.pause(at);
      if (patch.state === 'talking' || patch.state === 'held') this.#since = at;
    }
    this.#call = { ...this.#call, ...patch };
  }

  /** Nobody speaks any more, though the call may have some way to go to its end. */
  pause(at: number): void {
    if (this.#since === undefined) return;
    const { state, talkMs, holdMs } = this.#call;
    const ms = at - this.#since;
    this.#since = undefined;
    if (state === 'talking') this.#call = { ...this.#call, talkMs: talkMs + ms };
    if (state === 'held') this.#call = { ...this.#call, holdMs: holdMs + ms };
  }

  /** The phone of `party` begins to ring. */
  offer(at: number, party: number, offer: Pick<TrueOffer, 'extensionId' | 'queueId'>): void {
    this.#offers.set(party, this.#call.offers.length);
    this.#call = { ...this.#call, offers: [...this.#call.offers, { ...offer, rangAt: at }] };
  }

  /** It rings no more; a party that never rang is passed over. */
  offerEnds(at: number, party: number, end: OfferEnd): void {
    const index = this.#offers.get(party);
    const offer = index === undefined ? undefined : this.#call.offers[index];
    if (index === undefined || offer === undefined || offer.end !== undefined) return;
    this.#call = { ...this.#call, offers: this.#call.offers.with(index, { ...offer, endedAt: at, end }) };
  }

  enterQueue(at: number, queueId: string): void {
    this.#call = { ...this.#call, queueEntries: [...this.#call.queueEntries, { queueId, enteredAt: at }] };
  }

  /** The caller's present wait is over; without one nothing is told. */
  leaveQueue(at: number, left: NonNullable<TrueQueueEntry['left']>): void {
    const entry = this.#call.queueEntries.at(-1);
    if (entry === undefined || entry.left !== undefined) return;
    const queueEntries = this.#call.queueEntries.with(-1, { ...entry, leftAt: at, left });
    this.#call = { ...this.#call, queueEntries };
  }

  record(recording: 'on' | 'paused' | undefined): void {
    const { recording: _before, ...rest } = this.#call;
    this.#call = recording === undefined ? rest : { ...rest, recording };
  }

  /** What the call has come to if it ends now; a conversation outdoes it. */
  comesTo(verdict: TrueOutcome): void {
    this.#verdict = verdict;
  }

  /** The caller leaves; who is at a mailbox by then was served by it. */
  callerLeaves(at: number): void {
    if (this.#verdict === 'voicemail') return;
    this.#verdict = at - this.#call.startedAt < SHORT_MS ? 'shortAbandoned' : 'abandoned';
  }

  end(at: number): void {
    this.tell(at, { state: 'ended', ringing: [] });
    this.record(undefined);
    const { kind, partOf, direction, answeredAt } = this.#call;
    const outcome = answeredAt === undefined ? this.#verdict : 'answered';
    const isCall = kind === 'voice' && partOf === undefined;
    const missed = isCall && direction === 'inbound' && outcome !== 'answered';
    this.#call = { ...this.#call, endedAt: at, missed, ...(isCall ? { outcome } : {}) };
  }
}
