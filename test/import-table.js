// In:  the path of a file and what it imports. Out: nothing, or one sentence that says which room the code belongs in.
// Read by eslint.config.js (while you type) and by rules.test.ts (in the test run). Plain JavaScript, so that ESLint can load it
// under any Node. Never: an exception for one file that a better place for the code would make needless.
import { dirname, join } from 'node:path/posix';

/**
 * A room of the house.
 * @typedef {object} Room
 * @property {string} name what messages call it
 * @property {string} path its files start with this, from the repository's root; the first room that matches wins
 * @property {string[]} may what it may import: path prefixes, package names, `node:*`
 * @property {string[]} [types] what it may import by `import type` only
 * @property {string} purpose what belongs here, and what to do when an import is refused
 */

const store = 'server/src/store/store.ts';
const domain = 'shared/src/domain/';
const protocol = 'shared/src/protocol/';
const runtime = 'server/src/runtime/';
const sdks = ['@ringcentral/sdk', '@ringcentral/subscriptions', '@rc-ex/ws'];

/** @type {Room[]} */
export const rooms = [
  {
    name: 'shared/domain',
    path: domain,
    may: [],
    purpose:
      'The business must be readable alone: what needs a library, a clock or a socket belongs in a room of server/ or web/.',
  },
  {
    name: 'shared/protocol',
    path: protocol,
    may: ['zod'],
    types: [domain],
    purpose:
      'Only schemas and types of messages. Code that acts on them belongs in server/src/gateway or web/src/live.',
  },
  {
    name: 'server/config',
    path: 'server/src/config/',
    may: [domain, 'node:*', 'zod'],
    purpose: 'Only the options table and its parser. What uses an option receives it from server/src/app.ts.',
  },
  {
    name: 'server/runtime',
    path: runtime,
    may: ['node:*', 'pino', 'rxjs'],
    purpose:
      'Only running: loops, clock, logger, metrics. What knows a call belongs in shared/src/domain or server/src/monitor.',
  },
  {
    name: 'server/ringcentral',
    path: 'server/src/ringcentral/',
    may: [domain, runtime, 'node:*', 'rxjs', 'zod', 'ws', ...sdks],
    types: ['@rc-ex/core'],
    purpose:
      'Only the platform, translated into Observations. What decides about calls belongs in shared/src/domain or server/src/monitor.',
  },
  {
    name: 'server/monitor',
    path: 'server/src/monitor/',
    may: [domain, runtime, 'rxjs'],
    purpose:
      'Streams arrive as arguments from server/src/app.ts, so that tests pass literals; the platform stays in server/src/ringcentral.',
  },
  {
    name: 'server/history',
    path: 'server/src/history/',
    may: [domain, runtime, store, 'node:*', 'rxjs'],
    purpose:
      'Stores and streams arrive as arguments; a concrete store belongs in server/src/store, a route in server/src/gateway.',
  },
  {
    name: 'server/alerts',
    path: 'server/src/alerts/',
    may: [domain, runtime, store, 'node:*'],
    purpose:
      'Changes arrive as arguments; a concrete store belongs in server/src/store, a route in server/src/gateway.',
  },
  {
    name: 'server/store',
    path: 'server/src/store/',
    may: ['node:*', 'zod'],
    types: [domain],
    purpose:
      'Only rows in and out, in domain words. What decides belongs in shared/src/domain or in the room that calls the port.',
  },
  {
    name: 'server/access',
    path: 'server/src/access/',
    may: [domain, runtime, store, 'node:*'],
    purpose: 'Only who may see what. What serves it belongs in server/src/gateway.',
  },
  {
    name: 'server/gateway',
    path: 'server/src/gateway/',
    may: [domain, protocol, runtime, store, 'server/src/access/', 'node:*', 'express', 'helmet', 'socket.io', 'zod'],
    purpose: 'Only serving viewers. What it serves arrives as arguments from server/src/app.ts.',
  },
  {
    name: 'server entry',
    path: 'server/src/main.ts',
    may: ['server/src/app.ts', 'server/src/config/', runtime, 'node:*'],
    purpose: 'Env, config, app, signals, and nothing else: composition belongs in server/src/app.ts.',
  },
  {
    name: 'server/app.ts',
    path: 'server/src/app',
    may: [domain, protocol, 'server/src/', 'node:*', 'rxjs', 'pino'],
    purpose: 'The one place that knows all rooms; what does work belongs in a room.',
  },
  {
    name: 'web/live',
    path: 'web/src/live/',
    may: [domain, protocol, 'svelte'],
    purpose: 'State of the page, without screens. socket.io-client belongs in web/src/live/link.ts alone.',
  },
  {
    name: 'web/ui',
    path: 'web/src/ui/',
    may: ['svelte', '@fontsource-variable/inter'],
    purpose: 'Primitives without a domain word. What knows a call belongs in the folder of its screen.',
  },
  ...['wallboard', 'supervisor', 'history', 'missed', 'alerts', 'admin'].map((screen) => ({
    name: `web/${screen}`,
    path: `web/src/${screen}/`,
    may: [domain, 'web/src/ui/', 'web/src/live/context', 'svelte'],
    types: ['web/src/live/'],
    purpose:
      'A screen reads and derives. State comes through context from web/src/live, messages stay there too, and what two screens share belongs in web/src/ui.',
  })),
  {
    name: 'web entry',
    path: 'web/src/',
    may: ['web/src/', domain, 'svelte', '@fontsource-variable/inter'],
    purpose: 'Creates the state owners and picks the screen; sockets belong in web/src/live/link.ts.',
  },
  {
    name: 'build settings',
    path: 'web/',
    may: ['node:*', 'vite', '@sveltejs/vite-plugin-svelte'],
    purpose: 'Only settings of the build.',
  },
  { name: 'build settings', path: 'server/', may: ['node:*', 'tsdown'], purpose: 'Only settings of the build.' },
  {
    name: 'test',
    path: 'test/',
    may: [domain, protocol, 'server/src/app.ts', 'server/src/config/options.ts', '*'],
    purpose:
      'Tests enter by the doors server/src/app.ts and server/src/config/options.ts. If a test needs more, a door is missing, or the test belongs beside the code.',
  },
];

