import { formatAgo, formatTimer } from '../ui/format.ts';
import { waitTargetMs, type Counters, type Tally } from './counters.ts';

/** One fact of the line under a number; its `value` is set in bright ink. */
export interface Fact {
  readonly before?: string;
  readonly value?: string;
  readonly after?: string;
}

/** The line under each tile's number: the target or the parts, never the number again. */
export interface TileWords {
  readonly waiting: readonly Fact[];
  readonly longest: readonly Fact[];
  readonly talking: readonly Fact[];
  readonly live: readonly Fact[];
  readonly missed: readonly Fact[];
}

export function tileWords(counters: Counters): TileWords {
  return {
    waiting: waitingWords(counters),
    longest: longestWords(counters),
    talking: [
      ...unconfirmed(counters.talking),
      ...[part(counters.held, 'on hold'), ...(counters.parked > 0 ? [part(counters.parked, 'parked')] : [])],
    ],
    live: [
      ...unconfirmed(counters.live),
      ...[part(counters.inbound, 'in'), part(counters.outbound, 'out'), part(counters.internal, 'internal')],
    ],
    missed: missedWords(counters.latestMissedMs),
  };
}

/** Once somebody waits too long, that is what the line is for. */
function waitingWords({ waiting, ringing, inMenu, over }: Counters): Fact[] {
  const doubtful = unconfirmed(waiting);
  if (over > 0) return [part(over, 'over target'), ...doubtful, part(ringing, 'ringing')];
  const queued = part(waiting.sure - ringing - inMenu, 'in queue');
  return [...doubtful, part(ringing, 'ringing'), queued, ...(inMenu > 0 ? [part(inMenu, 'in menu')] : [])];
}

/** Why the number is a range. */
function unconfirmed({ open }: Tally): Fact[] {
  return open > 0 ? [part(open, 'unconfirmed')] : [];
}

function longestWords({ longest, waiting }: Counters): Fact[] {
  const target = { before: 'target ', value: formatTimer(waitTargetMs) };
  if (longest === undefined) return waiting.open > 0 ? unconfirmed(waiting) : [{ before: 'nobody waits' }, target];
  return longest.queue === undefined ? [target] : [target, { before: longest.queue }];
}

function missedWords(latestMs: number | undefined): Fact[] {
  if (latestMs === undefined) return [{ before: 'none missed' }];
  if (latestMs < 60_000) return [{ before: 'latest ', value: 'just now' }];
  return [{ before: 'latest ', value: formatAgo(latestMs), after: ' ago' }];
}

function part(value: number, noun: string): Fact {
  return { value: String(value), after: ` ${noun}` };
}
