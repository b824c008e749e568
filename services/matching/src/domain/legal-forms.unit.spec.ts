import fc from 'fast-check';
import { readName } from './company-name.ts';
import { LEGAL_FORMS, partLegalForms, withoutUnspacedForms } from './legal-forms.ts';
import { UNSPACED_FORMS } from './legal-forms/unspaced.ts';
import { foldText } from './text-folding.ts';

const nameOf = (name: string): string => readName(name).forms[0]?.tokens.join(' ') ?? '';
const suffixes = [...new Set(Object.values(LEGAL_FORMS).flatMap((forms) => forms.suffixes))];
const prefixes = [...new Set(Object.values(LEGAL_FORMS).flatMap((forms) => forms.prefixes ?? []))];
/** Letters of the form decide: a Russian form stands beside a Russian name. */
const nameBeside = (form: string): string => (/\p{Script=Latin}/u.test(form) ? 'Zentralkraft' : 'Зентралкрафт');

describe('legal forms of the world', () => {
  it('come off the end of a name, each one of the table, in capitals and in small letters', () => {
    for (const form of suffixes) {
      for (const written of [form, form.toUpperCase(), form.toLowerCase(), form.replaceAll('.', '')]) expect([written, nameOf(`${nameBeside(form)} ${written}`)]).toEqual([written, 'zentralkraft']);
    }
  });

  it('come off the beginning, each one of the table', () => {
    for (const form of prefixes) {
      for (const written of [form, form.toUpperCase()]) expect([written, nameOf(`${written} ${nameBeside(form)}`)]).toEqual([written, 'zentralkraft']);
    }
  });

  it('come off where they are written without a space', () => {
    for (const form of Object.values(UNSPACED_FORMS).flat()) {
      expect([form, withoutUnspacedForms(foldText(`東光${form}`))]).toEqual([form, '東光']);
      expect([form, withoutUnspacedForms(foldText(`${form}東光`))]).toEqual([form, '東光']);
    }
  });

  it('never take the whole name', () => {
    for (const form of [...suffixes, ...prefixes, ...Object.values(UNSPACED_FORMS).flat()]) expect([form, nameOf(form) === '']).toEqual([form, false]);
    const token = fc.constantFrom('inc', 'co', 'ltd', 'gmbh', 'and', 'pt', 'ooo', 'sa', 'de', 'cv', 'acme', 'limite', 'corpoation', 'sanayi', 've', 'ticaret', 'as');
    fc.assert(fc.property(fc.array(token, { minLength: 1, maxLength: 8 }), (tokens) => {
      const { tokens: rest, legal } = partLegalForms(tokens);
      expect(rest.length).toBeGreaterThan(0);
      expect(rest.length + legal.length).toBe(tokens.length);
      // What is left stands together in the name.
      expect(` ${tokens.join(' ')} `).toContain(` ${rest.join(' ')} `);
    }));
  });

  it('are known of the countries of the world', () => {
    const countries = new Set([...Object.keys(LEGAL_FORMS), ...Object.keys(UNSPACED_FORMS)].flatMap((codes) => codes.split(' ')));
    for (const code of countries) expect(code).toMatch(/^[A-Z]{2}$/);
    expect(countries.size).toBeGreaterThan(150);
    for (const code of 'US CA MX BR AR CL CO PE VE GB IE DE AT CH FR BE NL LU IT ES PT SE NO DK FI IS EE LV LT PL CZ SK HU RO BG SI HR RS BA MK AL GR TR RU UA BY KZ GE AM AZ IL SA AE EG IR IN PK BD LK CN TW HK JP KR TH VN MY SG ID PH AU NZ ZA NG KE MA DZ TN SN CI'.split(' ')) {
      expect([code, countries.has(code)]).toEqual([code, true]);
    }
  });
});

describe('legal forms as they are met', () => {
  it.each([
    ['Acme Corpoation', 'acme'], ['Acme Limite', 'acme'], ['Acme Lmiited', 'acme'], ['Acme Incorportaed', 'acme'], ['Acme Compnay', 'acme'], ['Acme Prviate Limited', 'acme'],
  ])('with a slip of the pen: %s', (name, expected) => expect(nameOf(name)).toBe(expected));

  it.each([
    ['Golf & Co', 'golf'], ['Schmidt & Co. KG', 'schmidt'], ['Müller GmbH & Co. KG', 'muller'], ['Doğuş Otomotiv ve Ticaret A.Ş.', 'dogus otomotiv'], ['Arçelik Sanayi ve Ticaret Anonim Şirketi', 'arcelik'], ['Consorcio ARA S. A. B. de C. V.', 'consorcio ara'],
    ['Foo spol. s r.o.', 'foo'], ['Foo Sp. z o.o. sp.k.', 'foo'], ['AS Tallink Grupp', 'tallink grupp'], ['PT Astra International Tbk', 'astra international'], ['Công ty Cổ phần FPT', 'fpt'], ['Oy Karl Fazer Ab', 'karl fazer'], ['S.C. Dacia S.A.', 'sc dacia'],
    ['שפיר הנדסה בע"מ', nameOf('שפיר הנדסה')], ['شركة النور ذ.م.م', nameOf('النور')], ['Emaar Properties PJSC', 'emaar properties'], ['Naspers (Pty) Ltd', 'naspers'], ['Tata Sons (P) Ltd', 'tata sons'], ['Petróleos S.A. E.S.P.', 'petroleos'], ['L\'Atelier SARL AU', 'latelier'],
  ])('%s', (name, expected) => expect(nameOf(name)).toBe(expected));

  it('are told beside the name, wherever they stand', () => {
    expect(['Acme GmbH', 'OOO Acme', 'Acme', 'A/S Acme A/S', 'Acme Co., Ltd.'].map((name) => readName(name).legal)).toEqual(['gmbh', 'ooo', '', 'as as', 'co ltd']);
  });

  it('leave the words of names alone that are forms in some country: trust, group, holding, bank, foundation, fund', () => {
    for (const name of ['Wellcome Trust', 'Volvo Group', 'Umbra Holding', 'Deutsche Bank', 'Gates Foundation', 'Pershing Fund II', 'San Diego Zoo', 'Ohio Chemical Soc', 'Alpha REIT']) expect(nameOf(name)).toBe(name.toLowerCase());
  });
});
