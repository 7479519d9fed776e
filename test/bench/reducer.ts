import { emptyBoard, observe, type Board } from '@ringside/shared/domain/board';
import type { Directory, Extension } from '@ringside/shared/domain/directory';
import type { EventObservation, PartyReport } from '@ringside/shared/domain/observation';
import { median, type Figure } from './report.ts';

const START = 1_760_000_000_000;
const people = [0, 1, 2, 3].map((i): Extension => ({ id: `10${i}`, kind: 'person', name: `Agent ${i}` }));
const queueExtension: Extension = { id: '200', kind: 'queue', name: 'Support' };
const directory: Directory = new Map([queueExtension, ...people].map((extension) => [extension.id, extension]));

const caller = (phase: PartyReport['phase']): PartyReport => ({
  id: 'p-1',
  side: 'placing',
  phase,
  from: { phoneNumber: '+14155550142', name: 'WIRELESS CALLER' },
  to: { phoneNumber: '+12065550100' },
});
const queue = (phase: PartyReport['phase']): PartyReport => ({
  ...caller(phase),
  id: 'p-2',
  side: 'receiving',
  extensionId: '200',
  to: { extensionId: '200', name: 'Support' },
});
const agent = (n: number, phase: PartyReport['phase']): PartyReport => ({
  ...queue(phase),
  id: `p-${n + 3}`,
  extensionId: `10${n}`,
  queueCall: true,
});

/** The fourteen events of a queue call that four phones ring for and one answers. */
const story: readonly PartyReport[] = [
  caller('setup'),
  queue('setup'),
  caller('answered'),
  ...[0, 1, 2, 3].map((n) => agent(n, 'ringing')),
  agent(1, 'answered'),
  ...[0, 2, 3].map((n) => ({ ...agent(n, 'ended'), endReason: 'answeredElsewhere' as const })),
  { ...queue('ended'), endReason: 'answeredElsewhere' },
  agent(1, 'ended'),
  caller('ended'),
];

const eventsOf = (sessionId: string, steps: number, start: number): EventObservation[] =>
  story.slice(0, steps).map((party, i) => ({
    kind: 'event',
    at: start + i * 1000 + 50,
    sessionId,
    sequence: i + 2,
    eventTime: start + i * 1000,
    parties: [party],
  }));

const feed = (board: Board, events: readonly EventObservation[]): Board =>
  events.reduce((current, event) => observe(current, event).board, board);

function boardWith(live: number): Board {
  const board = observe(emptyBoard(), { kind: 'directory', at: START, directory }).board;
  return Array.from({ length: live }, (_, i) => eventsOf(`s-live-${i}`, 8, START)).reduce(feed, board);
}

const CALLS = 2_000;
const callId = (i: number): string => `s-a7c21e5f01b2z18f3c9d2ab1z44${i}`;

/** Whole calls run through the reducer on `board`; events per second, median of nine rounds after one to warm up. */
function rate(board: Board, start: number): number {
  const calls = Array.from({ length: CALLS }, (_, i) => eventsOf(callId(i), story.length, start));
  const rates = Array.from({ length: 10 }, () => {
    const begin = performance.now();
    calls.reduce(feed, board);
    return (CALLS * story.length) / ((performance.now() - begin) / 1000);
  });
  return median(rates.slice(1));
}

const HISTORY_EVENTS = 1_000_000;
/** A busy day's pace: 40 calls a second, which is 560 events. */
const CALLS_PER_SECOND = 40;

/** A million events on 1,000 living calls, with time passing, so that memory is let go as it would be. */
function withHistory(board: Board): { board: Board; now: number } {
  let current = board;
  let now = START;
  for (let told = 0; told < HISTORY_EVENTS; now += 1000) {
    for (let i = 0; i < CALLS_PER_SECOND; i++, told += story.length) {
      current = feed(current, eventsOf(`s-history-${told}`, story.length, now));
    }
    current = observe(current, { kind: 'tick', at: now }).board;
  }
  return { board: current, now };
}

/**
 * How many events per second the reducer takes, with ordering, leases and tombstones, and that the price grows neither
 * with the number of live calls nor with what has been.
 */
export function benchReducer(): Figure[] {
  rate(boardWith(100), START);
  const few = rate(boardWith(100), START);
  const figures: Figure[] = [{ name: 'reducer, 100 live calls', value: `${thousands(few)} events/s` }];
  const figure = (name: string, value: number, note: string): Figure => ({
    name,
    value: `${thousands(value)} events/s`,
    floor: `${thousands(few)} at 100`,
    ratio: few / value,
    note,
  });
  for (const live of [1000, 10_000]) {
    const name = `reducer, ${live.toLocaleString('en')} live calls`;
    figures.push(figure(name, rate(boardWith(live), START), 'price per event against 100 live calls'));
  }
  const { board, now } = withHistory(boardWith(1000));
  const kept = `kept: ${board.ended.size.toLocaleString('en')} ended, ${board.tombstones.size.toLocaleString('en')} tombstones`;
  figures.push(figure('reducer, 1,000 live calls after 1 M events', rate(board, now), kept));
  return figures;
}

const thousands = (n: number): string => `${Math.round(n / 1000)} k`;
