// In:  $CHROMIUM_PATH, the machine's own browser, or the one shipped by npm. Out: how to launch it.
// Never: a download; and never a guess: without a browser it says what to do.
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { access, constants, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import { extract } from 'tar-fs';

/** What playwright's `chromium.launch` needs; pass it on as a whole. */
export interface Chromium {
  readonly executablePath: string;
  readonly args: string[];
  readonly env: Record<string, string>;
}

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--font-render-hinting=none',
];

/**
 * The browser for tests: $CHROMIUM_PATH, then /usr/bin/chromium, then @sparticuz/chromium.
 * @throws Error saying what to install when there is none, or when $CHROMIUM_PATH names no program.
 */
export async function findChromium(): Promise<Chromium> {
  const named = process.env['CHROMIUM_PATH'];
  if (named) {
    if (!(await isProgram(named)))
      throw new Error(`CHROMIUM_PATH is "${named}", which is not a program that can be run.`);
    return { executablePath: named, args, env: environment() };
  }
  if (await isProgram('/usr/bin/chromium')) return { executablePath: '/usr/bin/chromium', args, env: environment() };
  if (process.platform === 'linux' && process.arch === 'x64') return unpackShipped();
  throw new Error('No Chromium: install Chromium or Chrome and set CHROMIUM_PATH to its program file.');
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Our environment with a locale that `Intl` accepts: under LANG=C the browser calls itself `en-US@posix` and Intl throws. */
function environment(extra: Record<string, string> = {}): Record<string, string> {
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(inherited), LANG: 'en_US.UTF-8', LC_ALL: 'en_US.UTF-8', ...extra };
}

/**
 * Unpacks the npm-shipped browser and the libraries bare machines lack (libnss3, fonts) under node_modules/.cache.
 * Done here, not by the package: it unpacks to fixed names in the temporary folder, whatever its version or owner, and two test
 * processes that start together would run a half-written program. Here the finished folder appears by one rename.
 */
async function unpackShipped(): Promise<Chromium> {
  const home = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..');
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string };
  const cache = fileURLToPath(new URL('../node_modules/.cache', import.meta.url));
  const folder = join(cache, `chromium-${version}`);
  if (!existsSync(folder)) {
    const draft = join(cache, `chromium-${randomUUID()}`);
    await mkdir(draft, { recursive: true });
    const packs = ['chromium.br', 'swiftshader.tar.br', 'fonts.tar.br', 'al2023.tar.br'];
    await Promise.all(packs.map((pack) => inflate(join(home, 'bin', pack), draft)));
    try {
      await rename(draft, folder);
    } catch {
      await rm(draft, { recursive: true, force: true }); // another process was first
    }
  }
  const libraries = [join(folder, 'al2023', 'lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
  const fonts: Record<string, string> = existsSync('/etc/fonts/fonts.conf')
    ? {}
    : { FONTCONFIG_PATH: join(folder, 'fonts') };
  return { executablePath: join(folder, 'chromium'), args, env: environment({ LD_LIBRARY_PATH: libraries, ...fonts }) };
}

async function inflate(pack: string, folder: string): Promise<void> {
  const name = basename(pack).replace(/(\.tar)?\.br$/, '');
  const target = name === 'swiftshader' ? folder : join(folder, name);
  const sink = pack.endsWith('.tar.br') ? extract(target) : createWriteStream(target, { mode: 0o755 });
  await pipeline(createReadStream(pack), createBrotliDecompress(), sink);
}
