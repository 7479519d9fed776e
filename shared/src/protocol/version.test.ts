import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { PROTOCOL_VERSION, serverMessages, viewerMessages } from './messages.ts';

/** What each protocol number stood for. Add a line when the messages change; never edit one. */
const history: Readonly<Record<number, string>> = {
  1: '57ac9c6516d101bf',
  2: 'fd7b62694e37bec0',
};

test('a change of the messages needs a new protocol number', () => {
  const described = Object.entries({ ...serverMessages, ...viewerMessages }).map(([name, schema]) => [
    name,
    z.toJSONSchema(schema),
  ]);
  const hash = createHash('sha256').update(JSON.stringify(described)).digest('hex').slice(0, 16);
  expect(hash).toBe(history[PROTOCOL_VERSION]);
});
