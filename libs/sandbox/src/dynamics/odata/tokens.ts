import { badUrl } from '../errors.ts';

export type Token =
  | { kind: 'name'; text: string; at: number }
  | { kind: 'text'; text: string; at: number }
  | { kind: 'literal'; text: string; at: number }
  | { kind: 'mark'; text: '(' | ')' | ',' | '[' | ']' | '=' | '/' ; at: number }
  | { kind: 'end'; text: ''; at: number };

const SPACE = /\s+/y;
const TEXT = /'((?:[^']|'')*)'|"((?:[^"\\]|\\.)*)"/y;
/** GUIDs, datetimes and numbers begin with a digit or a sign; a GUID may begin with a letter, which is told from a name by its shape. */
const GUID = /[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}/y;
const LITERAL = /-?\d[\dT:.Z+eE-]*/y;
const NAME = /[A-Za-z_@][\w.]*/y;
const MARK = /[(),[\]=/]/y;

function take(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

/** Splits an OData expression. @throws DvError naming the position that cannot be read */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const space = take(SPACE, source, at);
    if (space) {
      at += space[0].length;
      continue;
    }
    const token = next(source, at);
    if (!token) throw badUrl(`Syntax error: character '${source[at]}' is not valid at position ${at} in '${source.slice(0, 300)}'.`);
    tokens.push(token.token);
    at += token.length;
  }
  tokens.push({ kind: 'end', text: '', at });
  return tokens;
}

function next(source: string, at: number): { token: Token; length: number } | undefined {
  const text = take(TEXT, source, at);
  if (text) return { token: { kind: 'text', text: text[1]?.replaceAll("''", "'") ?? text[2]?.replace(/\\(.)/g, '$1') ?? '', at }, length: text[0].length };
  const literal = take(GUID, source, at) ?? take(LITERAL, source, at);
  if (literal) return { token: { kind: 'literal', text: literal[0], at }, length: literal[0].length };
  const name = take(NAME, source, at);
  if (name) return { token: { kind: 'name', text: name[0], at }, length: name[0].length };
  const mark = take(MARK, source, at);
  return mark ? { token: { kind: 'mark', text: mark[0] as '(', at }, length: 1 } : undefined;
}
