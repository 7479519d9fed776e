import type { WallCall } from '../live/live-board.svelte.ts';
import { formatTimer } from '../ui/format.ts';
import type { Shape } from '../ui/shape.ts';
import { place, queue } from './call-place.ts';
import type { Reading, Tone } from './describe.ts';

type Outcome = NonNullable<WallCall['outcome']>;

interface Sign {
  readonly shape: Shape;
  readonly word: string;
  /** The rest of the word, where the whole would cost half of the name beside it. */
  readonly more?: readonly string[];
}

const outcomes: Readonly<Record<Outcome, Sign>> = {
  answered: { shape: 'check', word: 'Answered' },
  missed: { shape: 'cross', word: 'Missed' },
  abandoned: { shape: 'leave', word: 'Abandoned' },
  shortAbandoned: { shape: 'bounce', word: 'Hung up', more: ['at once'] },
  voicemail: { shape: 'reels', word: 'Voicemail' },
  declined: { shape: 'ban', word: 'Declined' },
  busy: { shape: 'entry', word: 'Busy' },
  failed: { shape: 'bolt', word: 'Failed' },
};

/** Nobody misses or abandons a call of our own: whichever end gave up, it was not answered. */
const notAnswered: Sign = { shape: 'dash', word: 'Not answered' };
const ourOwn: Readonly<Partial<Record<Outcome, Sign>>> = {
  missed: notAnswered,
  abandoned: notAnswered,
  shortAbandoned: notAnswered,
};

/** How a call reads that is over: what it came to in the words of the field, or plainly that this is not known. */
export function describeEnded(call: WallCall): Reading {
  const { missed, endedAt = call.stateSince, answeredAt, startedAt } = call;
  const outcome = call.outcome ?? (missed === true ? 'missed' : undefined);
  const who = missed === true ? call.party : (call.agent ?? call.party);
  const doubt = call.presumed === true ? ['presumed ended'] : [];
  const spent = (word: string, since: number): string => `${word} ${formatTimer(endedAt - since)}`;
  if (call.fax === true) {
    return {
      shape: 'page',
      tone: 'menu',
      who,
      word: 'Fax',
      details: [...place(call), spent('took', startedAt), ...doubt],
    };
  }
  if (outcome === undefined) {
    return { shape: 'query', tone: 'menu', who, word: 'Outcome open', details: [...doubt, ...place(call)] };
  }
  const sign = (call.direction === 'inbound' ? undefined : ourOwn[outcome]) ?? outcomes[outcome];
  const { shape, word, more = [] } = sign;
  const reading = { shape, word, tone: toneOf(outcome, missed), who };
  if (missed === true) return { ...reading, details: [...more, ...queue(call), spent('waited', startedAt), ...doubt] };
  const talked = outcome === 'answered' && answeredAt !== undefined ? [spent('talked', answeredAt)] : [];
  return { ...reading, details: [...more, ...place(call), ...talked, ...doubt] };
}

/** Red is for what counts as missed, whatever it came to: which outcomes do is the customer's word. */
function toneOf(outcome: Outcome, missed: boolean | undefined): Tone {
  if (missed === true) return 'miss';
  if (outcome === 'answered') return 'done';
  return outcome === 'voicemail' ? 'mail' : 'menu';
}
