import type { PolicyName } from '@ringside/shared/domain/outcome-policy';
import { type Config, type LogLevel, type Option, type OptionName, options } from './options.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** One thing wrong with one variable. `problem` never holds a value of the environment. */
export interface ConfigFault {
  readonly name: string;
  readonly kind: 'missing' | 'malformed' | 'misspelt';
  readonly problem: string;
}

export type ParsedConfig =
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly faults: readonly ConfigFault[] };

/** Reads the environment into a Config, or says everything that is wrong with it at once. An empty value is absent. */
export function parseConfig(env: Env): ParsedConfig {
  const faults = [...misspelt(env), ...options.flatMap((option) => faultsOf(option, valueOf(env, option)))];
  if (faults.length > 0) return { ok: false, faults };
  const value = (name: OptionName): string => valueOf(env, optionNamed(name)) ?? '';
  const apiToken = value('RINGSIDE_API_TOKEN');
  const config: Config = {
    ringcentral: {
      serverUrl: value('RINGCENTRAL_SERVER_URL').replace(/\/+$/, ''),
      clientId: value('RINGCENTRAL_CLIENT_ID'),
      clientSecret: value('RINGCENTRAL_CLIENT_SECRET'),
      jwt: value('RINGCENTRAL_JWT'),
    },
    host: value('HOST'),
    port: Number(value('PORT')),
    dataDir: value('DATA_DIR'),
    logLevel: value('LOG_LEVEL') as LogLevel,
    missedPolicy: value('MISSED_POLICY') as PolicyName,
    ...(apiToken !== '' && { apiToken }),
  };
  return { ok: true, config };
}

/** What a person reads when the server refuses to start. */
export function describeFaults(faults: readonly ConfigFault[]): string {
  const lines = faults.map(({ name, problem }) => `  ${name}: ${problem}`);
  const credentials = faults.some(({ name, kind }) => kind === 'missing' && name.startsWith('RINGCENTRAL_'));
  const hint = credentials
    ? '\nNo RingCentral account at hand? `npm run demo` shows a living call centre without one.\n'
    : '';
  return `Ringside cannot start; mend ${faults.length === 1 ? 'this setting' : 'these settings'}:\n${lines.join('\n')}\n${hint}Every option is explained in .env.example.`;
}

/** The settings in force, for the log: secrets only as `set` or `not set`. */
export function maskedSummary(config: Config): Readonly<Record<OptionName, string>> {
  const { ringcentral } = config;
  const secret = (value: string | undefined): string => (value === undefined || value === '' ? 'not set' : 'set');
  return {
    RINGCENTRAL_SERVER_URL: ringcentral.serverUrl,
    RINGCENTRAL_CLIENT_ID: secret(ringcentral.clientId),
    RINGCENTRAL_CLIENT_SECRET: secret(ringcentral.clientSecret),
    RINGCENTRAL_JWT: secret(ringcentral.jwt),
    HOST: config.host,
    PORT: String(config.port),
    DATA_DIR: config.dataDir ?? 'none',
    RINGSIDE_API_TOKEN: weak(config.apiToken) ? 'set, but short enough to be guessed' : secret(config.apiToken),
    MISSED_POLICY: config.missedPolicy ?? 'team',
    LOG_LEVEL: config.logLevel,
  };
}

const weak = (token: string | undefined): boolean => token !== undefined && token.length < 16;

function optionNamed(name: OptionName): Option {
  const option: Option | undefined = options.find((each) => each.name === name);
  if (option === undefined) throw new Error(`no such option: ${name}`);
  return option;
}

function valueOf(env: Env, option: Option): string | undefined {
  const value = env[option.name]?.trim();
  return value === undefined || value === '' ? option.default : value;
}

function faultsOf(option: Option, value: string | undefined): ConfigFault[] {
  const { name } = option;
  if (value === undefined) {
    return option.required ? [{ name, kind: 'missing', problem: `is missing. ${option.help}` }] : [];
  }
  const problem = malformed(option, value);
  return problem === undefined ? [] : [{ name, kind: 'malformed', problem }];
}

/** What is wrong with the value, in words that do not repeat it: people paste secrets into the wrong line. */
function malformed({ type, choices = [] }: Option, value: string): string | undefined {
  switch (type) {
    case 'text':
      return undefined;
    case 'port':
      return /^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? undefined : 'must be a whole number from 0 to 65535.';
    case 'choice':
      return choices.includes(value) ? undefined : `must be one of ${choices.join(', ')}.`;
    case 'url':
      return malformedUrl(value);
  }
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

function malformedUrl(value: string): string | undefined {
  const url = URL.parse(value);
  if (url === null) return 'must be a whole address, such as https://platform.ringcentral.com.';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password.';
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return 'must be an origin only, without a path.';
  if (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))) return undefined;
  return 'must start with https:// (http:// is accepted for this machine only): credentials travel to it.';
}

/**
 * Variables that nobody reads but that look like ours. A misspelt optional name would otherwise be ignored in silence.
 * The short names (HOST, PORT) are left alone: half the world's variables are close to them.
 */
function misspelt(env: Env): ConfigFault[] {
  const known = options.map((option: Option) => option.name);
  const ours = known.filter((name) => /^RING/.test(name));
  const strangers = Object.keys(env).filter((name) => !known.includes(name) && (env[name] ?? '') !== '');
  return strangers.flatMap((name): ConfigFault[] => {
    const meant = closest(name.toUpperCase(), ours, env);
    return meant === undefined
      ? []
      : [{ name, kind: 'misspelt', problem: `is not an option; did you mean ${meant}? Rename or remove it.` }];
  });
}

function closest(name: string, ours: readonly string[], env: Env): string | undefined {
  const ranked = ours.map((each) => ({ each, far: distance(name, each) })).sort((a, b) => a.far - b.far);
  const best = ranked[0];
  if (best !== undefined && best.far <= 2) return best.each;
  // RINGCENTRAL_JWT_TOKEN, RINGCENTRAL_SERVER: longer or shorter by a word, and the real one is not there.
  const sameStart = ours.filter((each) => name.startsWith(`${each}_`) || each.startsWith(`${name}_`));
  return /^RING(CENTRAL|SIDE)_/.test(name) ? sameStart.find((each) => (env[each] ?? '') === '') : undefined;
}

/** Edits between two names (insert, delete, replace, swap of neighbours), as typing errors go. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const edits = [(last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost];
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) edits.push((beforeLast[j - 2] ?? 0) + 1);
      row.push(Math.min(...edits));
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
