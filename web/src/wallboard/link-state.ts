import type { Verdict } from '../live/dead-man.ts';
import type { LinkStatus } from '../live/link.ts';
import type { FeedHealth, FeedTrouble } from '../live/live-board.svelte.ts';
import { formatAge, formatBound, formatClock } from '../ui/format.ts';
import type { Shape } from '../ui/shape.ts';

/** `good`: believe it · `warn`: believe it with the words · `bad`: do not act on it. */
export type Trust = 'good' | 'warn' | 'bad';

export interface LinkReading {
  readonly trust: Trust;
  readonly shape: Shape;
  readonly words: string;
  /** Age of the newest proof; absent where the words already say since when, or when there is none. */
  readonly age?: string;
  /** Within how long every call is proved, and why not sooner; absent while nothing proves anything. */
  readonly bound?: Bound;
}

export interface Bound {
  readonly words: string;
  /** The bound is longer than it should be. */
  readonly strained: boolean;
  /** Why it is, where that is known. */
  readonly cause?: string;
}

export interface LinkFacts {
  readonly verdict: Verdict;
  readonly link: LinkStatus;
  readonly feed?: FeedHealth | undefined;
  /** The picture stands on a snapshot with no gap after it. */
  readonly whole: boolean;
}

const troubleWords: Record<FeedTrouble, string> = {
  catchingUp: 'Catching up',
  eventsDown: 'Events down, polling',
  eventsSilent: 'Events silent, polling',
  pollFailing: 'Polling failing, events only',
  logFailing: 'Call log failing, outcomes unchecked',
  rateLimited: 'Rate limited, slower updates',
  loginFailed: 'RingCentral sign-in failed',
  permissionMissing: 'Permission missing',
  directoryMissing: 'Names not loaded',
  ownCallsOnly: 'Own calls only',
  clockOff: 'Server clock is wrong',
  memoryFailing: 'Disk failing, a restart would forget',
};

/** The bound the product aims at, ms. */
const aimMs = 60_000;
const strainWords: Record<NonNullable<FeedHealth['boundBy']>, string> = {
  list: 'the call list is long',
  probes: 'many calls wait',
};

/** The one line that says whether the wall can be believed, the gravest cause first. `at`: corrected time, ms. */
export function readLink({ verdict, link, feed, whole }: LinkFacts, at: number): LinkReading {
  const { provedAt, pulse } = verdict;
  const age = provedAt === undefined ? {} : { age: formatAge(Math.max(at, verdict.beatAt ?? at) - provedAt) };
  if (link === 'outdated') return { trust: 'bad', shape: 'cross', words: 'Page and server disagree, update needed' };
  if (pulse === 'dead') return { trust: 'bad', shape: 'cross', words: notLive(verdict) };
  if (pulse === 'stale') return { trust: 'bad', shape: 'dash', words: 'Stale, not confirmed', ...age };
  if (feed === undefined)
    return { trust: 'warn', shape: 'arc', words: link === 'down' ? 'Connecting again' : 'Connecting' };
  if (pulse === 'reconnecting' || link !== 'open')
    return { trust: 'warn', shape: 'arc', words: 'Reconnecting', ...age };
  const trouble = feed.troubles[0];
  if (feed.state === 'stale') {
    const words = trouble === undefined ? 'Stale, not confirmed' : `Stale · ${causeWords(trouble, feed)}`;
    return { trust: 'bad', shape: 'dash', words, ...age };
  }
  if (feed.state === 'starting') return { trust: 'warn', shape: 'arc', words: startingWords(feed) };
  if (!whole) return { trust: 'warn', shape: 'arc', words: 'Catching up', ...age };
  const proved = { ...age, bound: boundOf(feed) };
  if (trouble !== undefined) return { trust: 'warn', shape: 'triangle', words: causeWords(trouble, feed), ...proved };
  if (feed.state === 'degraded') return { trust: 'warn', shape: 'triangle', words: 'One source missing', ...proved };
  return { trust: 'good', shape: 'disc', words: 'Live', ...proved };
}

function boundOf({ provedWithinMs, boundBy }: FeedHealth): Bound {
  const words = `every call proved within ${formatBound(provedWithinMs)}`;
  if (provedWithinMs <= aimMs) return { words, strained: false };
  return { words, strained: true, ...(boundBy !== undefined && { cause: strainWords[boundBy] }) };
}

function notLive({ provedAt, beatAt }: Verdict): string {
  const since = provedAt ?? beatAt;
  return since === undefined ? 'NOT LIVE, no server' : `NOT LIVE since ${formatClock(since)}`;
}

/** A start that cannot finish names its cause; `catchingUp` only stands for itself when nothing else is wrong. */
function startingWords(feed: FeedHealth): string {
  const cause = feed.troubles.find((trouble) => trouble !== 'catchingUp');
  return cause === undefined ? 'Catching up' : `Catching up · ${causeWords(cause, feed)}`;
}

/** That the wall shows one user's calls alone is said whatever else is wrong: the missing ones are not "no calls". */
function causeWords(trouble: FeedTrouble, feed: FeedHealth): string {
  const word = troubleWords[trouble];
  if (trouble === 'rateLimited' && feed.limitedUntil !== undefined)
    return `Rate limited until ${formatClock(feed.limitedUntil)}`;
  const named = trouble === 'permissionMissing' ? permissions(feed.detail) : undefined;
  const cause = named === undefined ? word : `${word}: ${named}`;
  const own = trouble !== 'ownCallsOnly' && feed.troubles.includes('ownCallsOnly');
  return own ? `${troubleWords.ownCallsOnly} · ${cause}` : cause;
}

/** The names of the permissions where the detail is the usual sentence, so that they fit the header; else its own words. */
function permissions(detail: string | undefined): string | undefined {
  const names = Array.from((detail ?? '').matchAll(/permission (\w+) is missing/g), ([, name = '']) => name);
  return names.length > 0 ? names.join(', ') : detail;
}
