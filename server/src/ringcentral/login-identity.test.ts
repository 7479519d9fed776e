import { describe, expect, it } from 'vitest';
import { identityOf } from './login-identity.ts';

const settings = { serverUrl: 'https://platform.test', clientId: 'app', clientSecret: 'secret', jwt: 'opaque' };
const jwt = (claims: object, signature: string): string =>
  ['e30', Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');

describe('whose memory it is', () => {
  it('stays the same when the JWT of the same user is renewed; the credentials do not', () => {
    const before = identityOf({ ...settings, jwt: jwt({ sub: '630', exp: 1 }, 'a') });
    const after = identityOf({ ...settings, jwt: jwt({ sub: '630', exp: 2 }, 'b') });
    expect(after.account).toBe(before.account);
    expect(after.login).not.toBe(before.login);
  });

  it.each([
    ['another user', { jwt: jwt({ sub: '631' }, 'a') }],
    ['another platform', { jwt: jwt({ sub: '630' }, 'a'), serverUrl: 'https://other.test' }],
    ['a JWT that names nobody', { jwt: jwt({}, 'a') }],
    ['a JWT that is none', { jwt: 'nonsense.%%%.x' }],
  ])('is another for %s', (_who, change) => {
    const mine = identityOf({ ...settings, jwt: jwt({ sub: '630' }, 'a') });
    expect(identityOf({ ...settings, ...change }).account).not.toBe(mine.account);
  });

  it('a new secret or app keeps the memory, and the secret stays out of the names', () => {
    const mine = identityOf(settings);
    expect(identityOf({ ...settings, clientSecret: 'new' })).toEqual(mine);
    expect(identityOf({ ...settings, clientId: 'new' }).account).toBe(mine.account);
    expect(JSON.stringify(mine)).not.toContain('opaque');
  });
});
