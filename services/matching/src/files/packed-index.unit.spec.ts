import { blockingKeys, keyHash } from '../domain/blocking-keys.ts';
import { profileOf, type CompanyFacts } from '../domain/profile.ts';
import { PackedIndex, joinParts } from './packed-index.ts';
import { PartBuilder } from './packed-part.ts';

const WORDS = ['acme', 'northwind', 'solar', 'delta', 'harbour', 'union', 'crystal', 'pioneer', 'summit', 'orchid', 'granite', 'falcon'];
const word = (n: number): string => WORDS[n % WORDS.length] as string;
/** Names that share words, sites that are shared, and a word that more accounts have than are ever compared. */
const companies: CompanyFacts[] = Array.from({ length: 900 }, (_, i) => ({
  name: `${word(i)} ${word(i * 7 + 3)} ${i % 5 === 0 ? `x${i}` : 'common'}`, website: i % 3 === 0 ? `www.${word(i * 5)}${i % 40}.com` : '', country: i % 2 === 0 ? 'DE' : '',
}));

/** The index over the companies, made of so many parts by builders that expect a file of so many bytes. */
function indexOf(parts: number, fileBytes?: number): PackedIndex {
  const builders = Array.from({ length: parts }, () => new PartBuilder(fileBytes));
  companies.forEach((company, i) => builders[Math.floor((i * parts) / companies.length)]?.add(`A${i}`, company));
  return new PackedIndex(joinParts(builders.map((builder) => builder.finish())));
}

describe('the index in shared memory', () => {
  const holders = new Map<number, number>();
  for (const company of companies) for (const { hash } of blockingKeys(profileOf(company))) holders.set(hash, (holders.get(hash) ?? 0) + 1);

  it.each([[1, undefined], [1, 1_000_000], [2, 0], [3, 50_000]])('counts who has each key, made of %s parts from a file of %s bytes', (parts, fileBytes) => {
    const index = indexOf(parts, fileBytes);
    expect(index.accounts).toBe(companies.length);
    expect([...holders].filter(([hash, count]) => index.count(hash) !== count)).toEqual([]);
    expect(index.count(keyHash('word', 'nobody'))).toBe(0);
  });

  it('gives each account back as it was taken', () => {
    const index = indexOf(3);
    companies.forEach((company, i) => expect(index.account(i)).toMatchObject({ owner: i, accountId: `A${i}`, profile: profileOf(company) }));
  });

  it('finds the same accounts however many parts it was made of', () => {
    const [one, three] = [indexOf(1), indexOf(3, 10)];
    for (const company of companies.filter((_, i) => i % 9 === 0)) expect(three.find(profileOf(company))).toEqual(one.find(profileOf(company)));
  });
});
