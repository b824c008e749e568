import fc from 'fast-check';
import { comparedWords, isAddress, nameKeyOf, readName } from './company-name.ts';
import { foldText, inLatin, plainText } from './text-folding.ts';

const formsOf = (name: string): string[] => readName(name).forms.map(({ tokens }) => tokens.join(' '));
const wordsOf = (name: string): string => readName(name).forms[0]?.words.join(' ') ?? '';

describe('the ways in which a company is called', () => {
  it.each([
    ['International Business Machines (IBM)', ['international business machines', 'international business machines ibm', 'ibm']],
    ['CSSC (Hong Kong) Shipping', ['cssc shipping', 'cssc hong kong shipping']],
    ['Shape Robotics (Denmark)', ['shape robotics']],
    ['Alphabet Inc. (formerly Google Inc.)', ['alphabet', 'google']],
    ['Meta Platforms, formerly known as Facebook, Inc.', ['meta platforms', 'facebook']],
    ['Smith Holdings d/b/a Corner Bakery', ['smith holdings', 'corner bakery']],
    ['Smith Holdings DBA Corner Bakery LLC', ['smith holdings', 'corner bakery']],
    ['Blue Ltd trading as Red', ['blue', 'red']],
    ['Blue Ltd t/a Red', ['blue', 'red']],
    ['Nordwind f/k/a Südwind', ['nordwind', 'sudwind']],
    ['Nordwind AG a/k/a NW', ['nordwind', 'nw']],
    ['Universiteit Leiden / Leiden University', ['universiteit leiden', 'leiden university']],
    ['Sony Group | ソニーグループ', ['sony group', 'sonigurupu']],
  ])('%s', (name, forms) => expect(formsOf(name)).toEqual(forms));

  it.each([
    ['Poolia AB (publ)', ['poolia']], ['Naspers (Pty) Ltd', ['naspers']], ['Siemens (Europe)', ['siemens', 'siemens europe']], ['Acme (International)', ['acme', 'acme international']], ['Acme (Holdings) Ltd', ['acme', 'acme holdings']],
  ])('have none that is only a legal form, a region or a word of any name: %s', (name, forms) => expect(formsOf(name)).toEqual(forms));

  it('are four at most, and none twice', () => {
    const part = fc.constantFrom('Acme', 'Globex Inc.', 'Initech', 'Umbra GmbH', 'Hooli', '(ACME)', '/', 'formerly', 'd/b/a', '[old]', '(Canada)');
    fc.assert(fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const forms = formsOf(parts.join(' '));
      expect(forms.length).toBeLessThanOrEqual(4);
      expect(new Set(forms).size).toBe(forms.length);
    }));
  });

  it('keep a country that is a part of the name', () => {
    expect(formsOf('Bank of China')).toEqual(['bank of china']);
    expect(formsOf('Canada Goose')).toEqual(['canada goose']);
    expect(formsOf('(Canada)')).toHaveLength(1);
  });
});

describe('what is not the name', () => {
  it.each([
    ['[DNU] InfraStrata plc', 'infrastrata'], ['zz_Acme', 'acme'], ['xxx Acme', 'acme'], ['Acme *Customer*', 'acme'], ['Acme - Official Site', 'acme'], ['Acme | Home', 'acme'], ['Welcome to Acme', 'acme'], ['DUPLICATE - Acme Ltd', 'acme'],
    ['Acme (old)', 'acme'], ['Acme Inc. – HQ', 'acme'], ['Acme Head Office', 'acme'], ['Acme: EMEA', 'acme'],
  ])('a remark about the record: %s', (name, expected) => expect(formsOf(name)[0]).toBe(expected));

  it.each([
    ['Acme Class A', 'acme'], ['Acme Corp. Cl B', 'acme'], ['Siemens AG Inh. O.N.', 'siemens'], ['Alibaba ADR', 'alibaba'], ['Gazprom GDR', 'gazprom'], ['Acme Registered Shares', 'acme'],
  ])('the kind of a share: %s', (name, expected) => expect(formsOf(name)[0]).toBe(expected));

  it('but a name that is nothing else keeps it', () => {
    for (const name of ['Test', 'Old', 'HQ', 'Home', 'Class A', '[old]', '*x*', 'The', 'd/b/a', '()', '(()', '/ /', 'formerly']) expect(readName(name).forms.length).toBeGreaterThan(0);
    expect(formsOf('Old Mutual')).toEqual(['old mutual']);
    expect(formsOf('First Class')).toEqual(['first class']);
    expect(formsOf('Home Depot')).toEqual(['home depot']);
  });

  it('a spelling that an import joined a second time', () => {
    expect(wordsOf('Ferrari NV Ferrari SpA')).toBe(wordsOf('Ferrari NV').concat(' nv'));
    expect(wordsOf('Acme Acme')).toBe('acme');
  });
});

