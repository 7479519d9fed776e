import type { OutFrame } from '../wire/model.ts';

/** As much of a notification as faults look at. */
export interface NotificationText {
  readonly uuid: string;
  readonly timestamp: string;
  readonly subscriptionId: string;
  readonly body: {
    readonly eventTime: string;
    readonly telephonySessionId: string;
    readonly sequence: number;
    readonly parties: readonly Record<string, unknown>[];
  };
}

interface Parts {
  readonly meta: Record<string, unknown>;
  readonly envelope: NotificationText;
}

/** The envelope inside a `ServerNotification` frame; undefined for frames that another fault has already spoiled. */
export function readNotification(frame: OutFrame): NotificationText | undefined {
  return partsOf(frame)?.envelope;
}

/** The frame with its meta and envelope changed; a frame that cannot be read stays as it is. */
export function rewrite(frame: OutFrame, change: (parts: Parts) => Parts): OutFrame {
  const parts = partsOf(frame);
  if (!parts) return frame;
  const { meta, envelope } = change(parts);
  return { ...frame, text: JSON.stringify([meta, envelope]) };
}

/** A change of the envelope's body alone. */
export function bodyOf(change: (body: NotificationText['body']) => NotificationText['body']): (parts: Parts) => Parts {
  return ({ meta, envelope }) => ({ meta, envelope: { ...envelope, body: change(envelope.body) } });
}

/** Whether the notification says that its party has left for good: a reason would mean that the call goes on. */
export function isFinal(frame: OutFrame): boolean {
  const parties = readNotification(frame)?.body.parties ?? [];
  return parties.some(({ status }) => {
    const { code, reason } = (status ?? {}) as { code?: string; reason?: string };
    return code === 'Disconnected' && !CONTINUES.has(reason ?? '');
  });
}

const CONTINUES = new Set([
  'Pickup',
  'BlindTransfer',
  'RccTransfer',
  'AttendedTransfer',
  'CallerInputRedirect',
  'CallFlip',
  'ParkLocation',
  'DtmfTransfer',
  'CallPark',
  'CallRedirected',
  'CallSwitch',
]);

function partsOf({ text }: OutFrame): Parts | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const [meta, envelope] = JSON.parse(text) as [Record<string, unknown>, NotificationText];
    return Array.isArray(envelope?.body?.parties) ? { meta, envelope } : undefined;
  } catch {
    return undefined;
  }
}
