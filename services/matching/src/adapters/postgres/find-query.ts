import { countedKeys, searchKeys } from '../../domain/search-keys.ts';
import type { Profile } from '../../domain/profile.ts';
import { COUNTRY_WEIGHT, SAME_SITE_WEIGHT, WEIGHT_UNIT } from '../../domain/nearest.ts';
import { countryColumn, numbersText, siteColumn } from './key-changes.ts';

/** What a key counts besides bringing accounts; the numbers of the answer's `kind`. */
export const ROLE = { namesakes: 1, onDomain: 2, same: 3 } as const;

const SPACE = '(select space from space)';
const ofKey = (columns: string): string => `select ${columns} from index_keys where space = ${SPACE} and key = q.key limit q.most + 1`;

/**
 * One statement for any number of candidates: for each of a candidate's keys at most one account more than it may bring, the
 * weights of domain/nearest.ts, and its nearest accounts. All but those accounts' own rows is read from one index. Candidate by
 * candidate: the whole batch as one set has to be sorted again and again.
 *
 * Rows by `kind`. 0: the space (`c`, `number` its words' version, `tie` its engine, `weight` its accounts at the last count of words).
 * Otherwise `c` is the candidate's place in the batch, from 1; 1 to 3: how many (`number`) have the key of that ROLE; 4: an account.
 * The only key without a weight is the one of those that are written alike.
 */
export const FIND = `
  with space as materialized (select space, words_version, words_accounts, engine from index_positions where workspace_id = $1 and connection_id = $2)
  select 0 as kind, space as c, words_version as number, engine as tie, false as same, words_accounts as weight, '' as account_id, '' as name, '' as website, '' as country, '' as packed from space
  union all select q.role, q.c, (select count(*)::int from (${ofKey('1')}) as one), 0, false, 0, '', '', '', '', ''
    from unnest($4::int[], $5::int[], $6::bigint[], $7::int[]) as q (c, role, key, most)
  union all select 4, p.c, r.number, r.tie, r.same, r.weight, a.account_id, a.name, a.website, a.country, a.packed
    from unnest($11::int[], $12::int[], $13::int[], $14::smallint[]) with ordinality as p (first, last, site, country, c)
    cross join lateral (
      select h.number, h.tie, bool_or(q.weight = 0) as same, sum(case when q.weight = 0 then 0 else q.weight + ${WEIGHT_UNIT} / (h.n + 1) end)
        + case when p.country = 0 or h.country = 0 then 0 when p.country = h.country then ${COUNTRY_WEIGHT} else -${COUNTRY_WEIGHT} end
        + case when p.site <> 0 and p.site = h.site then ${SAME_SITE_WEIGHT} else 0 end as weight
      from unnest(($8::bigint[])[p.first:p.last], ($9::int[])[p.first:p.last], ($10::int[])[p.first:p.last]) as q (key, weight, most)
      cross join lateral (select k.*, (count(*) over ())::int as n from (${ofKey('number, tie, site, country')}) as k) as h
      where h.n <= q.most group by h.number, h.tie, h.site, h.country order by same desc, weight desc, tie limit $3) as r
    cross join lateral (select * from index_accounts where space = ${SPACE} and number = r.number offset 0) as a`;

/**
 * The statement's arrays, from the fourth parameter on.
 * @param full keys that bring nobody, because too many have them: not looked for
 */
export function findParameters(profiles: readonly Profile[], exactOnly: boolean, full: ReadonlySet<number>): string[] {
  const [c, role, countedKey, countedMost, key, weight, most, first, last, site, country] = Array.from({ length: 11 }, (): number[] => []) as [
    number[], number[], number[], number[], number[], number[], number[], number[], number[], number[], number[]];
  for (const [at, profile] of profiles.entries()) {
    const counted = countedKeys(profile);
    first.push(key.length + 1);
    for (const one of searchKeys(profile, exactOnly)) {
      if (!full.has(one.key)) {
        key.push(one.key);
        weight.push(one.weight);
        most.push(one.most);
      }
      const counts = one.kind === 'same' ? ROLE.same : one.key === counted.namesakes ? ROLE.namesakes : one.key === counted.onDomain ? ROLE.onDomain : undefined;
      if (counts === undefined) continue;
      c.push(at + 1);
      role.push(counts);
      countedKey.push(one.key);
      countedMost.push(one.most);
    }
    last.push(key.length);
    site.push(siteColumn(profile.site));
    country.push(countryColumn(profile.countryCode));
  }
  return [c, role, countedKey, countedMost, key, weight, most, first, last, site, country].map(numbersText);
}
