import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startApp, type TelephoneSystem } from '@ringside/server/app';
import type { Observation, PartyReport } from '@ringside/shared/domain/observation';
import { concat, EMPTY, from, interval, mergeMap, NEVER, type Observable } from 'rxjs';
import { WebSocketServer } from 'ws';

/**
 * In:  `product` or `raw BYTES`, from the command line; `start` and `stop` from the parent.
 * Out: its port, then the CPU time it took between the two, µs.
 * Never: both at once. Each server is alone in its process, so that its CPU is its own.
 */
const LIVE_CALLS = 200;
const CHANGES_PER_FRAME = 12;
const FRAME_MS = 100;

const [mode, bytes] = process.argv.slice(2);
const port = mode === 'product' ? await serveProduct() : await serveRaw(Number(bytes));
let before = process.cpuUsage();
process.on('message', (word) => {
  if (word === 'start') before = process.cpuUsage();
  if (word === 'stop') {
    const { user, system } = process.cpuUsage(before);
    process.send?.({ cpuUs: user + system });
  }
});
process.on('disconnect', () => process.exit());
process.send?.({ port });

/** The whole server; only what RingCentral says is made up: calls that go on hold and come back. */
async function serveProduct(): Promise<number> {
  const upstream: TelephoneSystem = {
    observations$: talkingCalls(),
    statuses$: EMPTY,
    probe: (sessionId) =>
      Promise.resolve({
        kind: 'probe',
        at: Date.now(),
        startedAt: Date.now(),
        sessionId,
        verdict: 'failed',
        parties: [],
      }),
    pollNow: () => undefined,
    refreshDirectory: () => undefined,
    dispose: () => Promise.resolve(),
  };
  const ringcentral = { serverUrl: 'http://127.0.0.1', clientId: 'x', clientSecret: 'x', jwt: 'x' };
  const app = await startApp(
    { ringcentral, host: '127.0.0.1', port: 0, logLevel: 'silent' },
    { connect: () => upstream },
  );
  return app.port;
}

function talkingCalls(): Observable<Observation> {
  const calls = Array.from({ length: LIVE_CALLS }, (_, i) => `s-a7c21e5f01b2z18f3c9d2ab1z4471c${i}`);
  const begin = calls.flatMap((id) => [event(id, 2, caller('setup')), event(id, 3, agent('answered'))]);
  const change$ = interval(FRAME_MS).pipe(
    mergeMap((frame) =>
      Array.from({ length: CHANGES_PER_FRAME }, (_, i) => {
        const turn = frame * CHANGES_PER_FRAME + i;
        const round = Math.floor(turn / LIVE_CALLS);
        return event(calls[turn % LIVE_CALLS] ?? '', 4 + round, agent(round % 2 === 0 ? 'held' : 'answered'));
      }),
    ),
  );
  return concat(from(begin), change$, NEVER);
}

function caller(phase: PartyReport['phase']): PartyReport {
  const from = { phoneNumber: '+14155550142' };
  return { id: 'p-1', side: 'placing', phase, from, to: { phoneNumber: '+12065550100' } };
}

function agent(phase: PartyReport['phase']): PartyReport {
  const to = { extensionId: '200', name: 'Support' };
  return { ...caller(phase), id: 'p-2', side: 'receiving', extensionId: '101', queueCall: true, to };
}

function event(sessionId: string, sequence: number, party: PartyReport): Observation {
  const now = Date.now();
  return { kind: 'event', at: now, sessionId, sequence, eventTime: now, parties: [party] };
}

/** The floor: a bare `ws` server that sends a string of the same size to everybody at the same pace. */
async function serveRaw(size: number): Promise<number> {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
  const text = 'x'.repeat(size);
  setInterval(() => {
    for (const socket of sockets.clients) socket.send(text);
  }, FRAME_MS);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return (http.address() as AddressInfo).port;
}
