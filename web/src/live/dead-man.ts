/**
 * Says when the screen can no longer be believed. Knows nothing of the socket: it hears beats, and acts on their absence
 * with a timer of its own. It paints outside the app, so a broken app is covered too.
 */

export type Pulse = 'live' | 'reconnecting' | 'stale' | 'dead';

/** A server tick that arrived. Times in ms on the corrected clock, ages in ms. */
export interface Beat {
  readonly at: number;
  /** Age of the newest upstream proof the tick spoke of; absent when the server has none yet. */
  readonly proofAgeMs?: number;
}

export interface Verdict {
  readonly pulse: Pulse;
  /** Corrected time of the newest proof of the picture; absent before the first. */
  readonly provedAt?: number;
  /** Corrected time of the last tick. */
  readonly beatAt?: number;
}

/** Ages in ms from which the picture is no longer unmarked, marked old, and veiled (reliability I-12). */
export const limits = { reconnecting: 15_000, stale: 45_000, dead: 120_000 } as const;

/** `tickMs`: time without a server tick; `proofMs`: age of the upstream's proof. Open sockets prove nothing. */
export function judge(tickMs: number, proofMs: number): Pulse {
  const worst = Math.max(tickMs, proofMs);
  if (worst >= limits.dead) return 'dead';
  if (worst >= limits.stale) return 'stale';
  return tickMs >= limits.reconnecting ? 'reconnecting' : 'live';
}

interface Clocks {
  readonly monotonic: () => number;
  readonly wall: () => number;
}

const checkEveryMs = 1_000;
/** The wall clock ran this much further than the monotonic one between two checks: the machine was asleep. */
const sleptMs = 5_000;

export class DeadMan {
  verdict: Verdict = { pulse: 'live' };
  readonly #clocks: Clocks;
  readonly #listeners = new Set<(verdict: Verdict) => void>();
  #tickAt: number;
  #proofAt: number | undefined;
  #drift: number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #condemned = false;

  constructor(clocks: Clocks = { monotonic: () => performance.now(), wall: () => Date.now() }) {
    this.#clocks = clocks;
    this.#tickAt = clocks.monotonic();
    this.#drift = clocks.wall() - clocks.monotonic();
  }

  /** Calls `listener` now and on every new verdict, until the returned function is called. */
  listen(listener: (verdict: Verdict) => void): () => void {
    this.#listeners.add(listener);
    listener(this.verdict);
    return () => this.#listeners.delete(listener);
  }

  beat({ at, proofAgeMs }: Beat): void {
    const now = this.#clocks.monotonic();
    this.#tickAt = now;
    this.#drift = this.#clocks.wall() - now;
    if (proofAgeMs !== undefined) this.#proofAt = now - Math.max(0, proofAgeMs);
    const provedAt = proofAgeMs === undefined ? this.verdict.provedAt : at - Math.max(0, proofAgeMs);
    this.#conclude({ beatAt: at, ...(provedAt === undefined ? {} : { provedAt }) });
  }

  /** The page may have been asleep or frozen: nothing on it counts as fresh until the next tick. */
  distrust(): void {
    this.#tickAt = Math.min(this.#tickAt, this.#clocks.monotonic() - limits.reconnecting);
    this.check();
  }

  /** The app has failed: whatever still beats, the screen is dead from here on. */
  condemn(): void {
    this.#condemned = true;
    this.check();
  }

  /** Judges now. Also called by the own timer and whenever the page wakes. */
  check(): void {
    const now = this.#clocks.monotonic();
    const drift = this.#clocks.wall() - now;
    const slept = drift - this.#drift >= sleptMs;
    this.#drift = drift;
    if (slept) this.#tickAt = Math.min(this.#tickAt, now - limits.reconnecting);
    this.#conclude(this.verdict);
  }

  /** Starts the timer and listens for every sign that the page woke; returns the stop. */
  start(page: Window): () => void {
    const check = (): void => this.check();
    const shown = (event: PageTransitionEvent): void => (event.persisted ? this.distrust() : this.check());
    this.#timer = setInterval(check, checkEveryMs);
    page.document.addEventListener('visibilitychange', check);
    page.addEventListener('pageshow', shown);
    page.addEventListener('online', check);
    return () => {
      clearInterval(this.#timer);
      page.document.removeEventListener('visibilitychange', check);
      page.removeEventListener('pageshow', shown);
      page.removeEventListener('online', check);
    };
  }

  #conclude(known: Omit<Verdict, 'pulse'>): void {
    const now = this.#clocks.monotonic();
    const judged = judge(now - this.#tickAt, this.#proofAt === undefined ? 0 : now - this.#proofAt);
    const pulse = this.#condemned ? 'dead' : judged;
    const before = this.verdict;
    if (pulse === before.pulse && known.beatAt === before.beatAt && known.provedAt === before.provedAt) return;
    this.verdict = { ...known, pulse };
    for (const listener of this.#listeners) listener(this.verdict);
  }
}
