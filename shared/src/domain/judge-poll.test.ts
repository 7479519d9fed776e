import { describe, expect, test } from 'vitest';
import type { Observation } from './observation.ts';
import {
  dials,
  event,
  lastCall,
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
} from './board-fixture.ts';

const talking = [
  event(2, 0, dials('p1', 'setup')),
  event(3, 50, reached('p2', '101', 'ringing')),
  event(4, 4000, reached('p2', '101', 'answered')),
];
const polled = record('inProgress', { extensionId: '101' });

describe('polls as witnesses', () => {
  test('[B5] [B7] absence from two complete polls raises one doubt; the probe ends the call', () => {
    const play = newPlay();
    see(play, ...talking, poll(10_000, [polled]), poll(30_000, []));
    expect(play.probes).toEqual([]);
    see(play, poll(60_000, []));
    expect(play.probes).toEqual(['s']);
    expect(live(play)).toHaveLength(1);
    see(play, probe(60_500, 'over'));
    expect(types(play).at(-1)).toBe('callEnded');
    expect(lastCall(play)).toMatchObject({ missed: false });
  });

  test('[B7] absence right after an event, or of a call no poll has ever shown, means nothing', () => {
    const play = newPlay();
    see(play, ...talking, poll(5000, [polled]), poll(10_000, []), poll(15_000, []));
    expect(play.probes).toEqual([]);
    const ringing = newPlay();
    see(ringing, ...talking.slice(0, 2), poll(20_000, []), poll(40_000, []));
    expect(ringing.probes).toEqual([]);
  });

  test('[B6] incomplete, older and overtaken polls prove no absence', () => {
    const play = newPlay();
    see(play, ...talking, poll(20_000, [polled]));
    see(play, poll(40_000, [], false), poll(55_000, [], false), poll(19_000, []), poll(20_000, []));
    expect(play.probes).toEqual([]);
    expect(play.board.tally).toMatchObject({ pollIgnored: 2, pollIncomplete: 2 });
    for (const after of [70_000, 85_000, 100_000]) see(play, { ...poll(after, []), gaps: true } as Observation);
    expect(play.probes).toEqual([]);
  });

  test('[B8] a record with a final result is a witness of the end, and the probe decides', () => {
    const play = newPlay();
    see(play, ...talking, poll(30_000, [record('connected')]));
    expect(play.probes).toEqual(['s']);
    see(play, probe(30_500, 'live', [dials('p1', 'answered'), reached('p2', '101', 'answered')]));
    expect(live(play)).toMatchObject([{ state: 'talking' }]);
  });

  test('[B16] a probe that contradicts the list is asked again before it is believed', () => {
    const play = newPlay();
    see(play, ...talking, poll(55_000, [polled]), tick(125_000), probe(125_100, 'over'));
    expect(live(play)).toHaveLength(1);
    see(play, poll(140_000, [polled]), tick(146_000));
    expect(play.probes).toEqual(['s', 's']);
    see(play, probe(146_100, 'over'));
    expect(types(play).at(-1)).toBe('callEnded');
  });

  test('[B16] once the list agrees with the probe the call ends at once', () => {
    const play = newPlay();
    see(
      play,
      ...talking,
      poll(55_000, [polled]),
      tick(125_000),
      probe(125_100, 'over'),
      poll(130_000, [record('connected')]),
    );
    expect(types(play).at(-1)).toBe('callEnded');
  });

  test('[O8] half a list never says missed: the record that says connected may be on the page that was lost', () => {
    const play = newPlay();
    const ringing = talking.slice(0, 2);
    const lost = {
      ...event(9, 30_000, dials('p1', 'ended')),
      parties: [dials('p1', 'ended'), reached('p2', '101', 'ended')],
    };
    see(play, ...ringing, lost, tick(33_000), probe(33_100, 'over'));
    see(play, poll(45_000, [record('missed')], false), {
      ...poll(60_000, [record('missed')]),
      gaps: true,
    } as Observation);
    expect(types(play)).not.toContain('callMissed');
    see(play, poll(75_000, [record('missed'), record('connected', { extensionId: '102' })]));
    expect(lastCall(play)).toMatchObject({ missed: false });
  });

  test('[B16] a later sign of life takes the first word back', () => {
    const play = newPlay();
    see(play, ...talking, poll(55_000, [polled]), tick(125_000), probe(125_100, 'over'), tick(146_000));
    see(play, probe(146_100, 'live', [dials('p1', 'answered'), reached('p2', '101', 'answered')]));
    expect(live(play)).toMatchObject([{ state: 'talking' }]);
  });

  test('[B11] a call only a poll knows is asked about, then shown with what the probe saw', () => {
    const play = newPlay();
    see(play, poll(10_000, [polled]));
    expect(types(play)).toEqual([]);
    expect(play.probes).toEqual(['s']);
    see(play, probe(10_500, 'live', [dials('p1', 'answered'), reached('p2', '101', 'held')]));
    expect(live(play)).toMatchObject([{ state: 'held', direction: 'inbound' }]);
  });

  test('[B11] one that is already over is written down and never shown as live', () => {
    const play = newPlay();
    see(play, poll(10_000, [polled]), probe(10_500, 'over'), poll(25_000, [record('missed')]));
    expect(types(play)).toEqual(['callStarted', 'callEnded', 'callMissed']);
    expect(lastCall(play)).toMatchObject({ backfilled: true, missed: true, endedAt: T0 + 30_000 });
  });

  test.each(['over', 'failed'] as const)(
    '[B11] one that is only ever listed as over is written down once two lists say so and the probe says %s',
    (verdict) => {
      const play = newPlay();
      see(play, poll(-5000, []), poll(40_000, [record('connected')]));
      expect(play.probes).toEqual([]);
      see(play, poll(55_000, [record('connected')]));
      expect([play.probes, play.changes]).toEqual([['s'], []]);
      see(play, probe(55_500, verdict));
      expect(types(play)).toEqual(['callStarted', 'callEnded']);
    },
  );

  test('[B11] a record that is final may be one of several: the probe that says live is believed', () => {
    const play = newPlay();
    see(play, poll(-5000, []), poll(40_000, [record('connected')]), poll(55_000, [record('connected')]));
    see(play, probe(55_500, 'live', [dials('p1', 'answered'), reached('p2', '101', 'answered')]));
    expect(live(play)).toMatchObject([{ state: 'talking' }]);
  });

  test('[B11] what was over before the account was watched is history', () => {
    const play = newPlay();
    see(play, poll(60_000, [record('missed')]), poll(75_000, [record('missed')]), probe(75_500, 'over'));
    expect([play.probes, play.changes]).toEqual([[], []]);
  });

  test('[B11] without any answer to the question the call is shown unconfirmed', () => {
    const play = newPlay();
    see(play, poll(10_000, [polled]), probe(10_500, 'failed'));
    expect(live(play)).toMatchObject([{ unconfirmed: true }]);
  });

  test('[B11] a call known from records alone turns round when they do', () => {
    const play = newPlay();
    see(play, poll(10_000, [{ ...polled, direction: 'outbound' }]), probe(10_500, 'failed'));
    expect(live(play)).toMatchObject([{ direction: 'outbound' }]);
    see(play, poll(40_000, [record('connected')]), probe(40_500, 'over'));
    expect(lastCall(play)).toMatchObject({ direction: 'inbound', missed: false, queue: { id: '200' } });
  });

  test('[B11] of a call met by a probe only the beginning is known from before', () => {
    const play = newPlay();
    see(play, poll(600_000, [polled]));
    const met = probe(600_500, 'live', [dials('p1', 'answered'), reached('p2', '101', 'held')]);
    see(play, { ...met, createdAt: T0 } as Observation);
    expect(live(play)).toMatchObject([
      { startedAt: T0, stateSince: T0 + 600_800, answeredAt: T0 + 600_800, metAt: T0 + 600_800 },
    ]);
  });

  test('[B11] late events of a call that a probe found over do not bring it to life', () => {
    const play = newPlay();
    see(play, poll(0, [polled]), probe(500, 'over'), event(5, 1500, reached('p3', '101', 'answered')));
    expect(types(play)).toEqual([]);
    expect(play.probes).toEqual(['s', 's']);
    see(play, probe(2000, 'over'));
    expect(types(play)).toEqual(['callStarted', 'callEnded']);
  });

  test('[B12] a restart amid many calls shows them at once, unconfirmed, and asks about each', () => {
    const play = newPlay();
    const many = Array.from({ length: 30 }, (_, i) => record('inProgress', { sessionId: `s${i}` }));
    see(play, poll(1000, many));
    expect(live(play)).toHaveLength(30);
    expect(live(play).every((call) => call.unconfirmed)).toBe(true);
    expect(new Set(play.probes).size).toBe(30);
  });

  test('[O5] a menu’s record that was accepted proves no answer', () => {
    const play = newPlay();
    see(play, ...talking.slice(0, 2), event(9, 9000, dials('p1', 'ended'), reached('p2', '101', 'ended')));
    see(play, tick(12_000), probe(12_100, 'over'));
    see(play, poll(30_000, [record('connected', { extensionId: '300' }), record('missed', { extensionId: '101' })]));
    expect(types(play).at(-1)).toBe('callMissed');
  });
});

