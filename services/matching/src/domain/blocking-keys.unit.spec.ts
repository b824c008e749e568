import fc from 'fast-check';
import { KEY_WEIGHT, MOST_PER_KEY, blockingKeys, keyHash, type KeyKind } from './blocking-keys.ts';
import { profileOf, type CompanyFacts } from './profile.ts';

const keysOf = (facts: Partial<CompanyFacts>) => blockingKeys(profileOf({ name: '', website: '', country: '', ...facts }));
const shared = (a: Partial<CompanyFacts>, b: Partial<CompanyFacts>): number => {
  const known = new Set(keysOf(a).map(({ hash }) => hash));
  return keysOf(b).filter(({ hash }) => known.has(hash)).length;
};

describe('keys by which a company is found', () => {
  it('are numbers that stay the same in every version, as they stand in databases', () => {
    expect(['domain', 'name', 'word', 'pair', 'consonants', 'begin', 'end'].map((kind) => keyHash(kind as KeyKind, 'acme'))).toEqual([651189218106771, 1682789145772142, 780650676397193, 1742085247619972, 8658212457640823, 6611476330433922, 3091979213480749]);
    expect(keyHash('word', 'société')).toBe(1081457823288846);
  });

  it('are whole numbers of 53 bits, of another value for another kind', () => {
    const kinds = Object.keys(KEY_WEIGHT) as KeyKind[];
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
      const hashes = kinds.map((kind) => keyHash(kind, text));
      for (const hash of hashes) expect(Number.isSafeInteger(hash) && hash >= 0).toBe(true);
      expect(new Set(hashes).size).toBe(kinds.length);
    }));
  });

  it('are each there once, and of a kind with a cap and a weight', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('Acme', 'Group', 'of', 'IBM', 'International', 'Business', 'Machines', 'Inc', '(ACME)'), { maxLength: 8 }), (words) => {
      const keys = keysOf({ name: words.join(' '), website: 'acme.com' });
      expect(new Set(keys.map(({ hash }) => hash)).size).toBe(keys.length);
      for (const { kind } of keys) expect([MOST_PER_KEY[kind] > 0, KEY_WEIGHT[kind] > 0]).toEqual([true, true]);
    }));
  });

  it('are another value for another kind whatever the first letters are', () => expect(keyHash('word', 'st')).not.toBe(keyHash('consonants', 'ct')));

  it('are none of a blank company', () => expect(keysOf({})).toEqual([]));

  it.each([
    ['the site alone', { name: 'Acme', website: 'acme.com' }, { name: 'Globex', website: 'www.acme.com/en' }],
    ['the name alone', { name: 'Acme Inc.', website: 'a.com' }, { name: 'ACME', website: 'b.com' }],
    ['initials', { name: 'International Business Machines' }, { name: 'IBM Corp.' }],
    ['the label of a site as the name', { name: 'Blue Rock Partners LLC' }, { name: 'x', website: 'bluerockpartners.com' }],
    ['initials in the site', { name: 'University of Engineering Technology' }, { name: '?', website: 'uet.edu.pk' }],
    ['words together and apart', { name: 'Face Book' }, { name: 'Facebook, Inc.' }],
    ['a name in another language', { name: 'Universität Wien' }, { name: 'University of Wien' }],
    ['another script', { name: 'ПАО Сбербанк' }, { name: 'Sberbank PJSC' }],
    ['what it was called before', { name: 'Alphabet (formerly Google)' }, { name: 'Google LLC' }],
  ])('find one by %s', (_by, a, b) => expect(shared(a, b)).toBeGreaterThan(0));

  const letter = fc.constantFrom(...'abcdefghiklmnoprstuvz');
  const word = fc.string({ unit: letter, minLength: 10, maxLength: 14 });
  const slip = fc.record({ kind: fc.constantFrom('left out', 'twice', 'changed places', 'another'), at: fc.nat(), letter });
  const slipped = (name: string, { kind, at, letter: other }: { kind: string; at: number; letter: string }): string => {
    const i = at % (name.length - 1);
    const [before, one, two, after] = [name.slice(0, i), name[i] as string, name[i + 1] as string, name.slice(i + 2)];
    if (kind === 'left out') return before + two + after;
    if (kind === 'twice') return before + one + one + two + after;
    return kind === 'changed places' ? before + two + one + after : before + other + two + after;
  };

  it('find a name of one word of ten letters or more with one slip of the pen', () => {
    fc.assert(fc.property(word, slip, (name, how) => expect(shared({ name }, { name: slipped(name, how) })).toBeGreaterThan(0)), { numRuns: 500 });
  });

  it('find a name of several words with a slip in one of them', () => {
    fc.assert(fc.property(fc.uniqueArray(word, { minLength: 2, maxLength: 4 }), fc.nat(), slip, (words, which, how) => {
      const i = which % words.length;
      expect(shared({ name: words.join(' ') }, { name: words.map((w, j) => (j === i ? slipped(w, how) : w)).join(' ') })).toBeGreaterThan(0);
    }), { numRuns: 500 });
  });

  it('find words in another order', () => {
    fc.assert(fc.property(fc.uniqueArray(word, { minLength: 2, maxLength: 5 }), (words) => expect(shared({ name: words.join(' ') }, { name: [...words].reverse().join(' ') })).toBeGreaterThan(0)));
  });
});
