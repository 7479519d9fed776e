// In:  the sources. Out: a simulated platform, the server (restarted on change) and the page (hot reload) at one address.
// Never: a real account; that is `npm start`.
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { simulatorCredentials } from './simulator/wire/token-endpoints.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const platformPort = '4010';
const serverPort = '4000';

const serverEnvironment = {
  RINGCENTRAL_SERVER_URL: `http://127.0.0.1:${platformPort}`,
  RINGCENTRAL_CLIENT_ID: simulatorCredentials.clientId,
  RINGCENTRAL_CLIENT_SECRET: simulatorCredentials.clientSecret,
  RINGCENTRAL_JWT: simulatorCredentials.jwt,
  RINGSIDE_API_TOKEN: 'development-only',
  DATA_DIR: 'data/dev',
  HOST: '127.0.0.1',
  PORT: serverPort,
};

// The simulated company begins anew, with the same calls under the same names: what an earlier one left would hide them.
rmSync(`${root}/data/dev`, { recursive: true, force: true });

const children: ChildProcess[] = [];
let stopping = false;

/** Starts one of the three; when any of them ends, all end. */
function run(
  name: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): void {
  const child = spawn(process.execPath, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  children.push(child);
  child.on('exit', (code, signal) => {
    if (stopping) return;
    console.error(`${name} ended (${signal ?? code}), so everything stops`);
    process.exitCode = 1;
    stop();
  });
}

function stop(): void {
  stopping = true;
  for (const child of children) child.kill('SIGTERM');
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);

run('simulator', ['test/simulator/main.ts', '--port', platformPort, '--scenario', 'callcentre']);
run('server', ['--watch', '--watch-preserve-output', 'server/src/main.ts'], { env: serverEnvironment });
run('page', [fileURLToPath(new URL('../node_modules/vite/bin/vite.js', import.meta.url))], { cwd: `${root}/web` });
console.log('\nThe page: http://127.0.0.1:5173 (reloads as you type). Ctrl-C stops everything.\n');
