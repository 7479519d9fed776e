import { describe, expect, test } from 'vitest';
import { dials, event, newPlay, poll, probe, reached, record, see, T0, tick, type Play } from './board-fixture.ts';
import { endedCalls, liveCalls } from './board.ts';
import { get } from './keyed.ts';
import type { EventObservation, Observation, SessionOrigin } from './observation.ts';
import { liveIn, mine, playOf, playUnder } from './story-fixture.ts';

const polled = record('inProgress', { extensionId: '101' });
const from = (origin: SessionOrigin, one: Observation): Observation => ({ ...one, origin }) as Observation;
const lives = (after: number): Observation =>
  probe(after, 'live', [dials('p1', 'answered'), reached('p2', '101', 'answered')]);
const named = (sessionId: string, legacyId: string, one: EventObservation): EventObservation => ({
  ...one,
  sessionId,
  legacyId,
});
const shown = (play: Play): string[] => liveCalls(play.board).map(({ id }) => id);

describe('where a session comes from', () => {
  test('[C15] is told by any of its events, and kept when the next says nothing of it', () => {
    const play = playOf([0, dials('p1', 'setup')]);
    expect(liveIn(play).conference).toBeUndefined();
    see(play, from('conference', event(3, 50, reached('p2', '101', 'answered'))));
    expect(liveIn(play).conference).toBe(true);
    see(play, event(4, 900, reached('p2', '101', 'held')));
    expect(liveIn(play).conference).toBe(true);
    see(play, from('conference', event(5, 1900, reached('p2', '101', 'answered'))));
    expect(liveIn(play)).toMatchObject({ conference: true, state: 'talking' });
  });

  test('[C15] by a probe, of a call that is known or met', () => {
    const known = playOf([0, dials('p1', 'setup')], [50, reached('p2', '101', 'answered')]);
    see(known, tick(60_000), from('conference', lives(60_100)), tick(120_000), lives(120_100));
    expect(liveIn(known).conference).toBe(true);
    const plain = playOf([0, dials('p1', 'setup')], [50, reached('p2', '101', 'answered')]);
    see(plain, tick(60_000), lives(60_100));
    expect(liveIn(plain).conference).toBeUndefined();
    const met = playUnder({}, poll(1000, [polled]), from('conference', lives(2000)));
    expect(liveIn(met).conference).toBe(true);
    expect(liveIn(playUnder({}, poll(1000, [polled]), lives(2000))).conference).toBeUndefined();
  });

  test('[C15] is kept of a session that nobody saw alive', () => {
    const heard = (...then: Observation[]): boolean | undefined =>
      endedCalls(playUnder({}, from('conference', event(9, 0, dials('p1', 'ended'))), ...then).board)[0]?.conference;
    expect(heard(probe(1000, 'over'))).toBe(true);
    expect(heard(tick(301_000))).toBe(true);
    const plain = playUnder({}, event(9, 0, dials('p1', 'ended')), probe(1000, 'over'));
    expect(endedCalls(plain.board)[0]?.conference).toBeUndefined();
  });
});

