import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));
const credentials = {
  RINGCENTRAL_CLIENT_ID: 'canary-id',
  RINGCENTRAL_CLIENT_SECRET: 'canary-secret',
  RINGCENTRAL_JWT: 'canary-jwt',
};

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the real entry with exactly this environment. `signal` is sent once the address is printed. */
function run(env: Record<string, string>, signal?: NodeJS.Signals): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let sent = false;
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (signal && !sent && output.includes('Ringside is at http://')) sent = child.kill(signal);
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
