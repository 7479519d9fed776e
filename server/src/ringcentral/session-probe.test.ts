import { describe, expect, it } from 'vitest';
import { settle, virtualClock } from '../runtime/virtual-clock.ts';
import { failureOf } from './decode-error.ts';
import { scriptedClient } from './scripted-upstream.ts';
import { createProbe } from './session-probe.ts';

const party = (code: string) => ({ id: 'p-1', direction: 'Inbound', status: { code } });

function probing(respond: (path: string) => unknown) {
  const clock = virtualClock();
  const client = scriptedClient(respond);
  return { client, clock, probe: createProbe({ client, clock, signal: new AbortController().signal }) };
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

  it('escapes the id', async () => {
    const { probe, client } = probing(() => ({ parties: [] }));
    await probe('../s?1');
    expect(client.paths).toEqual(['/restapi/v1.0/account/~/telephony/sessions/..%2Fs%3F1']);
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
