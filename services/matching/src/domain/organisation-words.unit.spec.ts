import { FILLERS, GENERIC_WORDS, UNIT_WORDS, canonicalWord } from './organisation-words.ts';
import { wordsOf } from './name-words.ts';
import { foldText } from './text-folding.ts';

describe('words of organisations', () => {
  it.each([
    ['univ', 'university'], ['intl', 'international'], ['mfg', 'manufacturing'], ['hastanesi', 'hospital'], ['szpital', 'hospital'], ['nemocnice', 'hospital'], ['korhaz', 'hospital'], ['spitalul', 'hospital'], ['sairaala', 'hospital'],
    ['yliopisto', 'university'], ['egyetem', 'university'], ['universitesi', 'university'], ['sigorta', 'insurance'], ['verzekeringen', 'insurance'], ['forsakring', 'insurance'], ['asuransi', 'insurance'], ['ministerstwo', 'ministry'], ['bakanligi', 'ministry'],
    ['fundacja', 'foundation'], ['alapitvany', 'foundation'], ['yayasan', 'foundation'], ['svcs', 'service'], ['hldgs', 'holding'],
  ])('%s is compared as %s', (token, word) => expect(canonicalWord(token)).toBe(word));

  it('stand for one word each: what a word stands for stands for itself', () => {
    for (const word of ['university', 'hospital', 'bank', 'international', 'association', 'technology', 'trade', ...UNIT_WORDS]) {
      const once = canonicalWord(word);
      expect([word, canonicalWord(once)]).toEqual([word, once]);
    }
  });

  it('leave alone what means something else as often as not', () => {
    for (const word of ['real', 'labor', 'min', 'ent', 'sol', 'technion', 'ist', 'commercial', 'acme', 'berlin', 'constructor', '__proto__', 'toString']) expect(canonicalWord(word)).toBe(word);
  });

  it('are written as names are read', () => {
    for (const word of [...FILLERS, ...GENERIC_WORDS, ...UNIT_WORDS]) expect(wordsOf(foldText(word))).toEqual([word]);
  });
});
