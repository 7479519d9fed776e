import type { WallCall } from '../live/live-board.svelte.ts';
import { formatTimer } from '../ui/format.ts';
import type { Shape } from '../ui/shape.ts';
import { isWaiting } from './columns.ts';
import type { Lateness } from './counters.ts';

/** How a row reads. Shape, word and tone say the same thing three times, for eyes that lack one of them. */
export interface Reading {
  readonly shape: Shape;
  readonly tone: Tone;
  /** The one the row is about: the caller while they wait, the colleague once one is on the call. */
  readonly who: string;
  /** The state; an alarm takes its place, and the state then leads the details. */
  readonly word: string;
  /** What else is known, most wanted first: those without room are left out whole. */
  readonly details: readonly string[];
}

export type Tone = 'wait' | 'ring' | 'menu' | 'talk' | 'hold' | 'park' | 'mail' | 'miss' | 'done';

const alarms = { over: 'Over target', far: 'Twice target' } as const;

/** `late`: how the wait stands against its target; `ok` for calls that do not wait. */
export function describe(call: WallCall, late: Lateness): Reading {
  const reading = call.state === 'ended' ? over(call) : isWaiting(call) ? waiting(call) : busy(call);
  return marked(late === 'ok' ? reading : alarmed(reading, alarms[late]), call);
}

/** The alarm takes the word's place, and the state moves behind the first detail. */
function alarmed(reading: Reading, alarm: string): Reading {
  const [first, ...rest] = reading.details;
  const state = reading.word.toLowerCase();
  return { ...reading, word: alarm, details: first === undefined ? [state] : [first, state, ...rest] };
}

function marked(reading: Reading, { unconfirmed = false }: WallCall): Reading {
  return unconfirmed ? { ...reading, details: ['Unconfirmed', ...reading.details] } : reading;
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
  switch (call.state) {
    case 'talking':
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

function over(call: WallCall): Reading {
  const end = call.endedAt ?? call.stateSince;
  if (call.missed === true) {
    const waited = `waited ${formatTimer(end - call.startedAt)}`;
    return { shape: 'cross', tone: 'miss', who: call.party, word: 'Missed', details: [...queue(call), waited] };
  }
  const who = call.agent ?? call.party;
  if (call.answeredAt === undefined) return unanswered(call, who);
  const talked = `talked ${formatTimer(end - call.answeredAt)}`;
  return { shape: 'check', tone: 'done', who, word: 'Ended', details: [...place(call), talked] };
}

/** No answer was seen. That is only "not answered" where an answer would have been seen. */
function unanswered(call: WallCall, who: string): Reading {
  const details = place(call);
  if (call.direction !== 'inbound' && call.backfilled !== true)
    return { shape: 'dash', tone: 'menu', who, word: 'Not answered', details };
  if (call.missed === false && call.direction === 'inbound')
    return { shape: 'check', tone: 'done', who, word: 'Ended', details: [...details, 'answered'] };
  return { shape: 'dash', tone: 'menu', who, word: 'Ended', details: [...details, 'outcome open'] };
}

/** Where the call belongs: its queue, or which way it goes when no queue is part of it. */
function place(call: WallCall): string[] {
  if (call.queue !== undefined || call.direction === 'inbound') return queue(call);
  return [call.direction === 'outbound' ? 'Outbound' : 'Internal'];
}

function queue(call: WallCall): string[] {
  return call.queue === undefined ? [] : [call.queue];
}

function otherEnd(call: WallCall): string[] {
  if (call.peer !== undefined) return [`with ${call.peer}`];
  return call.agent === undefined || call.direction === 'internal' ? [] : [call.party];
}
