// In:  the address of a platform and a folder for data, as arguments. Out: a server in a process of its own, with its address on
// standard output. Never: anything a test could do in its own process; this one is there to be stopped.
import { startApp } from '@ringside/server/app';
import { simulatorCredentials } from '../simulator/wire/token-endpoints.ts';

const [, , serverUrl = '', dataDir = ''] = process.argv;
/** The link's real patience, shortened in proportion: minutes become moments. */
const timings = {
  ...{ probeAfterMs: 600, deadAfterMs: 1_000, tokenSpacingMs: 200, restartBaseMs: 100, restartCapMs: 400 },
  ...{ launchMs: 10_000, tokenMs: 3_000, greetingMs: 700, subscribeMs: 1_500, recoveryMs: 4_000 },
};
const ringcentral = { serverUrl, ...simulatorCredentials };
const apiToken = 'canary-api-token-0123';
const app = await startApp(
  { ringcentral, host: '127.0.0.1', port: 0, dataDir, apiToken, logLevel: 'silent' },
  { wire: { timings } },
);
process.once('SIGTERM', () => void app.close());
process.stdout.write(`${app.url}\n`);
