// Set-up before any root script: makes the installed tree equal to package-lock.json, so that a fresh clone needs one command.
// In: package.json, package-lock.json, the installed tree. Out: node_modules, or an exit code and one clear message.
// Must never import a dependency, use syntax newer than Node 20, or touch the tree when it already matches.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** True when `version` ("24.1.0") is at least `least` ("22.18"). */
function atLeast(/** @type {string} */ version, /** @type {string} */ least) {
  const have = version.split('.').map(Number);
  const want = least.split('.').map(Number);
  for (const [at, number] of want.entries()) if (have[at] !== number) return (have[at] ?? 0) > number;
  return true;
}

/**
 * The `packages` of a lock file; empty when the file is absent or cut off (an interrupted install leaves none).
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }>}
 */
function lockedPackages(/** @type {string} */ file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

/**
 * Why the installed tree differs from the lock, or undefined when it matches.
 * npm writes node_modules/.package-lock.json as its last act, so comparing with that file needs no stamp of our own.
 */
function reasonToInstall() {
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  const installed = lockedPackages(join(root, 'node_modules', '.package-lock.json'));
  if (Object.keys(installed).length === 0) return 'nothing is installed yet';
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes('node_modules/')) continue;
    const have = installed[path];
    if (!have && entry.optional) continue; // binaries of other platforms
    if (!have) return `${path} is missing`;
    if (have.version !== entry.version || have.integrity !== entry.integrity) return `${path} is out of date`;
  }
  for (const path of Object.keys(installed)) if (!(path in wanted)) return `${path} is no longer wanted`;
  return undefined;
}

/** Runs `npm ci` with the Node that runs npm itself: the one under node_modules is about to be replaced. */
function install() {
  const npm = process.env.npm_execpath;
  const node = process.env.npm_node_execpath ?? process.execPath;
  /** @type {import('node:child_process').SpawnSyncOptions} */
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] };
  if (npm) return spawnSync(node, [npm, 'ci'], options);
  return spawnSync('npm ci', { ...options, shell: true });
}

function fail(/** @type {string} */ message) {
  console.error(`\nset-up failed: ${message}\n`);
  process.exit(1);
}

if (!atLeast(process.versions.node, '20.19')) {
  fail(
    `Node 20.19 or newer is needed, this is ${process.version}. Get it from https://nodejs.org and run the command again.`,
  );
}

const reason = reasonToInstall();
if (reason) {
  console.log(`set-up: installing dependencies (${reason}); about a minute ...`);
  const began = Date.now();
  const done = install();
  if (done.error) fail(`npm could not be started (${done.error.message}).`);
  if (done.status !== 0) {
    fail(
      `"npm ci" ended with code ${done.status ?? done.signal}. Its own message is above: most often the registry cannot be reached ` +
        '(offline, proxy) or the disk is full. Mend that and run the same command again.',
    );
  }
  console.log(`set-up: dependencies ready in ${Math.round((Date.now() - began) / 1000)} s`);
}

// Where no Node 24 is published as a package (macOS), the host's own must be able to run TypeScript.
if (!existsSync(join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node'))) {
  if (!atLeast(process.versions.node, '22.18')) {
    fail(
      `no Node 24 package exists for ${process.platform}-${process.arch}, so this machine's own Node must be 22.18 or newer; ` +
        `it is ${process.version}. Node 24 from https://nodejs.org will do.`,
    );
  }
}
