import { describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  admin,
  ask,
  FILTER,
  gatewayFixture,
  heard,
  ofType,
  START,
  subscribe,
  subscriptionOf,
  wscOf,
} from './fixture.ts';

const details = (socket: { frames: readonly { body: unknown }[] }) => socket.frames[0]?.body as Record<string, unknown>;

describe('a connection', () => {
  it('is greeted with ConnectionDetails and the announced limits before anything else', () => {
    const { connect } = gatewayFixture();
    const socket = connect();
    expect(socket.frames[0]?.meta).toMatchObject({ type: 'ConnectionDetails', status: 200, wsc: { sequence: 1 } });
    expect(details(socket)).toEqual({
      creationTime: '2026-03-03T14:00:00.000+0000',
      maxConnectionsPerSession: 50,
      recoveryBufferSize: 100,
      recoveryTimeout: 180,
      idleTimeout: 1800,
      absoluteTimeout: 86_400,
      maxActiveRequests: 10,
    });
  });

  it('is refused with 401 when the ticket is unknown', () => {
    const { gateway } = gatewayFixture();
    expect(gateway.upgrade(new URLSearchParams({ access_token: 'nobody' }))).toEqual({ refused: 401 });
  });

  it('is refused once the login has as many as it may', () => {
    const { connect } = gatewayFixture({ limits: { maxConnectionsPerSession: 2 } });
    expect([connect().refused, connect().refused, connect().refused]).toEqual([undefined, undefined, 429]);
  });

  it('echoes a heartbeat under its own id', () => {
    const socket = gatewayFixture().connect();
    socket.send([{ type: 'Heartbeat', messageId: 'Xy1/7' }]);
    expect(socket.frames.at(-1)?.raw).toBe('[{"type":"Heartbeat","messageId":"Xy1/7"}]');
  });

  it('ends with WSG-902 after the idle time, which heartbeats put off', () => {
    const { clock, connect } = gatewayFixture();
    const socket = connect();
    clock.advance(1_799_000);
    socket.send([{ type: 'Heartbeat', messageId: 'h' }]);
    clock.advance(1_799_000);
    expect(socket.ended).toBeUndefined();
    clock.advance(1_000);
    expect(socket.frames.at(-1)).toMatchObject({ meta: { type: 'Error' }, body: { errorCode: 'WSG-902' } });
    expect(socket.ended).toBe('close');
  });

  it('ends with WSG-903 after the absolute time, and cannot be recovered then', () => {
    const { clock, connect } = gatewayFixture({ limits: { absoluteTimeout: 60 } });
    const socket = connect();
    clock.advance(60_000);
    expect(socket.frames.at(-1)).toMatchObject({ meta: { type: 'Error' }, body: { errorCode: 'WSG-903' } });
    expect(details(connect(wscOf(socket)))['recoveryState']).toBe('Failed');
  });

  it('answers an unreadable message with an Error frame and stays open', () => {
    const socket = gatewayFixture().connect();
    socket.send('not json');
    expect(socket.frames.at(-1)?.meta).toMatchObject({ type: 'Error', status: 400 });
    expect(socket.ended).toBeUndefined();
  });
});

describe('a request over the socket', () => {
  it('is answered by REST under type ClientRequest and its messageId', () => {
    const { clock, connect } = gatewayFixture();
    const socket = connect();
    socket.send([
      { type: 'ClientRequest', messageId: 'q/1', method: 'GET', path: '/restapi/v1.0/account/~', query: { a: [1, 2] } },
    ]);
    clock.advance(20);
    expect(socket.frames.at(-1)).toMatchObject({
      meta: { type: 'ClientRequest', messageId: 'q/1', status: 200 },
      body: { path: '/restapi/v1.0/account/~', query: 'a=1&a=2' },
    });
  });

  it('is refused when ten are being answered', () => {
    const { clock, connect } = gatewayFixture();
    const socket = connect();
    for (let i = 0; i < 11; i++) socket.send(ask('GET', '/restapi/v1.0/account/~', `q/${i}`));
    clock.advance(20);
    expect(ofType(socket, 'ClientRequest').map(({ meta }) => meta['status'])).toEqual([
      ...Array<number>(10).fill(200),
      429,
    ]);
  });
});