describe('leases and doubts', () => {
  const down = { kind: 'link', at: T0 + 1000, up: false, gap: false } as const;
  const ringing = talking.slice(0, 2);

  test('[B10] [B17] records do not settle a doubt about the state: it is shown', () => {
    const play = newPlay();
    see(play, ...ringing, down);
    let asked = 0;
    for (let after = 2000; after <= 600_000; after += 1000) {
      if (after % 15_000 === 0) see(play, poll(after, [polled]));
      see(play, tick(after));
      if (play.probes.length > asked) see(play, probe(after + 10, 'failed'));
      asked = play.probes.length;
    }
    expect(live(play)).toMatchObject([{ unconfirmed: true }]);
    expect(asked).toBeLessThan(600 / 20 + 2);
  });

  test('[B13] [B17] a gap outweighs a doubt that was open before it, and its answer must be newer', () => {
    const play = newPlay();
    see(play, ...ringing, down, tick(65_000));
    expect(play.probes).toEqual(['s']);
    see(play, { kind: 'link', at: T0 + 66_000, up: true, gap: true });
    expect(play.probes).toEqual(['s', 's']);
    see(play, probe(65_500, 'live', [dials('p1', 'answered'), reached('p2', '101', 'ringing')]), tick(67_000));
    expect(play.probes).toEqual(['s', 's', 's']);
    see(play, probe(67_500, 'live', [dials('p1', 'answered'), reached('p2', '101', 'answered')]));
    expect(live(play)).toMatchObject([{ state: 'talking' }]);
  });

  test('[B18] a call that polls never list and no probe answers for is presumed over, its outcome open', () => {
    const play = newPlay();
    see(play, ...ringing);
    for (let after = 10_000; after <= 125 * 60_000; after += 10_000) {
      if (after % 30_000 === 0) see(play, poll(after, []));
      see(play, tick(after));
      if (after % 20_000 === 0) see(play, probe(after, 'failed'));
      // A caller may wait for long where nobody may be asked about him.
      if (after === 60 * 60_000) expect(live(play)).toMatchObject([{ state: 'ringing', unconfirmed: true }]);
    }
    expect(types(play).at(-1)).toBe('callEnded');
    expect(lastCall(play)?.missed).toBeUndefined();
  });

  test('[S6] an older word after a probe is asked about again', () => {
    const play = newPlay();
    see(play, ...ringing, tick(62_000));
    see(play, probe(62_500, 'live', [dials('p1', 'answered'), reached('p2', '101', 'answered')]));
    expect(live(play)).toMatchObject([{ state: 'talking' }]);
    const asked = play.probes.length;
    see(play, { ...event(4, 150, reached('p2', '101', 'ringing')), at: T0 + 63_000 });
    expect(play.probes).toHaveLength(asked + 1);
    see(play, probe(63_500, 'live', [dials('p1', 'answered'), reached('p2', '101', 'answered')]));
    expect(live(play)).toMatchObject([{ state: 'talking' }]);
  });

  test('[S7] nobody has left a session because a partial answer does not list him', () => {
    const play = newPlay();
    see(play, ...talking, tick(65_000), {
      ...probe(65_100, 'live', [dials('p1', 'answered')]),
      partial: true,
    } as Observation);
    expect(live(play)).toMatchObject([{ state: 'talking' }]);
  });

  test('[B9] no proof of life for 45 s: asked; a record in progress is proof of ten seconds before', () => {
    const play = newPlay();
    see(play, ...talking, tick(48_000));
    expect(play.probes).toEqual([]);
    see(play, tick(49_500));
    expect(play.probes).toEqual(['s']);
    const renewed = newPlay();
    see(renewed, ...talking, poll(40_000, [polled]), tick(74_000));
    expect(renewed.probes).toEqual([]);
    see(renewed, tick(75_000));
    expect(renewed.probes).toEqual(['s']);
  });

  test('[B9] while events are down a record proves life but not state', () => {
    const play = newPlay();
    see(play, ...talking, { kind: 'link', at: T0 + 5000, up: false, gap: true });
    see(play, poll(50_000, [polled]), tick(70_000));
    expect(play.probes).toEqual(['s']);
  });

  test('[B10] a doubt that nobody settles is shown, and proof removes the mark', () => {
    const play = newPlay();
    see(play, ...talking, tick(65_000), probe(65_100, 'failed'), tick(86_000), tick(96_000));
    expect(live(play)).toMatchObject([{ unconfirmed: true }]);
    expect(play.probes.length).toBeGreaterThanOrEqual(2);
    see(play, poll(100_000, [polled]));
    expect(live(play)[0]?.unconfirmed).toBeUndefined();
  });

  test('[B7] a ghost that no probe can reach is presumed over in bounded time', () => {
    const play = newPlay();
    see(play, ...talking, poll(10_000, [polled]));
    for (let after = 30_000; after <= 300_000; after += 15_000)
      see(play, poll(after, []), tick(after + 500), probe(after + 600, 'failed'));
    expect(types(play).at(-1)).toBe('callEnded');
    expect(play.board.tally.endedPresumed).toBe(1);
  });

  test('[B13] after a gap every live call is asked about, those not yet talking first', () => {
    const play = newPlay();
    see(play, ...talking, { ...event(2, 6000, dials('q1', 'setup')), sessionId: 'waiting' });
    see(
      play,
      { kind: 'link', at: T0 + 9000, up: false, gap: true },
      { kind: 'link', at: T0 + 12_000, up: true, gap: true },
    );
    expect(play.probes).toEqual(['waiting', 's']);
  });
});
