import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { SocketFrame } from './faults/model.ts';
import type { Connection, Sink } from './gateway/connection.ts';
import type { Simulator } from './simulator.ts';
import type { WireRequest, WireResponse } from './wire/model.ts';

/** Where and how to listen. */
export interface ServeOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Loopback unless told otherwise. */
  readonly host?: string;
}

export interface Served {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Ends every socket and connection, stops the simulator, frees the port. May be called twice. */
  close(): Promise<void>;
}

const BODY_LIMIT = 1024 * 1024;
/** The platform pings and wants the pong within 10 s. Source: the event gateway's guide. */
const PING_EVERY_MS = 30_000;
const PONG_WITHIN_MS = 10_000;

/** Puts a simulator behind a real HTTP and WebSocket server. Rejects when the port is taken. */
export async function serve(simulator: Simulator, { port, host = '127.0.0.1' }: ServeOptions): Promise<Served> {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: BODY_LIMIT });
  const connections = new Set<Socket>();
  const server = createServer((request, response) => void answer(simulator, request, response));
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    upgrade({ simulator, sockets, request, socket, head });
  });
  await listen(server, port, host);
  const address = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  const close = () => {
    simulator.stop();
    const done = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const client of sockets.clients) client.terminate();
    sockets.close();
    for (const socket of connections) socket.destroy();
    return done;
  };
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    close: () => (closed ??= close()),
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function answer(simulator: Simulator, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request).catch(() => undefined);
  if (body === undefined) {
    response.writeHead(413, { Connection: 'close' }).end();
    return;
  }
  const reply = simulator.handle(toWireRequest(request, body));
  setTimeout(() => write(reply, response), reply.delayMs ?? 0);
}

function toWireRequest(request: IncomingMessage, body: string): WireRequest {
  const origin = `http://${request.headers.host ?? '127.0.0.1'}`;
  const url = new URL(request.url ?? '/', origin);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value ?? '')]),
  );
  return { method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, headers, body, origin };
}

/** Undefined when the client sends more than the limit. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function write(reply: WireResponse, response: ServerResponse): void {
  const bytes = typeof reply.body === 'string' ? Buffer.from(reply.body) : Buffer.from(reply.body);
  if (reply.broken === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(reply.status === 204 ? {} : { 'Content-Length': bytes.length }),
  });
  if (reply.broken === undefined) {
    response.end(bytes);
    return;
  }
  if (reply.broken === 'dribble') return dribble(response, bytes);
  // Half of the body; then nothing for ever (`hang`), or the end of the connection (`truncate`).
  response.flushHeaders();
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
    if (reply.broken === 'truncate') response.socket?.destroy();
  });
}

/** One byte a second, until the other end has enough. */
function dribble(response: ServerResponse, bytes: Uint8Array): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (sent < bytes.length) response.write(bytes.subarray(sent, ++sent));
    else response.end();
  }, 1_000);
  response.on('close', () => clearInterval(timer));
}

interface UpgradeRequest {
  readonly simulator: Simulator;
  readonly sockets: WebSocketServer;
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
}

function upgrade({ simulator, sockets, request, socket, head }: UpgradeRequest): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const verdict = url.pathname === '/ws' ? simulator.upgrade(url.searchParams) : { refused: 404 };
  if (!('accept' in verdict)) {
    if (verdict.refused === 0) socket.resetAndDestroy();
    else socket.end(`HTTP/1.1 ${verdict.refused} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    return;
  }
  sockets.handleUpgrade(request, socket, head, (client) => bind(client, socket, verdict.accept));
}

/** The thin layer between a real socket and a pure connection. */
function bind(client: WebSocket, socket: Socket, accept: (sink: Sink) => Connection): void {
  let frozen = false;
  const sink: Sink = {
    write: (chunk) => writeChunk(client, socket, chunk),
    end: (how) => (how === 'close' ? client.close(1001) : socket.resetAndDestroy()),
    freeze: () => {
      frozen = true;
      client.pause();
    },
  };
  const connection = accept(sink);
  client.on('message', (data, isBinary) => {
    if (!isBinary && !frozen) connection.received(Buffer.from(data as Buffer).toString('utf8'));
  });
  client.on('error', () => client.terminate());
  client.on('close', () => connection.gone());
  keepAlive(client, () => frozen);
}

/** Corked, so that one chunk of frames leaves in one write. */
function writeChunk(client: WebSocket, socket: Socket, chunk: readonly SocketFrame[]): void {
  socket.cork();
  for (const { text, binary } of chunk) client.send(text, { binary: binary === true });
  socket.uncork();
}

function keepAlive(client: WebSocket, isFrozen: () => boolean): void {
  let overdue: NodeJS.Timeout | undefined;
  const timer = setInterval(() => {
    if (isFrozen() || client.readyState !== client.OPEN) return;
    client.ping();
    overdue = setTimeout(() => isFrozen() || client.terminate(), PONG_WITHIN_MS);
  }, PING_EVERY_MS);
  client.on('pong', () => clearTimeout(overdue));
  client.on('close', () => {
    clearInterval(timer);
    clearTimeout(overdue);
  });
}
