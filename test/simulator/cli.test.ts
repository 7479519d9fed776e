import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const patience = { timeout: 15_000, interval: 20 };
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A command line of its own, with everything it said. */
function run(file: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [path(file), ...args], { env: { ...process.env, ...env } });
  children.push(child);
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said.text += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, said, ended };
}

/** A port somebody else has. */
async function takenPort(): Promise<{ port: string; server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: String((server.address() as AddressInfo).port), server };
}

describe('npm run simulator', () => {
  it(
    'serves until a signal comes, even twice, and says how to point the product at it',
    { timeout: 20_000 },
    async () => {
      const { child, said, ended } = run('main.ts', ['--port', '0', '--scenario', 'quiet', '--faults', 'drop:p=0.5']);
      await vi.waitFor(() => expect(said.text).toContain('Ctrl-C'), patience);
      const url = /RINGCENTRAL_SERVER_URL=(\S+)/.exec(said.text)?.[1] ?? '';
      const faults = (await (await fetch(`${url}/simulator/faults`)).json()) as { active: string[] };
      expect(faults.active).toEqual(['drop:p=0.5']);
      // Stopped meanwhile, so that the second signal cannot come when it has ended already.
      child.kill('SIGSTOP');
      child.kill('SIGINT');
      child.kill('SIGTERM');
      child.kill('SIGCONT');
      expect(await ended).toBe(0);
    },
  );

  it('gives the credential of a user who is no administrator', { timeout: 20_000 }, async () => {
    const { child, said, ended } = run('main.ts', ['--port', '0', '--scenario', 'quiet', '--as-user', '102']);
    await vi.waitFor(() => expect(said.text).toContain('Ctrl-C'), patience);
    expect(said.text).toMatch(/RINGCENTRAL_JWT=[\w-]+:\d+\n/);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });

  it('lists faults and endpoints with --help', { timeout: 20_000 }, async () => {
    const { said, ended } = run('main.ts', ['--help']);
    expect(await ended).toBe(0);
    expect(said.text).toMatch(/half-open .*\n[\s\S]*wstoken-429/);
    expect(said.text).toContain('POST /simulator/calls');
  });

  it.each([
    [['--bogus'], "Unknown option '--bogus'"],
    [['--port', '99999'], '--port must be a whole number up to 65535'],
    [['--scenario', 'party'], 'no scenario party; there are callcentre'],
    [['--faults', 'recovery'], 'unknown fault "recovery" (did you mean recovery-failed'],
    [['--as-user', '100'], '--as-user must be one of 10'],
    [['--replay', '/nowhere.json'], '/nowhere.json: ENOENT'],
  ])('%j ends with code 2 and a clear message', { timeout: 20_000 }, async (args, message) => {
    const { said, ended } = run('main.ts', ['--port', '0', ...args]);
    expect(await ended).toBe(2);
    expect(said.text).toContain(message);
    expect(said.text).not.toContain('    at ');
  });
});

describe('a port that is taken', () => {
  it.each([
    ['main.ts', 2, 'the port is in use; choose another with --port N'],
    ['demo.ts', 1, 'PORT=4001 npm run demo'],
  ] as const)('is told by %s', { timeout: 20_000 }, async (file, code, message) => {
    const { port, server } = await takenPort();
    const { said, ended } = run(file, file === 'main.ts' ? ['--port', port] : [], { PORT: port });
    expect(await ended).toBe(code);
    expect(said.text).toContain(message);
    server.close();
  });
});
