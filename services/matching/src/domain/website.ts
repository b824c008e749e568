import { parse } from 'tldts';
import { isSharedHost } from './shared-hosts.ts';

/** What a website says about a company. Both parts are empty when it says nothing. */
export interface Site {
  /** Host in ASCII (IDN as punycode), small letters, without "www.". */
  host: string;
  /** Registrable domain by the public suffix list, its private section included. */
  domain: string;
  /** The domain without its public suffix: "acme" of acme.co.uk. */
  label: string;
}

const NO_SITE: Site = { host: '', domain: '', label: '' };
const LOOKS_LIKE_HOST = /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/;
const SUFFIX_OPTIONS = { allowPrivateDomains: true, extractHostname: false, validateHostname: false } as const;

function hostOf(website: string): string {
  const text = website.trim().toLowerCase();
  const afterScheme = text.replace(/^[a-z][a-z0-9+.-]*:\/*/, '').replace(/^\/+/, '');
  const authority = afterScheme.split(/[/?#\\\s,;]/, 1)[0] as string;
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '').replace(/\.+$/, '');
  if (LOOKS_LIKE_HOST.test(host)) return host;
  if (!/[^\x00-\x7f]/.test(host)) return '';
  const ascii = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
  return LOOKS_LIKE_HOST.test(ascii) ? ascii : '';
}

/**
 * Reads a website as people type it: with or without scheme, path, port, "www.", in any case; an e-mail address counts by
 * its host. An unknown top-level domain, an IP address, a bare public suffix and a shared host (linkedin.com, gmail.com,
 * sites.google.com) are no site at all.
 */
export function readSite(website: string): Site {
  const host = hostOf(website);
  if (host === '') return NO_SITE;
  const parsed = parse(host, SUFFIX_OPTIONS);
  if (!parsed.domain || parsed.isIp || !(parsed.isIcann || parsed.isPrivate)) return NO_SITE;
  const bare = host.replace(/^www\d*\./, '');
  const withoutWww = bare.length >= parsed.domain.length ? bare : host;
  if (isSharedHost(withoutWww, parsed.domain)) return NO_SITE;
  return { host: withoutWww, domain: parsed.domain, label: (parsed.domainWithoutSuffix ?? '').replace(/[^a-z0-9]/g, '') };
}

/** Leading labels that name a page or a language of a site, not a part of the organisation. */
const PAGE_LABEL = /^(m|mobile|web|home|www\d*|careers?|jobs?|shop|store|blog|news|about|corp|corporate|global|int|intl|ir|investors?|support|help|portal|info|new|old|test|english|en|fr|de|es|it|pt|nl|jp|ja|cn|zh|kr|ko|us|uk|eu|ca|au|in|br|ru|tr|ar|pl|se|no|dk|fi)$/;

/** The host without page and language labels: what two pages of one organisation have in common. */
export function siteOf(host: string, domain: string): string {
  let rest = host;
  while (rest.length > domain.length) {
    const dot = rest.indexOf('.');
    if (!PAGE_LABEL.test(rest.slice(0, dot))) break;
    rest = rest.slice(dot + 1);
  }
  return rest;
}
