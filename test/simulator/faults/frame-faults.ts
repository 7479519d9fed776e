import type { SocketFault, SocketFrame } from './model.ts';

const MEGABYTE = 1024 * 1024;

/** A fault that puts a frame nobody can use before a notification. */
function beforeNotification(
  name: string,
  about: string,
  make: (size: number) => SocketFrame,
  defaults: Readonly<Record<string, number>> = {},
): SocketFault {
  return {
    name,
    about,
    defaults: { p: 0.1, ...defaults },
    frames: (frame, { kind }, context) =>
      kind === 'notification' ? [make(context.options['megabytes'] ?? 0), frame] : [frame],
  };
}

const text =
  (content: string): (() => SocketFrame) =>
  () => ({ text: content });

/** Frames that are no messages. Each comes in addition: nothing is lost by it unless the reader falls over. */
export const frameFaults: readonly SocketFault[] = [
  beforeNotification('garbage-frame', 'a frame that is not JSON (8.2 j, W5)', text('<html>502 Bad Gateway')),
  beforeNotification('object-frame', 'a frame `{}` in place of `[meta, body]` (8.2 j, W5)', text('{}')),
  beforeNotification('array-frame', 'a frame `[]` without meta (W5)', text('[]')),
  beforeNotification('null-frame', 'a frame `[null,null]` (W5)', text('[null,null]')),
  beforeNotification('empty-frame', 'a frame without content (8.2 j)', text('')),
  beforeNotification('binary-frame', 'a binary frame (W5)', () => ({
    text: new Uint8Array([0, 255, 254, 7, 91, 93]),
    binary: true,
  })),
  beforeNotification('bad-utf8-frame', 'a text frame of bytes that are no UTF-8 (W5)', () => ({
    text: new Uint8Array([91, 34, 255, 192, 34, 93]),
  })),
  beforeNotification(
    'huge-frame',
    'a text frame of `megabytes` MB (W5)',
    (size) => ({
      text: JSON.stringify([
        { type: 'ServerNotification', messageId: 'huge' },
        { padding: 'x'.repeat(size * MEGABYTE) },
      ]),
    }),
    { p: 0.01, megabytes: 5 },
  ),
];
