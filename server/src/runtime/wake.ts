import type { Clock } from './clock.ts';

/** A bell that remembers being rung: a request that comes while its listener is busy is answered right after. */
export interface Wake {
  ring(): void;
  /** Forgets a ring: what it asked for is about to be done. */
  hush(): void;
  /** Resolves when rung (also if rung since the last wait), after `ms`, or when `signal` aborts. */
  wait(ms: number, signal?: AbortSignal): Promise<'rung' | 'time' | 'aborted'>;
}

export function createWake(clock: Clock): Wake {
  let rung = false;
  let answer: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      answer?.();
    },
    hush() {
      rung = false;
    },
    wait(ms, signal) {
      return new Promise((resolve) => {
        const finish = (why: 'rung' | 'time' | 'aborted') => {
          cancel();
          signal?.removeEventListener('abort', aborted);
          answer = undefined;
          if (why === 'rung') rung = false;
          resolve(why);
        };
        const aborted = () => {
          finish('aborted');
        };
        const cancel = clock.after(ms, () => {
          finish('time');
        });
        answer = () => {
          finish('rung');
        };
        signal?.addEventListener('abort', aborted, { once: true });
        if (signal?.aborted) finish('aborted');
        else if (rung) finish('rung');
      });
    },
  };
}
