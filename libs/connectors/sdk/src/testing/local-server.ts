import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';

/** Does the work while a server that answers as it is told stands at an address of its own. */
export async function withServer<T>(answer: RequestListener, work: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(answer);
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** A port of this machine that nothing listens at. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer();
  const port = await new Promise<number>((done) => { server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)); });
  await new Promise((done) => { server.close(done); });
  return port;
}
