import { badUrl, notHere } from '../errors.ts';
import { tokenize, type Token } from './tokens.ts';

export type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
export type TextTest = 'contains' | 'startswith' | 'endswith';
export type Literal = string | number | boolean | null;

/** A $filter expression. `path` is a property, or a lookup and a property of what it points to. */
export type Filter =
  | { kind: 'and' | 'or'; sides: Filter[] }
  | { kind: 'not'; side: Filter }
  | { kind: 'compare'; path: string[]; operator: Operator; value: Literal }
  | { kind: 'in'; path: string[]; values: Literal[] }
  | { kind: 'text'; test: TextTest; path: string[]; value: string };

const OPERATORS = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);
const TEXT_TESTS = new Set(['contains', 'startswith', 'endswith']);
const PREFIX = 'Microsoft.Dynamics.CRM.';

/** Reads a $filter. @throws DvError naming the position */
export function parseFilter(source: string): Filter {
  const parser = new FilterParser(source);
  return parser.whole();
}

class FilterParser {
  private readonly tokens: Token[];
  private readonly source: string;
  private at = 0;

  constructor(source: string) {
    this.source = source;
    this.tokens = tokenize(source);
  }

  whole(): Filter {
    const filter = this.either();
    if (this.peek().kind !== 'end') throw this.unexpected();
    return filter;
  }

  private either(): Filter {
    const sides = [this.both()];
    while (this.word('or')) sides.push(this.both());
    return sides.length === 1 ? sides[0]! : { kind: 'or', sides };
  }

  private both(): Filter {
    const sides = [this.one()];
    while (this.word('and')) sides.push(this.one());
    return sides.length === 1 ? sides[0]! : { kind: 'and', sides };
  }

  private one(): Filter {
    if (this.word('not')) return { kind: 'not', side: this.one() };
    if (this.mark('(')) {
      const inner = this.either();
      this.need(')');
      return inner;
    }
    const token = this.peek();
    if (token.kind === 'name' && TEXT_TESTS.has(token.text)) return this.textTest(token.text as TextTest);
    if (token.kind === 'name' && token.text.startsWith(PREFIX)) return this.queryFunction(token.text.slice(PREFIX.length));
    return this.comparison();
  }

  private textTest(test: TextTest): Filter {
    this.at++;
    this.need('(');
    const path = this.path();
    this.need(',');
    const value = this.literal();
    this.need(')');
    if (typeof value !== 'string') throw this.unexpected();
    return { kind: 'text', test, path, value };
  }

  /** `Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['a','b'])` and its opposite. */
  private queryFunction(name: string): Filter {
    if (name !== 'In' && name !== 'NotIn') throw notHere(`The query function ${PREFIX}${name}`);
    this.at++;
    this.need('(');
    this.nameIs('PropertyName');
    const property = this.literal();
    this.need(',');
    this.nameIs('PropertyValues');
    this.need('[');
    const values = this.list(']');
    this.need(')');
    const inside: Filter = { kind: 'in', path: String(property).split('/'), values };
    return name === 'In' ? inside : { kind: 'not', side: inside };
  }

  private comparison(): Filter {
    const path = this.path();
    const token = this.peek();
    if (token.kind === 'name' && token.text === 'in') {
      this.at++;
      this.need('(');
      return { kind: 'in', path, values: this.list(')') };
    }
    if (token.kind !== 'name' || !OPERATORS.has(token.text)) throw this.unexpected();
    this.at++;
    return { kind: 'compare', path, operator: token.text as Operator, value: this.literal() };
  }

  private list(end: ')' | ']'): Literal[] {
    const values: Literal[] = [];
    if (this.mark(end)) return values;
    do values.push(this.literal());
    while (this.mark(','));
    this.need(end);
    return values;
  }

  private path(): string[] {
    const names: string[] = [];
    do {
      const token = this.peek();
      if (token.kind !== 'name') throw this.unexpected();
      this.at++;
      names.push(token.text);
    } while (this.mark('/'));
    return names;
  }

  private literal(): Literal {
    const token = this.peek();
    this.at++;
    if (token.kind === 'text') return token.text;
    if (token.kind === 'literal') return /^-?\d+(\.\d+)?$/.test(token.text) ? Number(token.text) : token.text;
    if (token.kind === 'name' && (token.text === 'true' || token.text === 'false')) return token.text === 'true';
    if (token.kind === 'name' && token.text === 'null') return null;
    this.at--;
    throw this.unexpected();
  }

  private nameIs(name: string): void {
    if (!this.word(name)) throw this.unexpected();
    this.need('=');
  }

  private peek(): Token {
    return this.tokens[this.at]!;
  }

  private word(text: string): boolean {
    const token = this.peek();
    if (token.kind !== 'name' || token.text !== text) return false;
    this.at++;
    return true;
  }

  private mark(text: string): boolean {
    const token = this.peek();
    if (token.kind !== 'mark' || token.text !== text) return false;
    this.at++;
    return true;
  }

  private need(text: string): void {
    if (!this.mark(text)) throw this.unexpected();
  }

  private unexpected() {
    const token = this.peek();
    return badUrl(token.kind === 'end' ? `Expression expected at position ${token.at} in '${this.source.slice(0, 300)}'.` : `Syntax error at position ${token.at} in '${this.source.slice(0, 300)}'.`);
  }
}
