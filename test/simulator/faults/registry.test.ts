import { describe, expect, it } from 'vitest';
import { virtualClock } from '../clock.ts';
import type { SocketFault } from './model.ts';
import { listFaults, parseFaults } from './parse.ts';
import { createFaultRegistry } from './registry.ts';

const swallow: SocketFault = { name: 'swallow', about: 'takes a frame away', frames: () => [], defaults: { p: 1 } };
const refuse: SocketFault = { name: 'refuse', about: 'refuses', upgrade: () => 503 };
const double: SocketFault = {
  name: 'double-frame',
  about: 'says it twice',
  frames: (frame) => [frame, frame],
  defaults: { gap: 7 },
};
const bang: SocketFault = {
  name: 'bang',
  about: 'cuts',
  opened: (link, { options }) => {
    link.after(options['every'] ?? 0, () => link.cut(false));
    return true;
  },
};
const known = [swallow, refuse, double, bang];

function registry(list: string, draws: number[] = []) {
  const clock = virtualClock(0);
  const faults = createFaultRegistry({ clock, random: () => draws.shift() ?? 0, known });
  faults.set(list);
  return { clock, faults, frames: () => faults.frames({ text: 'x' }, { kind: 'notification' }).length };
}

describe('a fault list', () => {
  it('is names with numbers', () => {
    const calls = parseFaults('swallow:p=0.2;after=10, refuse', known);
    expect(calls.map(({ fault, options }) => [fault.name, options])).toEqual([
      ['swallow', { p: 0.2, after: 10 }],
      ['refuse', {}],
    ]);
  });

  it('may be empty', () => expect(parseFaults(' ', known)).toEqual([]));

  it('names everything it cannot understand at once', () => {
    expect(() => parseFaults('nothing,swallow:p=often,double', known)).toThrow(
      'unknown fault "nothing"; swallow: "p=often" is not key=number; unknown fault "double" (did you mean double-frame?)',
    );
  });

  it('prints one line per fault, with its defaults', () => {
    expect(listFaults(known).split('\n')[1]).toBe('  double-frame  says it twice [gap=7]');
  });
});

describe('an active fault', () => {
  it('strikes with chance p', () => {
    const { frames, faults } = registry('swallow:p=0.5', [0.4, 0.6, 0.1]);
    expect([frames(), frames(), frames()]).toEqual([0, 1, 0]);
    expect(faults.strikes()).toEqual({ swallow: 2 });
  });

  it('waits `after`, lasts `for`, strikes `times`', () => {
    const { clock, frames } = registry('swallow:after=10;for=10;times=2');
    const seen = [frames()];
    clock.advance(10);
    seen.push(frames(), frames(), frames());
    expect(seen).toEqual([1, 0, 0, 1]);
    const window = registry('swallow:after=10;for=10');
    window.clock.advance(20);
    expect(window.frames()).toBe(1);
  });

  it('stacks: each works on what the one before left', () => {
    expect(registry('double-frame,double-frame').frames()).toBe(4);
    expect(registry('double-frame,swallow').frames()).toBe(0);
  });

  it('is gone after clear, and what it had armed with it', () => {
    const { clock, faults } = registry('bang:every=100,refuse');
    const cuts: boolean[] = [];
    const link = {
      openedAt: 0,
      cut: (fin: boolean) => void cuts.push(fin),
      freeze: () => undefined,
      fail: () => undefined,
      after: (ms: number, task: () => void) => void clock.after(ms, task),
    };
    faults.opened(link);
    expect(faults.upgrade()).toBe(503);
    faults.clear();
    clock.advance(1000);
    expect([cuts, faults.upgrade(), faults.active()]).toEqual([[], undefined, []]);
    faults.set('bang:every=50;times=1');
    clock.advance(50);
    expect(cuts, 'a socket that was open already').toEqual([false]);
  });
});
