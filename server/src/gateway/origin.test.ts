import { describe, expect, it } from 'vitest';
import { refuseOrigin } from './origin.ts';

function refused(origin: string | undefined, host: string | undefined, remoteAddress = '192.168.1.20'): boolean {
  return (
    refuseOrigin({ headers: { ...(origin && { origin }), ...(host && { host }) }, socket: { remoteAddress } }) !==
    undefined
  );
}

describe('refuseOrigin', () => {
  it.each([
    ['http://192.168.1.5:4000', '192.168.1.5:4000'],
    ['https://wall.example', 'wall.example'],
    ['https://wall.example', 'wall.example:443'],
    ['http://wall.example', 'WALL.example:80'],
    ['http://[::1]:4000', '[::1]:4000'],
  ])('lets the page %s open a socket to %s', (origin, host) => expect(refused(origin, host)).toBe(false));

  it.each([
    ['http://evil.example', '192.168.1.5:4000'],
    ['http://192.168.1.5:4001', '192.168.1.5:4000'],
    ['http://192.168.1.5', '192.168.1.5:4000'],
    ['http://wall.example.evil.example', 'wall.example'],
    ['null', 'wall.example'],
    ['file://', 'wall.example'],
    ['http://wall.example', undefined],
  ])('refuses the page %s a socket to %s', (origin, host) => expect(refused(origin, host, '127.0.0.1')).toBe(true));

  it('trusts a program without an Origin on this machine only', () => {
    expect(refused(undefined, 'localhost:4000', '127.0.0.1')).toBe(false);
    expect(refused(undefined, 'localhost:4000', '::1')).toBe(false);
    expect(refused(undefined, 'localhost:4000', '::ffff:127.0.0.1')).toBe(false);
    expect(refused(undefined, 'wall.example', '192.168.1.20')).toBe(true);
  });
});
