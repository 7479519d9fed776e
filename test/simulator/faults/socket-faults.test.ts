import { describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  FILTER,
  gatewayFixture,
  heard,
  ofType,
  subscribe,
  subscriptionOf,
  wscOf,
  type GatewayFixture,
} from '../gateway/fixture.ts';
import type { InProcessSocket } from '../gateway/in-process.ts';
import { knownFaults } from './known.ts';

/** Sets a fault once a listener hears. */
function listening(faults: string): GatewayFixture & { socket: InProcessSocket } {
  const fixture = gatewayFixture();
  const socket = fixture.listener();
  fixture.faults.set(faults);
  return { ...fixture, socket };
}

function tell({ clock, happen }: GatewayFixture, times: number, gapMs = 10): void {
  for (let i = 0; i < times; i++) {
    happen();
    clock.advance(gapMs);
  }
}

interface Told {
  readonly uuid: string;
  readonly subscriptionId: string;
  readonly body: { readonly eventTime: string; readonly parties: readonly { readonly status: object }[] | null };
}

const bodies = (socket: InProcessSocket) => ofType(socket, 'ServerNotification').map(({ body }) => body as Told);

describe('faults of the stream', () => {
  it('drop loses its share', () => {
    const bench = listening('drop:p=0.5');
    tell(bench, 100);
    bench.clock.advance(200);
    expect(heard(bench.socket).length).toBeGreaterThan(20);
    expect(heard(bench.socket).length).toBeLessThan(80);
  });

  it('drop-final loses a plain Disconnected and no other', () => {
    const bench = listening('drop-final');
    bench.happen({ code: 'Answered' });
    bench.happen({ code: 'Disconnected', reason: 'BlindTransfer' });
    bench.happen({ code: 'Disconnected' });
    bench.clock.advance(200);
    expect(heard(bench.socket)).toEqual([2, 3]);
  });

  it('drop-burst loses a run', () => {
    const bench = listening('drop-burst:chance=1;length=4;times=4');
    tell(bench, 6);
    bench.clock.advance(200);
    expect(heard(bench.socket)).toEqual([6, 7]);
  });

  it('duplicate says it again under the same uuid', () => {
    const bench = listening('duplicate:p=1;delay=400');
    bench.happen();
    bench.clock.advance(300);
    expect(bodies(bench.socket)).toHaveLength(1);
    bench.clock.advance(400);
    const [one, two] = bodies(bench.socket);
    expect(two).toEqual(one);
  });

  it('reorder lets later ones overtake, and loses none', () => {
    const bench = listening('reorder:p=0.3');
    tell(bench, 60, 100);
    bench.clock.advance(5_000);
    const order = heard(bench.socket);
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index + 2));
  });

  it('late is late, in order', () => {
    const bench = listening('late:delay=8000');
    tell(bench, 3);
    bench.clock.advance(7_900);
    expect(heard(bench.socket)).toEqual([]);
    bench.clock.advance(300);
    expect(heard(bench.socket)).toEqual([2, 3, 4]);
  });

  it('bunch holds back and lets go at once', () => {
    const bench = listening('bunch:period=5000');
    tell(bench, 20, 200);
    const before = heard(bench.socket).length;
    bench.clock.advance(1_200);
    expect([before, heard(bench.socket).length]).toEqual([0, 20]);
  });

  it('deaf silences the subscription it met, and not the next', () => {
    const bench = listening('deaf');
    tell(bench, 2, 200);
    expect(heard(bench.socket)).toEqual([]);
    bench.socket.send([{ type: 'Heartbeat', messageId: 'alive' }]);
    expect(ofType(bench.socket, 'Heartbeat')).toHaveLength(1);
    bench.socket.send(subscribe([FILTER], 'again'));
    bench.clock.advance(100);
    tell(bench, 1, 200);
    expect(heard(bench.socket)).toEqual([4]);
  });

  it('deaf:all=1 silences every one', () => {
    const bench = listening('deaf:all=1');
    bench.socket.send(subscribe([FILTER], 'again'));
    bench.clock.advance(100);
    tell(bench, 2, 200);
    expect(heard(bench.socket)).toEqual([]);
  });

  it('old-subscription adds a copy under a foreign id and another uuid', () => {
    const bench = listening('old-subscription:p=1');
    tell(bench, 1, 200);
    const [stale, real] = bodies(bench.socket);
    expect(stale?.subscriptionId).toBe('gone-0000');
    expect(stale?.uuid).not.toBe(real?.uuid);
    expect(real?.subscriptionId).toBe(subscriptionOf(bench.socket));
  });

  it('unknown-codes says a status nobody knows', () => {
    const bench = listening('unknown-codes:p=1');
    tell(bench, 1, 200);
    expect(bodies(bench.socket)[0]?.body.parties?.[0]?.status).toEqual({
      code: 'Tds',
      reason: 'Undefined',
      rcc: false,
    });
  });

  it('bad-notification spoils the parties', () => {
    const bench = listening('bad-notification:p=1');
    tell(bench, 8, 200);
    const parties = bodies(bench.socket).map(({ body }) => body.parties as unknown);
    expect(parties).toContain(null);
    expect(parties).toContainEqual([{ id: 7, status: 'Answered', from: 'nobody' }, 'party']);
  });

  it('clock-skew moves the times', () => {
    const bench = listening('clock-skew:ms=90000');
    bench.happen();
    const at = bench.clock.now();
    bench.clock.advance(200);
    expect(Date.parse(bodies(bench.socket)[0]?.body.eventTime ?? '')).toBe(at + 90_000);
  });
});

