import { expect, it } from 'vitest';
import type { FeedHealth } from '../live/live-board.svelte.ts';
import { readLink, type LinkFacts } from './link-state.ts';

const at = new Date(2026, 10, 23, 10, 42, 30).getTime();
const feed: FeedHealth = { state: 'live', troubles: [], provedWithinMs: 60_000 };
const verdict = { pulse: 'live', provedAt: at - 400, beatAt: at - 300 } as const;
const good: LinkFacts = { verdict, link: 'open', feed, whole: true };
const degraded = (...troubles: FeedHealth['troubles']): LinkFacts => ({
  ...good,
  feed: { ...feed, state: 'degraded', troubles },
});
const starting = (...troubles: FeedHealth['troubles']): LinkFacts => ({
  ...good,
  feed: { ...feed, state: 'starting', troubles },
});

it.each<[string, LinkFacts, string]>([
  ['all is well', good, 'good: Live · 0.4 s'],
  ['nothing was ever heard', { verdict: { pulse: 'live' }, link: 'connecting', whole: false }, 'warn: Connecting'],
  [
    'the server cannot be reached at first',
    { verdict: { pulse: 'live' }, link: 'down', whole: false },
    'warn: Connecting again',
  ],
  ['the link is down', { ...good, link: 'down', whole: false }, 'warn: Reconnecting · 0.4 s'],
  ['ticks are late', { ...good, verdict: { ...verdict, pulse: 'reconnecting' } }, 'warn: Reconnecting · 0.4 s'],
  ['there was a gap', { ...good, whole: false }, 'warn: Catching up · 0.4 s'],
  ['the server starts', starting('catchingUp'), 'warn: Catching up'],
  ['the server cannot start', starting('catchingUp', 'loginFailed'), 'warn: Catching up · RingCentral sign-in failed'],
  ['events are down', degraded('eventsDown'), 'warn: Events down, polling · 0.4 s'],
  ['only the own calls are seen', degraded('ownCallsOnly'), 'warn: Own calls only · 0.4 s'],
  ['the server has the wrong time', degraded('clockOff'), 'warn: Server clock is wrong · 0.4 s'],
  ['the disk fails', degraded('memoryFailing'), 'warn: Disk failing, a restart would forget · 0.4 s'],
  ['a source is missing without a name', degraded(), 'warn: One source missing · 0.4 s'],
  [
    'the server gave up',
    { ...good, feed: { ...feed, state: 'stale', troubles: ['loginFailed'] } },
    'bad: Stale · RingCentral sign-in failed · 0.4 s',
  ],
  ['ticks are missing', { ...good, verdict: { ...verdict, pulse: 'stale' } }, 'bad: Stale, not confirmed · 0.4 s'],
  ['it is dead', { ...good, verdict: { pulse: 'dead', provedAt: at - 23_000 } }, 'bad: NOT LIVE since 10:42:07'],
  ['it never lived', { verdict: { pulse: 'dead' }, link: 'down', whole: false }, 'bad: NOT LIVE, no server'],
  ['the page is outdated', { ...good, link: 'outdated' }, 'bad: Page and server disagree, update needed'],
])('when %s', (_, facts, text) => {
  const { trust, words, age } = readLink(facts, at);
  expect(`${trust}: ${words}${age === undefined ? '' : ` · ${age}`}`).toBe(text);
});

it('says until when the platform may not be asked', () => {
  const limited = { state: 'degraded', troubles: ['rateLimited'], limitedUntil: at + 60_000 } as const;
  const facts = { ...good, feed: { ...feed, ...limited, troubles: ['rateLimited' as const] } };
  expect(readLink(facts, at).words).toBe('Rate limited until 10:43:30');
});

it('names the missing permission', () => {
  const facts = degraded('permissionMissing');
  expect(readLink({ ...facts, feed: { ...feed, ...facts.feed, detail: 'ReadCallLog' } }, at).words).toBe(
    'Permission missing: ReadCallLog',
  );
  const detail =
    'RingCentral says the permission CallControl is missing · RingCentral says the permission ReadX is missing';
  expect(readLink({ ...facts, feed: { ...feed, ...facts.feed, detail } }, at).words).toBe(
    'Permission missing: CallControl, ReadX',
  );
});

it('says that it shows one user’s calls alone, whatever else is wrong', () => {
  expect(readLink(degraded('eventsDown', 'ownCallsOnly'), at).words).toBe('Own calls only · Events down, polling');
  expect(readLink(starting('catchingUp', 'ownCallsOnly'), at).words).toBe('Catching up · Own calls only');
});

it.each<[string, Partial<FeedHealth>, string]>([
  ['as it should be', {}, 'every call proved within 60 s'],
  ['longer than it should be', { provedWithinMs: 70_000 }, '! every call proved within 70 s'],
  [
    'stretched by a long list',
    { provedWithinMs: 95_001, boundBy: 'list' },
    '! every call proved within 100 s: the call list is long',
  ],
  [
    'stretched by a crowd that waits',
    { provedWithinMs: 130_000, boundBy: 'probes' },
    '! every call proved within 3 min: many calls wait',
  ],
])('tells the bound that is %s', (_, health, text) => {
  for (const state of ['live', 'degraded'] as const) {
    const { words, strained, cause } = readLink({ ...good, feed: { ...feed, ...health, state } }, at).bound ?? {};
    expect(`${strained ? '! ' : ''}${words}${cause === undefined ? '' : `: ${cause}`}`).toBe(text);
  }
});

it('promises nothing while nothing proves the picture', () => {
  const silent: LinkFacts[] = [
    ...[starting('catchingUp'), { ...good, feed: { ...feed, state: 'stale' as const } }, { ...good, whole: false }],
    ...[
      { ...good, link: 'down' as const },
      { ...good, verdict: { pulse: 'dead' as const } },
    ],
  ];
  expect(silent.map((facts) => readLink(facts, at).bound)).toEqual(silent.map(() => undefined));
});