describe('a subscription', () => {
  it('is granted, and its events come in the platform envelope 10 to 110 ms after they happened', () => {
    const { clock, listener, happen } = gatewayFixture();
    const socket = listener();
    const answer = ofType(socket, 'ClientRequest')[0];
    expect(answer).toMatchObject({
      meta: { status: 200, messageId: 'm/1' },
      body: { id: subscriptionOf(socket), eventFilters: [FILTER.replace('~', ACCOUNT)] },
    });
    happen();
    clock.advance(200);
    const { meta, body } = ofType(socket, 'ServerNotification')[0] as {
      meta: Record<string, unknown>;
      body: Record<string, unknown>;
    };
    expect(body).toMatchObject({ subscriptionId: subscriptionOf(socket), ownerId: '101', uuid: meta['messageId'] });
    expect(body['uuid']).toMatch(/^\d{19}$/);
    const lag = Date.parse(body['timestamp'] as string) - (START + 100);
    expect(lag).toBeGreaterThanOrEqual(10);
    expect(lag).toBeLessThanOrEqual(111);
  });

  it('keeps the order of events however their lags fall', () => {
    const { clock, listener, happen } = gatewayFixture();
    const socket = listener();
    for (let i = 0; i < 50; i++) {
      happen({ session: `s-${i % 3}` });
      clock.advance(3);
    }
    clock.advance(200);
    expect(heard(socket)).toEqual(Array.from({ length: 50 }, (_, index) => index + 2));
  });

  it('hears its first event only after its answer', () => {
    const { clock, connect, happen } = gatewayFixture();
    const socket = connect();
    happen();
    clock.advance(9);
    socket.send(subscribe());
    clock.advance(500);
    expect(socket.frames.map(({ meta }) => meta['type'])).toEqual([
      'ConnectionDetails',
      'ClientRequest',
      'ServerNotification',
    ]);
  });

  it('replaces the one before on the same connection', () => {
    const { clock, listener, happen } = gatewayFixture();
    const socket = listener();
    socket.send(subscribe([FILTER], 'm/9'));
    clock.advance(100);
    happen();
    clock.advance(200);
    const ids = ofType(socket, 'ServerNotification').map(
      ({ body }) => (body as { subscriptionId: string }).subscriptionId,
    );
    expect(ids).toEqual([subscriptionOf(socket)]);
  });

  it('falls silent when it is deleted, and is unknown then', () => {
    const { clock, listener, happen } = gatewayFixture();
    const socket = listener();
    const path = `/restapi/v1.0/subscription/${subscriptionOf(socket)}`;
    socket.send(ask('DELETE', path, 'd/1'));
    socket.send(ask('DELETE', path, 'd/2'));
    happen();
    clock.advance(200);
    expect(ofType(socket, 'ClientRequest').map(({ meta }) => meta['status'])).toEqual([200, 204, 404]);
    expect(heard(socket)).toEqual([]);
  });

  it('takes a trailing slash and gives a newer recovery token', () => {
    const { clock, connect } = gatewayFixture();
    const socket = connect();
    const [meta, body] = subscribe() as [Record<string, unknown>, unknown];
    socket.send([{ ...meta, path: '/restapi/v1.0/subscription/' }, body]);
    clock.advance(50);
    expect(socket.frames[1]?.meta).toMatchObject({ status: 200, wsc: { sequence: 2 } });
  });

  it('is refused without filters or for another transport', () => {
    const { clock, connect } = gatewayFixture();
    const socket = connect();
    socket.send(subscribe([]));
    const [meta] = subscribe() as [unknown];
    socket.send([meta, { deliveryMode: { transportType: 'PubNub' }, eventFilters: [FILTER] }]);
    clock.advance(50);
    expect(ofType(socket, 'ClientRequest').map((frame) => frame.meta['status'])).toEqual([400, 400]);
  });
});

