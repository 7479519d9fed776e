import { describe, expect, it } from 'vitest';
import { settle, virtualClock } from '../runtime/virtual-clock.ts';
import { failureOf } from './decode-error.ts';
import { scriptedClient } from './scripted-upstream.ts';
import { createProbe } from './session-probe.ts';
import type { SourceStatus } from './source-status.ts';

const party = (code: string) => ({ id: 'p-1', direction: 'Inbound', status: { code } });

function probing(respond: (path: string) => unknown) {
  const clock = virtualClock();
  const client = scriptedClient(respond);
  const told: SourceStatus[] = [];
  const { signal } = new AbortController();
  const probe = createProbe({ client, clock, signal, tell: (status) => told.push(status) });
  return { client, clock, probe, told };
}

describe('a probe', () => {
  it.each([
    ['live', { parties: [party('Answered'), { ...party('Disconnected'), id: 'p-2' }] }],
    ['over', { parties: [party('Disconnected'), { ...party('Gone'), id: 'p-2' }] }],
    ['over', failureOf(404, { errorCode: 'CMN-102' })],
    ['failed', failureOf(404, '<html>')],
    ['failed', failureOf(503, {})],
    ['failed', 'nonsense'],
  ])('is %s', async (verdict, given) => {
    const { probe, clock } = probing(() => given);
    expect(await probe('s-1')).toMatchObject({ kind: 'probe', sessionId: 's-1', verdict, startedAt: clock.now() });
  });

  it('says when somebody in the answer could not be read', async () => {
    const { probe } = probing((path) => ({ parties: [party('Answered'), ...(path.endsWith('s-1') ? [null] : [])] }));
    expect(await probe('s-1')).toMatchObject({ verdict: 'live', partial: true, parties: [{ id: 'p-1' }] });
    expect(await probe('s-2')).not.toHaveProperty('partial');
  });

  it('escapes the id', async () => {
    const { probe, client } = probing(() => ({ parties: [] }));
    await probe('../s?1');
    expect(client.paths).toEqual(['/restapi/v1.0/account/~/telephony/sessions/..%2Fs%3F1']);
  });

  it('tells of a missing permission, until a probe is answered or none was refused for ten minutes', async () => {
    let answer: unknown = failureOf(403, { errorCode: 'CMN-401', permissionName: 'CallControl' });
    const { probe, told, clock } = probing(() => answer);
    const refused = { source: 'probe', trouble: 'permissionMissing' };
    expect(await probe('s-1')).toMatchObject({ verdict: 'failed' });
    expect(told).toMatchObject([{ ...refused, detail: 'RingCentral says the permission CallControl is missing' }]);
    await clock.advance(600_000);
    expect(told).toHaveLength(2);
    expect(told[1]).not.toHaveProperty('trouble');
    await probe('s-1');
    answer = { parties: [] };
    await probe('s-1');
    await probe('s-1');
    expect(told.slice(2)).toMatchObject([refused, { source: 'probe' }]);
    expect(told[3]).not.toHaveProperty('trouble');
  });

  it('is asked once for the same session, and twice at a time at most', async () => {
    const open: (() => void)[] = [];
    const { probe, client } = probing(() => new Promise((resolve) => open.push(() => resolve({ parties: [] }))));
    const answers = ['s-1', 's-1', 's-2', 's-3', 's-4'].map((id) => probe(id));
    await settle();
    expect(client.paths).toHaveLength(2);
    while (open.length > 0) {
      expect(open.length).toBeLessThanOrEqual(2);
      open.shift()?.();
      await settle();
    }
    expect((await Promise.all(answers)).map(({ sessionId }) => sessionId)).toEqual(['s-1', 's-1', 's-2', 's-3', 's-4']);
    expect(client.paths).toHaveLength(4);
    void probe('s-1');
    await settle();
    expect(client.paths).toHaveLength(5);
  });
});
