import { describe, expect, it } from 'vitest';
import { judgeImport } from './import-table.js';

describe('the import table', () => {
  const refused: readonly [from: string, specifier: string, hint: string][] = [
    ['shared/src/domain/board.ts', 'rxjs', 'readable alone'],
    ['shared/src/domain/board.ts', '../protocol/messages.ts', 'readable alone'],
    ['shared/src/protocol/messages.ts', '../domain/call.ts', 'import type'],
    ['server/src/monitor/live-board.ts', '../ringcentral/decode.ts', 'arguments from server/src/app.ts'],
    ['server/src/history/backfill.ts', '../store/sqlite-store.ts', 'concrete store'],
    ['server/src/gateway/http.ts', '../ringcentral/client.ts', 'arguments from server/src/app.ts'],
    ['server/src/gateway/http.ts', '@ringcentral/sdk', 'arguments from server/src/app.ts'],
    ['server/src/ringcentral/decode.ts', '@rc-ex/core/definitions/TelephonySessionsEventBody', 'import type'],
    ['server/src/main.ts', './gateway/http.ts', 'composition belongs'],
    ['server/src/app.ts', '../../test/chromium.ts', 'Nothing may depend on test/'],
    ['web/src/live/live-board.svelte.ts', 'socket.io-client', 'link.ts alone'],
    ['web/src/live/now.ts', '../wallboard/Header.svelte', 'without screens'],
    ['web/src/wallboard/Header.svelte', '@ringside/shared/protocol/messages', 'A screen reads'],
    ['web/src/wallboard/Header.svelte', '../supervisor/Table.svelte', 'A screen reads'],
    ['web/src/ui/Badge.svelte', '@ringside/shared/domain/call', 'without a domain word'],
    ['test/e2e/call.test.ts', '../../server/src/gateway/http.ts', 'a door is missing'],
  ];

  it.each(refused)('refuses that %s imports %s', (from, specifier, hint) => {
    expect(judgeImport(from, specifier, false)).toContain(hint);
  });

  const allowed: readonly [from: string, specifier: string, typeOnly: boolean][] = [
    ['shared/src/domain/board.ts', './call.ts', false],
    ['shared/src/domain/board.test.ts', 'vitest', false],
    ['shared/src/protocol/messages.ts', 'zod/mini', false],
    ['shared/src/protocol/messages.ts', '../domain/call.ts', true],
    ['server/src/ringcentral/client.ts', '@ringcentral/sdk', false],
    ['server/src/history/backfill.ts', '../store/store.ts', false],
    ['server/src/gateway/sockets.ts', '@ringside/shared/protocol/messages', false],
    ['server/src/app.ts', './ringcentral/client.ts', false],
    ['web/src/live/link.ts', 'socket.io-client', false],
    ['web/src/wallboard/Header.svelte', '../live/live-board.svelte.ts', true],
    ['test/e2e/call.test.ts', '@ringside/server/app', false],
  ];

  it.each(allowed)('allows that %s imports %s', (from, specifier, typeOnly) => {
    expect(judgeImport(from, specifier, typeOnly)).toBeUndefined();
  });
});
