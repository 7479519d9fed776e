import { describe, expect, it, vi } from 'vitest';
import type { FromFence } from './feed-messages.ts';
import { spawnWorker } from './fence.ts';

const patience = { timeout: 15_000, interval: 10 };

/** A real worker thread with the real SDK, up to its first wish. */
async function spawned() {
  const messages: FromFence[] = [];
  const gone: string[] = [];
  const fence = spawnWorker(
    { eventFilters: ['/restapi/v1.0/account/~/telephony/sessions'] },
    { onMessage: (message) => messages.push(message), onGone: (cause) => gone.push(cause) },
  );
  await vi.waitFor(() => expect(messages).toHaveLength(1), patience);
  return { fence, messages, gone };
}

describe('the worker thread', { timeout: 30_000 }, () => {
  it('first wishes for a link token, and nothing else', async () => {
    const { fence, messages, gone } = await spawned();
    expect(messages[0]).toEqual({ type: 'request', id: 1, method: 'POST', path: '/restapi/oauth/wstoken' });
    await fence.kill();
    await vi.waitFor(() => expect(gone).toHaveLength(1), patience);
  });

  it('l: may die of an exception of its own: the main thread only hears of it', async () => {
    const { fence, gone } = await spawned();
    // No HTTP status is 9999: building the answer throws inside the worker, outside of any promise.
    fence.send({ type: 'answer', id: 1, status: 9999, body: '' });
    await vi.waitFor(() => expect(gone).toEqual([expect.stringContaining('status')]), patience);
    fence.send({ type: 'beat' });
    await fence.kill();
    expect(gone).toHaveLength(1);
  });

  it('ends by itself when asked to, even before it had a link', async () => {
    const { fence, gone } = await spawned();
    fence.send({ type: 'stop' });
    fence.send({ type: 'answer', id: 1, status: 503, body: '{}' });
    await fence.kill();
    await vi.waitFor(() => expect(gone).toHaveLength(1), patience);
  });
});
