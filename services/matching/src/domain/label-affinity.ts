const MOST_LETTERS = 64;
let before = new Int16Array(MOST_LETTERS + 1);
let after = new Int16Array(MOST_LETTERS + 1);

/**
 * How much of a site's label can be read from a name's words, each giving its beginning or nothing, in their order: all of
 * "uetpeshawar" from "university engineering technology peshawar", three of four letters of "acmx" from "acme". 0 to 1; a
 * label of one letter says nothing.
 */
export function labelAffinity(label: string, tokens: readonly string[]): number {
  const length = Math.min(label.length, MOST_LETTERS);
  if (length < 2) return 0;
  // before[i]: most letters told of the first i letters of the label, by the words so far. Kept between calls, for their memory only.
  before.fill(0, 0, length + 1);
  for (const token of tokens) {
    for (let i = 0; i <= length; i += 1) after[i] = before[i] as number;
    const first = token.charCodeAt(0);
    for (let from = 0; from < length; from += 1) {
      if (label.charCodeAt(from) !== first) continue;
      const most = Math.min(token.length, length - from);
      const told = before[from] as number;
      for (let n = 0; n < most && token.charCodeAt(n) === label.charCodeAt(from + n); n += 1) {
        if (told + n + 1 > (after[from + n + 1] as number)) after[from + n + 1] = told + n + 1;
      }
    }
    for (let i = 1; i <= length; i += 1) if ((after[i - 1] as number) > (after[i] as number)) after[i] = after[i - 1] as number;
    [before, after] = [after, before];
  }
  return (before[length] as number) / label.length;
}
