import { readFileSync } from 'node:fs';
import type TelephonySessionsEventBody from '@rc-ex/core/definitions/TelephonySessionsEventBody';
import type { Happening } from './gateway/envelope.ts';
import type { Clock } from './wire/model.ts';

/** A captured notification, as much of it as a replay needs. */
export interface CapturedNotification {
  readonly uuid: string;
  readonly event: string;
  /** ISO 8601, when it was sent. */
  readonly timestamp: string;
  readonly body: TelephonySessionsEventBody;
}

export interface ReplayRequest {
  readonly events: readonly CapturedNotification[];
  /** 2 plays twice as fast as it happened; default 1. */
  readonly speed?: number;
  /** Leave `eventTime` as captured. Otherwise the call is moved to now, or a live board would show a call of years. */
  readonly keepTimes?: boolean;
}

export interface ReplayDeps {
  readonly clock: Clock;
  /** Tells listeners; `at` ms since the epoch. */
  tell(happening: Happening, at: number, uuid: string): void;
  /** Makes REST agree with what was told. */
  apply(body: TelephonySessionsEventBody): void;
}

/**
 * Plays recorded traffic to whoever is subscribed: order, gaps (scaled by `speed`), uuid, paths and bodies as captured.
 * Subscription and owner are the listener's own. Returns how long it will take, ms.
 */
export function replay(
  { events, speed = 1, keepTimes = false }: ReplayRequest,
  { clock, tell, apply }: ReplayDeps,
): number {
  const first = events[0];
  if (!first) return 0;
  const origin = Date.parse(first.timestamp);
  const start = clock.now();
  let longest = 0;
  for (const captured of events) {
    const wait = Math.max(0, (Date.parse(captured.timestamp) - origin) / speed);
    longest = Math.max(longest, wait);
    clock.after(wait, () => {
      const at = clock.now();
      const happened = start + (Date.parse(captured.body.eventTime ?? captured.timestamp) - origin) / speed;
      const body = keepTimes ? captured.body : { ...captured.body, eventTime: new Date(happened).toISOString() };
      apply(body);
      tell(toHappening(captured, body), at, captured.uuid);
    });
  }
  return longest;
}

function toHappening(captured: CapturedNotification, body: TelephonySessionsEventBody): Happening {
  const party = body.parties?.[0];
  return {
    event: captured.event,
    telephonySessionId: body.telephonySessionId ?? '',
    body,
    party: {
      ...(party?.extensionId === undefined ? {} : { extensionId: party.extensionId }),
      direction: party?.direction ?? 'Inbound',
      missedCall: party?.missedCall ?? false,
      ...ends(party),
      status: { code: party?.status?.code ?? '' },
    },
  };
}

function ends(
  party: { from?: { phoneNumber?: string }; to?: { phoneNumber?: string } } | undefined,
): Pick<Happening['party'], 'from' | 'to'> {
  const end = (one: { phoneNumber?: string } | undefined) =>
    one?.phoneNumber === undefined ? {} : { phoneNumber: one.phoneNumber };
  return { from: end(party?.from), to: end(party?.to) };
}

/** Checks that a value is a list of captured notifications; throws an Error that says which entry is not. */
export function parseCapture(value: unknown): readonly CapturedNotification[] {
  if (!Array.isArray(value)) throw new Error('a capture is a JSON list of notifications');
  for (const [index, one] of (value as Partial<CapturedNotification>[]).entries()) {
    const complete = typeof one?.uuid === 'string' && typeof one.event === 'string' && Array.isArray(one.body?.parties);
    if (!complete || Number.isNaN(Date.parse(one.timestamp ?? ''))) {
      throw new Error(`entry ${index} is no notification: uuid, event, timestamp and body.parties are needed`);
    }
  }
  return value as CapturedNotification[];
}

/** Reads a capture from a file. */
export function readCapture(file: string): readonly CapturedNotification[] {
  try {
    return parseCapture(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