describe('letters', () => {
  it.each([
    ['Müller', 'Muller'], ['Łódź Zakład', 'Lodz Zaklad'], ['Ørsted', 'Orsted'], ['Straße', 'Strasse'], ['İstanbul', 'Istanbul'], ['Æon', 'Aeon'], ['ＡＣＭＥ', 'acme'], ['ﬁnance', 'finance'], ['Nestle\u0301', 'Nestlé'], ['L’Oréal', "L'Oreal"], ['McDonald´s', 'McDonalds'],
  ])('%s is %s', (a, b) => expect(readName(a).key).toBe(readName(b).key));

  it.each([
    ['ООО «Ромашка»', 'romashka'], ['ПАО Сбербанк', 'sberbank'], ['ТОВ Епіцентр', 'epitsentr'], ['ИП Иванов', 'ivanov'], ['Софарма АД', 'sofarma'], ['ΔΕΗ Α.Ε.', 'dei'], ['대한항공 주식회사', 'daehanhanggong'], ['삼성전자㈜', 'samseongjeonja'],
    ['大唐电信科技股份有限公司', 'datangdianxinkeji'], ['台灣積體電路製造股份有限公司', 'taiwanjitidianluzhizao'], ['บริษัท ปตท จำกัด (มหาชน)', 'ptth'],
  ])('%s is read in Latin letters, without its legal form', (name, expected) => expect(formsOf(name)[0]).toBe(expected));

  it('tell the legal form by the letters of the country: an English "IP", "UP" or "AT" in front stays', () => {
    expect(formsOf('IP Group plc')).toEqual(['ip group']);
    expect(formsOf('UP Fintech Holding')).toEqual(['up fintech holding']);
    expect(formsOf('JP Morgan')).toEqual(['jp morgan']);
    expect(formsOf('SC Johnson')).toEqual(['sc johnson']);
  });

  it.each([
    ['J.P. Morgan', 'JP Morgan'], ['J. P. Morgan', 'J P Morgan'], ['A.B.C. Bank', 'ABC Bank'], ['T-Mobile', 'TMobile'], ['AT&T', 'AT and T'], ['Procter & Gamble', 'Procter and Gamble'], ['Johnson + Johnson', 'Johnson & Johnson'], ['S. A. Foo', 'SA Foo'],
  ])('initials and joining marks: %s is %s', (a, b) => expect(readName(a).key).toBe(readName(b).key));

  it.each([
    ['Intl Business Univ.', 'international business university'], ['Acme Mfg Co', 'acme manufacturing'], ['Universität Wien', 'university wien'], ['Üniversitesi Hastanesi', 'university hospital'], ['Acme Svcs & Sol', 'acme service sol'], ['Alzheimer Stiftung', 'alzheimer foundation'],
  ])('abbreviations and other languages: %s is compared as "%s"', (name, words) => expect(wordsOf(name)).toBe(words));
});

describe('any text', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.string({ unit: fc.constantFrom(...'abcxyzéüßøæłñçşğı .,&-/()[]|*"\'жяλωاש株(') , maxLength: 40 }));

  it('has forms unless it is blank, none of them without words', () => {
    fc.assert(fc.property(text, (name) => {
      const { forms, plain, key } = readName(name);
      expect(forms.length === 0).toBe(plain === '');
      expect(key === '').toBe(plain === '');
      for (const form of forms) {
        expect(form.tokens.length).toBeGreaterThan(0);
        expect(form.words.length).toBeGreaterThan(0);
        expect(form.tokens).not.toContain('');
      }
    }), { numRuns: 500 });
  });

  it('is read the same composed and decomposed, in wide letters and with more spaces', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'abcdéüñçşå .&-'), maxLength: 30 }), (name) => {
      const { key } = readName(name);
      expect(readName(name.normalize('NFD')).key).toBe(key);
      expect(readName(`  ${name.replaceAll(' ', '  ')} `).key).toBe(key);
      expect(readName(name.toUpperCase()).key).toBe(key);
    }));
  });

  it('is folded once and for all', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (name) => {
      expect(foldText(foldText(name))).toBe(foldText(name));
      expect(plainText(plainText(name))).toBe(plainText(name));
    }), { numRuns: 500 });
    expect(inLatin(foldText('Сибур'))).toBe('sibur');
    expect(inLatin('société')).toBe('société');
  });
});

it('a name that is an address is the name in it', () => {
  expect(formsOf('www.realtek.com')).toEqual(['realtek']);
  expect(formsOf('https://acme.co.uk/')).toEqual(['acme']);
  expect([isAddress('acme.com'), isAddress('Acme Inc.'), isAddress('Booking.com B.V.')]).toEqual([true, false, false]);
});

it('joining words count for nothing, unless the name is nothing else', () => {
  expect(comparedWords(['university', 'of', 'the', 'north'])).toEqual(['university', 'north']);
  expect(comparedWords(['of', 'the'])).toEqual(['of', 'the']);
  expect(nameKeyOf(['intl', 'paper'])).toBe('internationalpaper');
});
