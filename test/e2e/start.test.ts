import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { realClock } from '../simulator/clock.ts';
import { serve } from '../simulator/server.ts';
import { createSimulator } from '../simulator/simulator.ts';
import { simulatorCredentials } from '../simulator/wire/token-endpoints.ts';

const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));
// Away from the repository, so that a developer's own settings file is not read, and his data are left alone.
const folder = mkdtempSync(join(tmpdir(), 'ringside-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const credentials = {
  RINGCENTRAL_CLIENT_ID: 'canary-id',
  RINGCENTRAL_CLIENT_SECRET: 'canary-secret',
  RINGCENTRAL_JWT: 'canary-jwt',
};

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the real entry with exactly this environment. `signal` is sent once the output holds `cue`. */
function run(env: Record<string, string>, signal?: NodeJS.Signals, cue = 'Ringside is at http://'): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let sent = false;
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (signal && !sent && output.includes(cue)) sent = child.kill(signal);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject).once('close', (code) => resolve({ code, output }));
  });
}

describe('the server as a process', () => {
  it('refuses to start without credentials, names each one and points to the demo', async () => {
    const { code, output } = await run({});
    expect(code).toBe(1);
    for (const name of Object.keys(credentials)) expect(output).toContain(name);
    expect(output).toContain('npm run demo');
  });

  it('names a misspelt variable and prints no value', async () => {
    const { code, output } = await run({
      ...credentials,
      RINGSIDE_API_TOKN: 'canary-token-canary',
      PORT: 'canary-port',
    });
    expect(code).toBe(1);
    expect(output).toContain('did you mean RINGSIDE_API_TOKEN');
    expect(output).toContain('PORT: must be a whole number');
    expect(output).not.toContain('canary');
  });

  it('names the setting behind a refused login, shows no secret, and stays alive', async () => {
    const simulator = createSimulator({ clock: realClock(), scenario: 'quiet' });
    const platform = await serve(simulator, { port: 0 });
    const { clientId, clientSecret } = simulatorCredentials;
    const env = {
      ...credentials,
      ...{ RINGCENTRAL_SERVER_URL: platform.url, PORT: '0' },
      ...{ RINGCENTRAL_CLIENT_ID: clientId, RINGCENTRAL_CLIENT_SECRET: clientSecret },
    };
    const { code, output } = await run(env, 'SIGTERM', 'loginFailed');
    await platform.close();
    expect(output).toContain('check RINGCENTRAL_JWT');
    expect(output).toContain('Ringside is at http://');
    expect(output).not.toContain('canary');
    expect(output).not.toContain(clientSecret);
    expect(code).toBe(0);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'starts with nobody at the other end, and ends by itself on %s',
    async (signal) => {
      const env = { ...credentials, RINGCENTRAL_SERVER_URL: 'http://127.0.0.1:9', PORT: '0' };
      const { code, output } = await run(env, signal);
      expect(code).toBe(0);
      expect(output).toContain('app.stopped');
      expect(output).not.toContain('canary');
    },
  );
});
