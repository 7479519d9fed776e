import { describe, expect, test } from 'vitest';
import {
  dials,
  event,
  live,
  newPlay,
  poll,
  probe,
  reached,
  record,
  see,
  T0,
  tick,
  types,
  type Play,
} from './board-fixture.ts';
import { emptyBoard } from './board.ts';
import { leaseMs, provedWithinMs } from './evidence.ts';
import { standardLimits, type Limits } from './limits.ts';
import type { Observation, PollObservation } from './observation.ts';
import { playUnder } from './story-fixture.ts';

const ringing = [event(2, 0, dials('p1', 'setup')), event(3, 50, reached('p2', '101', 'ringing'))];
const talking = [...ringing, event(4, 4000, reached('p2', '101', 'answered'))];
const inProgress = record('inProgress', { extensionId: '101' });
const budget = (pollEveryMs: number, probesPerMinute = 50): Observation => ({
  kind: 'budget',
  at: T0,
  pollEveryMs,
  probesPerMinute,
});

describe('the published bound', () => {
  test('[B21] sixty seconds for an account of ordinary size', () => {
    const board = emptyBoard();
    expect(leaseMs(board, true)).toBe(45_000);
    expect(leaseMs(board, false)).toBe(45_000);
    expect(provedWithinMs(board)).toBe(60_000);
    expect(provedWithinMs({ ...board, unlisted: 30 })).toBe(60_000);
  });

  test('[B21] a list of ten pages comes every 66 s: computed, not promised', () => {
    const { board } = playUnder({}, budget(66_000));
    expect(leaseMs(board, true)).toBe(81_000);
    expect(leaseMs(board, false)).toBe(45_000);
    expect(provedWithinMs(board)).toBe(96_000);
  });

  test('[B21] five hundred that ring or wait can be asked about once in 750 s', () => {
    const many = Array.from({ length: 500 }, (_, i) => ringing.map((one) => ({ ...one, sessionId: `s${i}` }))).flat();
    const { board } = playUnder({}, ...many, tick(1000));
    expect(board.unlisted).toBe(500);
    expect(leaseMs(board, false)).toBe(750_000);
    expect(leaseMs(board, true)).toBe(45_000);
    expect(provedWithinMs(board)).toBe(765_000);
    const rich = playUnder({}, budget(30_000, 500), ...many, tick(1000));
    expect(provedWithinMs(rich.board)).toBe(90_000);
  });

  test('[B21] only those that no poll has ever shown count as unlisted', () => {
    const { board } = playUnder({}, ...talking, poll(10_000, [inProgress]), tick(11_000));
    expect(board.unlisted).toBe(0);
    expect(playUnder({}, ...talking, tick(11_000)).board.unlisted).toBe(1);
  });
});

/** Plays a call that ends at `endedAt` with its last event lost. Says when it was gone or marked, ms after its end. */
function ghost(endedAt: number, answer: 'over' | 'failed', limits: Partial<Limits> = {}): number {
  const play: Play = playUnder({ limits }, ...talking);
  let asked = 0;
  for (let after = 5000; after <= endedAt + 200_000; after += 1000) {
    // The list is up to ten seconds behind.
    if (after % 30_000 === 0) see(play, poll(after, after <= endedAt + 10_000 ? [inProgress] : []));
    see(play, tick(after));
    if (play.probes.length > asked) see(play, answered(after, endedAt, answer));
    asked = play.probes.length;
    const [call] = live(play);
    if (call === undefined || call.unconfirmed === true) return after - endedAt;
  }
  return Infinity;
}

function answered(after: number, endedAt: number, answer: 'over' | 'failed'): Observation {
  const lives = probe(after + 10, 'live', [dials('p1', 'answered'), reached('p2', '101', 'answered')]);
  return answer === 'failed' || after >= endedAt ? probe(after + 10, answer) : lives;
}

const endings = Array.from({ length: 30 }, (_, i) => 60_000 + i * 1000);

describe('no call is shown as live for longer than the bound after it ended', () => {
  test('[B21] its last event lost, the list ten seconds behind: gone, or marked, within 60 s', () => {
    for (const endedAt of endings) {
      expect(ghost(endedAt, 'over'), `ended at ${endedAt}`).toBeLessThanOrEqual(60_000);
      expect(ghost(endedAt, 'failed'), `ended at ${endedAt}, nobody answers`).toBeLessThanOrEqual(60_000);
    }
  });

  test('[B21] the lease is what holds the bound: without it the ghost is there for longer', () => {
    const bare = { leaseMs: Infinity, absentPolls: Infinity };
    expect(Math.max(...endings.slice(0, 5).map((endedAt) => ghost(endedAt, 'failed', bare)))).toBe(Infinity);
  });

  test('[B9] none that is live is dropped or marked: a long talk that polls list costs no question', () => {
    const play = newPlay();
    see(play, ...talking);
    for (let after = 5000; after <= 600_000; after += 1000) {
      if (after % 30_000 === 0) see(play, poll(after, [inProgress]));
      see(play, tick(after));
    }
    expect(play.probes).toEqual([]);
    expect(live(play)).toMatchObject([{ state: 'talking' }]);
    expect(types(play)).not.toContain('callEnded');
    expect(play.board.tally).toMatchObject({ leaseCalledIn: 0, shownUnconfirmed: 0 });
  });

  test('[B9] one that no poll lists is asked about once a lease, and stays unmarked while it is answered for', () => {
    const play = newPlay();
    see(play, ...ringing);
    for (let after = 1000; after <= 600_000; after += 1000) {
      const asked = play.probes.length;
      see(play, tick(after));
      const lives = probe(after + 10, 'live', [dials('p1', 'setup'), reached('p2', '101', 'ringing')]);
      if (play.probes.length > asked) see(play, lives);
    }
    expect(play.probes.length).toBe(Math.floor(600_000 / 45_000));
    expect(play.board.tally).toMatchObject({ leaseCalledIn: play.probes.length, shownUnconfirmed: 0 });
  });
});

