import { countedKeys, searchKeys } from '../../domain/search-keys.ts';
import type { Profile } from '../../domain/profile.ts';
import { COUNTRY_WEIGHT, SAME_SITE_WEIGHT, WEIGHT_UNIT } from '../../domain/nearest.ts';
import { countryColumn, numbersText, siteColumn } from './key-changes.ts';

/** What a key is for besides bringing accounts; the numbers of the two that count are told apart by the answer's `kind`. */
export const ROLE = { none: 0, namesakes: 1, onDomain: 2, same: 3 } as const;

/**
 * One statement for any number of candidates: for each key, once, at most one account more than it may bring, the weights of
 * domain/nearest.ts, and the nearest accounts of each candidate. All but those accounts' own rows is read from one index.
 *
 * Rows by `kind`. 0: the space (`c`, `number` its words' version, `tie` its engine, `weight` its accounts at the last count of words).
 * Otherwise `c` is the candidate's place in the batch; 1 to 3: how many (`number`) have the key of that ROLE; 4: an account.
 */
export const FIND = `
  with space as materialized (select space, words_version, words_accounts, engine from index_positions where workspace_id = $1 and connection_id = $2),
  keys as materialized (select * from unnest($3::bigint[], $4::int[], $5::int[]) with ordinality as q (key, weight, most, k)),
  wanted as materialized (select * from unnest($6::int[], $7::int[], $8::int[]) as w (c, k, role)),
  hits as materialized (
    select q.k, q.weight, h.*
    from keys q cross join lateral (
      select k.*, (count(*) over ())::int as n from (
        select number, tie, site, country from index_keys where space = (select space from space) and key = q.key limit q.most + 1) as k) as h
    where h.n <= q.most),
  near as (
    select w.c, h.number, h.tie, h.site, h.country, bool_or(w.role = ${ROLE.same}) as same, sum(case when w.role = ${ROLE.same} then 0 else h.weight + ${WEIGHT_UNIT} / (h.n + 1) end) as weight
    from wanted w join hits h on h.k = w.k group by w.c, h.number, h.tie, h.site, h.country),
  placed as (
    select n.c, n.number, n.tie, n.same, n.weight
      + case when p.country = 0 or n.country = 0 then 0 when p.country = n.country then ${COUNTRY_WEIGHT} else -${COUNTRY_WEIGHT} end
      + case when p.site <> 0 and p.site = n.site then ${SAME_SITE_WEIGHT} else 0 end as weight
    from near n join unnest($9::int[], $10::int[], $11::smallint[]) as p (c, site, country) on p.c = n.c),
  ranked as (select *, row_number() over (partition by c order by same desc, weight desc, tie) as place from placed)
  select 0 as kind, space as c, words_version as number, engine as tie, false as same, words_accounts as weight, '' as account_id, '' as name, '' as website, '' as country, '' as packed from space
  union all select w.role, w.c, (select count(*)::int from (select 1 from index_keys i where i.space = (select space from space) and i.key = q.key limit q.most + 1) as one), 0, false, 0, '', '', '', '', ''
    from wanted w join keys q on q.k = w.k where w.role > 0
  union all select 4, r.c, r.number, r.tie, r.same, r.weight, a.account_id, a.name, a.website, a.country, a.packed
    from ranked r join index_accounts a on a.space = (select space from space) and a.number = r.number where r.place <= $12`;

/** The statement's arrays, from the third parameter on. */
export function findParameters(profiles: readonly Profile[], exactOnly: boolean): string[] {
  const [key, weight, most, c, k, role, pc, site, country] = Array.from({ length: 9 }, () => []) as unknown as [number[], number[], number[], number[], number[], number[], number[], number[], number[]];
  const places = new Map<number, number>();
  for (const [at, profile] of profiles.entries()) {
    const counted = countedKeys(profile);
    for (const one of searchKeys(profile, exactOnly)) {
      let place = places.get(one.key);
      if (place === undefined) {
        place = key.push(one.key);
        places.set(one.key, place);
        weight.push(one.weight);
        most.push(one.most);
      }
      c.push(at);
      k.push(place);
      role.push(one.kind === 'same' ? ROLE.same : one.key === counted.namesakes ? ROLE.namesakes : one.key === counted.onDomain ? ROLE.onDomain : ROLE.none);
    }
    pc.push(at);
    site.push(siteColumn(profile.site));
    country.push(countryColumn(profile.countryCode));
  }
  return [key, weight, most, c, k, role, pc, site, country].map(numbersText);
}
