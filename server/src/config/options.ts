/**
 * In:  nothing; this is the table of every option the server has.
 * Out: the table, the settings type it makes, the text of `.env.example`.
 * Never: reading the environment (main.ts hands it in), or knowing what an option is used for.
 */
import { outcomePolicies, type PolicyName } from '@ringside/shared/domain/outcome-policy';

/** How a value is read. `url` is an origin to call, `port` a TCP port (0: any free one), `choice` one of `choices`. */
export type OptionType = 'text' | 'url' | 'port' | 'choice';

export interface Option {
  readonly name: string;
  readonly type: OptionType;
  readonly default?: string;
  /** What a `choice` may be. */
  readonly choices?: readonly string[];
  /** The server does not start without it. */
  readonly required?: boolean;
  /** Its value is never printed, logged or echoed in a fault. */
  readonly secret?: boolean;
  readonly help: string;
}

/** Most talkative first; the names of the logger. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const policyNames = Object.keys(outcomePolicies) as readonly PolicyName[];

export const options = [
  {
    name: 'RINGCENTRAL_SERVER_URL',
    type: 'url',
    default: 'https://platform.ringcentral.com',
    help: 'Address of the RingCentral API. Plain http is accepted for this machine only.',
  },
  {
    name: 'RINGCENTRAL_CLIENT_ID',
    type: 'text',
    required: true,
    secret: true,
    help: 'Client ID of the app at https://developers.ringcentral.com (type: server-only, JWT auth flow).',
  },
  {
    name: 'RINGCENTRAL_CLIENT_SECRET',
    type: 'text',
    required: true,
    secret: true,
    help: 'Client secret of the same app.',
  },
  {
    name: 'RINGCENTRAL_JWT',
    type: 'text',
    required: true,
    secret: true,
    help: 'JWT credential of the user the server signs in as; it needs to see the calls of the whole account.',
  },
  {
    name: 'HOST',
    type: 'text',
    default: '127.0.0.1',
    help: 'Address to listen on. 0.0.0.0 opens the wallboard to the network: put a TLS proxy in front.',
  },
  { name: 'PORT', type: 'port', default: '4000', help: 'Port of the page, the API and the sockets.' },
  {
    name: 'DATA_DIR',
    type: 'text',
    default: './data',
    help: 'Folder for what must survive a restart: the live picture and the session at RingCentral. One server at a time; nobody else may read it.',
  },
  {
    name: 'RINGSIDE_API_TOKEN',
    type: 'text',
    secret: true,
    help: 'Bearer token of GET /api/v1/board, which shows full numbers: 16 random characters or more. Without it the API answers 401.',
  },
  {
    name: 'MISSED_POLICY',
    type: 'choice',
    choices: policyNames,
    default: 'team',
    help: `What counts as a missed call: ${policyNames.join(', ')}. team: no person talked to the caller; the others are explained in docs/outcomes.md.`,
  },
  {
    name: 'LOG_LEVEL',
    type: 'choice',
    choices: logLevels,
    default: 'info',
    help: `How much is logged: ${logLevels.join(', ')}.`,
  },
] as const satisfies readonly Option[];

export type OptionName = (typeof options)[number]['name'];

/** What RingCentral needs to be signed in to. All strings are non-empty. */
export interface RingCentralConfig {
  /** Origin, without a trailing slash. */
  readonly serverUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly jwt: string;
}

/** Everything the server can be told; made by `parseConfig`, or written as a literal in a test. */
export interface Config {
  readonly ringcentral: RingCentralConfig;
  readonly host: string;
  /** 0 asks the system for a free port. */
  readonly port: number;
  /** Absent: nothing outlives the process. `parseConfig` always names one. */
  readonly dataDir?: string;
  /** Absent: the API answers 401. */
  readonly apiToken?: string;
  readonly logLevel: LogLevel;
  /** Absent: `team`. */
  readonly missedPolicy?: PolicyName;
}

/** The text of `.env.example`: every option with its help, required ones empty, defaults as comments. */
export function renderEnvExample(): string {
  const blocks = options.map((option: Option) => {
    const need = option.required ? 'required' : 'optional';
    const assignment = option.required ? `${option.name}=` : `# ${option.name}=${option.default ?? ''}`;
    return `# ${option.help} (${need})\n${assignment}\n`;
  });
  return `# Copy to .env (or env/.env) and fill in. Names that look like a misspelt option stop the server from starting.\n\n${blocks.join('\n')}`;
}
