import type { WallCall } from '../live/live-board.svelte.ts';
import type { Shape } from '../ui/shape.ts';
import { place, queue } from './call-place.ts';
import { isWaiting } from './columns.ts';
import type { Lateness } from './counters.ts';
import { describeEnded } from './describe-ended.ts';

/** How a row reads. Shape, word and tone say the same thing three times, for eyes that lack one of them. */
export interface Reading {
  readonly shape: Shape;
  readonly tone: Tone;
  /** The one the row is about: the caller while they wait, the colleague once one is on the call. */
  readonly who: string;
  /** The state; an alarm takes its place, and the state then leads the details. */
  readonly word: string;
  /** Stands large before the details: whether the call is still there is not certain. */
  readonly doubt?: string;
  /** What else is known, most wanted first: those without room are left out whole. */
  readonly details: readonly string[];
}

export type Tone = 'wait' | 'ring' | 'menu' | 'talk' | 'hold' | 'park' | 'mail' | 'miss' | 'done';

const alarms = { over: 'Over target', far: 'Twice target' } as const;

/** `late`: how the wait stands against its target; `ok` for calls that do not wait, or perhaps no longer. */
export function describe(call: WallCall, late: Lateness): Reading {
  if (call.state === 'ended') return describeEnded(call);
  const reading = isWaiting(call) ? waiting(call) : busy(call);
  if (call.unconfirmed === true) return { ...reading, doubt: 'Unconfirmed' };
  return late === 'ok' ? reading : alarmed(reading, alarms[late]);
}

/** The alarm takes the word's place, and the state moves behind the first detail. */
function alarmed(reading: Reading, alarm: string): Reading {
  const [first, ...rest] = reading.details;
  const state = reading.word.toLowerCase();
  return { ...reading, word: alarm, details: first === undefined ? [state] : [first, state, ...rest] };
}

function waiting(call: WallCall): Reading {
  const { state, ringing, party: who } = call;
  const details = queue(call);
  if (state === 'queued') return { shape: 'arc', tone: 'wait', who, word: 'Waiting', details };
  if (state === 'routing')
    return {
      shape: 'dots',
      tone: 'menu',
      who,
      word: 'In menu',
      details: details.length > 0 ? details : ['no queue yet'],
    };
  const phones = ringing === undefined ? [] : [ringing === 1 ? '1 phone' : `${ringing} phones`];
  return { shape: 'triangle', tone: 'ring', who, word: 'Ringing', details: [...details, ...phones] };
}

function busy(call: WallCall): Reading {
  const details = [...place(call), ...otherEnd(call)];
  const who = call.agent ?? call.party;
  if (call.fax === true) return { shape: 'page', tone: 'menu', who, word: 'Fax', details };
  switch (call.state) {
    case 'talking':
      if (call.conference === true)
        return { shape: 'trio', tone: 'talk', who, word: 'Talking', details: ['conference', ...details] };
      return { shape: 'disc', tone: 'talk', who, word: 'Talking', details };
    case 'held':
      return { shape: 'bars', tone: 'hold', who, word: 'On hold', details };
    case 'parked':
      return { shape: 'parking', tone: 'park', who: call.party, word: 'Parked', details: place(call) };
    case 'voicemail':
      return {
        shape: 'reels',
        tone: 'mail',
        who: call.party,
        word: 'Voicemail',
        details: [...place(call), 'leaving a message'],
      };
    default:
      return {
        shape: 'triangle',
        tone: 'ring',
        who,
        word: call.direction === 'outbound' ? 'Dialling' : 'Ringing',
        details,
      };
  }
}

function otherEnd(call: WallCall): string[] {
  if (call.peer !== undefined) return [`with ${call.peer}`];
  return call.agent === undefined || call.direction === 'internal' ? [] : [call.party];
}
