import { describe, expect, it } from 'vitest';
import type { WallCall } from '../live/live-board.svelte.ts';
import { columns, isWaiting, timerStart } from './columns.ts';
import { count, elapsed, lateness, sayTally } from './counters.ts';

const at = 10_000_000;
let serial = 0;

/** `since` and `started` in seconds before now. */
function call(state: WallCall['state'], started: number, more: Partial<WallCall> = {}): WallCall {
  serial += 1;
  const startedAt = at - started * 1_000;
  return { id: `c${serial}`, direction: 'inbound', state, startedAt, stateSince: startedAt, party: '•••• 1', ...more };
}

const parties = (calls: readonly WallCall[]): string[] => calls.map(({ party }) => party);

describe('columns', () => {
  it('puts every state in its place', () => {
    const states = ['routing', 'queued', 'ringing', 'talking', 'held', 'parked', 'voicemail', 'ended'] as const;
    const sorted = columns(
      states.map((state, index) => call(state, 100 - index)),
      at,
    );
    expect(sorted.waiting.map(({ state }) => state)).toEqual(['routing', 'queued', 'ringing']);
    expect(sorted.talking.map(({ state }) => state)).toEqual(['talking', 'held', 'parked', 'voicemail']);
    expect([sorted.missed.length, sorted.ended.length]).toEqual([0, 1]);
  });

  it('never calls our own dialling a waiting caller', () => {
    expect(isWaiting(call('ringing', 5, { direction: 'outbound' }))).toBe(false);
    expect(isWaiting(call('ringing', 5, { direction: 'internal' }))).toBe(false);
  });

  it('never calls a fax a waiting caller, and counts it among the live', () => {
    const fax = call('ringing', 5, { fax: true });
    expect(columns([fax], at)).toMatchObject({ waiting: [], talking: [fax] });
    expect(count(columns([fax], at), at)).toMatchObject({ talking: { sure: 0 }, live: { sure: 1 } });
  });

  it('shows the longest wait first and the newest missed call first, for an hour', () => {
    const ended = (seconds: number, party: string): WallCall =>
      call('ended', seconds + 30, { missed: true, endedAt: at - seconds * 1_000, party });
    const sorted = columns(
      [
        call('queued', 10, { party: 'b' }),
        call('ringing', 70, { party: 'a' }),
        ended(3_599, 'old'),
        ended(5, 'new'),
        ended(3_600, 'gone'),
      ],
      at,
    );
    expect(parties(sorted.waiting)).toEqual(['a', 'b']);
    expect(parties(sorted.missed)).toEqual(['new', 'old']);
    expect(sorted.ended).toEqual([]);
  });

  it('keeps a row in its place through hold and resume', () => {
    const first = call('talking', 300, { answeredAt: at - 200_000, party: 'first' });
    const second = call('talking', 290, { answeredAt: at - 100_000, party: 'second' });
    const held = { ...first, state: 'held' as const, stateSince: at };
    expect(parties(columns([second, first], at).talking)).toEqual(parties(columns([second, held], at).talking));
  });

  it('orders ties by id, so that two screens agree', () => {
    const [a, b] = [call('queued', 9), call('queued', 9)];
    expect(columns([b, a], at).waiting).toEqual(columns([a, b], at).waiting);
  });
});

describe('timerStart', () => {
  it('runs a wait from the arrival, however often phones rang', () => {
    expect(timerStart(call('ringing', 60, { stateSince: at - 4_000 }))).toBe(at - 60_000);
  });

  it('runs the wait after a transfer from the transfer', () => {
    const transferred = call('ringing', 600, { answeredAt: at - 590_000, stateSince: at - 4_000 });
    expect(timerStart(transferred)).toBe(at - 4_000);
  });

  it('runs a conversation from its answer and a hold from its start', () => {
    const talking = call('talking', 90, { answeredAt: at - 80_000, stateSince: at - 2_000 });
    expect(timerStart(talking)).toBe(at - 80_000);
    expect(timerStart({ ...talking, state: 'held' })).toBe(at - 2_000);
  });

  it('never gives less than nothing', () => expect(elapsed(call('queued', -30), at)).toBe(0));
});

describe('counters', () => {
  it('counts the rows that are shown', () => {
    const calls = [
      call('queued', 100, { queue: 'Billing' }),
      call('ringing', 50),
      call('routing', 4),
      call('talking', 30),
      call('held', 30),
      call('talking', 30, { direction: 'outbound' }),
      call('parked', 20),
      call('talking', 30, { direction: 'internal' }),
      call('ended', 300, { missed: true, endedAt: at - 120_000 }),
    ];
    const { longest, ...counters } = count(columns(calls, at), at);
    expect(longest?.queue).toBe('Billing');
    expect(counters).toEqual({
      waiting: { sure: 3, open: 0 },
      ringing: 1,
      inMenu: 1,
      longestMs: 100_000,
      over: 2,
      talking: { sure: 3, open: 0 },
      held: 1,
      parked: 1,
      live: { sure: 8, open: 0 },
      inbound: 6,
      outbound: 1,
      internal: 1,
      missed: 1,
      latestMissedMs: 120_000,
    });
  });

  it('never counts an unconfirmed call as certain, nor as gone, nor lets it raise an alarm', () => {
    const doubtful = { unconfirmed: true } as const;
    const calls = [
      ...[call('queued', 300, doubtful), call('ringing', 20), call('talking', 30), call('talking', 60, doubtful)],
      call('held', 30, doubtful),
    ];
    const counters = count(columns(calls, at), at);
    expect(counters).toMatchObject({ over: 0, longestMs: 20_000, held: 0, inbound: 2 });
    expect([counters.waiting, counters.talking, counters.live].map(sayTally)).toEqual(['1–2', '1–2', '2–5']);
    expect(count(columns([call('queued', 300, doubtful)], at), at)).toMatchObject({
      ...{ waiting: { sure: 0, open: 1 }, longestMs: 0 },
    });
  });

  it.each([
    [44_999, 'ok'],
    [45_000, 'over'],
    [90_000, 'far'],
  ])('a wait of %i ms is %s', (ms, late) => expect(lateness(ms)).toBe(late));
});