/** Files that may import one thing more than their room. */
const doors = [
  { file: /^web\/src\/live\/link(\.svelte)?(\.test)?\.ts$/, may: ['socket.io-client'] },
  // A component test stands where web/src/App.svelte stands: it creates the state owners and hands them down.
  { file: /^web\/src\/.*\.svelte\.test\.ts$/, may: ['web/src/', protocol] },
  { file: /\.test\.ts$/, may: ['vitest', 'fast-check', 'vitest-browser-svelte', 'node:*'] },
];

/** Where an import leads: a path from the root for our own files, else the specifier itself. */
export function resolveImport(/** @type {string} */ from, /** @type {string} */ specifier) {
  if (specifier.startsWith('.')) return join(dirname(from), specifier);
  const workspace = /^@ringside\/(shared|server)\/(.+)$/.exec(specifier);
  if (workspace?.[1] === 'shared') return `shared/src/${workspace[2]}.ts`;
  if (workspace) return workspace[2] === 'options' ? 'server/src/config/options.ts' : `server/src/${workspace[2]}.ts`;
  return specifier;
}

/**
 * Judges one import.
 * @param {string} from path of the importing file, from the repository's root, with `/`
 * @param {string} specifier as written
 * @param {boolean} typeOnly the statement imports types only
 * @returns {string | undefined} what is wrong and where the code belongs
 */
export function judgeImport(from, specifier, typeOnly) {
  const room = rooms.find(({ path }) => from.startsWith(path));
  if (!room) return undefined;
  const target = resolveImport(from, specifier);
  const own = /^(shared|server|web|test)\//.test(target);
  if (own && target.startsWith('test/') && room.name !== 'test') return `Nothing may depend on test/. ${room.purpose}`;
  if (own && room.path.endsWith('/') && target.startsWith(room.path)) return undefined;
  const extra = doors.filter(({ file }) => file.test(from)).flatMap(({ may }) => may);
  const allowed = [...room.may, ...extra, ...(typeOnly ? (room.types ?? []) : [])];
  if (allowed.some((entry) => matches(entry, target, own))) return undefined;
  const asType = !typeOnly && (room.types ?? []).some((entry) => matches(entry, target, own));
  return asType
    ? `${room.name} may import ${specifier} with "import type" only. ${room.purpose}`
    : `${room.name} must not import ${specifier}. ${room.purpose}`;
}

function matches(/** @type {string} */ entry, /** @type {string} */ target, /** @type {boolean} */ own) {
  if (own) return entry !== '*' && target.startsWith(entry);
  if (entry === '*') return true;
  if (entry === 'node:*') return target.startsWith('node:');
  return target === entry || target.startsWith(`${entry}/`);
}
