import anyAscii from 'any-ascii';

/** Letters that Unicode does not decompose into a base letter and a mark. */
const WHOLE_LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', ł: 'l', ı: 'i', þ: 'th', ħ: 'h', ŋ: 'n', ŧ: 't', ə: 'e', ĸ: 'k',
};
const WHOLE_LETTER = /[ßæœøđðłıþħŋŧəĸ]/g;
/** Marks on Latin, Greek and Cyrillic letters. The marks of kana and of Indic scripts make another letter: they stay. */
const ACCENTS = /[\u0300-\u036f]/g;
const ASCII_ONLY = /^[\x20-\x7e]*$/;
const OTHER_SCRIPT = /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u;

/** The text without differences of case, width, ligature and accent: "ＡＣＭＥ Société" → "acme societe". */
export function foldText(text: string): string {
  if (ASCII_ONLY.test(text)) return text.toLowerCase();
  return text.normalize('NFKD').toLowerCase().replace(ACCENTS, '').replace(WHOLE_LETTER, (letter) => WHOLE_LETTERS[letter] ?? letter).normalize('NFC');
}

/** Equal but for case, width and spaces: what "strict" compares. Control characters count as spaces. */
export function plainText(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** True when a folded text has letters of another script than Latin. */
export const isOtherScript = (folded: string): boolean => !ASCII_ONLY.test(folded) && OTHER_SCRIPT.test(folded);

/** A folded text in Latin letters: "сибур" → "sibur", "大唐电信" → "datangdianxin". Letters the table does not know stay. */
export const inLatin = (folded: string): string => (isOtherScript(folded) ? anyAscii(folded).toLowerCase() : folded);
