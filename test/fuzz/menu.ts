/**
 * In:  a seed and a mode.
 * Out: the faults of that seed, in the syntax of `--faults`, and what each kind of fault takes away.
 * Never: a judgement. Which excuse a fault gives is said where the judgement is made.
 */
import { createRng } from '../simulator/pbx/rng.ts';

/**
 * `hostile`: faults to the end, and nothing false may ever be said · `liveness`: faults stop, and all must heal ·
 * `restart`: the same, and the server is ended and started again, amid the faults and after them · `pushless`: the faults
 * stop, but events never come again.
 */
export type Mode = 'hostile' | 'liveness' | 'restart' | 'pushless';

/** What may go wrong, each in a strength that leaves something to heal. Several strike at once. */
const events = [
  'drop:p=0.08',
  'drop-burst:chance=0.02',
  'drop-final:p=0.5',
  'duplicate:p=0.3',
  'duplicate:p=0.2;renamed=1',
  'reorder:p=0.3',
  'late:p=0.2',
  'bunch',
  'unknown-codes:p=0.05',
  'bad-notification:p=0.1',
  'old-subscription',
] as const;

const links = [
  'cut:every=45000',
  'cut:every=30000;fin=1',
  'half-open:every=60000',
  'cut:every=40000,recovery-failed',
  'cut:every=40000,recovery-silent',
  'cut:every=40000,recovery-overflow',
  'cut:every=40000,replay-glued',
  'cut:every=40000,replay-shuffled',
  'cut:every=40000,recovery-failed,early-notification',
  'cut:every=40000,recovery-failed,notification-glued',
  'error-902:every=50000',
  'error-903:every=50000',
  'error-instead:p=0.5,cut:every=60000',
  'no-connection-details:p=0.5,cut:every=60000',
  'deaf:after=60000,heartbeat-lost',
  'deaf:after=60000',
  'upgrade-503:p=0.5,cut:every=50000',
  'upgrade-401:p=0.3,cut:every=50000',
  'upgrade-reset:p=0.5,cut:every=50000',
  'subscribe-503:p=0.5,cut:every=50000,recovery-failed',
  'subscribe-429:times=2,cut:every=50000',
  'answer-lost:p=0.2,cut:every=60000',
  'wstoken-429:times=2',
  'wstoken-expired:times=2,cut:every=60000',
  'garbage-frame:p=0.1',
  'null-frame,array-frame,object-frame,empty-frame',
  'binary-frame,bad-utf8-frame',
] as const;

const lists = [
  'rate-429:p=0.3',
  'rate-429:p=0.2,retry-after-date',
  'rate-429:p=0.2,retry-after-none',
  'rate-429:p=0.2,retry-after-negative',
  'global-429:p=0.05',
  'http-500:p=0.3',
  'http-502:p=0.3',
  'http-503:p=0.3;all=1',
  'hang:p=0.2',
  'reset:p=0.3',
  'html-200:p=0.3',
  'gzip-cut:p=0.2',
  'cut-body:p=0.2',
  'invalid-utf8:p=0.2',
  'slow-answer:ms=12000;p=0.3',
  'truncated-json:p=0.3',
  'page-loss',
  'page-shift',
  'empty-poll:p=0.3;times=6',
  'stale-records',
  'bad-records',
  'duplicate-records',
  'missing-parties:p=0.5',
  'masked-numbers',
  'unknown-enum:p=0.5',
  'session-404:p=0.05',
  'session-403:p=0.2',
] as const;

const logins = [
  'token-503:p=0.3',
  'token-reset:p=0.3',
  'token-truncated:p=0.3',
  'token-429:times=1',
  'token-expired:times=3',
  'token-hang:times=2',
  'staggered-401',
  'session-evicted:after=60000',
  'no-refresh-token,token-expired:times=3',
] as const;

/** Those whose effect outlasts them by design, so that healing has no bound of ours. */
const lasting = [
  'rate-429:times=1;after=60000,retry-after-huge',
  'permission-403:p=0.2',
  'permission-408:p=0.2',
  'partial-grant:p=0.5,cut:every=50000,recovery-failed',
  'subscribe-403:p=0.5,cut:every=50000,recovery-failed',
  'wstoken-403:p=0.5,cut:every=50000',
  'clock-skew',
  'invalid-grant:login=1;times=2,token-expired:times=3',
  'deaf:after=60000;all=1',
] as const;

const healing: readonly string[] = [...events, ...links, ...lists, ...logins];
const menus: Readonly<Record<Mode, readonly string[]>> = {
  hostile: [...healing, ...lasting],
  liveness: healing,
  restart: healing,
  pushless: healing,
};

/** The faults of a seed: two to five of the menu, seldom none at all. */
export function faultsOf(seed: number, mode: Mode): string {
  const random = createRng(`${seed}/faults`);
  const drawn = menus[mode].map((fault) => ({ fault, lot: random.next() })).toSorted((a, b) => a.lot - b.lot);
  return drawn
    .slice(0, random.int(2, 5))
    .map(({ fault }) => fault)
    .join(',');
}

/** The names of a list of faults, without their options. */
export const namesOf = (faults: string): readonly string[] =>
  faults === '' ? [] : faults.split(',').map((fault) => fault.split(':')[0] ?? '');

/** Every fault that a batch of this mode must have met. */
export const everyFault = (mode: Mode): ReadonlySet<string> => new Set(menus[mode].flatMap(namesOf));

/** Faults under which every event arrives in the end, and in time: then nothing may stay open. */
const harmless: ReadonlySet<string> = new Set([
  ...['duplicate', 'reorder', 'bunch', 'old-subscription', 'masked-numbers', 'duplicate-records', 'missing-parties'],
  ...['page-loss', 'page-shift', 'truncated-json', 'empty-poll', 'stale-records', 'bad-records', 'unknown-enum'],
  ...['http-500', 'http-502', 'html-200', 'gzip-cut', 'cut-body', 'invalid-utf8', 'slow-answer'],
]);
export const losesNothing = (faults: string): boolean => namesOf(faults).every((name) => harmless.has(name));