describe('faults of the link', () => {
  it('cut resets, or closes with fin=1', () => {
    for (const [list, how] of [
      ['cut:every=1000', 'reset'],
      ['cut:every=1000;fin=1', 'close'],
    ] as const) {
      const { clock, socket } = listening(list);
      clock.advance(999);
      expect(socket.ended).toBeUndefined();
      clock.advance(1);
      expect(socket.ended).toBe(how);
    }
  });

  it('half-open is silent, stays up, and what it swallowed can be recovered', () => {
    const bench = listening('half-open:every=1000;times=1');
    bench.clock.advance(1000);
    bench.socket.send([{ type: 'Heartbeat', messageId: 'h' }]);
    tell(bench, 2, 200);
    expect([bench.socket.frozen, bench.socket.ended, heard(bench.socket)]).toEqual([true, undefined, []]);
    expect(ofType(bench.socket, 'Heartbeat')).toEqual([]);
    const next = bench.connect(wscOf(bench.socket));
    bench.clock.advance(100);
    expect(heard(next)).toEqual([2, 3]);
  });

  it('error-902 and error-903 say so and close; open=1 leaves the socket', () => {
    for (const code of ['902', '903']) {
      for (const open of [0, 1]) {
        const { clock, socket } = listening(`error-${code}:every=1000;open=${open}`);
        clock.advance(1000);
        expect(socket.frames.at(-1)).toMatchObject({ meta: { type: 'Error' }, body: { errorCode: `WSG-${code}` } });
        expect(socket.ended).toBe(open === 1 ? undefined : 'close');
      }
    }
  });

  it('short-life announces and keeps short timeouts', () => {
    const { clock, connect } = gatewayFixture({ faults: 'short-life:idle=5;absolute=60' });
    const socket = connect();
    expect(socket.frames[0]?.body).toMatchObject({ idleTimeout: 5, absoluteTimeout: 60 });
    clock.advance(5_000);
    expect(socket.ended).toBe('close');
  });

  it.each([
    ['upgrade-401', 401],
    ['upgrade-503', 503],
    ['upgrade-reset', 0],
  ])('%s refuses the upgrade', (fault, status) => {
    expect(gatewayFixture({ faults: fault }).connect().refused).toBe(status);
  });

  it('no-connection-details says nothing', () => {
    const { clock, connect } = gatewayFixture({ faults: 'no-connection-details' });
    const socket = connect();
    clock.advance(60_000);
    expect([socket.frames, socket.refused, socket.ended]).toEqual([[], undefined, undefined]);
  });

  it('error-instead says Error in place of ConnectionDetails and stays', () => {
    const socket = gatewayFixture({ faults: 'error-instead' }).connect();
    expect(socket.frames.map(({ meta }) => meta['type'])).toEqual(['Error']);
    expect(socket.ended).toBeUndefined();
  });

  it('heartbeat-lost leaves heartbeats without echo', () => {
    const { socket } = listening('heartbeat-lost');
    socket.send([{ type: 'Heartbeat', messageId: 'h' }]);
    expect(ofType(socket, 'Heartbeat')).toEqual([]);
  });

  it('answer-lost leaves requests without answer', () => {
    const { clock, connect } = gatewayFixture({ faults: 'answer-lost' });
    const socket = connect();
    socket.send(subscribe());
    clock.advance(60_000);
    expect(ofType(socket, 'ClientRequest')).toEqual([]);
  });
});

describe('faults of recovery', () => {
  function recovered(faults: string, missed = 5) {
    const bench = listening(faults);
    bench.socket.close();
    tell(bench, missed, 200);
    const next = bench.connect(wscOf(bench.socket));
    const state = (next.frames[0]?.body as Record<string, unknown>)['recoveryState'];
    return { ...bench, next, state };
  }

  it('recovery-failed says Failed and replays nothing', () => {
    const { clock, next, state } = recovered('recovery-failed');
    clock.advance(1_000);
    expect([state, heard(next)]).toEqual(['Failed', []]);
  });

  it('recovery-silent says nothing of the recovery and is without subscription', () => {
    const bench = recovered('recovery-silent');
    tell(bench, 1, 200);
    expect([bench.state, heard(bench.next)]).toEqual([undefined, []]);
  });

  it('recovery-overflow replays the newest few', () => {
    const bench = gatewayFixture({ faults: 'recovery-overflow:size=3' });
    const socket = bench.listener();
    socket.close();
    tell(bench, 10, 200);
    const next = bench.connect(wscOf(socket));
    bench.clock.advance(100);
    expect(heard(next)).toEqual([9, 10, 11]);
  });

  it('replay-glued puts the replay into the chunk of ConnectionDetails', () => {
    const { next } = recovered('replay-glued');
    expect(next.chunks.map((chunk) => chunk.map(({ meta }) => meta['type']))).toEqual([
      ['ConnectionDetails', ...Array<string>(5).fill('ServerNotification')],
    ]);
  });

  it('replay-shuffled replays out of order', () => {
    const { clock, next } = recovered('replay-shuffled', 20);
    clock.advance(1_000);
    const order = heard(next);
    expect(order).toHaveLength(20);
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
  });
});

