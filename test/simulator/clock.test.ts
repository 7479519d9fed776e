import { afterEach, describe, expect, it, vi } from 'vitest';
import { realClock, virtualClock } from './clock.ts';

describe('the virtual clock', () => {
  it('runs what is due in order of time, then of arming, and what that arms in turn', () => {
    const clock = virtualClock(1_000);
    const seen: string[] = [];
    const note = (name: string) => () => void seen.push(`${name}@${clock.now()}`);
    clock.after(20, note('b'));
    clock.after(10, () => {
      note('a')();
      clock.after(5, note('a2'));
    });
    clock.after(20, note('c'));
    const cancel = clock.after(15, note('never'));
    cancel();
    expect(clock.nextAt()).toBe(1_010);
    clock.advance(30);
    expect(seen).toEqual(['a@1010', 'a2@1015', 'b@1020', 'c@1020']);
    expect([clock.now(), clock.nextAt()]).toEqual([1_030, undefined]);
  });
});

describe('the real clock', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('never runs a task before the wall clock says it is due, though its timer fires early', () => {
    vi.useFakeTimers({ now: 5_000 });
    const clock = realClock();
    const task = vi.fn();
    clock.after(100, task);
    const now = vi.spyOn(Date, 'now').mockReturnValue(5_099);
    vi.advanceTimersByTime(100);
    expect(task).not.toHaveBeenCalled();
    now.mockReturnValue(5_100);
    vi.advanceTimersByTime(1);
    expect(task).toHaveBeenCalledTimes(1);
  });

  it('can be told to forget a task', () => {
    vi.useFakeTimers({ now: 5_000 });
    const task = vi.fn();
    realClock().after(100, task)();
    vi.advanceTimersByTime(200);
    expect(task).not.toHaveBeenCalled();
  });
});
