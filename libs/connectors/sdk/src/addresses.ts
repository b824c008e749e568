import { BlockList, isIP } from 'node:net';
import { invalid } from '@signalbox/kernel';

/**
 * Where a connection may lead. Cloud metadata and link-local addresses are never a CRM; letting a person name one would
 * let them read the machine's own credentials. Names are judged again after they are resolved (`http-exchange.ts`).
 */
const never = new BlockList();
never.addSubnet('169.254.0.0', 16, 'ipv4');
never.addSubnet('0.0.0.0', 8, 'ipv4');
never.addSubnet('224.0.0.0', 3, 'ipv4');
never.addAddress('100.100.100.200', 'ipv4');
never.addSubnet('fe80::', 10, 'ipv6');
never.addSubnet('ff00::', 8, 'ipv6');
never.addAddress('::', 'ipv6');
never.addAddress('fd00:ec2::254', 'ipv6');
never.addSubnet('fd20:ce::', 32, 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
/** An IPv4 address written as IPv6 is judged as what it is. */
const plain = (address: string) => /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;

export const isForbiddenAddress = (address: string): boolean => never.check(plain(address), family(plain(address)));

/** The host of a URL as an address to connect to: brackets of IPv6 taken off. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

export function isLoopbackHost(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  return isIP(host) !== 0 && loopback.check(plain(host), family(plain(host)));
}

/**
 * The origin of a URL that a connection may use: https (plain http for loopback and `plainHosts` only), no credentials, no forbidden address.
 * @throws Invalid `connector.base_url_invalid` with field `base_url`
 */
export function checkBaseUrl(text: string, plainHosts: readonly string[] = []): URL {
  const refuse = (why: string) => invalid('connector.base_url_invalid', `The address '${text.slice(0, 200)}' cannot be used: ${why}`, { field: 'base_url' });
  const url = URL.parse(text.trim());
  if (!url || !url.hostname) throw refuse('it is not a URL. Give it as https://your-domain.my.salesforce.com, for example.');
  const host = hostOf(url);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse('it must begin with https://.');
  if (url.protocol === 'http:' && !isLoopbackHost(host) && !plainHosts.includes(host)) throw refuse('it must begin with https://, so that the credentials are not sent in the clear.');
  if (url.username || url.password) throw refuse('it carries a user name or password. Put those into the fields made for them.');
  if (isIP(host) && isForbiddenAddress(host)) throw refuse('it is a link-local, metadata or multicast address, which is never a CRM.');
  if (host === 'metadata.google.internal') throw refuse('it is the metadata service of the machine, which is never a CRM.');
  return new URL(url.origin);
}
