import { AMERICAN_FORMS } from './legal-forms/americas.ts';
import { ASIAN_FORMS } from './legal-forms/asia.ts';
import { EASTERN_EUROPEAN_FORMS } from './legal-forms/eastern-europe.ts';
import { MIDDLE_EASTERN_AND_AFRICAN_FORMS } from './legal-forms/middle-east-and-africa.ts';
import type { LegalFormsOfPlace, LegalFormTable } from './legal-forms/table.ts';
import { UNSPACED_FORMS } from './legal-forms/unspaced.ts';
import { WESTERN_EUROPEAN_FORMS } from './legal-forms/western-europe.ts';
import { wordsOf } from './name-words.ts';
import { foldText } from './text-folding.ts';

/**
 * Legal forms of the world, as registers write them; the sources stand with each table. Forms that are also everyday words
 * of names ("trust", "group", "holding", "bank", "foundation") are no legal forms here: dropping them merges companies. For
 * the same reason there are none of two letters that begin or end names as often as not ("SC Johnson", "JP Morgan", "Fund II"),
 * except in letters of their own (ИП, ПП).
 */
export const LEGAL_FORMS: LegalFormTable = { ...AMERICAN_FORMS, ...WESTERN_EUROPEAN_FORMS, ...EASTERN_EUROPEAN_FORMS, ...ASIAN_FORMS, ...MIDDLE_EASTERN_AND_AFRICAN_FORMS };

/** A form's tokens, as the names that have it are read: as written, and with its dots left out or followed by spaces. */
function spellingsOf(form: string): string[] {
  const folded = foldText(form);
  return [...new Set([folded, folded.replaceAll('.', ''), folded.replaceAll('.', '. ')].map((text) => wordsOf(text).join(' ')))];
}

const spelled = (choose: (forms: LegalFormsOfPlace) => readonly string[]): string[][] =>
  [...new Set(Object.values(LEGAL_FORMS).flatMap(choose).flatMap(spellingsOf))].map((form) => form.split(' ')).sort((a, b) => b.length - a.length);

function groupedBy(token: (form: readonly string[]) => string, forms: readonly string[][]): ReadonlyMap<string, string[][]> {
  const groups = new Map<string, string[][]>();
  for (const form of forms) groups.set(token(form), [...(groups.get(token(form)) ?? []), form]);
  return groups;
}

/** Forms by their last token, and by their first; the longest first. */
const SUFFIXES = groupedBy((form) => form[form.length - 1] as string, spelled(({ suffixes }) => suffixes));
const PREFIXES = groupedBy((form) => form[0] as string, spelled(({ prefixes = [] }) => prefixes));

const endsWith = (tokens: readonly string[], form: readonly string[]): boolean =>
  tokens.length > form.length && form.every((token, i) => tokens[tokens.length - form.length + i] === token);
const beginsWith = (tokens: readonly string[], form: readonly string[]): boolean => tokens.length > form.length && form.every((token, i) => tokens[i] === token);

const JOINING: ReadonlySet<string> = new Set(['and', 'und', 'et', 've']);

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

/** The tokens without the legal forms at their ends, and the forms themselves; a name that is nothing but legal forms keeps its first token. */
export function partLegalForms(tokens: readonly string[]): { tokens: string[]; legal: string[] } {
  const told = tokens.map(meant);
  let end = told.length;
  for (;;) {
    const rest = told.slice(0, end);
    const form = SUFFIXES.get(rest[end - 1] ?? '')?.find((f) => endsWith(rest, f));
    if (!form) break;
    end -= form.length;
    // "Golf & Co", "Schmidt & Co KG", "Doğuş Oto ve Ticaret A.Ş.": the joining word goes with the form.
    while (end > 1 && JOINING.has(told[end - 1] as string)) end -= 1;
  }
  const rest = told.slice(0, end);
  const begin = PREFIXES.get(rest[0] ?? '')?.find((f) => beginsWith(rest, f))?.length ?? 0;
  return { tokens: tokens.slice(begin, end), legal: [...tokens.slice(0, begin), ...tokens.slice(end)] };
}

/** True of "publ", "pty ltd": nothing but legal forms. */
export const isLegalForm = (tokens: readonly string[]): boolean => partLegalForms(['a name', ...tokens]).tokens.length === 1;

const UNSPACED = [...new Set(Object.values(UNSPACED_FORMS).flat().map(foldText))].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));

/** A folded text without the forms that are written without a space at either end: "株式会社ケツト" → "ケツト". */
export function withoutUnspacedForms(folded: string): string {
  let rest = folded;
  for (const form of UNSPACED) {
    if (rest.length > form.length && rest.startsWith(form)) rest = rest.slice(form.length).trim();
    if (rest.length > form.length && rest.endsWith(form)) rest = rest.slice(0, -form.length).trim();
  }
  return rest;
}
