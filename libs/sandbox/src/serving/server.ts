import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { requestHandler, type Provider } from './handler.ts';
import { makeCertificate, type SandboxCertificate } from './tls.ts';

export interface ListenOptions {
  /** 0 (default) takes any free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** HTTPS with a fresh self-signed certificate for this machine's names and `vendorNames`. */
  tls?: boolean;
}

export interface Listening {
  url: string;
  port: number;
  /** PEM of the certificate clients must trust; undefined without TLS. */
  tls?: { cert: string };
  /** Ends hanging requests too: a sandbox has nothing to finish. */
  close(): Promise<void>;
}

/** Node's own limit is 16 KB for URL and headers together; a sandbox answers what is too long for its provider itself. */
const HEADER_BYTES = 64 * 1024;

/** Opens the door of a provider's server. `provider` is asked for once the scheme is known. */
export async function listen(options: ListenOptions, vendorNames: readonly string[], provider: (scheme: 'http' | 'https') => Provider): Promise<Listening> {
  const host = options.host ?? '127.0.0.1';
  const certificate = options.tls ? await makeCertificate(host, vendorNames) : undefined;
  const scheme = certificate ? 'https' : 'http';
  const closing = new AbortController();
  const server = open(certificate, requestHandler(provider(scheme), closing.signal));
  const port = await bind(server, options.port ?? 0, host);
  return {
    url: `${scheme}://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`,
    port,
    tls: certificate && { cert: certificate.cert },
    close: () => close(server, closing),
  };
}

function open(certificate: SandboxCertificate | undefined, handler: ReturnType<typeof requestHandler>): Server {
  const settings = { maxHeaderSize: HEADER_BYTES, keepAliveTimeout: 60_000 };
  return certificate ? createTlsServer({ ...settings, ...certificate }, handler) : createServer(settings, handler);
}

function bind(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function close(server: Server, closing: AbortController): Promise<void> {
  closing.abort();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
