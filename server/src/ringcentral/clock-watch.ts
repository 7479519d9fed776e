import type { SteadyClock } from '../runtime/clock.ts';
import type { SourceStatus } from './source-status.ts';

/** An answer as the clocks saw it. Times are ms of the steady clock. */
export interface TimedAnswer {
  readonly sentAt: number;
  readonly receivedAt: number;
  header(name: string): string | null;
}

/** Compares the platform's clock, as its answers carry it, with the machine's. */
export interface ClockWatch {
  /** A status when the machine's clock is found wrong, or right again. */
  hears(answer: TimedAnswer): SourceStatus | undefined;
}

/** More than clocks that are kept right ever differ by; logins and signatures begin to be refused at minutes. */
const wrongMs = 30_000;
/** Less than this may be the way of the answer. */
const followMs = 2_000;
/** `Date` is cut to its second (RFC 9110, 6.6.1). */
const grainMs = 1_000;
/** One answer may come from a machine that is wrong itself, or the clock may be set while it is on its way. */
const inARow = 2;

/**
 * Follows the platform's clock with the steady one, since all times of calls are the platform's; and tells when the
 * machine's own is off by more than 30 s. An answer was written between its question and its receipt, so only what lies
 * outside of that span is a difference of clocks.
 */
export function createClockWatch(clock: SteadyClock): ClockWatch {
  let strays = 0;
  let told: string | undefined;
  return {
    hears(answer) {
      const date = Date.parse(answer.header('date') ?? '');
      if (Number.isNaN(date)) return undefined;
      const leadMs = leadOf(date, answer);
      if (Math.abs(leadMs) > followMs) clock.steer(-leadMs);
      const wallLeadMs = leadMs + clock.wall() - clock.now();
      const off = Math.abs(wallLeadMs) > wrongMs;
      strays = off ? strays + 1 : 0;
      const says = strays >= inARow ? describe(wallLeadMs) : off ? told : undefined;
      if (says === told) return undefined;
      told = says;
      const status = { kind: 'status', source: 'clock', at: clock.now() } as const;
      return says === undefined ? status : { ...status, trouble: 'clockOff', detail: says };
    },
  };
}

/** How far the steady clock surely is ahead of the platform's, ms; behind when negative, 0 when both may be equal. */
function leadOf(date: number, { sentAt, receivedAt }: TimedAnswer): number {
  if (date > receivedAt) return receivedAt - date;
  return sentAt > date + grainMs ? sentAt - date - grainMs : 0;
}

function describe(leadMs: number): string {
  const seconds = Math.abs(leadMs) / 1000;
  const amount =
    seconds < 90
      ? `${String(Math.round(seconds))} s`
      : seconds < 5400
        ? `${String(Math.round(seconds / 60))} min`
        : `${String(Math.round(seconds / 3600))} h`;
  return `this machine's clock is ${amount} ${leadMs > 0 ? 'ahead of' : 'behind'} RingCentral's`;
}
