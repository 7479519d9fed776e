import type { Clock } from '../runtime/clock.ts';

export interface SilenceWatchOptions {
  readonly clock: Clock;
  /** Silence after which a sign of life is asked for, ms. */
  readonly probeAfterMs: number;
  /** Silence after which the link counts as dead, ms. */
  readonly deadAfterMs: number;
  readonly onProbe: () => void;
  readonly onDead: () => void;
}

/** Notices a link that is open and says nothing. */
export interface SilenceWatch {
  start(): void;
  /** Something was heard. Cheap: called for every frame. */
  heard(): void;
  stop(): void;
}

export function createSilenceWatch(options: SilenceWatchOptions): SilenceWatch {
  const { clock, probeAfterMs, deadAfterMs, onProbe, onDead } = options;
  let heardAt = 0;
  let cancel = (): void => undefined;

  /** Silence is read when the timer fires, so that no timer is set per frame. */
  function look(): void {
    const silentMs = clock.monotonic() - heardAt;
    if (silentMs >= deadAfterMs) return onDead();
    const probing = silentMs >= probeAfterMs;
    if (probing) onProbe();
    cancel = clock.after((probing ? deadAfterMs : probeAfterMs) - silentMs, look);
  }

  return {
    start() {
      cancel();
      heardAt = clock.monotonic();
      cancel = clock.after(probeAfterMs, look);
    },
    heard() {
      heardAt = clock.monotonic();
    },
    stop() {
      cancel();
    },
  };
}
