// In:  the whole server under a virtual clock, a simulated platform that loses events, lists and tokens, and a real viewer.
// Out: proof that the call log has the last word: it decides what stayed open, tells what nobody saw, corrects what was wrong.
// Never: a sleep, or a look at the server's own counters; the truth is the platform's.
import { describe, expect, it, vi } from 'vitest';
import type { Change } from '@ringside/shared/domain/change';
import type { CallScript, CallStep } from '../simulator/pbx/model.ts';
import type { Wall } from './started-app.ts';
import { feedOf, startPlatform } from './virtual-platform.ts';

const second = 1_000;
const minute = 60 * second;

const inbound = (toExtensionId: string, ...steps: readonly CallStep[]): CallScript => ({
  ...{ kind: 'inbound', number: '+14155550142', callerName: 'WIRELESS CALLER', toExtensionId, steps },
});
const answer = (after: number): CallStep => ({ do: 'answer', after });
const bye = (after: number): CallStep => ({ do: 'hangUp', after, by: 'caller' });

const typesOf = (changes: readonly Change[]) =>
  changes.map(({ type }) => type).filter((type) => type !== 'callChanged');
/** No REST answer and no event: as if the cable were out. */
const outage = 'http-503:all=1,drop:p=1';

/** Follows what a wall is shown of calls, frame by frame. */
function shown(wall: Wall): ReadonlySet<string> {
  const states = new Set<string>();
  const note = (calls: readonly { readonly id: string; readonly state: string }[]) => {
    for (const { id, state } of calls) states.add(`${id} ${state}`);
  };
  wall.socket.on('snapshot', ({ calls }) => note(calls));
  wall.socket.on('patch', ({ upsert }) => note(upsert));
  return states;
}

describe('an outcome that stayed open for lost events', () => {
  it('is decided by the log', async () => {
    const { simulator, time, truth, last, changes, queue } = await startPlatform();
    const id = simulator.place(inbound(queue(0), bye(25 * second)));
    await time.advance(10 * second);
    expect(last(id)?.state).toBe('ringing');
    // No list shows a call that nobody took: neither events nor lists can tell how this one ended.
    simulator.faults.set('drop:p=1');
    await time.advance(30 * second);
    simulator.faults.clear();
    await time.advance(5 * minute);
    expect(truth(id)).toMatchObject({ state: 'ended', missed: true });
    expect(last(id)).toMatchObject({ state: 'ended', outcome: 'abandoned', decidedBy: 'log', missed: true });
    expect(typesOf(changes(id)).filter((type) => type === 'callMissed')).toHaveLength(1);
  });

  it('is decided by the log also when the log spoke before the board knew of the end', async () => {
    const { simulator, time, asked, last, queue } = await startPlatform();
    await time.advance(2 * minute);
    const nextSync = (asked.at(-1)?.at ?? 0) + 2 * minute;
    await time.advance(nextSync - 40 * second - time.monotonic());
    const id = simulator.place(inbound(queue(0), bye(5 * second)));
    await time.advance(2 * second);
    simulator.faults.set('drop:p=1');
    await time.advance(37 * second);
    expect(last(id)?.state).toBe('ringing');
    await time.advance(3 * second);
    expect(asked.at(-1)).toMatchObject({ syncType: 'ISync', at: nextSync });
    simulator.faults.clear();
    await time.advance(5 * minute);
    expect(last(id)).toMatchObject({ state: 'ended', outcome: 'abandoned', decidedBy: 'log', missed: true });
  });
});

describe('a call that began and ended inside an outage', () => {
  it('is written down as begun and ended, marked as learned from its record, and never shown as live [I-7]', async () => {
    const { simulator, time, wall, last, changes, truth, user, queue } = await startPlatform();
    const states = shown(wall);
    simulator.faults.set(outage);
    await time.advance(10 * second);
    const answered = simulator.place(inbound(user(1), answer(5 * second), bye(30 * second)));
    const lost = simulator.place(inbound(queue(0), bye(20 * second)));
    await time.advance(5 * minute);
    expect([changes(answered), changes(lost)]).toEqual([[], []]);
    simulator.faults.clear();
    await time.advance(6 * minute);
    for (const [id, outcome] of [
      [answered, 'answered'],
      [lost, 'abandoned'],
    ] as const) {
      expect(typesOf(changes(id)).slice(0, 2)).toEqual(['callStarted', 'callEnded']);
      expect(new Set(changes(id).map(({ at }) => at)).size).toBe(1);
      expect(last(id)).toMatchObject({ state: 'ended', backfilled: true, outcome, endedAt: truth(id)?.endedAt });
    }
    await vi.waitFor(() => expect([...states]).toEqual(expect.arrayContaining([`${answered} ended`, `${lost} ended`])));
    const live = [...states].filter((one) => !one.endsWith(' ended') && (one.includes(answered) || one.includes(lost)));
    expect(live).toEqual([]);
  });
});

