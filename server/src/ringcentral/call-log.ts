import { defer } from 'rxjs';
import type { Observable } from 'rxjs';
import type { LogObservation, LogRecord } from '@ringside/shared/domain/observation';
import { pause } from '../runtime/clock.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Wake } from '../runtime/wake.ts';
import { backOffMs, supervisedLoop$ } from '../runtime/worker-loop.ts';
import type { Turn } from '../runtime/worker-loop.ts';
import type { Failure, RestClient } from './answer.ts';
import { createLogDebt } from './call-log-debt.ts';
import { createLogMemory } from './call-log-memory.ts';
import { createLogReader } from './call-log-reader.ts';
import type { LogLevel, LogPage } from './call-log-reader.ts';
import { ownCallsOnly, unwell, well } from './source-status.ts';
import type { SourceStatus } from './source-status.ts';

export interface CallLogDeps {
  readonly client: RestClient;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** Rung when calls have ended. */
  readonly wake: Wake;
  /** Whether the user is known to have no right to the account's log; none is known to when absent. */
  readonly ownCallsOnly?: () => boolean;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** The board comes first: the log is opened when a poll has rung, or after this long without one. */
const openAfterMs = minuteMs;
const idleMs = 2 * minuteMs;
/** A record enters the log 15–30 s after the end of its call; a minute's calls are asked for together. */
const soonMs = 30_000;
const shortestGapMs = minuteMs;
/** An account whose minute does not fit into one sync is asked this often. */
const hurriedMs = 30_000;
/** How far back a full sync tells: what is older is history. */
const frameMs = 2 * hourMs;
/** Before the last good sync: records of calls that had begun by then come late. */
const overlapMs = hourMs;
const longestOutageMs = 72 * hourMs;
/** The frame of the token: calls that began before it are never told, so it reaches past the longest call. */
const reachMs = 24 * hourMs;
/** Between the pages of what one sync could not hold: four of ten Heavy requests a minute. */
const pageGapMs = 15_000;
const deniedForMs = 10 * minuteMs;
/** One lost answer is made good by the next; only what lasts is worth telling. */
const failuresTold = 3;
const backOff = { baseMs: 10_000, capMs: 2 * minuteMs };

/** The account's log is refused; the own extension's is read instead. */
interface Denied {
  readonly failure: Failure;
  /** Monotonic ms. */
  readonly until: number;
}

type Said = LogObservation | SourceStatus;

/**
 * Follows the call log (Heavy, behind every poll) for ever: a full sync over the last two hours, then what is new or
 * changed, every two minutes and at most a minute after calls have ended. Emits finished records, each once per change,
 * and a status after every sync. A token that is refused leads to a full sync over everything since the last good one.
 * Cold; ends only by unsubscribing.
 */
export function callLog$(deps: CallLogDeps): Observable<Said> {
  return defer(() => {
    const follower = new Follower(deps);
    return supervisedLoop$({ ...deps, name: 'log', backOff }, (signal) => follower.turn(signal));
  });
}

class Follower {
  readonly #deps: CallLogDeps;
  readonly #reader;
  readonly #debt;
  readonly #memory = createLogMemory();
  readonly #syncedAt = new Map<LogLevel, number>();
  #opened = false;
  #token: string | undefined;
  /** Monotonic ms, as all due times. */
  #dueAt: number;
  #debtDueAt = Infinity;
  #denied: Denied | undefined;
  #everyMs = idleMs;
  #askedAt = -Infinity;
  #failures = 0;
  #debtFailures = 0;

  constructor(deps: CallLogDeps) {
    this.#deps = deps;
    this.#reader = createLogReader(deps.client, deps.clock.now);
    this.#debt = createLogDebt(this.#reader);
    this.#dueAt = deps.clock.monotonic();
  }

