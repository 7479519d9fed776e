// In:  the built server, and the options of the simulator. Out: a wallboard full of calls at one address, until Ctrl-C.
// Never: a real account, or a file left behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { realClock } from './clock.ts';
import { serve, type Served } from './server.ts';
import { createSimulator } from './simulator.ts';
import { simulatorCredentials } from './wire/token-endpoints.ts';

const READY_WITHIN_MS = 30_000;
const END_WITHIN_MS = 12_000;
const entry = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** The product as a child process, with what it said last. */
interface Product {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  lastWords(): string;
}

function readOptions(): { scenario: string; seed: number; faults: string } {
  const { values } = parseArgs({
    options: {
      scenario: { type: 'string', default: 'callcentre' },
      seed: { type: 'string', default: '1' },
      faults: { type: 'string', default: '' },
    },
  });
  const seed = Number(values.seed);
  if (!Number.isInteger(seed)) throw new Error('--seed must be a whole number');
  return { scenario: values.scenario, seed, faults: values.faults };
}

/** The port the product can have; 0 becomes a free one. Rejects, with a message for people, when it is taken. */
function availablePort(wanted: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const busy = `port ${wanted} is in use by another program. Choose another one: PORT=4001 npm run demo`;
      reject(error.code === 'EADDRINUSE' ? new Error(busy) : error);
    });
    probe.listen(wanted, host, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function startProduct(environment: Readonly<Record<string, string>>): Product {
  const quiet = process.env['LOG_LEVEL'] === undefined;
  const child = spawn(process.execPath, [entry], {
    cwd: root,
    env: {
      ...process.env,
      LOG_LEVEL: 'warn',
      ...environment,
      ...(quiet ? {} : { LOG_LEVEL: process.env['LOG_LEVEL'] }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-4_000);
      if (!quiet) process.stdout.write(text);
    });
  }
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  return { child, ended, lastWords: () => words.trim() };
}

const hasEnded = ({ child }: Product): boolean =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

/** Resolves once /healthz answers 200. Rejects when the product ends first or takes too long. */
async function untilReady(url: string, product: Product): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!hasEnded(product)) {
    const healthy = await fetch(`${url}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (healthy) return;
    if (Date.now() > deadline) throw new Error(`the server did not get ready within 30 s.\n${product.lastWords()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the server ended before it was ready.\n${product.lastWords()}`);
}

async function endProduct({ child, ended }: Product): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}

function welcome(url: string, platform: string, token: string): string {
  return `
  Ringside is running on a simulated telephone system. Open the wallboard:

      ${url}

  The board as JSON:
      curl -H 'Authorization: Bearer ${token}' ${url}/api/v1/board

  Cut its event socket and watch it recover:
      curl -X POST ${platform}/simulator/cut -d '{}'

  More to break: ${platform}/simulator/help    Ctrl-C ends everything.
`;
}

/** Runs until a signal comes or the product ends; takes down what it started in order: product, platform, folder. */
async function demo(): Promise<void> {
  const {
    PORT = '4000',
    HOST: host = '127.0.0.1',
    RINGSIDE_API_TOKEN: token = randomBytes(24).toString('hex'),
  } = process.env;
  const options = readOptions();
  const port = await availablePort(Number(PORT), host);
  if (!existsSync(entry)) throw new Error('the server is not built yet. `npm run demo` builds it first.');
  const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  const platform = await serve(createSimulator({ clock: realClock(), ...options }), { port: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'ringside-demo-'));
  const product = startProduct({
    RINGCENTRAL_SERVER_URL: platform.url,
    RINGCENTRAL_CLIENT_ID: simulatorCredentials.clientId,
    RINGCENTRAL_CLIENT_SECRET: simulatorCredentials.clientSecret,
    RINGCENTRAL_JWT: simulatorCredentials.jwt,
    RINGSIDE_API_TOKEN: token,
    HOST: host,
    PORT: String(port),
    DATA_DIR: folder,
  });
  try {
    await runUntilEnd({ url, token, platform, product });
  } finally {
    await endProduct(product);
    await platform.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Running {
  readonly url: string;
  readonly token: string;
  readonly platform: Served;
  readonly product: Product;
}

async function runUntilEnd({ url, token, platform, product }: Running): Promise<void> {
  const signalled = new Promise<'signal'>((resolve) => {
    // `on`: npm passes on a Ctrl-C that the terminal has sent already, and the second must not end us half way.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve('signal'));
  });
  const ready = untilReady(url, product).then(() => console.log(welcome(url, platform.url, token)));
  const first = await Promise.race([signalled, ready]);
  if (first === 'signal') {
    // Whether it would have got ready no longer matters; its failure must not go unheard either way.
    ready.catch(() => undefined);
    return;
  }
  const last = await Promise.race([signalled, product.ended.then(() => 'ended' as const)]);
  if (last === 'ended') throw new Error(`the server has ended by itself.\n${product.lastWords()}`);
}

demo().catch((error: unknown) => {
  console.error(`demo: ${(error as Error).message}`);
  process.exitCode = 1;
});
