/** Headers of a request that say which page sent it. */
export interface OriginEvidence {
  /** Sec-Fetch-Site */
  fetchSite: string | undefined;
  /** Origin */
  origin: string | undefined;
  /** Host */
  host: string | undefined;
}

export type OriginVerdict = 'same' | 'foreign' | 'unknown';

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

/**
 * Whether a request came from our own pages. Browsers send at least one of the two headers with every request that
 * changes something, and no page can forge them. `publicOrigin`: the address people use, when it is not the Host header's.
 */
export function originVerdict(evidence: OriginEvidence, publicOrigin: string | undefined): OriginVerdict {
  const { fetchSite, origin, host } = evidence;
  if (fetchSite !== undefined && fetchSite !== 'same-origin') return 'foreign';
  if (origin !== undefined) {
    const own = publicOrigin === undefined ? hostOf(origin) === host && host !== undefined : origin === publicOrigin;
    return own ? 'same' : 'foreign';
  }
  return fetchSite === 'same-origin' ? 'same' : 'unknown';
}
