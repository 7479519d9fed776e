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

const eventsOf = (sessionId: string, steps: number): EventObservation[] =>
  story.slice(0, steps).map((party, i) => ({
    kind: 'event',
    at: START + i * 1000 + 50,
    sessionId,
    sequence: i + 2,
    eventTime: START + i * 1000,
    parties: [party],
  }));

function boardWith(live: number): Board {
  let board = observe(emptyBoard(), { kind: 'directory', at: START, directory }).board;
  for (let i = 0; i < live; i++) for (const event of eventsOf(`s-live-${i}`, 8)) board = observe(board, event).board;
  return board;
}

/** Whole calls run through the reducer while `live` others stay live; events per second, median of five rounds. */
function rate(live: number): number {
  const board = boardWith(live);
  const calls = Array.from({ length: 2000 }, (_, i) => eventsOf(`s-a7c21e5f01b2z18f3c9d2ab1z44${i}`, story.length));
  const rates = Array.from({ length: 5 }, () => {
    let current = board;
    const start = performance.now();
    for (const events of calls) for (const event of events) current = observe(current, event).board;
    return (calls.length * story.length) / ((performance.now() - start) / 1000);
  });
  return median(rates);
}

/** How many events per second the reducer takes, and that the price does not grow with the number of live calls. */
export function benchReducer(): Figure[] {
  const few = rate(100);
  const figures: Figure[] = [{ name: 'reducer, 100 live calls', value: `${thousands(few)} events/s` }];
  for (const live of [1000, 10_000]) {
    const value = rate(live);
    figures.push({
      name: `reducer, ${live.toLocaleString('en')} live calls`,
      value: `${thousands(value)} events/s`,
      floor: `${thousands(few)} at 100`,
      ratio: few / value,
      note: 'price per event against 100 live calls',
    });
  }
  return figures;
}

const thousands = (n: number): string => `${Math.round(n / 1000)} k`;
