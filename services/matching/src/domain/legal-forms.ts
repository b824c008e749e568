/**
 * Legal forms of the world, folded as `foldText` does and with dots taken off ("S.A. de C.V." → "sa de cv").
 * Sources: the ISO 20275 Entity Legal Forms code list (GLEIF, CC0), national company registers, and for the CJK forms
 * the companies acts of Japan (会社法), China (公司法) and Korea (상법). Forms that are also everyday words of names
 * ("trust", "group", "holding", "bank", "foundation") are no legal forms here: dropping them merges companies.
 */
const LATIN_SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  'United States, Canada': [
    'inc', 'incorporated', 'corp', 'corporation', 'co', 'company', 'llc', 'l l c', 'lllp', 'llp', 'lp', 'pc', 'pllc', 'pbc', 'ulc', 'ltee', 'limitee', 'nfp', 'na',
    'limited liability company', 'limited partnership', 'unlimited liability company',
  ],
  'United Kingdom, Ireland, Commonwealth': ['ltd', 'limited', 'plc', 'cic', 'cio', 'public limited company', 'public co limited', 'public co ltd', 'public company ltd', 'public co', 'pub co', 'pty', 'proprietary', 'pvt', 'private', 'pte', 'dac', 'clg', 'uc', 'bhd', 'berhad', 'sdn', 'nl', 'opc'],
  'Germany, Austria, Switzerland': ['gmbh', 'mbh', 'ag', 'kg', 'kgaa', 'ohg', 'gbr', 'ug', 'ev', 'eg', 'ek', 'se', 'ges', 'gesmbh', 'ggmbh', 'haftungsbeschrankt', 'aktiengesellschaft', 'gesellschaft mit beschrankter haftung', 'kommanditgesellschaft', 'vvag', 'genossenschaft'],
  'France, Belgium, Luxembourg': ['sa', 'sas', 'sasu', 'sarl', 'eurl', 'sca', 'scs', 'snc', 'sprl', 'srl', 'sc', 'sci', 'scop', 'asbl', 'gie', 'societe anonyme', 'societe par actions simplifiee', 'societe a responsabilite limitee', 'sicav'],
  'Italy': ['spa', 'srl', 'srls', 'sapa', 'snc', 'sas', 'societa per azioni', 'societa a responsabilita limitata', 'scarl', 'scpa', 'soc coop'],
  'Spain, Portugal, Latin America': [
    'sl', 'slu', 'sll', 'sau', 'sociedad anonima', 'sociedad limitada', 'sociedad de responsabilidad limitada', 'scl', 'scoop', 'lda', 'ltda', 'limitada', 'sgps', 'me', 'epp', 'eireli', 'sa de cv', 'sab de cv', 'sab',
    'sapi de cv', 's de rl', 's de rl de cv', 'sociedad anonima de capital variable', 'sociedad anonima bursatil de capital variable', 'ca', 'eirl', 'spa', 'saa', 'sac', 'sociedade anonima', 'saic', 'saicf', 'sacif', 'saci', 'esp',
  ],
  'Netherlands, Flanders': ['bv', 'nv', 'vof', 'cv', 'cvba', 'bvba', 'besloten vennootschap', 'naamloze vennootschap', 'vzw', 'ua'],
  'Nordic countries': ['ab', 'as', 'asa', 'aps', 'oy', 'oyj', 'hf', 'ehf', 'ohf', 'ks', 'hb', 'ans', 'da', 'nuf', 'abp', 'publ', 'ab publ', 'aktiebolag', 'aktieselskab', 'aksjeselskap', 'osakeyhtio', 'amba', 'ivs', 'sf', 'ky'],
  'Central and Eastern Europe': [
    'sro', 'spol sro', 'spol s r o', 'as', 'akciova spolecnost', 'sp zoo', 'sp z oo', 'spolka z ograniczona odpowiedzialnoscia', 'spolka akcyjna', 'sp j', 'sp k', 'kft', 'zrt', 'nyrt', 'bt', 'rt', 'doo', 'dd', 'ad', 'ead', 'eood',
    'ood', 'jdoo', 'uab', 'sia', 'ou', 'as', 'osauhing', 'ooo', 'oao', 'zao', 'pao', 'ao', 'pjsc', 'ojsc', 'cjsc', 'jsc', 'tov', 'prat', 'pat', 'vat', 'llp', 'public joint stock company', 'open joint stock company', 'closed joint stock company', 'joint stock company',
  ],
  'Greece, Turkey, Israel, Middle East': ['ae', 'epe', 'ike', 'oe', 'anonim sirketi', 'limited sirketi', 'ltd sti', 'sti', 'tas', 'aos', 'bm', 'saog', 'saoc', 'psc', 'pjsc', 'fzco', 'fze', 'fz llc', 'wll', 'bsc', 'kscp', 'ksc', 'kpsc', 'qpsc', 'qsc', 'sae', 'sal', 'jsc', 'llc'],
  'Asia': ['kk', 'gk', 'yk', 'kabushiki kaisha', 'godo kaisha', 'yugen kaisha', 'pt', 'tbk', 'persero', 'pcl', 'public company limited', 'public company', 'nyse', 'jk', 'tnhh', 'jsc', 'corp ltd', 'co ltd', 'coltd', 'inc ltd', 'sarl'],
  'Africa': ['rf', 'soc', 'npc', 'cc', 'sarlau', 'spa', 'sarl au'],
};