describe('a listener', () => {
  const told = (filters: readonly string[], owner = admin) => {
    const { clock, listener, happen } = gatewayFixture();
    const socket = listener(filters, owner);
    happen({ extensionId: '101' });
    happen({ extensionId: undefined, direction: 'Outbound' });
    happen({ extensionId: '102', code: 'Answered' });
    happen({ extensionId: '102', code: 'Disconnected', missedCall: true });
    clock.advance(500);
    return heard(socket);
  };

  it('of the account hears everybody', () => expect(told([FILTER])).toEqual([2, 3, 4, 5]));
  it('who is no administrator hears himself alone', () =>
    expect(told([FILTER], { ...admin, admin: false })).toEqual([2]));
  it('of one extension hears that one', () =>
    expect(told(['/restapi/v1.0/account/~/extension/102/telephony/sessions'])).toEqual([4, 5]));
  it('of himself is meant by ~', () =>
    expect(told(['/restapi/v1.0/account/401/extension/~/telephony/sessions'])).toEqual([2]));
  it('of a direction hears that one', () => expect(told([`${FILTER}?direction=Outbound`])).toEqual([3]));
  it('of missed calls hears those', () => expect(told([`${FILTER}?missedCall=true`])).toEqual([5]));
  it('of a status hears that one', () => expect(told([`${FILTER}?statusCode=answered`])).toEqual([4]));
  it('of a number hears its calls', () => expect(told([`${FILTER}?phoneNumber=+12025550199`])).toEqual([]));
  it('hears an event once though two filters match', () =>
    expect(told([FILTER, `${FILTER}?direction=Outbound`])).toEqual([2, 3, 4, 5]));
  it('of something else hears nothing of calls', () => expect(told(['/restapi/v1.0/account/~/presence'])).toEqual([]));
});

describe('recovery', () => {
  it('replays what was missed, in order, some ms after ConnectionDetails', () => {
    const { clock, listener, happen, connect } = gatewayFixture();
    const first = listener();
    first.close();
    happen();
    happen();
    clock.advance(10_000);
    const second = connect(wscOf(first));
    expect(details(second)['recoveryState']).toBe('Successful');
    expect(second.frames).toHaveLength(1);
    clock.advance(50);
    happen();
    clock.advance(200);
    expect(heard(second)).toEqual([2, 3, 4]);
  });

  it.each([0, 1])('tells what happens meanwhile some ms after ConnectionDetails, behind %i missed', (missed) => {
    const { clock, listener, happen, connect } = gatewayFixture();
    const first = listener();
    first.close();
    for (let i = 0; i < missed; i++) happen();
    clock.advance(200);
    happen();
    const due = clock.nextAt() ?? 0;
    clock.advance(due - clock.now() - 5);
    const second = connect(wscOf(first));
    clock.advance(10);
    expect(second.frames).toHaveLength(1);
    clock.advance(100);
    expect(heard(second)).toEqual(missed === 1 ? [2, 3] : [2]);
  });

  it('keeps the newest hundred', () => {
    const { clock, listener, happen, connect } = gatewayFixture();
    const first = listener();
    first.close();
    for (let i = 0; i < 130; i++) happen();
    clock.advance(1_000);
    const second = connect(wscOf(first));
    clock.advance(100);
    expect(heard(second)).toEqual(Array.from({ length: 100 }, (_, index) => index + 32));
  });

  it('fails after 180 s; the socket works and has no subscription', () => {
    const { clock, listener, happen, connect } = gatewayFixture();
    const first = listener();
    first.close();
    clock.advance(180_500);
    const second = connect(wscOf(first));
    expect(details(second)['recoveryState']).toBe('Failed');
    happen();
    clock.advance(300);
    second.send(subscribe());
    clock.advance(300);
    happen();
    clock.advance(300);
    expect(heard(second)).toEqual([3]);
  });

  it('takes only the newest token, and only from the same user', () => {
    const { listener, connect } = gatewayFixture();
    const first = listener();
    const stale = (first.frames[0]?.meta['wsc'] as { token: string }).token;
    first.close();
    expect(details(connect(stale))['recoveryState']).toBe('Failed');
    expect(details(connect(wscOf(first), { ...admin, extensionId: '102' }))['recoveryState']).toBe('Failed');
    expect(details(connect(wscOf(first)))['recoveryState']).toBe('Successful');
  });

  it('takes the session from a link that is still up', () => {
    const { clock, listener, happen, connect } = gatewayFixture();
    const first = listener();
    const second = connect(wscOf(first));
    happen();
    clock.advance(200);
    expect(first.ended).toBe('close');
    expect([heard(first), heard(second)]).toEqual([[], [2]]);
  });
});
