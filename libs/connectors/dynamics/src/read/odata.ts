/** Text as an OData literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A name of a table or column, which stands in a query unquoted. */
export function name(text: string): string {
  if (!NAME.test(text)) throw new RangeError(`'${text}' is not a name in Dataverse`);
  return text;
}

/** Whole seconds: Dataverse keeps no more of a time. */
export const dateTime = (at: Date): string => at.toISOString().replace(/\.\d{3}Z$/, 'Z');

/** Most values of one list, under the 2,100 parameters of SQL Server and quick to answer. */
export const VALUES_PER_LIST = 500;
/** An address takes 32,768 characters; inside a batch more, but nobody measured how much more. */
const LONGEST_LIST = 24_000;

/** Values in lists, each short enough for an address once it is encoded. */
export function inLists(values: readonly string[]): string[][] {
  const lists: string[][] = [];
  let size = 0;
  for (const value of values) {
    const cost = encodeURIComponent(`${literal(value)},`).length;
    const last = lists.at(-1);
    if (!last || last.length >= VALUES_PER_LIST || size + cost > LONGEST_LIST) {
      lists.push([value]);
      size = cost;
    } else {
      last.push(value);
      size += cost;
    }
  }
  return lists;
}

/** A condition that the column has one of the values. */
export const oneOf = (property: string, values: readonly string[]): string =>
  `Microsoft.Dynamics.CRM.In(PropertyName='${name(property)}',PropertyValues=[${values.map(literal).join(',')}])`;

/** `accounts?$select=…&$filter=…`, encoded. */
export function queryPath(set: string, options: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(options).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${set}?${given.map(([option, value]) => `$${option}=${encodeURIComponent(value).replaceAll('%2C', ',')}`).join('&')}`;
}