const LATIN_PREFIXES = ['pt', 'ooo', 'oao', 'zao', 'pao', 'ao', 'pjsc', 'ojsc', 'jsc', 'cjsc', 'kk', 'cv', 'ud', 'ad', 'tov', 'prat', 'uab', 'sia', 'as', 'sa', 'firma'];

/** Written without spaces, before or after the name. */
const CJK_FORMS = [
  '株式会社', '有限会社', '合同会社', '合資会社', '合名会社', '一般社団法人', '公益社団法人', '一般財団法人', '公益財団法人', '社団法人', '財団法人', '学校法人', '医療法人社団', '医療法人', '社会福祉法人', '特定非営利活動法人', '独立行政法人', '国立大学法人',
  '股份有限公司', '股份公司', '有限责任公司', '有限責任公司', '集团有限公司', '有限公司', '주식회사', '유한회사', '재단법인', '사단법인', '(주)', '㈜',
].map((form) => form.normalize('NFKC'));

const byTokens = (forms: readonly string[]): string[][] => forms.map((form) => form.trim().split(' ')).sort((a, b) => b.length - a.length);
const SUFFIXES = new Map<string, string[][]>();
for (const form of byTokens(Object.values(LATIN_SUFFIXES).flat())) {
  const last = form[form.length - 1] as string;
  SUFFIXES.set(last, [...(SUFFIXES.get(last) ?? []), form]);
}
const PREFIXES = new Set(LATIN_PREFIXES);

const endsWith = (tokens: readonly string[], form: readonly string[]): boolean =>
  tokens.length > form.length && form.every((token, i) => tokens[tokens.length - form.length + i] === token);

/** Long words of legal forms, which are met with slips of the pen: "corpoation", "limite". */
const LONG_WORDS = ['corporation', 'incorporated', 'limited', 'company', 'private'];
const SLIPS = new Map<string, string>();
for (const word of LONG_WORDS) {
  for (let i = 0; i < word.length; i += 1) {
    const without = word.slice(0, i) + word.slice(i + 1);
    const swapped = i + 1 < word.length ? word.slice(0, i) + (word[i + 1] as string) + (word[i] as string) + word.slice(i + 2) : '';
    for (const slip of [without, swapped, word.slice(0, i) + (word[i] as string) + word.slice(i)]) if (slip !== word && slip !== '' && !SUFFIXES.has(slip)) SLIPS.set(slip, word);
  }
}

/** The legal form's word that was meant. */
const meant = (token: string): string => SLIPS.get(token) ?? token;

/** The tokens without the legal forms at their ends; a name that is nothing but legal forms keeps its first token. */
export function withoutLegalForms(tokens: readonly string[]): string[] {
  let rest = [...tokens];
  const spelled = tokens.map(meant);
  for (;;) {
    const told = spelled.slice(0, rest.length);
    const form = SUFFIXES.get(told[told.length - 1] ?? '')?.find((f) => endsWith(told, f));
    if (!form) break;
    rest = rest.slice(0, rest.length - form.length);
    // "Golf & Co", "Schmidt & Co KG": the joining word goes with the form.
    while (rest.length > 1 && rest[rest.length - 1] === 'and') rest.pop();
  }
  if (rest.length > 1 && PREFIXES.has(rest[0] as string)) rest.shift();
  return rest;
}

/** The text without a CJK legal form at either end. */
export function withoutCjkForms(text: string): string {
  let rest = text;
  for (const form of CJK_FORMS) {
    if (rest.length > form.length && rest.startsWith(form)) rest = rest.slice(form.length).trim();
    if (rest.length > form.length && rest.endsWith(form)) rest = rest.slice(0, -form.length).trim();
  }
  return rest;
}
