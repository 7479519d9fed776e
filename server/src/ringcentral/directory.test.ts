import { describe, expect, it } from 'vitest';
import { settle, virtualClock } from '../runtime/virtual-clock.ts';
import { silentLogger } from '../runtime/logger.ts';
import { createWake } from '../runtime/wake.ts';
import { failureOf } from './decode-error.ts';
import { directory$ } from './directory.ts';
import { createReach } from './reach.ts';
import { scriptedClient } from './scripted-upstream.ts';
import type { SourceStatus } from './source-status.ts';
import type { Directory } from '@ringside/shared/domain/directory';

const extensions = {
  records: [
    { id: 101, type: 'User', name: 'Ann\u202E Lee', extensionNumber: '101' },
    { id: 200, type: 'Department', name: 'Support', extensionNumber: '200' },
    { id: 300, type: 'IvrMenu', name: 'Main menu' },
    { id: 400, type: 'Announcement' },
    { id: 500, type: 'Something new' },
    { type: 'User' },
  ],
};
const queues = {
  records: [
    { id: '200', name: 'Support' },
    { id: '201', name: 'Hidden queue' },
  ],
};

function loading(respond: (path: string, nth: number) => unknown) {
  const clock = virtualClock();
  const wake = createWake(clock);
  const client = scriptedClient((path) => respond(path, client.paths.length));
  const directories: Directory[] = [];
  const statuses: SourceStatus[] = [];
  const reach = createReach(client, clock);
  const deps = { client, clock, wake, reach, random: () => 0.5, log: silentLogger };
  const subscription = directory$(deps).subscribe((value) =>
    value.kind === 'directory' ? directories.push(value.directory) : statuses.push(value),
  );
  return { clock, wake, client, directories, statuses, subscription };
}

const good = (path: string) => (path.endsWith('/call-queues') ? queues : extensions);

describe('the directory', () => {
  it('knows who is a person, a queue, a menu, a machine, and leaves out what it cannot tell', async () => {
    const { directories } = loading(good);
    await settle();
    expect(Object.fromEntries([...(directories[0] ?? [])].map(([id, { kind }]) => [id, kind]))).toEqual({
      ...{ 101: 'person', 200: 'queue', 201: 'queue', 300: 'menu', 400: 'machine' },
    });
    expect(directories[0]?.get('101')).toEqual({ id: '101', kind: 'person', name: 'Ann Lee', number: '101' });
  });

  it('is the queues alone when only they can be had, and never less than it was', async () => {
    let broken = true;
    const { clock, directories, statuses } = loading((path) =>
      path.endsWith('/call-queues') ? queues : broken ? failureOf(404, {}) : extensions,
    );
    await settle();
    expect([...(directories[0] ?? [])].map(([id, { kind }]) => `${id} ${kind}`)).toEqual(['200 queue', '201 queue']);
    expect(statuses[0]).toMatchObject({ trouble: 'directoryMissing' });
    broken = false;
    await clock.advance(60_000);
    expect(directories.at(-1)?.get('101')).toMatchObject({ kind: 'person' });
    broken = true;
    await clock.advance(2 * 3_600_000);
    expect(directories.at(-1)?.get('101')).toMatchObject({ kind: 'person' });
  });

  it('is read again hourly, and when rung at most every five minutes', async () => {
    const { clock, wake, directories } = loading(good);
    await settle();
    wake.ring();
    await clock.advance(299_999);
    expect(directories).toHaveLength(1);
    await clock.advance(1);
    expect(directories).toHaveLength(2);
    await clock.advance(3_599_999);
    expect(directories).toHaveLength(2);
    await clock.advance(1);
    expect(directories).toHaveLength(3);
  });

  it('that cannot be read is told, and tried again with patience', async () => {
    const denied = failureOf(403, { errorCode: 'CMN-408', permissionName: 'ReadExtensions' });
    const { clock, client, directories, statuses } = loading((path, nth) => (nth <= 6 ? denied : good(path)));
    await settle();
    expect(statuses[0]).toMatchObject({ source: 'directory', trouble: 'permissionMissing' });
    expect(statuses[0]?.detail).toContain('ReadExtensions');
    await clock.advance(600_000);
    expect(directories).toHaveLength(1);
    expect(statuses.at(-1)).not.toHaveProperty('trouble');
    expect(client.paths.length).toBeLessThan(20);
  });

  it('does without the queue list', async () => {
    const { directories } = loading((path) => (path.endsWith('/call-queues') ? failureOf(500, {}) : extensions));
    await settle();
    expect(directories[0]?.get('200')?.kind).toBe('queue');
  });

  it('of a user who may not list the account is he himself, with the queues, and the reason is told as his reach', async () => {
    const self = { id: 101, type: 'User', name: 'Ann Lee', permissions: { admin: { enabled: false } } };
    const denied = failureOf(403, { errorCode: 'CMN-408', permissionName: 'ReadExtensions' });
    const { directories, statuses } = loading((path) => {
      if (path.endsWith('/extension/~')) return self;
      return path.endsWith('/call-queues') ? queues : denied;
    });
    await settle();
    expect([...(directories[0]?.keys() ?? [])]).toEqual(['200', '201', '101']);
    expect(statuses[0]).toMatchObject({ trouble: 'ownCallsOnly', detail: expect.stringContaining('no administrator') });
  });
});