describe('a sync that is refused', () => {
  it.each(['sync-limit', 'sync-token-invalid'])('with %s leaves the log whole [R11]', async (fault) => {
    const { simulator, time, changes, last, asked, user } = await startPlatform();
    simulator.faults.set(outage);
    const ids = [1, 2, 3, 4, 5].map((index) =>
      simulator.place(inbound(user(index), answer(2 * second), bye(9 * second))),
    );
    await time.advance(4 * minute);
    simulator.faults.set(`${fault}:times=2`);
    await time.advance(10 * minute);
    expect(simulator.faults.strikes()).toEqual({ [fault]: 2 });
    for (const id of ids) {
      expect(typesOf(changes(id))).toEqual(['callStarted', 'callEnded']);
      expect(last(id)).toMatchObject({ outcome: 'answered', backfilled: true });
    }
    const refused = asked.flatMap(({ syncType, status }, index) =>
      syncType === 'ISync' && status === 400 ? [asked[index + 1]?.syncType] : [],
    );
    expect(refused).toEqual(['FSync', 'FSync']);
    expect(asked.at(-1)?.syncType).toBe('ISync');
  });

  it('because an outage held more than one answer can: every call of it is told, once [R11] [I-16]', async () => {
    const { simulator, time, changes, asked, user } = await startPlatform();
    simulator.faults.set(outage);
    const ids: string[] = [];
    for (let step = 0; step < 60; step++) {
      for (let index = 1; index <= 7; index++)
        ids.push(simulator.place(inbound(user(index), answer(second), bye(second))));
      await time.advance(5 * second);
    }
    await time.advance(3 * minute);
    simulator.faults.clear();
    await time.advance(15 * minute);
    const wrong = ids.filter((id) => typesOf(changes(id)).join() !== 'callStarted,callEnded');
    expect(wrong).toEqual([]);
    expect(asked.some(({ syncType, status }) => syncType === 'ISync' && status === 400)).toBe(true);
    expect(asked.filter(({ path, status }) => path.endsWith('/call-log') && status === 200).length).toBeGreaterThan(0);
  });
});

describe('an outcome that was wrong', () => {
  it('is corrected once, and never silently', async () => {
    const platform = await startPlatform();
    const { simulator, time, changes, last, truth, user } = platform;
    platform.lie = (record) => (record['result'] === 'Accepted' ? { ...record, result: 'Missed' } : record);
    const id = simulator.place(inbound(user(1), answer(8 * second), bye(20 * second)));
    await time.advance(6 * second);
    simulator.faults.set('drop:p=1');
    await time.advance(10 * second);
    simulator.faults.clear();
    await time.advance(10 * minute);
    expect(truth(id)).toMatchObject({ missed: false });
    const corrections = changes(id).filter(({ type }) => type === 'callCorrected');
    expect(changes(id).find(({ type }) => type === 'callMissed')?.call).toMatchObject({ outcome: 'missed' });
    expect(corrections.map(({ call }) => [call.outcome, call.decidedBy])).toEqual([
      ['missed', 'list'],
      ['answered', 'log'],
    ]);
    expect(last(id)).toMatchObject({ outcome: 'answered', missed: false, decidedBy: 'log' });
  });
});

describe('without permission for the call log', () => {
  it('the feed names it and the log is hardly asked; once it is granted, the log is whole [R10]', async () => {
    const { simulator, time, app, asked, last, user } = await startPlatform();
    simulator.faults.set('permission-403,drop:p=1');
    const id = simulator.place(inbound(user(1), answer(2 * second), bye(9 * second)));
    await time.advance(5 * minute);
    const before = asked.length;
    await time.advance(10 * minute);
    expect(asked.length - before).toBeLessThanOrEqual(4);
    expect(await feedOf(app)).toMatchObject({
      state: 'degraded',
      troubles: expect.arrayContaining(['permissionMissing']),
    });
    expect((await feedOf(app)).detail).toContain('ReadCallLog');
    expect(last(id)?.outcome).toBeUndefined();
    simulator.faults.clear();
    await time.advance(25 * minute);
    expect(last(id)).toMatchObject({ backfilled: true, outcome: 'answered' });
    expect((await feedOf(app)).troubles).not.toContain('permissionMissing');
  });

  it('of the company a user reads his own', async () => {
    const { simulator, time, asked, last } = await startPlatform({ admin: false });
    const own = simulator.account.adminExtensionId;
    simulator.faults.set(outage);
    const id = simulator.place(inbound(own, answer(2 * second), bye(9 * second)));
    await time.advance(5 * minute);
    simulator.faults.clear();
    await time.advance(6 * minute);
    expect(asked.at(-1)).toMatchObject({ path: '/restapi/v1.0/account/~/extension/~/call-log-sync', status: 200 });
    expect(last(id)).toMatchObject({ backfilled: true, outcome: 'answered' });
  });
});
