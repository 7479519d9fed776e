/**
 * In:  the environment and signals of the process.
 * Out: a running server, or a message that says what to mend and exit code 1.
 * Never: a decision; env → config → app → signals, and nothing else.
 */
import { existsSync } from 'node:fs';
import { startApp } from './app.ts';
import { describeFaults, maskedSummary, parseConfig } from './config/parse-config.ts';
import { createLogger } from './runtime/logger.ts';
import { describeError } from './runtime/worker-loop.ts';

async function main(): Promise<void> {
  for (const file of ['env/.env', '.env']) if (existsSync(file)) process.loadEnvFile(file);
  const parsed = parseConfig(process.env);
  if (!parsed.ok) return fail(describeFaults(parsed.faults));
  const { config } = parsed;
  const log = createLogger({ level: config.logLevel });
  const settings = Object.entries(maskedSummary(config)).map(([name, value]) => `${name}=${value}`);
  log.info('config.read', { options: settings.join(' ') });
  process.on('unhandledRejection', (error) => log.error('rejection.unhandled', { error: describeError(error) }));

  const app = await startApp(config, { log });
  const end = (signal: NodeJS.Signals): void => {
    log.info('signal.received', { signal });
    void app.close();
  };
  // Once: a second Ctrl-C ends a process that hangs at once.
  process.once('SIGTERM', end).once('SIGINT', end);
  process.stdout.write(`Ringside is at ${app.url}\n`);
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}

main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
