import { describe, expect, it } from 'vitest';
import { admitMessage, judgePace, newViewer } from './viewers.ts';

describe('admitMessage', () => {
  it('admits fifty messages in ten seconds, and again in the next ten', () => {
    const viewer = newViewer(0);
    const burst = (at: number): number =>
      Array.from({ length: 80 }, () => admitMessage(viewer, at)).filter(Boolean).length;
    expect(burst(1_000)).toBe(50);
    expect(burst(10_000)).toBe(0);
    expect(burst(10_001)).toBe(50);
  });
});

describe('judgePace', () => {
  it('lets frames wait up to a bound', () => {
    const viewer = newViewer(0);
    expect([0, 10, 64].map((queued) => judgePace(viewer, queued, 0))).toEqual(['fine', 'fine', 'fine']);
    expect(judgePace(viewer, 65, 0)).toBe('stalled');
  });

  it('takes a viewer back once it has read everything', () => {
    const viewer = newViewer(0);
    judgePace(viewer, 65, 0);
    expect(judgePace(viewer, 65, 100)).toBe('waiting');
    expect(judgePace(viewer, 1, 200)).toBe('waiting');
    expect(judgePace(viewer, 0, 300)).toBe('recovered');
    expect(judgePace(viewer, 0, 400)).toBe('fine');
  });

  it('lets a viewer go that reads nothing for half a minute', () => {
    const viewer = newViewer(0);
    judgePace(viewer, 65, 1_000);
    expect(judgePace(viewer, 65, 31_000)).toBe('waiting');
    expect(judgePace(viewer, 65, 31_001)).toBe('lost');
  });
});