describe('the two sessions of a RingOut, by their older names', () => {
  const number = '+14155550199';
  const call = (said: Parameters<typeof mine>[1] = { to: { phoneNumber: number } }): EventObservation =>
    named('call', '5000000', event(2, 0, mine('setup', said)));
  const own = (said: object = { from: { phoneNumber: number } }): EventObservation =>
    named('own', '5001000', event(2, 100, reached('o1', '101', 'ringing', said)));
  const both = (...events: EventObservation[]): string[] => {
    const play = newPlay();
    see(play, ...events);
    return shown(play);
  };

  test('[C16] only of a call that dials out', () => {
    expect(both(call(), own())).toEqual(['call']);
    const within = call({ to: { phoneNumber: number, extensionId: '102' } });
    expect(both(within, own())).toEqual(['call', 'own']);
  });

  test('[C16] a RingOut of which only the dialling is heard is a call', () => {
    expect(both({ ...call(), origin: 'ringOut' })).toEqual(['call']);
    const outside = event(2, 0, reached('o1', undefined, 'ringing'));
    expect(both({ ...outside, origin: 'ringOut' })).toEqual(['s']);
  });

  test('[C16] not where no number is told', () => {
    expect(both(call({ to: {} }), own({ from: {} }))).toEqual(['call', 'own']);
    expect(both(call({ to: {} }), own())).toEqual(['call', 'own']);
    expect(both(call(), own({ from: {} }))).toEqual(['call', 'own']);
  });

  test('[C16] not two sessions of which neither only rings the user', () => {
    const talks = named('own', '5001000', event(2, 0, mine('setup', { to: { phoneNumber: number } })));
    expect(both(talks, call()).toSorted()).toEqual(['call', 'own']);
    expect(both(call(), talks).toSorted()).toEqual(['call', 'own']);
    const outside = named(
      'own',
      '5001000',
      event(2, 100, reached('o1', undefined, 'ringing', { from: { phoneNumber: number } })),
    );
    expect(both(call(), outside).toSorted()).toEqual(['call', 'own']);
  });

  test('[C16] a probe tells the name too; once over, the name pairs nobody', () => {
    const play = newPlay();
    see(play, call(), poll(1000, [{ ...polled, sessionId: 'own' }]));
    const answer = probe(2000, 'live', [reached('o1', '101', 'answered', { from: { phoneNumber: number } })]);
    see(play, { ...answer, sessionId: 'own', legacyId: '5001000' } as Observation);
    expect(shown(play)).toEqual(['call']);
    const late = newPlay();
    see(late, call(), { ...event(3, 500, mine('ended')), sessionId: 'call' }, own());
    expect(shown(late)).toEqual(['own']);
    expect(late.board.byLegacyId.size).toBe(1);
  });

  test('[C16] what is known to be a part stays one, whatever is told of it later', () => {
    const play = newPlay();
    see(play, call(), own());
    see(play, { ...event(3, 4000, reached('o1', '101', 'answered')), sessionId: 'own' }, tick(5000));
    expect(shown(play)).toEqual(['call']);
    expect(get(play.board.live, 'own')?.call.kind).toBe('ownPhone');
  });
});

describe('a conference gathers the calls that were left for it, and no other', () => {
  const left = (sessionId: string, endReason: 'conference' | 'transferred', after: number): EventObservation[] =>
    [
      event(2, 0, dials('c1', 'setup')),
      event(3, 50, reached('c2', '101', 'answered')),
      event(4, after, reached('c2', '101', 'ended', { endReason })),
      event(5, after + 10, dials('c1', 'ended')),
    ].map((one) => ({ ...one, sessionId }));
  const room = (sessionId: string, after: number): EventObservation => ({
    ...event(2, after, dials('h', 'answered', { extensionId: '101', from: { extensionId: '101' } })),
    sessionId,
    origin: 'conference',
  });

  test('[C15] not one that had ended for another reason, nor one that went on elsewhere before', () => {
    const play = newPlay();
    see(play, ...left('left', 'conference', 20_000), ...left('over', 'transferred', 20_000), room('room', 21_000));
    const call = (id: string): ReturnType<typeof endedCalls>[number] | undefined => get(play.board.ended, id);
    expect([call('left')?.continuedIn, call('over')?.continuedIn]).toEqual(['room', undefined]);
    expect(get(play.board.live, 'room')?.call.continues).toEqual(['left']);
    see(play, room('second', 22_000));
    expect(call('left')?.continuedIn).toBe('room');
    expect(get(play.board.live, 'second')?.call.continues).toBeUndefined();
  });

  test('[C15] a party without an extension is nobody’s host', () => {
    const play = newPlay();
    const outside = [
      event(2, 0, dials('c1', 'setup')),
      event(3, 50, reached('c2', undefined, 'answered')),
      event(4, 20_000, reached('c2', undefined, 'ended', { endReason: 'conference' })),
    ].map((one) => ({ ...one, sessionId: 'left' }));
    see(play, ...outside, from('conference', { ...event(2, 21_000, dials('h', 'answered')), sessionId: 'room' }));
    expect(get(play.board.live, 'room')?.call.continues).toBeUndefined();
    expect(get(play.board.live, 'left')?.call.startedAt).toBe(T0);
  });
});
