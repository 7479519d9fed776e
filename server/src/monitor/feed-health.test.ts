import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { assess, type FeedFacts } from '@ringside/shared/domain/feed-health';
import type { Observation } from '@ringside/shared/domain/observation';
import { feedFacts, learn, nothingKnown, type SourceTroubles } from './feed-health.ts';

const link = (at: number, up: boolean): Observation => ({ kind: 'link', at, up, gap: false });
const poll = (at: number, complete: boolean): Observation => ({ kind: 'poll', at, startedAt: at, complete, records: [] });
const event = (at: number): Observation => ({ kind: 'event', at, sessionId: 's', sequence: 2, eventTime: at, parties: [] });
const directory: Observation = { kind: 'directory', at: 0, directory: new Map() };

const after = (...all: Observation[]): FeedFacts => all.reduce(learn, nothingKnown);

describe('learn', () => {
  it('knows nothing at first: catching up', () => expect(assess(nothingKnown, 0).state).toBe('starting'));

  it('is live once link, poll and directory have spoken', () => {
    expect(assess(after(link(1_000, true), poll(2_000, true), directory), 3_000)).toEqual({
      state: 'live',
      troubles: [],
      eventAgeMs: 2_000,
      pollAgeMs: 1_000,
    });
  });

  it('takes each sign of the link as proof, and a lost link as none', () => {
    expect(after(link(1, true), event(5)).lastEventAt).toBe(5);
    expect(after(link(1, true), link(9, true)).lastEventAt).toBe(9);
    expect(after(link(1, true), link(9, false))).toMatchObject({ linkUp: false, lastEventAt: 1 });
  });

  it('counts polls that failed in a row', () => {
    expect(after(poll(1, false), poll(2, false)).pollFailures).toBe(2);
    expect(after(poll(1, false), poll(2, true))).toMatchObject({ pollFailures: 0, lastCompletePollAt: 2 });
    expect(after(poll(1, true), poll(2, false))).toMatchObject({ pollFailures: 1, lastCompletePollAt: 1 });
  });

  it('learns nothing from time passing', () => expect(after({ kind: 'tick', at: 5 })).toBe(nothingKnown));
});

describe('feedFacts', () => {
  it('holds the troubles named last, until they are taken back', () => {
    const observations$ = new Subject<Observation>();
    const troubles$ = new Subject<SourceTroubles>();
    const seen: FeedFacts[] = [];
    feedFacts(observations$, troubles$).subscribe((facts) => seen.push(facts));
    troubles$.next({ troubles: ['permissionMissing'], detail: 'ReadCallLog is missing' });
    observations$.next(poll(5, true));
    expect(seen.at(-1)).toMatchObject({ troubles: ['permissionMissing'], detail: 'ReadCallLog is missing', lastCompletePollAt: 5 });
    troubles$.next({ troubles: [] });
    expect(seen.at(-1)).toMatchObject({ troubles: [], lastCompletePollAt: 5 });
    expect(seen.at(-1)).not.toHaveProperty('detail');
  });
});
