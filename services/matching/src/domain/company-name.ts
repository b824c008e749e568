import { NO_COUNTRY } from './country-aliases.ts';
import { isCountry } from './country.ts';
import { isLegalForm, partLegalForms, withoutUnspacedForms } from './legal-forms.ts';
import { wordsOf } from './name-words.ts';
import { FILLERS, GENERIC_WORDS, canonicalWord } from './organisation-words.ts';
import { foldText, inLatin, isOtherScript, plainText } from './text-folding.ts';
import { readSite } from './website.ts';

/** One way in which a company is called. */
export interface NameForm {
  /** Words without legal forms, punctuation, accents and a leading "the", in Latin letters. */
  tokens: string[];
  /** The tokens as they are compared: abbreviations, plurals and other languages' words for one, without joining words. */
  words: string[];
}

export interface CompanyName {
  /** Equal but for case, width and spaces. */
  plain: string;
  /** The tokens of the first form without the spaces: what "normalised name" compares ("T-Mobile", "T Mobile" and "TMobile" are one). */
  key: string;
  /** The name itself first, then what stands in brackets, after "formerly", "d/b/a", a slash. None only when the name is blank. */
  forms: NameForm[];
  /** Legal form, folded: "gmbh", "co ltd"; empty when none is written. */
  legal: string;
}

const MOST_FORMS = 4;
/** A remark about the record, not a name: taken off at either end. */
const REMARK_TAIL = /\s*(?:[–—|:-]\s*|\s)(?:home(?:\s?page)?|official\s+(?:web\s?)?site|official|web\s?site|hq|head\s?quarters?|head\s+office|main\s+office|inactive|duplicate|do\s+not\s+use|old|test)\s*\.?$/i;
const REMARK_SEPARATED = /\s*(?:[–—|:-]\s+|\()(?:home(?:\s?page)?|official\s+(?:web\s?)?site|official|web\s?site|hq|head\s?quarters?|head\s+office|main(?:\s+office)?|inactive|duplicate|dup|dupe|do\s+not\s+use|old|new|test|customer|prospect|closed|global|emea|apac|amer|nam|latam)\)?\s*\.?$/i;
const REMARK_HEAD = /^\s*(?:(?:z{2,}|x{2,})\s*[_-]+\s*|(?:z{3,}|x{3,})\s+|m\/s\.?\s+|(?:welcome\s+to)\s+|(?:duplicate|dup|dupe|old|test|inactive|do\s+not\s+use|dnu)\s*[-_:]+\s*)/i;
/** Kinds of shares, as lists of securities add them. */
const SHARE_TAIL = /\s+(?:class\s+[a-h]|cl\s+[a-h]|inh\.?\s?e\.?o\.?(?:n\.?)?|inh\.?\s?o\.?n\.?|nam\.?(?:[-\s]ak(?:t|tie|tien)?)?|o\.?\s?n\.|adr|ads|gdr|reg(?:istered)?\.?\s+shares?|shs|npv|c\.\s?inc\.?|c\.\s?icn\.?)\s*\.?$/i;
const ALIAS_WORDS = /\s*[,;(]?\s*(?<![\p{L}\p{N}])(?:formerly(?:\s+known\s+as)?|previously(?:\s+known\s+as)?|f\/?k\/?a|d\/?b\/?a|a\/?k\/?a|also\s+known\s+as|doing\s+business\s+as|trading\s+as|t\/a|ex(?=\s*[:.]))(?![\p{L}\p{N}])[\s:.]*/iu;
const HAS_MARKS = /[()[\]*/|–—:（）【】「」_-]|^\s*(?:z{3,}|x{3,})\s|\b(?:inactive|duplicate|office|use|formerly|previously|fka|dba|aka|also|doing|trading|home|site|official|hq|head|headquarters|website|welcome|old|test|class|cl|inh|nam|adr|ads|gdr|reg|registered|shs|npv)\b|\b[oc]\.\s?(?:n|inc|icn)\b/i;

const cut = (name: string, pattern: RegExp): string => {
  const rest = name.replace(pattern, '').trim();
  return rest === '' ? name : rest;
};

/** Marks that people and imports leave in CRM names: "[DNU] Acme", "zz_Acme", "*Customer*", "Acme - Official Site". */
function withoutRemarks(name: string): string {
  const bare = cut(cut(name, /\*[^*]{1,30}\*/g), /\[[^\]]{1,30}\]/g);
  return cut(cut(cut(cut(bare, REMARK_HEAD), REMARK_SEPARATED), REMARK_TAIL), SHARE_TAIL);
}

/** "Shape Robotics (Denmark)", "Alianza Minerals - Canada": the country is compared as the country. */
function withoutCountry(name: string): string {
  const match = /^(.*\S)\s*(?:\(([^()]+)\)|\s[–-]\s*([^–-]+))\s*$/.exec(name);
  if (!match) return name;
  const tail = (match[2] ?? match[3] ?? '').trim();
  return isCountry(tail) ? (match[1] as string) : name;
}

