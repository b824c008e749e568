/** Runs of single letters are one word: "a b c bank" → "abc bank", "s a" → "sa". */
export function joinLetters(words: readonly string[]): string[] {
  if (!words.some((word) => word.length === 1)) return [...words];
  const joined: string[] = [];
  let run = '';
  const flush = (): void => {
    if (run !== '') joined.push(run);
    run = '';
  };
  for (const word of words) {
    if (/^[a-z]$/.test(word)) run += word;
    else {
      flush();
      joined.push(word);
    }
  }
  flush();
  return joined;
}

/** The words of a folded text, without punctuation: "j.p. morgan & co" → "jp", "morgan", "and", "co". */
export function wordsOf(folded: string): string[] {
  const spaced = folded
    .replace(/[&+]/g, ' and ')
    .replace(/['’‘`´ʻʼ]/g, '')
    .replace(/(?<=\b\p{L})\.(?=\p{L}\b)/gu, '') // S.A. → SA., J.P.Morgan → JP.Morgan
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
  return spaced === '' ? [] : joinLetters(spaced.split(' '));
}

/** "ab", "cd" → "ac". */
export function initialsOf(words: readonly string[]): string {
  let text = '';
  for (const word of words) text += word[0] ?? '';
  return text;
}

/** The numbers among the words of a name, whatever their order: "works", "17b", "3" → "17 3". */
export const digitsOf = (words: readonly string[]): string => words.filter((word) => /\d/.test(word)).map((word) => word.replace(/\D+/g, '')).sort().join(' ');
