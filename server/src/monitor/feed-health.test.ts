import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { assess, type FeedFacts } from '@ringside/shared/domain/feed-health';
import type { Observation } from '@ringside/shared/domain/observation';
import { feedFacts, hear, learn, nothingKnown, type SourceStatus } from './feed-health.ts';

const link = (at: number, up: boolean): Observation => ({ kind: 'link', at, up, gap: false });
const poll = (at: number, complete: boolean): Observation => ({
  kind: 'poll',
  at,
  startedAt: at,
  complete,
  records: [],
});
const event = (at: number): Observation => ({
  kind: 'event',
  at,
  sessionId: 's',
  sequence: 2,
  eventTime: at,
  parties: [],
});
const directory: Observation = { kind: 'directory', at: 0, directory: new Map() };
const bound = { provedWithinMs: 60_000 };
const failing: SourceStatus = { source: 'poll', at: 1, trouble: 'pollFailing', detail: 'no answer' };
const denied: SourceStatus = {
  source: 'events',
  at: 1,
  trouble: 'permissionMissing',
  detail: 'the permission X is missing',
};

/** What is known after these, in order. */
function after(...all: (Observation | SourceStatus)[]): FeedFacts {
  return all.reduce((known, each) => ('kind' in each ? learn(known, each) : hear(known, each)), nothingKnown).facts;
}

describe('learn', () => {
  it('knows nothing at first: catching up', () => expect(assess(nothingKnown.facts, 0, bound).state).toBe('starting'));

  it('is live once link, poll and directory have spoken', () => {
    expect(assess(after(link(1_000, true), poll(2_000, true), directory), 3_000, bound)).toEqual({
      ...bound,
      directoryAgeMs: 3_000,
      state: 'live',
      troubles: [],
      eventAgeMs: 2_000,
      pollAgeMs: 1_000,
    });
  });

  it('takes each sign of the link as proof, and a lost link as none', () => {
    expect(after(link(1, true), event(5)).lastEventAt).toBe(5);
    expect(after(link(1, true), { source: 'events', at: 9 }).lastEventAt).toBe(9);
    expect(after(link(1, true), link(9, false))).toMatchObject({ linkUp: false, lastEventAt: 1 });
    expect(after(link(1, true), link(5, false), { source: 'events', at: 9 }).lastEventAt).toBe(1);
  });

  it('takes an answer of the call log as its proof, with news or without', () => {
    expect(after({ kind: 'log', at: 7, records: [] }).lastLogAt).toBe(7);
    expect(after({ source: 'log', at: 9 }).lastLogAt).toBe(9);
    expect(after({ source: 'log', at: 9, trouble: 'logFailing' })).not.toHaveProperty('lastLogAt');
  });

  it('learns nothing from time passing', () => expect(learn(nothingKnown, { kind: 'tick', at: 5 })).toBe(nothingKnown));
});

describe('hear', () => {
  it('counts polls that failed in a row; an incomplete one alone is no proof', () => {
    expect(after(failing, poll(2, false), failing)).toMatchObject({ pollFailures: 2, troubles: ['pollFailing'] });
    expect(after(failing, poll(2, true))).toMatchObject({ pollFailures: 0, lastCompletePollAt: 2 });
    expect(after(poll(1, false))).not.toHaveProperty('lastCompletePollAt');
  });

  it('keeps the troubles of each source until it takes them back itself', () => {
    expect(after(failing, denied)).toMatchObject({
      troubles: ['pollFailing', 'permissionMissing'],
      detail: 'no answer · the permission X is missing',
    });
    expect(after(failing, denied, { source: 'poll', at: 2 })).toMatchObject({
      troubles: ['permissionMissing'],
      detail: 'the permission X is missing',
    });
    expect(after(failing, { source: 'poll', at: 2 })).not.toHaveProperty('detail');
  });

  it('names a cause that two sources share once', () => {
    const login = { at: 1, trouble: 'loginFailed', detail: 'the JWT is wrong' } as const;
    expect(after({ source: 'poll', ...login }, { source: 'events', ...login })).toMatchObject({
      troubles: ['loginFailed'],
      detail: 'the JWT is wrong',
    });
  });
});

it('keeps until when the platform may not be asked, as long as that is the trouble', () => {
  const limited: SourceStatus = { source: 'poll', at: 1, trouble: 'rateLimited', until: 60_001 };
  expect(after(limited)).toMatchObject({ limitedUntil: 60_001 });
  expect(assess(after(limited), 2, { provedWithinMs: 60_000 })).toMatchObject({ limitedUntil: 60_001 });
  expect(after(limited, { source: 'poll', at: 2 })).not.toHaveProperty('limitedUntil');
});

describe('feedFacts', () => {
  it('joins both streams', () => {
    const observations$ = new Subject<Observation>();
    const statuses$ = new Subject<SourceStatus>();
    const seen: FeedFacts[] = [];
    feedFacts(observations$, statuses$).subscribe((facts) => seen.push(facts));
    statuses$.next(denied);
    observations$.next(poll(5, true));
    expect(seen.at(-1)).toMatchObject({ troubles: ['permissionMissing'], lastCompletePollAt: 5 });
  });
});
