import { parseRetryAfter } from './retry-after.ts';

/** RingCentral's usage groups; all endpoints of a group share one bucket per user and app. */
export type RateGroup = 'light' | 'medium' | 'heavy' | 'auth';
export const rateGroups: readonly RateGroup[] = ['light', 'medium', 'heavy', 'auth'];

/** Immutable. All times are ms of one clock that never jumps. */
export interface GroupWindow {
  readonly limit: number;
  readonly windowMs: number;
  /**
   * When each counted request was over. A request counts from its start until one window after its *end*: upstream saw
   * it somewhere between the two, so this can only be stricter than upstream's own window.
   */
  readonly ended: readonly number[];
  readonly inFlight: number;
  readonly blockedUntil: number;
  /** After a 429 one request at a time, until one is answered: the penalty restarts on every touch. */
  readonly cautious: boolean;
}

export interface RateState {
  readonly groups: Readonly<Record<RateGroup, GroupWindow>>;
  /** A 429 without group headers comes from another limiter and stops everything. */
  readonly allBlockedUntil: number;
}

export type Decision =
  | { readonly send: true }
  | { readonly send: false; readonly until: number; readonly because: 'penalty' | 'window' | 'caution' };

/** What an answer says about the limits; header names in lower case. */
export interface RateAnswer {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** Local wall clock at the answer, ms since the epoch: what a Retry-After date is read against. */
  readonly receivedAt: number;
  header(name: string): string | null;
}

/** Never spent, so that a second process does not end in a 429. Auth has none to spare: a restart takes all five. */
const reserves: Readonly<Record<RateGroup, number>> = { light: 1, medium: 1, heavy: 1, auth: 0 };
const unnamedPenaltyMs = 30_000;
/** Upstream may round its seconds down. */
const marginMs = 250;

const defaultLimits: Readonly<Record<RateGroup, number>> = { light: 50, medium: 40, heavy: 10, auth: 5 };

function openWindow(limit: number): GroupWindow {
  return { limit, windowMs: 60_000, ended: [], inFlight: 0, blockedUntil: 0, cautious: false };
}

/** The documented defaults per user and app: light 50, medium 40, heavy 10, auth 5 per 60 s sliding window. */
export function initialRateState(): RateState {
  const { light, medium, heavy, auth } = defaultLimits;
  return {
    groups: { light: openWindow(light), medium: openWindow(medium), heavy: openWindow(heavy), auth: openWindow(auth) },
    allBlockedUntil: 0,
  };
}

/** How many requests may be sent in any stretch of `perMs`. */
export interface Allowance {
  readonly count: number;
  readonly perMs: number;
}

/** What upstream's limit of a group, less our reserve, allows at best. */
export function allowanceOf(state: RateState, group: RateGroup): Allowance {
  const { limit, windowMs } = state.groups[group];
  return { count: Math.max(1, limit - reserves[group]), perMs: windowMs };
}

function withGroup(state: RateState, group: RateGroup, change: Partial<GroupWindow>): RateState {
  return { ...state, groups: { ...state.groups, [group]: { ...state.groups[group], ...change } } };
}

/** May a request of `group` start now? If not, `until` is the earliest time at which asking again can help. */
export function decide(state: RateState, group: RateGroup, now: number): Decision {
  const window = state.groups[group];
  const blockedUntil = Math.max(window.blockedUntil, state.allBlockedUntil);
  if (now < blockedUntil) return { send: false, until: blockedUntil, because: 'penalty' };
  if (window.cautious && window.inFlight > 0) return { send: false, until: Infinity, because: 'caution' };
  const counted = window.ended.filter((end) => end + window.windowMs > now);
  const used = counted.length + window.inFlight;
  const capacity = allowanceOf(state, group).count;
  if (used < capacity) return { send: true };
  // Room appears when enough of the finished requests leave the window; requests in flight give it no date yet.
  const leaving = counted[used - capacity];
  return { send: false, until: leaving === undefined ? Infinity : leaving + window.windowMs, because: 'window' };
}

/** A request of `group` starts. */
export function begin(state: RateState, group: RateGroup): RateState {
  return withGroup(state, group, { inFlight: state.groups[group].inFlight + 1 });
}

/** A begun request is over: it is counted, the limits in its headers are learned, a penalty is honoured. */
export function finish(state: RateState, group: RateGroup, answer: RateAnswer, now: number): RateState {
  const window = state.groups[group];
  const ended = [...window.ended.filter((end) => end + window.windowMs > now), now];
  const counted = withGroup(state, group, { ended, inFlight: Math.max(0, window.inFlight - 1) });
  const named = readGroup(answer.header('x-rate-limit-group'));
  const learned = named ? learn(named === group ? counted : count(counted, named, now), named, answer, now) : counted;
  if (answer.status === 429) return penalise(learned, named, answer, now);
  // A 503 that says when to come back is obeyed like a penalty of its own group, but does not stop the others.
  if (answer.status === 503 && answer.header('retry-after') !== null) {
    return withGroup(learned, group, { blockedUntil: now + penaltyMs(answer) });
  }
  const accepted = answer.status > 0 && answer.status < 500;
  return accepted ? withGroup(learned, group, { cautious: false }) : learned;
}

/** Upstream charges another group than the one we expected: the request counts in both. */
function count(state: RateState, group: RateGroup, now: number): RateState {
  return withGroup(state, group, { ended: [...state.groups[group].ended, now] });
}

function readGroup(text: string | null): RateGroup | undefined {
  const name = text?.trim().toLowerCase();
  return rateGroups.find((group) => group === name);
}

function readCount(text: string | null, low: number, high: number): number | undefined {
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= low && value <= high ? Math.floor(value) : undefined;
}

function learn(state: RateState, named: RateGroup, answer: RateAnswer, now: number): RateState {
  const known = state.groups[named];
  const limit = readCount(answer.header('x-rate-limit-limit'), 1, 100_000) ?? known.limit;
  const seconds = readCount(answer.header('x-rate-limit-window'), 1, 3600);
  const windowMs = seconds === undefined ? known.windowMs : seconds * 1000;
  const remaining = readCount(answer.header('x-rate-limit-remaining'), 0, 100_000);
  const ended = remaining === undefined ? known.ended : countStrangers(known, limit - remaining, now);
  return withGroup(state, named, { limit, windowMs, ended });
}

/** Upstream counted more than we sent: someone shares this user and app. Their requests are counted as made now. */
function countStrangers(window: GroupWindow, usedUpstream: number, now: number): readonly number[] {
  const mine = window.ended.filter((end) => end + window.windowMs > now).length + window.inFlight;
  const strangers = Math.min(usedUpstream, window.limit) - mine;
  return strangers > 0 ? [...window.ended, ...Array.from({ length: strangers }, () => now)] : window.ended;
}

function penaltyMs(answer: RateAnswer): number {
  const { receivedAt: now } = answer;
  return parseRetryAfter({ value: answer.header('retry-after'), date: answer.header('date'), now }) + marginMs;
}

function penalise(state: RateState, named: RateGroup | undefined, answer: RateAnswer, now: number): RateState {
  const until = now + penaltyMs(answer);
  if (!named) return { ...state, allBlockedUntil: Math.max(state.allBlockedUntil, until, now + unnamedPenaltyMs) };
  const blockedUntil = Math.max(state.groups[named].blockedUntil, until);
  return withGroup(state, named, { blockedUntil, cautious: true });
}
