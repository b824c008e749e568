import type { Profile } from './profile.ts';
import type { RuleBlock, RuleSet } from './rules.ts';

const join = (...parts: string[]): string => parts.join('|');

/**
 * The name under which a site and a company name meet: "apple" for Apple Inc. and Apple Computer, Inc. on apple.com.
 * It is the domain's label where the label is the name, or the name's first words; undefined where they do not meet.
 */
function ownName(profile: Profile): string | undefined {
  if (profile.label.length < 3) return undefined;
  let head = '';
  for (const token of profile.tokens) {
    head += token;
    if (head === profile.label) return head;
  }
  return undefined;
}

function builtInKey(profile: Profile): string {
  const own = ownName(profile);
  if (own) return join('n', own, '', profile.countryCode);
  return join('n', profile.nameKey, profile.domain, profile.countryCode);
}

/** The parts of a block that a candidate must share with its like; undefined when it has not all of them. */
function keyOfBlock(block: RuleBlock, profile: Profile): string | undefined {
  const parts: string[] = [];
  for (const type of block.allOf) {
    const part = {
      strict: profile.plainName && profile.domain && join(profile.plainName, profile.domain),
      'normalised-name': profile.nameKey,
      'domain-and-subdomain': profile.host,
      domain: profile.domain,
      'similar-name': ownName(profile) ?? profile.nameKey,
      'domain-not-different': '-', // no equality to make a key of
    }[type];
    if (part === '') return undefined;
    parts.push(`${type}:${part}`);
  }
  return join(...parts, block.ignoreCountry ? '*' : profile.countryCode);
}

/**
 * Two candidates with the same key are the same company (CNA-7). A key must be worked out from one candidate alone, so that
 * it is the same in any order and any batch, while "would match each other" is a relation of pairs and not even
 * transitive. Therefore:
 * - built-in rules: country, and the name under which site and name meet (see `ownName`), so that "Apple Inc.", "Apple
 *   Computer, Inc" (both apple.com) and "Apple" without a site are one; else normalised name and domain;
 * - a workspace's rules: the values that the loosest block compares, of the blocks for which the candidate has them all.
 * What only a pairwise look can tell (a misspelt name; a country that is not given) keeps two keys, and is caught when
 * the CRM is asked again at the moment of writing.
 */
export function identityKey(profile: Profile, rules: RuleSet): string {
  if (rules.builtIn) return builtInKey(profile);
  for (const block of [...rules.blocks].reverse()) {
    const key = keyOfBlock(block, profile);
    if (key !== undefined) return `${block.name}|${key}`;
  }
  return builtInKey(profile);
}
