/** Text as a SOQL literal. */
export function literal(text: string): string {
  const escaped = text.replace(/[\\'"]/g, (c) => `\\${c}`).replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t').replace(/\f/g, '\\f').replace(/[\b]/g, '\\b');
  return `'${escaped}'`;
}

const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/** A name of an object or field, which stands in SOQL unquoted. */
export function name(text: string): string {
  if (!NAME.test(text)) throw new RangeError(`'${text}' is not a Salesforce API name`);
  return text;
}

export const dateTime = (at: Date): string => at.toISOString();

/** Servers refuse longer request lines; queries travel in them. */
const LONGEST_QUERY = 12_000;

/** The values in lists short enough that each query, `overhead` characters besides its list, fits into an address once encoded. */
export function inLists(values: readonly string[], overhead: number): string[][] {
  const lists: string[][] = [];
  let size = Infinity;
  for (const value of values) {
    const cost = encodeURIComponent(literal(value)).length + 3;
    if (size + cost > LONGEST_QUERY - overhead) {
      lists.push([]);
      size = 0;
    }
    lists.at(-1)!.push(value);
    size += cost;
  }
  return lists;
}
