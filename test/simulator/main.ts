import { parseArgs } from 'node:util';
import { realClock } from './clock.ts';
import { listFaults } from './faults/parse.ts';
import { knownFaults } from './faults/known.ts';
import { controlHelp } from './gateway/control.ts';
import type { SimAccount } from './pbx/model.ts';
import { readCapture, type CapturedNotification } from './replay.ts';
import { scenarios } from './scenarios/registry.ts';
import { serve, type Served } from './server.ts';
import { createSimulator } from './simulator.ts';
import { simulatorCredentials } from './wire/token-endpoints.ts';

const options = {
  port: { type: 'string', default: '4100' },
  seed: { type: 'string', default: '1' },
  scenario: { type: 'string', default: 'callcentre' },
  faults: { type: 'string', default: '' },
  'as-user': { type: 'string' },
  replay: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

const help = `A RingCentral that runs on this machine: REST, event socket, calls, and on demand every fault of the real one.

  npm run simulator -- [options]

  --port N         port on 127.0.0.1, 0 for any free one (4100)
  --seed N         same seed, same calls (1)
  --scenario NAME  ${[...scenarios.keys()].join(', ')} (callcentre)
  --faults LIST    name,name:key=number;key=number   see below; p, after, for (ms) and times go with every fault
  --as-user EXT    prints the credential of a user who is no administrator, by extension number: he sees his own calls
  --replay FILE    plays captured notifications once somebody listens, over and above the scenario
  --help           this text

Control, all on the same port:
${controlHelp()
  .map((line) => `  ${line}`)
  .join('\n')}

Faults:
${listFaults(knownFaults)}
`;

interface Settings {
  readonly port: number;
  readonly seed: number;
  readonly scenario: string;
  readonly faults: string;
  readonly asUser: string | undefined;
  readonly capture: readonly CapturedNotification[] | undefined;
}

function readSettings(): Settings | 'help' {
  const { values } = parseArgs({ options, strict: true });
  if (values.help) return 'help';
  const number = (name: 'port' | 'seed', most: number): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 0 || value > most)
      throw new Error(`--${name} must be a whole number up to ${most}`);
    return value;
  };
  return {
    port: number('port', 65_535),
    seed: number('seed', 2 ** 31),
    scenario: values.scenario,
    faults: values.faults,
    asUser: values['as-user'],
    capture: values.replay === undefined ? undefined : readCapture(values.replay),
  };
}

interface Started {
  readonly served: Served;
  /** Credential of the user to sign in as. */
  readonly jwt: string;
}

async function start({ port, seed, scenario, faults, capture, asUser }: Settings): Promise<Started> {
  const clock = realClock();
  const simulator = createSimulator({ clock, seed, scenario, faults });
  const jwt = credentialOf(simulator.account, asUser);
  const served = await serve(simulator, { port });
  const awaitListener = () => {
    if (capture && simulator.gateway.counts().subscribed > 0) simulator.replay({ events: capture });
    else if (capture) clock.after(200, awaitListener);
  };
  awaitListener();
  return { served, jwt };
}

/** The administrator's, or that of the user with this extension number. */
function credentialOf({ extensions, adminExtensionId }: SimAccount, asUser: string | undefined): string {
  if (asUser === undefined) return simulatorCredentials.jwt;
  const plain = extensions.filter(({ id, type }) => type === 'User' && id !== adminExtensionId);
  const user = plain.find(({ extensionNumber }) => extensionNumber === asUser);
  const numbers = plain.map(({ extensionNumber }) => extensionNumber);
  if (user === undefined) throw new Error(`--as-user must be one of ${numbers.join(', ')}`);
  return `${simulatorCredentials.jwt}:${user.id}`;
}

function describe({ served: { url }, jwt }: Started, { scenario, seed, faults }: Settings): string {
  return `Simulated RingCentral at ${url}  (scenario ${scenario}, seed ${seed}, faults ${faults || 'none'})

Point Ringside at it:
  RINGCENTRAL_SERVER_URL=${url}
  RINGCENTRAL_CLIENT_ID=${simulatorCredentials.clientId}
  RINGCENTRAL_CLIENT_SECRET=${simulatorCredentials.clientSecret}
  RINGCENTRAL_JWT=${jwt}

What really happens: ${url}/simulator/truth   What can be done: ${url}/simulator/help   Ctrl-C ends it.`;
}

/** A message a person can act on; a stack says nothing to somebody who mistyped a flag. */
function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return 'the port is in use; choose another with --port N, or --port 0 for any free one';
  return message;
}

try {
  const settings = readSettings();
  if (settings === 'help') console.log(help);
  else {
    const started = await start(settings);
    console.log(describe(started, settings));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void started.served.close());
  }
} catch (error) {
  console.error(`simulator: ${explain(error)}\n\nnpm run simulator -- --help lists what there is.`);
  process.exitCode = 2;
}
