import type { Profile } from './profile.ts';

/** This many differently named companies on one site: the site says little about which company it is. */
export const CROWD = 3;

/**
 * How many differently named companies share a site, so that two of them can be told apart by their names only.
 *
 * Counted among those whose country is that of the one or of the other company compared, as written: not known is a value
 * of its own. So the count is the same either way round, and a company that comes out new never makes a crowd of what was
 * none: it comes out new beside another of its site and country only where there is a crowd already. What was the same
 * company or doubtful before companies were added is so afterwards.
 */
export class SiteCrowd {
  private readonly sites = new Map<string, Map<string, Set<string>>>();

  constructor(companies: Iterable<{ readonly profile: Profile }>) {
    for (const { profile } of companies) if (profile.site !== '') this.add(profile);
  }

  /** Names on the site that the two share; 0 where they share none. */
  between(a: Profile, b: Profile): number {
    if (a.site === '' || a.site !== b.site) return 0;
    const countries = this.sites.get(a.site);
    const names = countries?.get(a.countryCode);
    const others = a.countryCode === b.countryCode ? undefined : countries?.get(b.countryCode);
    if (!names || !others) return (names ?? others)?.size ?? 0;
    return names.size + [...others].filter((name) => !names.has(name)).length;
  }

  private add({ site, countryCode, nameKey }: Profile): void {
    let countries = this.sites.get(site);
    if (!countries) this.sites.set(site, countries = new Map());
    const names = countries.get(countryCode);
    if (names) names.add(nameKey);
    else countries.set(countryCode, new Set([nameKey]));
  }
}