describe('faults of the first words', () => {
  const first = (faults: string) => {
    const bench = gatewayFixture({ faults });
    const socket = bench.connect();
    socket.send(subscribe());
    bench.clock.advance(100);
    expect(socket.frames).toHaveLength(1);
    tell(bench, 1, 300);
    return socket.chunks.map((chunk) => chunk.map(({ meta }) => meta['type']));
  };

  it('early-notification: the event before the answer', () => {
    expect(first('early-notification')).toEqual([['ConnectionDetails'], ['ServerNotification'], ['ClientRequest']]);
  });

  it('notification-glued: answer and event in one chunk', () => {
    expect(first('notification-glued')).toEqual([['ConnectionDetails'], ['ClientRequest', 'ServerNotification']]);
  });

  it('the answer comes alone when nothing happens for 5 s', () => {
    const { clock, connect } = gatewayFixture({ faults: 'early-notification' });
    const socket = connect();
    socket.send(subscribe());
    clock.advance(5_100);
    expect(ofType(socket, 'ClientRequest')).toHaveLength(1);
  });
});

describe('frames nobody can use', () => {
  it.each([
    ['garbage-frame', '<html>502 Bad Gateway', false],
    ['object-frame', '{}', false],
    ['array-frame', '[]', false],
    ['null-frame', '[null,null]', false],
    ['empty-frame', '', false],
    ['binary-frame', new Uint8Array([0, 255, 254, 7, 91, 93]), true],
    ['bad-utf8-frame', new Uint8Array([91, 34, 255, 192, 34, 93]), false],
  ])('%s comes before the notification and takes nothing away', (fault, raw, binary) => {
    const bench = listening(`${fault}:p=1`);
    tell(bench, 1, 200);
    expect(bench.socket.frames.at(-2)).toMatchObject({ raw, binary });
    expect(heard(bench.socket)).toEqual([2]);
  });

  it('huge-frame is as huge as it says', () => {
    const bench = listening('huge-frame:p=1;megabytes=2');
    tell(bench, 1, 200);
    expect(bench.socket.frames.at(-2)?.raw.length).toBeGreaterThan(2 * 1024 * 1024);
  });
});

describe('faults of answers', () => {
  it.each([
    ['subscribe-429', 429],
    ['subscribe-403', 403],
    ['subscribe-503', 503],
  ])('%s refuses the subscription', (fault, status) => {
    const { clock, connect } = gatewayFixture({ faults: fault });
    const socket = connect();
    socket.send(subscribe());
    clock.advance(100);
    expect(ofType(socket, 'ClientRequest')[0]?.meta['status']).toBe(status);
  });

  it('partial-grant narrows the grant and the stream with it', () => {
    const bench = gatewayFixture({ faults: 'partial-grant' });
    const socket = bench.listener([`${FILTER}?direction=Outbound`, FILTER]);
    bench.happen({ direction: 'Inbound' });
    bench.happen({ direction: 'Outbound' });
    bench.clock.advance(200);
    const granted = FILTER.replace('~', ACCOUNT);
    expect(ofType(socket, 'ClientRequest')[0]?.body).toMatchObject({
      eventFilters: [`${granted}?direction=Outbound`],
      disabledFilters: [{ filter: granted }],
    });
    expect(heard(socket)).toEqual([3]);
  });

  it('wstoken-expired spoils the ticket', () => {
    const { faults } = gatewayFixture({ faults: 'wstoken-expired' });
    const request = {
      method: 'POST',
      path: '/restapi/oauth/wstoken',
      query: new URLSearchParams(),
      headers: {},
      body: '',
      origin: '',
    };
    const body = JSON.stringify({ uri: 'ws://x/ws', ws_access_token: 'good', expires_in: 30 });
    expect(JSON.parse(String(faults.alter(request, { status: 200, headers: {}, body }).body))).toEqual({
      uri: 'ws://x/ws',
      ws_access_token: 'expired',
      expires_in: 30,
    });
  });
});

it('no two faults share a name, and each says which row it reproduces', () => {
  const names = knownFaults.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(
    knownFaults.filter(({ name, about }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || !/\(.*\d.*\)|clock/.test(about)),
  ).toEqual([]);
});
