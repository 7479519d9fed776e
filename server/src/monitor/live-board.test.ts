import { of, Subject, toArray, lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { liveCalls } from '@ringside/shared/domain/board';
import type { Observation, ProbeObservation } from '@ringside/shared/domain/observation';
import { createLogger, silentLogger } from '../runtime/logger.ts';
import { settle } from '../runtime/virtual-clock.ts';
import { type LiveBoard, liveBoard, meetsStranger, noBoardYet, probeAnswers } from './live-board.ts';

function ringing(sessionId: string, sequence = 2): Observation {
  const party = { id: `${sessionId}-2`, side: 'receiving', phase: 'ringing', extensionId: 'e1' } as const;
  const ends = { from: { phoneNumber: '+16505554207' }, to: { extensionId: 'e1' } };
  return { kind: 'event', at: 1_000, sessionId, sequence, eventTime: 900, parties: [{ ...party, ...ends }] };
}

const tick: Observation = { kind: 'tick', at: 2_000 };
const directory: Observation = {
  kind: 'directory',
  at: 500,
  directory: new Map([['e1', { id: 'e1', kind: 'person' }]]),
};

function fold(...all: Observation[]): Promise<LiveBoard[]> {
  return lastValueFrom(of(...all).pipe(liveBoard(silentLogger), toArray()));
}

describe('liveBoard', () => {
  it('emits once per observation and counts those that changed the board', async () => {
    const steps = await fold(directory, ringing('s1'), tick, ringing('s1'), ringing('s2'));
    expect(steps.map(({ revision }) => revision)).toEqual([0, 1, 1, 1, 2]);
    expect(steps.map(({ changes }) => changes.map(({ type, call }) => `${type} ${call.id}`))).toEqual([
      [],
      ['callStarted s1'],
      [],
      [],
      ['callStarted s2'],
    ]);
  });

  it('lives on after an observation that breaks the reducer, with the board as it was', async () => {
    const lines: string[] = [];
    const log = createLogger({ destination: { write: (line) => void lines.push(line) } });
    const broken = {
      kind: 'event',
      at: 1,
      sessionId: 's9',
      sequence: 2,
      eventTime: 1,
      parties: null,
    } as unknown as Observation;
    const steps = await lastValueFrom(of(ringing('s1'), broken, ringing('s2')).pipe(liveBoard(log), toArray()));
    expect(steps.map(({ revision }) => revision)).toEqual([1, 1, 2]);
    expect(steps[1]?.changes).toEqual([]);
    expect(liveCalls(steps[2]?.board ?? noBoardYet.board).map(({ id }) => id)).toEqual(['s1', 's2']);
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(['observation.refused']);
  });
});

describe('probeAnswers', () => {
  /** A board on which nothing has proved these calls alive for a minute, and which wants to know about them. */
  const wanting = async (...ids: string[]): Promise<LiveBoard> => {
    const all = await fold(directory, ...ids.map((id) => ringing(id)), { kind: 'tick', at: 70_000 });
    return { ...(all.at(-1) ?? noBoardYet), probes: ids };
  };
  const answer = (sessionId: string): ProbeObservation => ({
    kind: 'probe',
    at: 1,
    startedAt: 0,
    sessionId,
    verdict: 'live',
    parties: [],
  });

  it('asks about a session once at a time, two at once, and passes the answers on', async () => {
    const live$ = new Subject<LiveBoard>();
    const open = new Map<string, (answer: ProbeObservation) => void>();
    const asked: string[] = [];
    const probe = (id: string) => {
      asked.push(id);
      return new Promise<ProbeObservation>((resolve) => open.set(id, resolve));
    };
    const seen: Observation[] = [];
    live$.pipe(probeAnswers(probe, silentLogger)).subscribe((each) => seen.push(each));
    const live = await wanting('s1', 's2', 's3');
    live$.next(live);
    live$.next(live);
    expect(asked).toEqual(['s1', 's2']);
    open.get('s1')?.(answer('s1'));
    await settle();
    expect(seen).toEqual([answer('s1')]);
    expect(asked).toEqual(['s1', 's2', 's3']);
  });

  it('asks the most urgent next, and not at all what has settled itself', async () => {
    const live$ = new Subject<LiveBoard>();
    const open = new Map<string, (answer: ProbeObservation) => void>();
    const asked: string[] = [];
    const probe = (id: string) => {
      asked.push(id);
      return new Promise<ProbeObservation>((resolve) => open.set(id, resolve));
    };
    live$.pipe(probeAnswers(probe, silentLogger)).subscribe();
    live$.next(await wanting('s1', 's2', 'settled', 's3'));
    const hole = ringing('hole', 4);
    const urgent = await fold(directory, ...['s1', 's2', 's3'].map((id) => ringing(id)), hole, {
      kind: 'tick',
      at: 70_000,
    });
    live$.next({ ...(urgent.at(-1) ?? noBoardYet), probes: ['hole'] });
    open.get('s1')?.(answer('s1'));
    await settle();
    open.get('s2')?.(answer('s2'));
    await settle();
    open.get('hole')?.(answer('hole'));
    await settle();
    expect(asked).toEqual(['s1', 's2', 'hole', 's3']);
  });

  it('lets go of thousands of questions that have settled themselves, and goes on', async () => {
    const live$ = new Subject<LiveBoard>();
    const asked: string[] = [];
    const open: (() => void)[] = [];
    const probe = (id: string) => {
      asked.push(id);
      return new Promise<ProbeObservation>((resolve) => open.push(() => resolve(answer(id))));
    };
    const failed: unknown[] = [];
    live$.pipe(probeAnswers(probe, silentLogger)).subscribe({ error: (error: unknown) => failed.push(error) });
    const many = Array.from({ length: 20_000 }, (_, i) => `gone-${i}`);
    const wanted = await wanting('s1', 's2');
    live$.next({ ...wanted, probes: ['s1', 's2', ...many] });
    for (const resolve of open.splice(0)) resolve();
    await settle();
    expect(failed).toEqual([]);
    live$.next(await wanting('s3'));
    await settle();
    expect(asked).toEqual(['s1', 's2', 's3']);
  });

  it('asks again when the answer itself makes the board ask', async () => {
    const live$ = new Subject<LiveBoard>();
    const asked: string[] = [];
    const live = await wanting('s1');
    const probe = (id: string) => {
      asked.push(id);
      return Promise.resolve(answer(id));
    };
    live$.pipe(probeAnswers(probe, silentLogger)).subscribe(() => {
      if (asked.length < 3) live$.next(live);
    });
    live$.next(live);
    await settle();
    expect(asked).toEqual(['s1', 's1', 's1']);
  });

  it('lives on when a probe fails, whichever way', async () => {
    const live$ = new Subject<LiveBoard>();
    const seen: Observation[] = [];
    const probe = (id: string): Promise<ProbeObservation> => {
      if (id === 'throws') throw new Error('at once');
      return id === 'rejects' ? Promise.reject(new Error('later')) : Promise.resolve(answer(id));
    };
    live$.pipe(probeAnswers(probe, silentLogger)).subscribe((each) => seen.push(each));
    live$.next(await wanting('throws', 'rejects', 's1'));
    await settle();
    live$.next(await wanting('s2'));
    await settle();
    expect(seen).toEqual([answer('s1'), answer('s2')]);
  });
});

describe('meetsStranger', () => {
  it('is true when a call rings an extension that the directory lacks', async () => {
    expect((await fold(ringing('s1'), tick)).map(meetsStranger)).toEqual([true, false]);
    expect((await fold(directory, ringing('s1'))).map(meetsStranger)).toEqual([false, false]);
  });
});
