import { createServer } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listen, trackConnections } from './listen.ts';

describe('listen', () => {
  it('gives the port it got', async () => {
    const http = createServer();
    expect(await listen(http, '127.0.0.1', 0)).toBeGreaterThan(0);
    http.close();
  });

  it('names the port that is in use, and the address that is not ours', async () => {
    const first = createServer();
    const port = await listen(first, '127.0.0.1', 0);
    await expect(listen(createServer(), '127.0.0.1', port)).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use`);
    await expect(listen(createServer(), '192.0.2.1', 0)).rejects.toThrow('HOST 192.0.2.1 is not an address');
    first.close();
  });
});

describe('trackConnections', () => {
  it('ends connections whose other end stays silent, so that the server can close', async () => {
    const http = createServer();
    const connections = trackConnections(http);
    const port = await listen(http, '127.0.0.1', 0);
    const silent = connect(port, '127.0.0.1');
    const ended = new Promise((resolve) => silent.once('close', resolve));
    await new Promise((resolve) => http.once('connection', resolve));
    const closed = new Promise((resolve) => http.close(resolve));
    connections.destroyAll();
    await Promise.all([closed, ended]);
  });
});
