import { describe, expect, it } from 'vitest';
import type { EventObservation } from '@ringside/shared/domain/observation';
import { virtualClock } from '../runtime/virtual-clock.ts';
import type { Failure } from './answer.ts';
import { createOwnCalls } from './own-calls.ts';
import { createReach } from './reach.ts';
import { scriptedClient } from './scripted-upstream.ts';

const { signal } = new AbortController();
const user = (enabled?: boolean) => ({
  ...{ id: 101, type: 'User', name: 'Ann Lee', extensionNumber: '101' },
  ...(enabled !== undefined && { permissions: { admin: { enabled } } }),
});

function reaching(respond: () => unknown) {
  const clock = virtualClock();
  const client = scriptedClient(respond);
  return { clock, client, reach: createReach(client, clock) };
}

function event(sessionId: string, extensionId?: string): EventObservation {
  const party = { id: 'p', side: 'receiving', phase: 'ringing', from: {}, to: {} } as const;
  const parties = [{ ...party, ...(extensionId !== undefined && { extensionId }) }];
  return { kind: 'event', at: 0, sessionId, sequence: 2, eventTime: 0, parties };
}

describe('the reach', () => {
  it('is the account’s until the account is refused and the user turns out to be no administrator', async () => {
    const { reach, client } = reaching(() => user(false));
    expect([reach.ownCallsOnly(), client.paths]).toEqual([false, []]);
    await reach.refused(signal);
    expect(client.paths).toEqual(['/restapi/v1.0/account/~/extension/~']);
    expect(reach.ownCallsOnly()).toBe(true);
    expect(reach.self()).toEqual({ id: '101', kind: 'person', name: 'Ann Lee', number: '101' });
    reach.granted();
    expect(reach.ownCallsOnly()).toBe(false);
  });

  it.each([[user(true)], [user()], [{}], [{ ok: false, kind: 'forbidden', detail: 'no' } satisfies Failure]])(
    'is not known to end at the own calls when the platform says %o',
    async (answer) => {
      const { reach } = reaching(() => answer);
      await reach.refused(signal);
      expect(reach.ownCallsOnly()).toBe(false);
    },
  );

  it('is asked about once in nine minutes, and at once again when there was no answer', async () => {
    let good = false;
    const { reach, client, clock } = reaching(() =>
      good ? user(false) : { ok: false, kind: 'server', detail: '503' },
    );
    await reach.refused(signal);
    await reach.refused(signal);
    expect(client.paths).toHaveLength(2);
    good = true;
    await reach.refused(signal);
    await reach.refused(signal);
    expect(client.paths).toHaveLength(3);
    await clock.advance(540_000);
    await reach.refused(signal);
    expect(client.paths).toHaveLength(4);
  });

  it('is wider than it seemed when somebody else’s part in a call is heard of', async () => {
    const { reach } = reaching(() => user(false));
    reach.hears(event('s', '102'));
    await reach.refused(signal);
    reach.hears(event('s', '101'));
    reach.hears(event('s'));
    expect(reach.ownCallsOnly()).toBe(true);
    reach.hears(event('s', '102'));
    expect(reach.ownCallsOnly()).toBe(false);
  });
});

describe('own calls', () => {
  it('are asked about a second after an event, once for events that come together', async () => {
    const clock = virtualClock();
    const asked: string[] = [];
    const ownCalls = createOwnCalls(clock, (id) => asked.push(id));
    for (const id of ['a', 'a', 'b']) ownCalls.hears(event(id));
    await clock.advance(999);
    expect(asked).toEqual([]);
    await clock.advance(1);
    expect(asked).toEqual(['a', 'b']);
    const over = event('c');
    ownCalls.hears({ ...over, parties: over.parties.map((party) => ({ ...party, phase: 'ended' })) });
    await clock.advance(3_000);
    expect(asked).toEqual(['a', 'b', 'c', 'c']);
    ownCalls.hears(event('a'));
    ownCalls.stop();
    await clock.advance(60_000);
    expect(asked).toHaveLength(4);
    expect(clock.pending()).toBe(0);
  });
});
