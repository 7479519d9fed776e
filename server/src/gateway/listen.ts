import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Starts listening and gives the port in use. Rejects with a message that a person can act on. */
export function listen(http: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(describe(error, host, port), { cause: error })),
    );
    http.listen(port, host, () => resolve((http.address() as AddressInfo).port));
  });
}

function describe(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use: stop the other program, or set PORT to another one.`;
    case 'EACCES':
      return `Port ${port} on ${host} may not be opened by this user: set PORT to 1024 or above.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST ${host} is not an address of this machine: use 127.0.0.1, or 0.0.0.0 for all of its addresses.`;
    default:
      return `The server cannot listen on ${host}, port ${port}: ${error.message}`;
  }
}

/** Remembers every connection, so that one whose other end has gone silent cannot hold up the end of the process. */
export function trackConnections(http: Server): { destroyAll(): void } {
  const open = new Set<Socket>();
  http.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return {
    destroyAll() {
      for (const socket of open) socket.destroy();
    },
  };
}
