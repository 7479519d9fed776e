import type { FaultContext, OutFrame } from '../wire/model.ts';
import type { Link, SocketFault, SocketFrame } from './model.ts';

const number = ({ options }: FaultContext, key: string): number => options[key] ?? 0;

/** A fault that does something to each socket some time after it was opened. */
function onLink(
  name: string,
  about: string,
  act: (link: Link, context: FaultContext) => void,
  defaults: Readonly<Record<string, number>>,
): SocketFault {
  return {
    name,
    about,
    defaults,
    opened(link, context) {
      link.after(number(context, 'every'), () => act(link, context));
      return true;
    },
  };
}

const cut = onLink(
  'cut',
  'each socket is cut `every` ms after it opened: TCP reset, or close frame and FIN with fin=1 (W1)',
  (link, context) => link.cut(number(context, 'fin') === 1),
  { every: 60_000, fin: 0 },
);

const halfOpen = onLink(
  'half-open',
  'each socket goes silent `every` ms after it opened while TCP stays up: no reading, no writing, no FIN (8.2 g, W2)',
  (link) => link.freeze(),
  { every: 60_000 },
);

const idle = onLink(
  'error-902',
  'Error frame WSG-902 "idle timeout", then close; open=1 leaves the socket open (8.4, W1)',
  (link, context) => link.fail('WSG-902', number(context, 'open') === 1),
  { every: 60_000, open: 0 },
);

const absolute = onLink(
  'error-903',
  'Error frame WSG-903 "absolute timeout", then close, nothing to recover; open=1 leaves the socket open (8.4, W1)',
  (link, context) => link.fail('WSG-903', number(context, 'open') === 1),
  { every: 120_000, open: 0 },
);

const shortLife: SocketFault = {
  name: 'short-life',
  about: 'the announced life of a socket is short: idle and absolute timeout in s (5.3, W1)',
  defaults: { idle: 120, absolute: 600 },
  limits: (limits, context) => ({
    ...limits,
    idleTimeout: number(context, 'idle'),
    absoluteTimeout: number(context, 'absolute'),
  }),
};

const recoveryOverflow: SocketFault = {
  name: 'recovery-overflow',
  about: 'the recovery buffer keeps only the newest `size` messages: a recovery with a hole (W6)',
  defaults: { size: 3 },
  limits: (limits, context) => ({ ...limits, recoveryBufferSize: number(context, 'size') }),
};

const recoveryFailed: SocketFault = {
  name: 'recovery-failed',
  about: 'reconnect with a recovery token: recoveryState Failed, new session (8.2 b, W4)',
  recovery: () => 'Failed',
};

const recoverySilent: SocketFault = {
  name: 'recovery-silent',
  about: 'reconnect with a recovery token: no recoveryState at all, new session (8.2 c)',
  recovery: () => 'silent',
};

function refusal(name: string, about: string, status: number): SocketFault {
  return { name, about, upgrade: () => status };
}

const firstWords: readonly SocketFault[] = [
  {
    name: 'early-notification',
    about: 'the first notification arrives before the answer to its subscription (W7)',
    firstWords: () => 'notificationFirst',
  },
  {
    name: 'notification-glued',
    about: 'the first notification shares the TCP chunk with the answer to its subscription (8.2 f)',
    firstWords: () => 'oneChunk',
  },
];

const noDetails: SocketFault = {
  name: 'no-connection-details',
  about: 'the socket opens and ConnectionDetails never comes (8.2 h, W3)',
  frames: (frame, { kind }) => (kind === 'connectionDetails' ? [] : [frame]),
};

const errorFirst: SocketFault = {
  name: 'error-instead',
  about: 'an Error frame in place of ConnectionDetails, and the socket stays open (8.2 i)',
  frames(frame, { kind }) {
    if (kind !== 'connectionDetails') return [frame];
    const meta = { type: 'Error', messageId: 'error-instead', status: 503, headers: {} };
    return [{ text: JSON.stringify([meta, { errorCode: 'CMN-211', message: 'Service temporarily unavailable' }]) }];
  },
};

const replayGlued: SocketFault = {
  name: 'replay-glued',
  about: 'replayed messages share the TCP chunk with ConnectionDetails (8.2 a)',
  frames: (frame, { kind }) => (kind === 'replay' ? [prompt(frame)] : [frame]),
};

const replayShuffled: SocketFault = {
  name: 'replay-shuffled',
  about: 'replayed messages come in any order within `delay` ms (8.6)',
  defaults: { delay: 500 },
  frames: (frame, { kind }, context) =>
    kind === 'replay'
      ? [{ ...frame, delayMs: (frame.delayMs ?? 0) + context.random() * number(context, 'delay') }]
      : [frame],
};

const heartbeatLost: SocketFault = {
  name: 'heartbeat-lost',
  about: 'heartbeats are not echoed while notifications go on (8.2 g)',
  frames: (frame, { kind }) => (kind === 'heartbeat' ? [] : [frame]),
};

const answerLost: SocketFault = {
  name: 'answer-lost',
  about: 'requests over the socket are never answered (5.2)',
  frames: (frame, { kind }) => (kind === 'response' ? [] : [frame]),
};

const prompt = (frame: OutFrame): SocketFrame => ({ text: frame.text, glued: true });

/** What can befall the link: its making, its life, its recovery. */
export const linkFaults: readonly SocketFault[] = [
  cut,
  halfOpen,
  idle,
  absolute,
  shortLife,
  recoveryFailed,
  recoverySilent,
  recoveryOverflow,
  replayGlued,
  replayShuffled,
  refusal('upgrade-401', 'the upgrade is refused with 401 (8.2 d, W9)', 401),
  refusal('upgrade-503', 'the upgrade is refused with 503 (8.2 d)', 503),
  refusal('upgrade-reset', 'the TCP connection is reset during the upgrade (8.2 d)', 0),
  noDetails,
  errorFirst,
  ...firstWords,
  heartbeatLost,
  answerLost,
];
