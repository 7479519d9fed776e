import { describe, expect, it } from 'vitest';
import type { FeedHealth, WallCall } from './link.ts';
import { blank, step, type Picture, type PictureInput, type Step } from './picture.ts';

const feed: FeedHealth = { state: 'live', troubles: [], eventAgeMs: 100, provedWithinMs: 60_000 };
const serverTime = 1_000;

function call(id: string, state: WallCall['state'] = 'ringing'): WallCall {
  return { id, direction: 'inbound', state, startedAt: 0, stateSince: 0, party: '•••• 0001' };
}

const snapshot = (revision: number, calls: WallCall[] = [], epoch = 'a'): PictureInput => ({
  type: 'snapshot',
  message: { epoch, revision, serverTime, feed, calls },
});
const patch = (from: number, to: number, upsert: WallCall[] = [], epoch = 'a'): PictureInput => ({
  type: 'patch',
  message: { epoch, from, to, serverTime, upsert, remove: [] },
});
const tick = (revision: number, epoch = 'a'): PictureInput => ({
  type: 'tick',
  message: { epoch, revision, serverTime, feed },
});

function run(...inputs: PictureInput[]): Step {
  return inputs.reduce<Step>(({ picture }, input) => step(picture, input), { picture: blank });
}

const ids = (picture: Picture): string[] => [...picture.calls.keys()];

describe('the viewer’s picture', () => {
  it('takes a snapshot, then patches that stand on it', () => {
    const { picture, resync } = run(snapshot(4, [call('x')]), patch(4, 6, [call('y')]));
    expect([ids(picture), picture.revision, picture.whole, resync]).toEqual([['x', 'y'], 6, true, undefined]);
  });

  it.each([
    ['a gap', patch(5, 6, [call('y')])],
    ['a lower revision', patch(3, 4, [call('y')])],
    ['a patch that leads back', patch(4, 2, [call('y')])],
    ['another epoch', patch(4, 5, [call('y')], 'b')],
    ['a snapshot of a lower revision', snapshot(3, [call('y')])],
    ['a tick of another epoch', tick(4, 'b')],
    ['a tick of a lower revision', tick(3)],
    ['an unreadable message', { type: 'broken' } as const],
  ])('asks for a snapshot on %s and applies nothing [I-9]', (_, input) => {
    const { picture, resync } = run(snapshot(4, [call('x')]), input);
    expect([ids(picture), picture.revision, picture.whole]).toEqual([['x'], 4, false]);
    expect(resync).toEqual({ epoch: 'a', revision: 4 });
  });

  it('ignores patches until the snapshot it asked for is there', () => {
    const behind = [snapshot(4, [call('x')]), patch(7, 8, [call('y')]), patch(4, 5, [call('z')])];
    expect(ids(run(...behind).picture)).toEqual(['x']);
    expect(ids(run(...behind, snapshot(9, [call('w')])).picture)).toEqual(['w']);
  });

  it('asks again with every tick while a snapshot is missing', () => {
    expect(run(tick(1)).resync).toEqual({});
    expect(run(snapshot(4), patch(9, 10), tick(10)).resync).toEqual({ epoch: 'a', revision: 4 });
  });

  it('lets one tick run ahead of its patch, but not a second', () => {
    expect(run(snapshot(4), tick(5)).resync).toBeUndefined();
    expect(run(snapshot(4), tick(5), patch(4, 5), tick(6)).resync).toBeUndefined();
    expect(run(snapshot(4), tick(5), tick(5)).resync).toEqual({ epoch: 'a', revision: 4 });
  });

  it('takes no patch of the next connection before its snapshot', () => {
    const { picture, resync } = run(snapshot(4, [call('x')]), { type: 'down' }, patch(4, 5, [call('y')]));
    expect([ids(picture), picture.whole, resync]).toEqual([['x'], false, undefined]);
  });

  it('takes nothing of another server than the one that said hello last [I-9]', () => {
    const hello: PictureInput = { type: 'hello', message: { epoch: 'b' } };
    const before = [snapshot(4, [call('x')]), hello];
    expect(run(...before, snapshot(9, [call('y')])).picture).toMatchObject({ revision: 4, whole: false });
    expect(ids(run(...before, snapshot(9, [call('y')]), snapshot(1, [call('z')], 'b')).picture)).toEqual(['z']);
  });

  it('leaves the old picture as it was', () => {
    const before = run(snapshot(4, [call('x')])).picture;
    step(before, patch(4, 5, [call('x', 'talking')]));
    expect(before.calls.get('x')?.state).toBe('ringing');
  });
});
