import { getDomain } from 'tldts';

/**
 * The registrable domain of a website, lower case, by the public suffix list with its private section: 'acme.co.uk' for
 * 'https://shop.acme.co.uk/x'. Empty when there is none (a bare word, an IP address).
 */
export function registrableDomain(website: string): string {
  if (website === '') return '';
  return getDomain(website, { allowPrivateDomains: true })?.toLowerCase() ?? '';
}