  async turn(signal: AbortSignal): Promise<Turn<Said>> {
    const { clock, wake } = this.#deps;
    if (!this.#opened) {
      this.#opened = true;
      return { says: [], failed: false, rest: () => wake.wait(openAfterMs, signal) };
    }
    const now = clock.monotonic();
    const says = now >= this.#dueAt ? await this.#sync(signal) : now >= this.#debtDueAt ? await this.#pay(signal) : [];
    return { says, failed: this.#failures > 0, rest: () => this.#rest(signal) };
  }

  async #sync(signal: AbortSignal): Promise<readonly Said[]> {
    const { clock, log } = this.#deps;
    const startedAt = clock.now();
    this.#askedAt = clock.monotonic();
    if (this.#denied && this.#askedAt >= this.#denied.until) this.#changeLevel(undefined);
    const level = this.#level();
    const from = this.#frameFrom(startedAt);
    const page = await this.#read(from, signal);
    if (!page.ok) return this.#fail(page);
    const whole = page.sync === 'full';
    const records = this.#memory.news(page.entries, startedAt, whole ? from : undefined);
    if (whole && page.full) this.#owe(page, from);
    const fields = {
      kind: page.sync,
      records: records.length,
      dropped: page.dropped,
      complete: this.#debtDueAt === Infinity,
    };
    log.info('log.synced', { ...fields, durationMs: Math.round(clock.monotonic() - this.#askedAt) });
    this.#token = page.token;
    this.#failures = 0;
    this.#syncedAt.set(level, startedAt);
    if (!whole) this.#everyMs = Math.min(idleMs, this.#everyMs * 2);
    this.#dueAt = clock.monotonic() + this.#everyMs;
    this.#memory.forget(Math.min(startedAt - frameMs - overlapMs, this.#debt.from() ?? Infinity));
    return [...this.#tell(records), this.#standing(page)];
  }

  /** What is new since the token; everything in the frame when there is none or it is no longer good. */
  async #read(from: number, signal: AbortSignal): Promise<(LogPage & { readonly sync: 'full' | 'new' }) | Failure> {
    const { clock, log } = this.#deps;
    const level = this.#level();
    if (this.#token !== undefined) {
      const page = await this.#reader.since(level, this.#token, signal);
      if (page.ok) return { ...page, sync: 'new' };
      if (page.status !== 400) return page;
      // Expired, unreadable, or more than it can hold. Upstream says which only in words.
      log.warn('log.restarted', { detail: page.detail });
      this.#token = undefined;
      this.#everyMs = Math.max(hurriedMs, this.#everyMs / 2);
    }
    const page = await this.#reader.full(level, Math.min(from, clock.now() - reachMs), signal);
    return page.ok ? { ...page, sync: 'full' } : page;
  }

  /** One page of what a full sync could not hold. */
  async #pay(signal: AbortSignal): Promise<readonly Said[]> {
    const { clock, log } = this.#deps;
    const page = await this.#debt.pay(this.#level(), signal);
    const owes = this.#debt.from() !== undefined;
    if (!page.ok) {
      log.warn('log.failed', { kind: page.kind, detail: page.detail, attempt: ++this.#debtFailures });
      this.#debtDueAt = owes ? clock.monotonic() + this.#delayAfter(page, this.#debtFailures) : Infinity;
      return isPlain(page, this.#debtFailures) || !owes ? [unwell('log', clock.now(), page)] : [];
    }
    this.#debtFailures = 0;
    this.#debtDueAt = owes ? clock.monotonic() + pageGapMs : Infinity;
    const records = this.#memory.news(page.entries, clock.now());
    log.info('log.read', { records: records.length, dropped: page.dropped, complete: !owes });
    return [...this.#tell(records), this.#standing(page)];
  }

  /** The full sync was full: the list has what is older in the frame. */
  #owe({ entries }: LogPage, from: number): void {
    const oldest = Math.min(...entries.map(({ record }) => record.startedAt), this.#deps.clock.now());
    if (oldest <= from) return;
    this.#debt.owe({ from, to: oldest });
    this.#debtDueAt = this.#deps.clock.monotonic() + pageGapMs;
  }

  #fail(failure: Failure): readonly Said[] {
    const { clock, log } = this.#deps;
    log.warn('log.failed', { kind: failure.kind, detail: failure.detail, attempt: this.#failures + 1 });
    if (failure.kind === 'forbidden' && !this.#denied) {
      // The own extension's log is asked for at once.
      this.#changeLevel({ failure, until: clock.monotonic() + deniedForMs });
      this.#dueAt = clock.monotonic();
      return [];
    }
    this.#failures += 1;
    this.#dueAt = clock.monotonic() + this.#delayAfter(failure, this.#failures);
    return isPlain(failure, this.#failures) ? [unwell('log', clock.now(), failure)] : [];
  }

  #delayAfter({ kind, retryAt }: Failure, failures: number): number {
    const { clock, random } = this.#deps;
    if (kind === 'forbidden') return deniedForMs;
    if (retryAt !== undefined) return Math.max(1_000, retryAt - clock.now() + 1_000 * random());
    return backOff.baseMs + backOffMs(failures, backOff, random);
  }

  /** Each log has its own tokens and its own past. */
  #changeLevel(denied: Denied | undefined): void {
    const owedFrom = this.#debt.from();
    // What was owed is read when this log is asked again.
    if (owedFrom !== undefined) this.#syncedAt.set(this.#level(), owedFrom + overlapMs);
    this.#debt.clear();
    this.#debtDueAt = Infinity;
    this.#denied = denied;
    this.#token = undefined;
  }

  #level(): LogLevel {
    return this.#denied ? 'extension' : 'account';
  }

  #frameFrom(now: number): number {
    const before = this.#syncedAt.get(this.#level()) ?? now;
    return Math.max(now - longestOutageMs - overlapMs, Math.min(now - frameMs, before - overlapMs));
  }

  #tell(records: readonly LogRecord[]): readonly Said[] {
    return records.length > 0 ? [{ kind: 'log', at: this.#deps.clock.now(), records }] : [];
  }

  #standing({ dropped }: LogPage): SourceStatus {
    const at = this.#deps.clock.now();
    if (this.#denied && this.#deps.ownCallsOnly?.()) return ownCallsOnly('log', at);
    if (this.#denied) return unwell('log', at, this.#denied.failure);
    const detail = `${String(dropped)} entries that could not be read`;
    return dropped > 0 ? unwell('log', at, { ok: false, kind: 'garbage', detail }) : well('log', at);
  }

  /** Until something is due. A ring brings the sync forward, but leaves the record time to be written. */
  async #rest(signal: AbortSignal): Promise<void> {
    const { clock, wake } = this.#deps;
    const next = Math.min(this.#dueAt, this.#debtDueAt);
    const why = await wake.wait(Math.max(0, next - clock.monotonic()), signal);
    if (why !== 'rung' || this.#failures > 0) return;
    const soon = Math.max(clock.monotonic() + soonMs, this.#askedAt + shortestGapMs);
    this.#dueAt = Math.min(this.#dueAt, soon);
    // Rings that come meanwhile are kept for the wait after the next sync: their records may be too late for it.
    await pause(clock, Math.max(0, Math.min(this.#dueAt, this.#debtDueAt) - clock.monotonic()), signal);
  }
}

/** Whether the trouble is worth telling: what somebody must mend at once, the rest when it lasts. */
function isPlain({ kind }: Failure, failures: number): boolean {
  return kind === 'forbidden' || kind === 'auth' || failures >= failuresTold;
}
