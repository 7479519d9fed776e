import { describe, expect, it } from 'vitest';
import { options, renderEnvExample } from './options.ts';
import { describeFaults, maskedSummary, parseConfig, type Env } from './parse-config.ts';

const good: Env = {
  RINGCENTRAL_CLIENT_ID: 'canary-client-id',
  RINGCENTRAL_CLIENT_SECRET: 'canary-client-secret',
  RINGCENTRAL_JWT: 'canary-jwt',
};

function faultsOf(env: Env): string[] {
  const parsed = parseConfig(env);
  return parsed.ok ? [] : parsed.faults.map(({ name, kind }) => `${name} ${kind}`);
}

describe('parseConfig', () => {
  it('fills in the defaults', () => {
    expect(parseConfig(good)).toEqual({
      ok: true,
      config: {
        ringcentral: {
          serverUrl: 'https://platform.ringcentral.com',
          clientId: 'canary-client-id',
          clientSecret: 'canary-client-secret',
          jwt: 'canary-jwt',
        },
        host: '127.0.0.1',
        port: 4000,
        dataDir: './data',
        logLevel: 'info',
        missedPolicy: 'team',
      },
    });
  });

  it('takes one of the known definitions of a missed call, and names them all when it is another', () => {
    expect(parseConfig({ ...good, MISSED_POLICY: 'analytics' })).toMatchObject({
      config: { missedPolicy: 'analytics' },
    });
    expect(parseConfig({ ...good, MISSED_POLICY: 'strict' })).toMatchObject({
      ok: false,
      faults: [
        { name: 'MISSED_POLICY', problem: 'must be one of team, automator, analytics, talkdesk, xima, practice.' },
      ],
    });
  });

  it('takes every option', () => {
    const parsed = parseConfig({
      ...good,
      RINGCENTRAL_SERVER_URL: 'http://127.0.0.1:5000/',
      HOST: '0.0.0.0',
      PORT: '0',
      DATA_DIR: '/var/lib/ringside',
      RINGSIDE_API_TOKEN: ' 0123456789abcdef ',
      LOG_LEVEL: 'debug',
    });
    expect(parsed).toMatchObject({
      ok: true,
      config: {
        host: '0.0.0.0',
        port: 0,
        dataDir: '/var/lib/ringside',
        apiToken: '0123456789abcdef',
        logLevel: 'debug',
      },
    });
    expect(parsed).toHaveProperty('config.ringcentral.serverUrl', 'http://127.0.0.1:5000');
  });

  it('names every fault at once', () => {
    expect(faultsOf({ PORT: '70000', LOG_LEVEL: 'loud', RINGCENTRAL_JWT: '  ' })).toEqual([
      'RINGCENTRAL_CLIENT_ID missing',
      'RINGCENTRAL_CLIENT_SECRET missing',
      'RINGCENTRAL_JWT missing',
      'PORT malformed',
      'LOG_LEVEL malformed',
    ]);
  });

  it.each([
    ['RINGCENTRAL_CLIENTID', 'RINGCENTRAL_CLIENT_ID'],
    ['RINGCENTAL_JWT', 'RINGCENTRAL_JWT'],
    ['ringcentral_jwt', 'RINGCENTRAL_JWT'],
    ['RINGCENTRAL_JTW', 'RINGCENTRAL_JWT'],
    ['RINGCENTRAL_JWT_TOKEN', 'RINGCENTRAL_JWT'],
    ['RINGCENTRAL_SERVER', 'RINGCENTRAL_SERVER_URL'],
    ['RINGSIDE_APITOKEN', 'RINGSIDE_API_TOKEN'],
  ])('finds %s misspelt and suggests %s', (wrong, meant) => {
    const parsed = parseConfig({ ...good, [meant]: '', [wrong]: 'https://canary.example' });
    if (parsed.ok) throw new Error('a misspelt name was accepted');
    const fault = parsed.faults.find(({ name }) => name === wrong);
    expect(fault?.problem).toContain(meant);
  });

  it('leaves the variables of others alone', () => {
    expect(
      faultsOf({ ...good, PORTS: '1', HOSTS: 'a', RINGTONE: 'x', RINGCENTRAL_REGION: 'eu', HOME: '/root' }),
    ).toEqual([]);
  });

  it.each([
    'platform.ringcentral.com',
    'http://platform.ringcentral.com',
    'https://me:canary-pass@rc.example',
    'https://rc.example/x',
  ])('refuses the server address %s without repeating it', (url) => {
    const parsed = parseConfig({ ...good, RINGCENTRAL_SERVER_URL: url });
    if (parsed.ok) throw new Error('a bad address was accepted');
    expect(parsed.faults.map(({ name }) => name)).toEqual(['RINGCENTRAL_SERVER_URL']);
    expect(describeFaults(parsed.faults)).not.toContain('canary-pass');
  });

  it('prints no value of the environment, whichever line it stands in', () => {
    const names = [...options.map(({ name }) => name), 'RINGCENTRAL_CLIENT_SECRT'];
    const parsed = parseConfig(Object.fromEntries(names.map((name) => [name, 'canary'])));
    if (parsed.ok) throw new Error('a bad configuration was accepted');
    expect(describeFaults(parsed.faults)).not.toContain('canary');
  });
});

describe('describeFaults', () => {
  it('points to the demo when credentials are missing', () => {
    const parsed = parseConfig({});
    const text = parsed.ok ? '' : describeFaults(parsed.faults);
    for (const name of ['RINGCENTRAL_CLIENT_ID', 'RINGCENTRAL_CLIENT_SECRET', 'RINGCENTRAL_JWT'])
      expect(text).toContain(name);
    expect(text).toContain('npm run demo');
  });

  it('does not point to the demo for a wrong port', () => {
    const parsed = parseConfig({ ...good, PORT: 'x' });
    expect(parsed.ok ? '' : describeFaults(parsed.faults)).not.toContain('demo');
  });
});

describe('maskedSummary', () => {
  it('shows plain settings and hides secrets', () => {
    const parsed = parseConfig({ ...good, RINGSIDE_API_TOKEN: 'canary-api-token-1' });
    if (!parsed.ok) throw new Error('refused');
    const summary = maskedSummary(parsed.config);
    expect(summary).toMatchObject({
      HOST: '127.0.0.1',
      PORT: '4000',
      RINGCENTRAL_JWT: 'set',
      RINGSIDE_API_TOKEN: 'set',
    });
    expect(JSON.stringify(summary)).not.toContain('canary');
  });
});

describe('a guessable API token', () => {
  it('is accepted, and named in the summary', () => {
    const parsed = parseConfig({ ...good, RINGSIDE_API_TOKEN: 'short' });
    expect(parsed.ok && maskedSummary(parsed.config).RINGSIDE_API_TOKEN).toBe('set, but short enough to be guessed');
  });
});

describe('renderEnvExample', () => {
  it('names every option and is itself a configuration that only lacks the credentials', () => {
    const text = renderEnvExample();
    for (const { name } of options) expect(text).toMatch(new RegExp(`^(# )?${name}=`, 'm'));
    const assignments = text.split('\n').filter((line) => /^[A-Z_]+=/.test(line));
    expect(assignments).toEqual(['RINGCENTRAL_CLIENT_ID=', 'RINGCENTRAL_CLIENT_SECRET=', 'RINGCENTRAL_JWT=']);
  });
});
