import { generate } from 'selfsigned';

export interface SandboxCertificate {
  key: string;
  cert: string;
}

const DAY = 86_400_000;

/** A fresh self-signed certificate for this machine's names and for the vendor's, which some clients cannot be talked out of. */
export async function makeCertificate(host: string, vendorNames: readonly string[]): Promise<SandboxCertificate> {
  const isIp = /^[\d.]+$|:/.test(host);
  const names = ['localhost', ...vendorNames, ...(isIp ? [] : [host])];
  const addresses = ['127.0.0.1', '::1', ...(isIp && !['127.0.0.1', '::1'].includes(host) ? [host] : [])];
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    notBeforeDate: new Date(Date.now() - DAY),
    notAfterDate: new Date(Date.now() + 365 * DAY),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [...names.map((value) => ({ type: 2 as const, value })), ...addresses.map((ip) => ({ type: 7 as const, ip }))] },
    ],
  });
  return { key: made.private, cert: made.cert };
}
