import type { Call } from './call.ts';
import { emptyBoard, observe, type Board } from './board.ts';
import type { Change } from './change.ts';
import type { Directory, ExtensionKind } from './directory.ts';
import { values } from './keyed.ts';
import type { EventObservation, Observation, PartyReport, PollRecord } from './observation.ts';

/** Literals for the tests of the domain: a small office, and short words for what can be observed of it. */
const kinds: readonly (readonly [string, ExtensionKind, string])[] = [
  ['101', 'person', 'Amara Okafor'],
  ['102', 'person', 'Jonas Weber'],
  ['103', 'person', 'Priya Nair'],
  ['104', 'person', 'Luis Moreno'],
  ['200', 'queue', 'Support'],
  ['300', 'menu', 'Main menu'],
  ['400', 'machine', 'Front desk mailbox'],
];
export const office: Directory = new Map(kinds.map(([id, kind, name]) => [id, { id, kind, name }]));

/** Start of the story in every test, local and upstream ms. */
export const T0 = 1_760_000_000_000;

type Said = Partial<Omit<PartyReport, 'id' | 'side' | 'phase'>>;

/** `placing` party. */
export const dials = (id: string, phase: PartyReport['phase'], said: Said = {}): PartyReport => ({
  id,
  side: 'placing',
  phase,
  from: { phoneNumber: '+14155550142' },
  to: { phoneNumber: '+12065550100' },
  ...said,
});

/** `receiving` party at an extension; pass `undefined` for an outside number. */
export const reached = (
  id: string,
  extensionId: string | undefined,
  phase: PartyReport['phase'],
  said: Said = {},
): PartyReport => ({
  id,
  side: 'receiving',
  phase,
  from: { phoneNumber: '+14155550142' },
  to: extensionId === undefined ? { phoneNumber: '+14155550199' } : { extensionId },
  ...(extensionId !== undefined && { extensionId }),
  ...said,
});

/** An agent's phone, offered by queue 200. */
export const offered = (id: string, extensionId: string, phase: PartyReport['phase'], said: Said = {}): PartyReport =>
  reached(id, extensionId, phase, { queueCall: true, to: { extensionId: '200', name: 'Support' }, ...said });

export interface Play {
  board: Board;
  readonly changes: Change[];
  readonly probes: string[];
}

export const newPlay = (): Play => {
  const play: Play = { board: emptyBoard(), changes: [], probes: [] };
  see(play, { kind: 'directory', at: T0 - 1000, directory: office });
  see(play, { kind: 'link', at: T0 - 1000, up: true, gap: false });
  return play;
};

export const see = (play: Play, ...observations: readonly Observation[]): void => {
  for (const observation of observations) {
    const step = observe(play.board, observation);
    play.board = step.board;
    play.changes.push(...step.changes);
    play.probes.push(...step.probes);
  }
};

/** An event of session `s` heard 50 ms after it happened, `after` ms into the story. */
export const event = (sequence: number, after: number, ...parties: readonly PartyReport[]): EventObservation => ({
  kind: 'event',
  at: T0 + after + 50,
  sessionId: 's',
  sequence,
  eventTime: T0 + after,
  parties,
});

export const tick = (after: number): Observation => ({ kind: 'tick', at: T0 + after });

export const record = (verdict: PollRecord['verdict'], said: Partial<PollRecord> = {}): PollRecord => ({
  sessionId: 's',
  verdict,
  direction: 'inbound',
  startedAt: T0,
  from: { phoneNumber: '+14155550142' },
  to: { phoneNumber: '+12065550100' },
  extensionId: '200',
  ...(verdict !== 'inProgress' && { durationMs: 30_000 }),
  ...said,
});

export const poll = (after: number, records: readonly PollRecord[], complete = true): Observation => ({
  kind: 'poll',
  at: T0 + after + 400,
  startedAt: T0 + after,
  complete,
  records,
});

export const probe = (
  after: number,
  verdict: 'live' | 'over' | 'failed',
  parties: readonly PartyReport[] = [],
): Observation => ({
  kind: 'probe',
  at: T0 + after + 300,
  startedAt: T0 + after,
  sessionId: 's',
  verdict,
  parties,
});

export const live = (play: Play): Call[] => values(play.board.live).map((session) => session.call);
export const types = (play: Play): string[] => play.changes.map((change) => change.type);
export const states = (play: Play): string[] =>
  play.changes.map((change) => change.call.state).filter((state, i, all) => state !== all[i - 1]);
export const lastCall = (play: Play): Call | undefined => play.changes.at(-1)?.call;

/** A queue call that four phones ring for and the second agent takes; ends after 30 s. */
export const answeredQueueCall: readonly EventObservation[] = [
  event(2, 0, dials('p1', 'setup')),
  event(3, 60, reached('p2', '200', 'setup')),
  event(4, 120, dials('p1', 'answered')),
  event(5, 300, offered('p3', '101', 'ringing')),
  event(6, 320, offered('p4', '102', 'ringing')),
  event(7, 340, offered('p5', '103', 'ringing')),
  event(8, 360, offered('p6', '104', 'ringing')),
  event(9, 8000, offered('p4', '102', 'answered')),
  event(10, 8050, offered('p3', '101', 'ended', { endReason: 'answeredElsewhere' })),
  event(11, 8060, offered('p5', '103', 'ended', { endReason: 'answeredElsewhere' })),
  event(12, 8070, offered('p6', '104', 'ended', { endReason: 'answeredElsewhere' })),
  event(13, 8080, reached('p2', '200', 'ended', { endReason: 'answeredElsewhere' })),
  event(14, 30_000, offered('p4', '102', 'ended')),
  event(15, 30_040, dials('p1', 'ended')),
];

/** A caller who gives up while two phones ring. */
export const abandonedQueueCall: readonly EventObservation[] = [
  event(2, 0, dials('p1', 'setup')),
  event(3, 60, reached('p2', '200', 'setup')),
  event(4, 120, dials('p1', 'answered')),
  event(5, 300, offered('p3', '101', 'ringing')),
  event(6, 320, offered('p4', '102', 'ringing')),
  event(7, 20_000, offered('p3', '101', 'ended', { endReason: 'cancelled' })),
  event(8, 20_010, offered('p4', '102', 'ended', { endReason: 'cancelled' })),
  event(9, 20_020, reached('p2', '200', 'ended')),
  event(10, 20_030, dials('p1', 'ended')),
];
