import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { median, type Figure } from './report.ts';

const VIEWERS = 300;
const RUN_MS = 4_000;
/** As many calls change per frame; the server's own figure. */
const CHANGES_PER_FRAME = 12;
const serverFile = fileURLToPath(new URL('fanout-server.ts', import.meta.url));

interface Run {
  /** CPU time of the server per message delivered to a viewer, µs. */
  readonly cpuUs: number;
  readonly deliveries: number;
  readonly bytes: number;
}

/**
 * What one delivery to a wall costs the server, everything included (reducer, masking, encoding, ticks), against a bare
 * `ws` broadcast of strings of the same size at the same pace. Each in its own process, in turns.
 */
export async function benchFanout(): Promise<Figure[]> {
  const product: Run[] = [await run('product')];
  const size = Math.round(product[0] ? product[0].bytes / product[0].deliveries : 0);
  const raw = [await run('raw', size), await run('raw', size)];
  product.push(await run('product'), await run('product'));
  raw.push(await run('raw', size));
  const perChange = size / CHANGES_PER_FRAME;
  const cost = median(product.map((one) => one.cpuUs));
  const floor = median(raw.map((one) => one.cpuUs));
  return [
    {
      name: `CPU per delivery, ${VIEWERS} viewers, 10 frames/s, ${size} bytes`,
      value: `${cost.toFixed(1)} µs`,
      floor: `ws broadcast ${floor.toFixed(1)} µs`,
      ratio: cost / floor,
      note: `${product.reduce((sum, one) => sum + one.deliveries, 0).toLocaleString('en')} deliveries`,
    },
    {
      name: 'one change of one call, per viewer',
      value: `${Math.round(perChange)} bytes`,
      note: `${(cost / CHANGES_PER_FRAME).toFixed(2)} µs of CPU, the whole way from the event to the socket`,
    },
  ];
}

async function run(mode: 'product' | 'raw', size = 0): Promise<Run> {
  const server = fork(serverFile, [mode, String(size)], { stdio: 'inherit' });
  try {
    const { port } = await answer<{ port: number }>(server);
    const path = mode === 'product' ? '/socket.io/?EIO=4&transport=websocket' : '/';
    const count = { deliveries: 0, bytes: 0 };
    const sockets = await Promise.all(
      Array.from({ length: VIEWERS }, () => connect(`ws://127.0.0.1:${port}${path}`, mode, count)),
    );
    await past(1_000);
    Object.assign(count, { deliveries: 0, bytes: 0 });
    server.send('start');
    await past(RUN_MS);
    server.send('stop');
    const { cpuUs } = await answer<{ cpuUs: number }>(server);
    const { deliveries, bytes } = count;
    for (const socket of sockets) socket.terminate();
    return { cpuUs: cpuUs / deliveries, deliveries, bytes };
  } finally {
    server.kill();
  }
}

/** A viewer that only counts; the product's speaks just enough Engine.IO to be let in. */
async function connect(url: string, mode: string, count: { deliveries: number; bytes: number }): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  socket.on('message', (data: Buffer) => {
    const first = data[0];
    if (mode === 'product' && data.length < 200) {
      if (first === 0x30) socket.send('40');
      else if (first === 0x32) socket.send('3');
    }
    count.deliveries++;
    count.bytes += data.length;
  });
  await once(socket, 'open');
  return socket;
}

const past = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function answer<T>(server: ChildProcess): Promise<T> {
  const died = new AbortController();
  server.once('exit', () => died.abort(new Error('the benchmark server ended by itself')));
  const [message] = (await once(server, 'message', { signal: died.signal })) as [T];
  return message;
}
