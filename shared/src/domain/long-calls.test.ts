import { describe, expect, test } from 'vitest';
import {
  dials,
  event,
  lastCall,
  live,
  newPlay,
  offered,
  office,
  reached,
  see,
  T0,
  tick,
  types,
  type Play,
} from './board-fixture.ts';
import type { PartyReport } from './observation.ts';

/** A caller who stays in the queue while it rings its agents again and again. */
function patient(offers: number): { readonly play: Play; readonly say: (...parties: PartyReport[]) => void } {
  const play = newPlay();
  let sequence = 2;
  const say = (...parties: PartyReport[]): void => see(play, event(sequence, sequence++ * 100, ...parties));
  say(dials('p1', 'setup'));
  say(reached('p2', '200', 'setup'));
  say(dials('p1', 'answered'));
  for (let i = 0; i < offers; i++) {
    const agent = ['101', '102', '103'][i % 3] ?? '';
    say(offered(`a${i}`, agent, 'ringing'));
    say(offered(`a${i}`, agent, 'ended', { endReason: 'noAnswer' }));
  }
  return { play, say };
}

describe('a call with very many legs', () => {
  test('[B14] forgets offers that came to nothing, and neither the caller nor the queue', () => {
    const { play } = patient(1000);
    const [call] = live(play);
    expect(call?.legs.length).toBeLessThan(200);
    expect(call).toMatchObject({ state: 'queued', queue: { id: '200' }, startedAt: T0 + 200 });
    expect(call?.legs.map((leg) => leg.id)).toEqual(expect.arrayContaining(['p1', 'p2']));
  });

  test('[C6] [B14] reads the same after the directory comes again', () => {
    const { play, say } = patient(140);
    see(play, { kind: 'directory', at: T0 + 90_000, directory: new Map(office) });
    expect(live(play)).toMatchObject([{ state: 'queued' }]);
    say(offered('z', '104', 'ringing'));
    say(offered('z', '104', 'ended', { endReason: 'noAnswer' }));
    expect(live(play)).toMatchObject([{ state: 'queued' }]);
    expect(types(play)).not.toContain('callEnded');
  });

  test('[S2] [B14] reads the same after a late event', () => {
    const { play } = patient(140);
    see(play, event(284, 28_400, offered('z', '104', 'ended', { endReason: 'noAnswer' })));
    see(play, event(283, 28_300, offered('z', '104', 'ringing')), tick(29_000));
    expect(live(play)).toMatchObject([{ state: 'queued' }]);
  });

  test('[O1] [B14] is still answered when the answer was long ago', () => {
    const play = newPlay();
    let sequence = 2;
    const say = (...parties: PartyReport[]): void => see(play, event(sequence, sequence++ * 100, ...parties));
    say(dials('p1', 'setup'));
    say(reached('p2', '101', 'answered'));
    say(reached('p2', '101', 'ended', { endReason: 'transferred' }));
    say(reached('q', '200', 'setup'));
    for (let i = 0; i < 300; i++) {
      say(offered(`a${i}`, '102', 'ringing'));
      say(offered(`a${i}`, '102', 'ended', { endReason: 'noAnswer' }));
    }
    see(play, { kind: 'directory', at: T0 + 90_000, directory: new Map(office) });
    say(reached('q', '200', 'ended'));
    say(dials('p1', 'ended'));
    expect(lastCall(play)).toMatchObject({ state: 'ended', missed: false });
  });

  test('[B14] held and taken back without end stays bounded, and reads right', () => {
    const play = newPlay();
    see(play, event(2, 0, dials('p1', 'setup')), event(3, 100, reached('p2', '101', 'answered')));
    for (let i = 0; i < 1000; i++)
      see(play, event(4 + i, 200 + i, reached('p2', '101', i % 2 === 0 ? 'held' : 'answered')));
    see(play, event(1004, 5000, reached('p2', '101', 'held')));
    expect(live(play)).toMatchObject([{ state: 'held', answeredAt: T0 + 100, startedAt: T0 }]);
    see(play, event(1005, 6000, dials('p1', 'ended')), event(1006, 6010, reached('p2', '101', 'ended')));
    expect(lastCall(play)).toMatchObject({ state: 'ended', missed: false, endedAt: T0 + 6010 });
  });
});

describe('calls that go on elsewhere', () => {
  test('[C5] leaving a queue does not bring it back', () => {
    const play = newPlay();
    const directory = new Map([...office, ['201', { id: '201', kind: 'queue', name: 'Sales' }] as const]);
    see(play, { kind: 'directory', at: T0 - 500, directory });
    see(
      play,
      event(2, 0, dials('p1', 'setup')),
      event(3, 10, reached('q1', '200', 'setup')),
      event(4, 20, offered('a', '101', 'ringing')),
      event(5, 20_000, reached('q2', '201', 'setup')),
      event(6, 20_010, offered('a', '101', 'ended', { endReason: 'noAnswer' })),
      event(7, 20_020, reached('q1', '200', 'ended')),
    );
    expect(lastCall(play)?.queue).toEqual({ id: '201', name: 'Sales' });
  });

  test.each(['pickedUp', 'conference'] as const)(
    '[O7] merged into another session (%s) before an answer here: no miss is invented',
    (endReason) => {
      const play = newPlay();
      see(
        play,
        event(2, 0, dials('p1', 'setup')),
        event(3, 50, reached('p2', '101', 'ringing')),
        event(4, 5000, reached('p2', '101', 'gone', { endReason })),
        event(5, 5010, dials('p1', 'gone', { endReason })),
      );
      for (let after = 6000; after < 15_000; after += 1000) see(play, tick(after));
      expect(types(play)).toContain('callEnded');
      expect(types(play)).not.toContain('callMissed');
      expect(lastCall(play)?.missed).toBeUndefined();
    },
  );
});