describe('marks', () => {
  const marks = (play: Play, until: number): number | undefined => {
    for (let after = 5000; after <= until; after += 1000) {
      see(play, tick(after));
      if (live(play)[0]?.unconfirmed === true) return after;
    }
    return undefined;
  };

  test('[B10] ten seconds after the lease, not before', () => {
    const play = newPlay();
    see(play, ...talking);
    expect(marks(play, 200_000)).toBe(60_000);
    expect(play.board.tally.shownUnconfirmed).toBe(1);
  });

  test('[B10] [B21] with a list of ten pages the lease is longer, and so is the wait', () => {
    const play = playUnder({}, budget(66_000), ...talking, poll(5000, [inProgress]));
    expect(marks(play, 200_000)).toBe(96_000);
  });

  test('[B10] a doubt about the state is shown after thirty seconds, a long talk’s after an outage later', () => {
    const outage = [
      { kind: 'link', at: T0 + 6000, up: false, gap: true },
      { kind: 'link', at: T0 + 7000, up: true, gap: true },
    ] as const;
    const rings = newPlay();
    see(rings, ...ringing, ...outage);
    expect(marks(rings, 200_000)).toBe(37_000);
    const talks = newPlay();
    see(talks, ...talking, ...outage);
    expect(marks(talks, 200_000)).toBe(60_000);
  });

  test('[B10] a hole is a doubt about the state', () => {
    const play = newPlay();
    see(play, ...ringing, event(5, 2000, dials('p1', 'answered')));
    expect(marks(play, 200_000)).toBe(35_000);
    expect(play.board.tally).toMatchObject({ holeOpened: 1, leaseCalledIn: 0 });
  });
});

describe('what no witness answers for', () => {
  const presumedAfter = (
    play: Play,
    polls: (after: number) => readonly PollObservation['records'][number][],
    every = 5000,
  ): number => {
    for (let after = 2 * every; after <= 700 * every; after += every) {
      if (after % 30_000 === 0) see(play, poll(after, polls(after)));
      see(play, tick(after));
      if (live(play).length === 0) return after;
    }
    return Infinity;
  };

  test('[B18] listed once, then no more: three minutes', () => {
    const play = newPlay();
    see(play, ...talking);
    const gone = presumedAfter(play, (after) => (after <= 30_000 ? [inProgress] : []));
    expect(gone).toBe(245_000);
    expect(play.board.tally.endedPresumed).toBe(1);
  });

  test('[B18] never listed, waiting or parked: two hours', () => {
    const waits = newPlay();
    see(waits, ...ringing);
    expect(presumedAfter(waits, () => [], 15_000)).toBe(2 * 60 * 60_000 + 60_000);
    const parked = newPlay();
    see(parked, ...talking, event(5, 9000, reached('p2', '101', 'parked')));
    expect(presumedAfter(parked, () => [], 15_000)).toBe(2 * 60 * 60_000 + 60_000);
  });

  test('[B18] while no list comes nobody is presumed over', () => {
    const play = newPlay();
    see(play, ...ringing, poll(1000, []));
    for (let after = 5000; after <= 60 * 60_000; after += 20_000) see(play, tick(after));
    expect(live(play)).toMatchObject([{ unconfirmed: true }]);
  });

  test('[B18] while its record is in progress nobody is presumed over', () => {
    const play = newPlay();
    see(play, ...talking, { kind: 'link', at: T0 + 6000, up: false, gap: false });
    expect(presumedAfter(play, () => [inProgress], 2000)).toBe(Infinity);
  });
});

test('[B22] the figures of the product', () => {
  expect(standardLimits).toMatchObject({
    ...{ leaseMs: 45_000, listLagMs: 10_000, showDoubtMs: 10_000, absenceGraceMs: 15_000, absentPolls: 2 },
    ...{ tombstoneMs: 35 * 60_000, remembered: 50_000, holeGraceMs: 2000, handOverGraceMs: 5000, reaskMs: 20_000 },
    ...{ settleMs: 180_000, probing: true },
  });
});

describe('limits that are switched off', () => {
  test('[B22] without probing nothing is asked, and every doubt waits for its presumption', () => {
    const play = playUnder({ limits: { probing: false } }, ...ringing, event(5, 2000, dials('p1', 'answered')));
    for (let after = 10_000; after <= 7_300_000; after += 10_000) {
      if (after % 30_000 === 0) see(play, poll(after, []));
      see(play, tick(after));
    }
    expect(play.probes).toEqual([]);
    expect(types(play).at(-1)).toBe('callEnded');
  });

  test('[B14] [B22] the oldest tombstones are let go when there are too many', () => {
    const play = playUnder({ limits: { remembered: 3 } });
    for (let i = 0; i < 5; i++) {
      const after = i * 1000;
      see(
        play,
        { ...event(2, after, dials('p1', 'setup')), sessionId: `s${i}` },
        { ...event(3, after + 500, dials('p1', 'ended')), sessionId: `s${i}` },
      );
    }
    see(play, tick(60_000));
    expect(play.board.tombstones.size).toBe(3);
    see(play, { ...event(4, 61_000, dials('p1', 'answered')), sessionId: 's0' });
    see(play, { ...event(4, 61_000, dials('p1', 'answered')), sessionId: 's2' });
    expect(play.board.tally.eventAfterEnd).toBe(1);
  });
});
