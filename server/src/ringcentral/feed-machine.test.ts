import { describe, expect, it } from 'vitest';
import type { Frame } from './decode-frame.ts';
import { defaultPatience, feedOff, stepFeed } from './feed-machine.ts';
import type { FeedAct, FeedInput } from './feed-machine.ts';

const frame = (value: Frame): FeedInput => ({ kind: 'frame', frame: value });
const launched: FeedInput = { kind: 'launched' };
const socket: FeedInput = { kind: 'socket', recovering: false };
const asking: FeedInput = { kind: 'socket', recovering: true };
const hello = frame({ type: 'details', bufferSize: 100 });
const given = frame({ type: 'details', recovery: 'successful', bufferSize: 100 });
const refused = frame({ type: 'details', recovery: 'failed', bufferSize: 100 });
const subscribed = frame({ type: 'reply', status: 200, subscriptionId: '1' });
const closed: FeedInput = { kind: 'closed', code: 1006 };
const begun = [launched, socket, hello, subscribed];

function run(...inputs: FeedInput[]) {
  let state = feedOff;
  const acts: FeedAct[] = [];
  for (const input of inputs) {
    const step = stepFeed(state, input, defaultPatience);
    state = step.state;
    acts.push(...step.acts);
  }
  return { state, acts, phase: state.phase };
}

const last = (...inputs: FeedInput[]) => run(...inputs).acts.at(-1);

describe('the link', () => {
  it('comes up with a gap: what happened before it is unknown', () => {
    expect(run(...begun)).toMatchObject({ phase: 'ready', acts: [{ act: 'up', gap: true }] });
  });

  it('recovered whole comes up without a gap', () => {
    expect(run(...begun, closed).acts.at(-1)).toMatchObject({ act: 'down' });
    expect(run(...begun, closed, asking, given)).toMatchObject({ phase: 'ready' });
    expect(last(...begun, closed, asking, given)).toEqual({ act: 'up', gap: false });
  });

  it('b: whose session is lost waits for the new subscription and declares a gap', () => {
    expect(run(...begun, closed, asking, refused).phase).toBe('joining');
    expect(last(...begun, closed, asking, refused, subscribed)).toEqual({ act: 'up', gap: true });
  });

  it('b: whose time of recovery is over subscribes on a fresh session', () => {
    expect(last(...begun, closed, socket, hello, subscribed)).toEqual({ act: 'up', gap: true });
  });

  it('c: whose recovery stays unanswered starts over', () => {
    expect(last(...begun, closed, asking, hello)).toMatchObject({ act: 'restart' });
  });

  it('d: that closes before it works, or twice, starts over', () => {
    expect(last(launched, socket, closed)).toMatchObject({ act: 'restart' });
    expect(last(...begun, closed, asking, closed)).toMatchObject({ act: 'restart' });
  });

  it.each([
    [429, 'rateLimited'],
    [403, 'forbidden'],
    [503, 'server'],
  ])('e: refused a subscription with %i starts over and says why', (status, kind) => {
    const no = frame({ type: 'reply', status, refused: 'no' });
    expect(last(launched, socket, hello, no)).toMatchObject({ act: 'restart', failure: { kind } });
    expect(last(...begun, closed, asking, refused, no)).toMatchObject({ act: 'restart', failure: { kind } });
  });

  it('granted a subscription without its filter is not up', () => {
    const empty = frame({ type: 'reply', status: 200, subscriptionId: '1', refused: 'needs [CallControl]' });
    expect(last(launched, socket, hello, empty)).toMatchObject({ act: 'restart', failure: { kind: 'forbidden' } });
  });

  it('i, W1: that sends an Error frame starts over, at any time', () => {
    const error = frame({ type: 'error', code: 'WSG-902' });
    expect(last(launched, socket, error)).toMatchObject({ act: 'restart' });
    expect(last(...begun, error)).toMatchObject({ act: 'restart' });
  });

  it('has a limit to every wait and none while it works', () => {
    const prefixes = [
      [launched],
      [launched, socket],
      [launched, socket, hello],
      [...begun, closed],
      [...begun, closed, asking],
    ];
    for (const inputs of prefixes) expect(run(...inputs).state.patienceMs).toBeGreaterThan(0);
    expect(run(...begun).state.patienceMs).toBeUndefined();
  });

  it('ignores what a dead worker still says', () => {
    expect(run(launched, socket, closed, hello, subscribed, closed).acts).toHaveLength(1);
  });
});
