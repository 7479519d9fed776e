import { PROTOCOL_VERSION } from '@ringside/shared/protocol/messages';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Link, type LinkListener, type LinkSocket } from './link.ts';

class FakeSocket implements LinkSocket {
  connected = false;
  readonly sent: unknown[][] = [];
  connects = 0;
  readonly #listeners = new Map<string, (...values: unknown[]) => void>();

  on(event: string, listener: (...values: unknown[]) => void): void {
    this.#listeners.set(event, listener);
  }
  emit(...sent: unknown[]): void {
    this.sent.push(sent);
  }
  connect(): void {
    this.connects += 1;
    this.connected = true;
    this.arrive('connect');
  }
  disconnect(): void {
    this.connected = false;
  }
  arrive(event: string, ...values: unknown[]): void {
    this.#listeners.get(event)?.(...values);
  }
}

const hello = { protocol: PROTOCOL_VERSION, build: 'b1', epoch: 'a', serverTime: 1 };
const feed = { state: 'live', troubles: [], provedWithinMs: 60_000 };

describe('Link', () => {
  let socket: FakeSocket;
  let heard: string[];
  let link: Link;
  let reloads: string[];
  let reloadable: boolean;

  beforeEach(() => {
    socket = new FakeSocket();
    heard = [];
    reloads = [];
    reloadable = false;
    const listener: LinkListener = {
      status: (status) => heard.push(status),
      hello: () => heard.push('hello'),
      snapshot: () => heard.push('snapshot'),
      patch: () => heard.push('patch'),
      tick: () => heard.push('tick'),
      broken: (event) => heard.push(`broken ${event}`),
      reload: (reason) => {
        reloads.push(reason);
        return reloadable;
      },
    };
    link = new Link(listener, socket);
    link.start();
    heard.length = 0;
    return () => link.stop();
  });

  it('hands on what its schema accepts', () => {
    socket.arrive('hello', hello);
    socket.arrive('snapshot', { epoch: 'a', revision: 1, serverTime: 1, feed, calls: [] });
    socket.arrive('patch', { epoch: 'a', from: 1, to: 2, serverTime: 1, upsert: [], remove: [] });
    socket.arrive('tick', { epoch: 'a', revision: 2, serverTime: 1, feed });
    expect(heard).toEqual(['open', 'hello', 'snapshot', 'patch', 'tick']);
  });

  it.each([undefined, null, 'text', {}, { epoch: 'a', from: 1, to: '2', serverTime: 1, upsert: [], remove: [] }])(
    'refuses %j',
    (message) => {
      socket.arrive('hello', hello);
      socket.arrive('patch', message);
      expect(heard).toEqual(['open', 'hello', 'broken patch']);
    },
  );

  it('refuses a call with a field that a wall may not show', () => {
    const call = {
      id: 'x',
      direction: 'inbound',
      state: 'ringing',
      startedAt: 0,
      stateSince: 0,
      party: '•',
      phoneNumber: '+1',
    };
    socket.arrive('hello', hello);
    socket.arrive('patch', { epoch: 'a', from: 1, to: 2, serverTime: 1, upsert: [call], remove: [] });
    expect(heard).toEqual(['open', 'hello', 'broken patch']);
  });

  it('hears nothing on a connection before its hello: it is left over from the last one [I-9]', () => {
    const left = { epoch: 'a', revision: 9, serverTime: 1, feed, calls: [] };
    socket.arrive('hello', hello);
    socket.arrive('disconnect', 'transport close');
    socket.arrive('snapshot', left);
    socket.arrive('connect');
    socket.arrive('tick', { epoch: 'a', revision: 9, serverTime: 1, feed });
    socket.arrive('patch', 'nonsense');
    expect(heard).toEqual(['open', 'hello', 'down', 'open']);
    socket.arrive('hello', hello);
    socket.arrive('snapshot', left);
    expect(heard.slice(4)).toEqual(['open', 'hello', 'snapshot']);
  });

  it('reloads on another protocol, and hears nothing it does not understand', () => {
    reloadable = true;
    socket.arrive('hello', { ...hello, protocol: PROTOCOL_VERSION + 1 });
    socket.arrive('tick', { epoch: 'a', revision: 2, serverTime: 1, feed });
    expect(reloads).toEqual([`protocol ${PROTOCOL_VERSION + 1}`]);
    expect(heard).toEqual(['outdated']);
  });

  it('says so and looks again later when a reload has not helped', () => {
    vi.useFakeTimers();
    try {
      socket.arrive('hello', { ...hello, protocol: PROTOCOL_VERSION + 1 });
      expect([heard, socket.connected]).toEqual([['outdated'], false]);
      vi.advanceTimersByTime(45_000);
      expect(socket.connects).toBe(2);
      socket.arrive('hello', hello);
      expect(heard.slice(-2)).toEqual(['open', 'hello']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('reloads when the server serves another build than it did', () => {
    socket.arrive('hello', hello);
    expect(reloads).toEqual([]);
    socket.arrive('hello', { ...hello, build: 'b2' });
    expect(reloads).toEqual(['build b2']);
  });

  it('comes back after the server said goodbye', () => {
    vi.useFakeTimers();
    try {
      socket.connected = false;
      socket.arrive('disconnect', 'io server disconnect');
      vi.advanceTimersByTime(7_500);
      expect([heard, socket.connects]).toEqual([['down', 'open'], 2]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('asks only over an open connection', () => {
    link.resync({ epoch: 'a', revision: 3 });
    link.stop();
    link.resync({ epoch: 'a', revision: 4 });
    expect(socket.sent).toEqual([['resync', { epoch: 'a', revision: 3 }]]);
  });
});
