import type { FaultContext, FrameAbout, OutFrame } from '../wire/model.ts';
import type { SocketFault, SocketFrame } from './model.ts';
import { bodyOf, isFinal, readNotification, rewrite } from './notification-text.ts';

type Twist = (frame: OutFrame, context: FaultContext) => readonly SocketFrame[];

/** A fault that touches told notifications only, replayed ones included when `replayToo`. */
function onNotifications(
  name: string,
  about: string,
  twist: Twist,
  defaults: Readonly<Record<string, number>> = {},
): SocketFault {
  return {
    name,
    about,
    defaults,
    frames: (frame, { kind }: FrameAbout, context) => (kind === 'notification' ? twist(frame, context) : [frame]),
  };
}

const number = ({ options }: FaultContext, key: string): number => options[key] ?? 0;

const dropped = onNotifications('drop', 'a notification never arrives (8.4, W6)', () => [], { p: 0.1 });

const dropFinal = onNotifications(
  'drop-final',
  'the last Disconnected of a party never arrives (8.4; embeddable #729)',
  (frame) => (isFinal(frame) ? [] : [frame]),
);

const dropBurst = onNotifications(
  'drop-burst',
  'a run of `length` notifications in a row is lost: a hole in the sequence (W6)',
  (frame, context) => {
    const left = context.memory.get('left') ?? 0;
    if (left > 0) {
      context.memory.set('left', left - 1);
      return [];
    }
    if (context.random() >= number(context, 'chance')) return [frame];
    context.memory.set('left', number(context, 'length') - 1);
    return [];
  },
  { chance: 0.05, length: 8 },
);

/** The same event as another delivery of it. */
const renamed = (frame: OutFrame): OutFrame =>
  rewrite(frame, ({ meta, envelope }) => ({ meta, envelope: { ...envelope, uuid: `${envelope.uuid}1` } }));

const duplicate = onNotifications(
  'duplicate',
  'a notification arrives again, `delay` ms later, with the same uuid or, with renamed=1, with another (8.4, W6)',
  (frame, context) => {
    const again = { ...frame, delayMs: (frame.delayMs ?? 0) + number(context, 'delay') };
    return [frame, number(context, 'renamed') === 1 ? renamed(again) : again];
  },
  { p: 0.2, delay: 400, renamed: 0 },
);

const reorder = onNotifications(
  'reorder',
  'a notification is overtaken by those of the next `delay` ms at most (8.4, W6)',
  (frame, context) => [{ ...frame, delayMs: (frame.delayMs ?? 0) + 1 + context.random() * number(context, 'delay') }],
  { p: 0.3, delay: 3000 },
);

const late = onNotifications(
  'late',
  'every notification is `delay` ms late, in order (8.4)',
  (frame, context) => [{ ...frame, delayMs: (frame.delayMs ?? 0) + number(context, 'delay') }],
  { delay: 8000 },
);

const bunch = onNotifications(
  'bunch',
  'notifications wait and come all at once every `period` ms (W8)',
  (frame, context) => {
    const period = number(context, 'period');
    return [{ ...frame, delayMs: (frame.delayMs ?? 0) + period - (context.now % period) }];
  },
  { period: 5000 },
);

const deaf = onNotifications(
  'deaf',
  'the subscription alive when it strikes hears nothing more, while the link answers pings (W10); all=1: new ones too',
  (frame, context) => {
    const subscription = readNotification(frame)?.subscriptionId ?? '';
    if (context.memory.size === 0) context.memory.set(subscription, 1);
    return context.memory.has(subscription) || number(context, 'all') === 1 ? [] : [frame];
  },
  { all: 0 },
);

const oldSubscription = onNotifications(
  'old-subscription',
  'a notification also comes under the id of a subscription that is gone (W7)',
  (frame) => {
    const stale = rewrite(frame, ({ meta, envelope }) => {
      const uuid = `1${String(envelope.uuid).slice(1).split('').reverse().join('')}`;
      return { meta: { ...meta, messageId: uuid }, envelope: { ...envelope, uuid, subscriptionId: 'gone-0000' } };
    });
    return [stale, frame];
  },
  { p: 0.2 },
);

const unknownWords = onNotifications(
  'unknown-codes',
  'a party status and reason nobody has documented (4.3)',
  (frame) => [
    rewrite(
      frame,
      bodyOf((body) => ({ ...body, parties: body.parties.map(strange) })),
    ),
  ],
  { p: 0.1 },
);

const strange = (party: Record<string, unknown>) => ({
  ...party,
  status: { code: 'Tds', reason: 'Undefined', rcc: false },
});

const badNotification = onNotifications(
  'bad-notification',
  'a notification whose parties are missing or of the wrong type (W5)',
  (frame, context) => {
    const bad = context.random() < 0.5 ? null : [{ id: 7, status: 'Answered', from: 'nobody' }, 'party'];
    return [
      rewrite(
        frame,
        bodyOf((body) => ({ ...body, parties: bad as never })),
      ),
    ];
  },
  { p: 0.1 },
);

const skew = onNotifications(
  'clock-skew',
  "the platform's clock is `ms` ahead of ours (behind, when negative) in every notification",
  (frame, context) => {
    const shift = (at: unknown) => new Date(Date.parse(String(at)) + number(context, 'ms')).toISOString();
    return [
      rewrite(frame, ({ meta, envelope }) => ({
        meta,
        envelope: {
          ...envelope,
          timestamp: shift(envelope.timestamp),
          body: { ...envelope.body, eventTime: shift(envelope.body.eventTime) },
        },
      })),
    ];
  },
  { ms: 90_000 },
);

/** What can befall the stream of notifications. */
export const streamFaults: readonly SocketFault[] = [
  dropped,
  dropFinal,
  dropBurst,
  duplicate,
  reorder,
  late,
  bunch,
  deaf,
  oldSubscription,
  unknownWords,
  badNotification,
  skew,
];
