import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export interface VendorProxy {
  url: string;
  close(): Promise<void>;
}

/**
 * An HTTPS (CONNECT) proxy that leads every host to the sandbox. For clients that know only the vendor's own host names:
 * they speak TLS with the sandbox's certificate, which carries those names.
 */
export async function startVendorProxy(sandboxPort: number): Promise<VendorProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connect', (_request, client: Socket) => {
    const target = connect(sandboxPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        client.destroy();
        target.destroy();
        sockets.delete(socket);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    }),
  };
}
