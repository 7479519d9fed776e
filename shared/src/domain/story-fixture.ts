import type { Call } from './call.ts';
import { emptyBoard, type BoardRules } from './board.ts';
import { dials, event, newPlay, office, see, T0, type Play } from './board-fixture.ts';
import { values } from './keyed.ts';
import type { Observation, PartyReport } from './observation.ts';

/** What happened `after` ms into the story, to whom. */
export type Said = readonly [after: number, ...parties: PartyReport[]];

/** The party of the user at 101 who dials out. */
export const mine = (phase: PartyReport['phase'], said: Partial<PartyReport> = {}): PartyReport =>
  dials('p1', phase, { extensionId: '101', from: { extensionId: '101' }, ...said });

/** A play in which session `s` said all this, in order and without a hole. */
export function playOf(...story: readonly Said[]): Play {
  const play = newPlay();
  story.forEach(([after, ...parties], i) => see(play, event(i + 2, after, ...parties)));
  return play;
}

/** The call that the story tells, as viewers last heard of it. */
export function callOf(...story: readonly Said[]): Call {
  return shownIn(playOf(...story));
}

/** The last that viewers heard of the only call. */
export function shownIn(play: Play): Call {
  const call = play.changes.at(-1)?.call;
  if (call === undefined) throw new Error('nothing was shown');
  return call;
}

/** The only call that lives. */
export function liveIn(play: Play): Call {
  const [session] = values(play.board.live);
  if (session === undefined) throw new Error('nothing lives');
  return session.call;
}

/** Ticks every `every` ms from `from` to `to`, both ms into the story, with what else is due at each. */
export function passing(
  play: Play,
  { from, to, every = 1000, start }: { from: number; to: number; every?: number; start: number },
  due: (after: number) => readonly Observation[] = () => [],
): void {
  for (let after = from; after <= to; after += every) {
    see(play, ...due(after), { kind: 'tick', at: start + after });
  }
}

/** A play under other rules than the product's own. */
export function playUnder(rules: BoardRules, ...observations: readonly Observation[]): Play {
  const play: Play = { board: emptyBoard(rules), changes: [], probes: [] };
  see(play, { kind: 'directory', at: T0 - 1000, directory: office });
  see(play, { kind: 'link', at: T0 - 1000, up: true, gap: false });
  see(play, ...observations);
  return play;
}

/** The events of session `s` that tell this story. */
export const eventsOf = (...story: readonly Said[]): Observation[] =>
  story.map(([after, ...parties], i) => event(i + 2, after, ...parties));
