import type { Condition, ConditionWithValueQuery, HavingClause, WhereClause } from 'soql-parser-js';
import { malformed } from './parse.ts';

export type Test = Exclude<ConditionWithValueQuery, { openParen: number } & { field?: never; fn?: never; valueQuery?: never }> & {
  field?: string;
};
export type Node = { kind: 'and' | 'or'; parts: Node[] } | { kind: 'not'; part: Node } | { kind: 'test'; test: Test };

type Token = '(' | ')' | 'AND' | 'OR' | 'NOT' | { test: Test };

/** The parser gives a chain that leans to the right with counts of parentheses; this is the same as a list of tokens. */
function tokens(clause: WhereClause | HavingClause): Token[] {
  const out: Token[] = [];
  let at: WhereClause | HavingClause | undefined = clause;
  while (at) {
    const left = at.left as (Condition & { openParen?: number; closeParen?: number }) | null;
    const operator = 'operator' in at ? at.operator : undefined;
    for (let i = 0; i < (left?.openParen ?? 0); i++) out.push('(');
    if (left && ('field' in left || 'fn' in left)) out.push({ test: left as Test });
    for (let i = 0; i < (left?.closeParen ?? 0); i++) out.push(')');
    if (operator) out.push(operator);
    at = 'right' in at ? at.right : undefined;
  }
  return out;
}

/** AND and OR may not stand side by side without parentheses: Salesforce refuses that, so this does. */
export function conditionTree(clause: WhereClause | HavingClause, text: string): Node {
  const list = tokens(clause);
  let at = 0;
  const unexpected = () => malformed(text, `unexpected token: ${typeof list[at] === 'string' ? `'${list[at] as string}'` : "'<EOF>'"}`);

  const single = (): Node => {
    const token = list[at++];
    if (token === 'NOT') return { kind: 'not', part: single() };
    if (token === '(') {
      const inner = series();
      if (list[at++] !== ')') throw unexpected();
      return inner;
    }
    if (typeof token === 'object') return { kind: 'test', test: token.test };
    throw unexpected();
  };
  const series = (): Node => {
    const parts = [single()];
    let joiner: 'AND' | 'OR' | undefined;
    while (list[at] === 'AND' || list[at] === 'OR') {
      if (joiner && list[at] !== joiner) throw unexpected();
      joiner = list[at++] as 'AND' | 'OR';
      parts.push(single());
    }
    return parts.length === 1 ? (parts[0] as Node) : { kind: joiner === 'OR' ? 'or' : 'and', parts };
  };
  const tree = series();
  if (at < list.length) throw unexpected();
  return tree;
}

/** The tests that every result must pass: what an index may be chosen by. */
export function conjuncts(node: Node | undefined): Test[] {
  if (!node) return [];
  if (node.kind === 'test') return [node.test];
  return node.kind === 'and' ? node.parts.flatMap(conjuncts) : [];
}