/** True of a name that is only an address ("www.realtek.com"). */
export const isAddress = (name: string): boolean => name.includes('.') && /^(https?:\/\/)?(www\.)?[a-z0-9-]+(\.[a-z0-9-]+)+\/?$/i.test(name.trim());

/** A name that is only an address is the name in the address. */
function nameInAddress(name: string): string {
  if (!isAddress(name)) return name;
  const { label } = readSite(name);
  return label.length > 1 ? label : name;
}

/** The ways to call the company that the text as a whole holds, the first one first. */
function spellings(name: string): string[] {
  if (!HAS_MARKS.test(name)) return [name];
  const told = withoutCountry(withoutRemarks(name));
  const parts = told.split(ALIAS_WORDS).flatMap((part) => part.split(/\s+[/|]\s+|\s+\/|\/\s+/)).map((part) => part.replace(/\)\s*$/, (end) => (part.includes('(') ? end : '')).trim()).filter((part) => part !== '');
  const found: string[] = [];
  for (const part of parts) {
    const inside = [...part.matchAll(/[（(]([^()（）]+)[)）]/g)].map((m) => (m[1] as string).trim());
    const outside = part.replace(/[（(][^()（）]*[)）]/g, ' ').trim();
    if (inside.length === 0) found.push(part);
    else {
      if (outside !== '') found.push(outside);
      // Words in the middle belong to the name as often as not: "CSSC (Hong Kong) Shipping".
      found.push(part.replace(/[()（）]/g, ' '));
      found.push(...inside.filter((text) => text.length > 1 && !isCountry(text)));
    }
  }
  return found.length === 0 ? [name] : found;
}

/** The tokens without the spaces, abbreviations and plurals as one word: what "normalised name" compares. */
export const nameKeyOf = (tokens: readonly string[]): string => tokens.map(canonicalWord).join('');

/** The words as they are compared; a name that is nothing but joining words keeps them. */
export function comparedWords(tokens: readonly string[]): string[] {
  const kept: string[] = [];
  for (const token of tokens) {
    if (FILLERS.has(token)) continue;
    const word = canonicalWord(token);
    // "Ferrari NV Ferrari SpA": imports join the spellings of two columns.
    if (!kept.includes(word)) kept.push(word);
  }
  return kept.length > 0 ? kept : [...tokens];
}

/** A text in other letters than Latin, in Latin letters; its legal form is told by the letters it is written in: "ИП", "АД", "שפיר בע״מ". */
function inLatinWithoutForms(folded: string): string {
  if (!isOtherScript(folded)) return folded;
  const bare = withoutUnspacedForms(folded);
  const words = wordsOf(bare);
  const { tokens, legal } = partLegalForms(words);
  return inLatin(legal.length === 0 ? bare : tokens.join(' '));
}

function formOf(text: string): NameForm & { legal: string } {
  const all = wordsOf(inLatinWithoutForms(foldText(text)));
  if (all.length > 1 && all[0] === 'the') all.shift();
  const { tokens, legal } = partLegalForms(all);
  return { tokens, words: comparedWords(tokens), legal: legal.join(' ') };
}

/** False of a part of a name that is none by itself: "(publ)", "(Pty)", "(Europe)", "(International)" make no two companies one. */
const isAlias = ({ tokens, words }: NameForm): boolean => !isLegalForm(tokens) && !NO_COUNTRY.has(tokens.join(' ')) && !words.every((word) => GENERIC_WORDS.has(word));

/**
 * What a company name comes down to: Unicode differences, other scripts, punctuation, "&", legal forms of the world, a
 * leading "the", remarks and a trailing country are taken off. Never nothing, unless the name is blank.
 */
export function readName(name: string): CompanyName {
  const plain = plainText(name);
  if (plain === '') return { plain, key: '', forms: [], legal: '' };
  const forms: NameForm[] = [];
  const keys = new Set<string>();
  let legal = '';
  for (const spelling of spellings(name.normalize('NFC')).map(nameInAddress)) {
    const form = formOf(spelling);
    const key = form.tokens.join('');
    if (key === '' || keys.has(key) || forms.length >= MOST_FORMS || (forms.length > 0 && !isAlias(form))) continue;
    keys.add(key);
    legal ||= form.legal;
    forms.push({ tokens: form.tokens, words: form.words });
  }
  // "!!!" is a name too: where normalising leaves nothing, the name as it stands is compared.
  if (forms.length === 0) forms.push({ tokens: plain.split(' '), words: plain.split(' ') });
  return { plain, key: nameKeyOf((forms[0] as NameForm).tokens), forms, legal };
}
