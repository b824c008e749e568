import type { Row, Value } from '../store/row.ts';
import { isDeleted } from '../store/row.ts';
import { SfError } from '../errors.ts';
import type { Node, Test } from './conditions.ts';
import { operand, unquote, type Operand } from './literals.ts';
import { resolvePath, type FieldPath, type PathContext } from './paths.ts';
import { malformed } from './parse.ts';

export type Predicate = (row: Row) => boolean;

export interface PredicateContext extends PathContext {
  now: number;
  /** Runs a semi-join's inner query and gives its one column. */
  subquery: (test: Test) => Set<string>;
}

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** The literals of a condition, each read for the field it is compared with. */
export function operandsOf(ctx: PredicateContext, path: FieldPath, test: Test): Operand[] {
  const { value, literalType } = test as { value: string | string[]; literalType?: string | string[] };
  const types = list(literalType ?? '');
  return list(value).map((literal, i) => operand(path.field, literal, types[i] ?? types[0], ctx.text, ctx.now));
}

export function predicate(ctx: PredicateContext, node: Node): Predicate {
  if (node.kind === 'test') return testPredicate(ctx, node.test);
  if (node.kind === 'not') {
    const inner = predicate(ctx, node.part);
    return (row) => !inner(row);
  }
  const parts = node.parts.map((part) => predicate(ctx, part));
  return node.kind === 'and' ? (row) => parts.every((p) => p(row)) : (row) => parts.some((p) => p(row));
}

function testPredicate(ctx: PredicateContext, test: Test): Predicate {
  if (test.field === undefined) throw malformed(ctx.text, 'Functions are not supported in the filter of this sandbox.');
  const path = resolvePath(ctx, test.field);
  if (!path.field.filterable) throw new SfError(400, 'INVALID_FIELD', `field '${path.field.name}' can not be filtered in a query call`);
  const { read } = path;
  if ('valueQuery' in test) {
    const values = ctx.subquery(test);
    const wanted = test.operator === 'IN';
    return (row) => {
      const held = read(row);
      return held !== null && values.has(String(held)) === wanted;
    };
  }
  if (test.operator === 'LIKE') return likePredicate(ctx, path, test);
  const operands = operandsOf(ctx, path, test);
  switch (test.operator) {
    case 'IN':
    case 'NOT IN':
      return membership(path, operands, test.operator === 'IN');
    case 'INCLUDES':
    case 'EXCLUDES':
      return multiPredicate(path, operands, test.operator === 'INCLUDES');
    default:
      return comparison(path, test.operator, operands[0] as Operand);
  }
}

/** Text compares without regard to case; ids, dates and stamps exactly. */
const folds = (path: FieldPath): boolean => !['id', 'reference', 'date', 'datetime'].includes(path.field.type);
const foldWith = (folding: boolean) => (value: Value): Value => (folding && typeof value === 'string' ? value.toLowerCase() : value);

function membership(path: FieldPath, operands: Operand[], wanted: boolean): Predicate {
  const fold = foldWith(folds(path));
  const keys = new Set<Value>(operands.map((o) => ('value' in o ? fold(o.value) : null)));
  return (row) => keys.has(fold(path.read(row))) === wanted;
}

function multiPredicate(path: FieldPath, operands: Operand[], wanted: boolean): Predicate {
  const choices = operands.map((o) => String('value' in o ? o.value : '').toLowerCase().split(';'));
  return (row) => {
    const held = new Set(String(path.read(row) ?? '').toLowerCase().split(';'));
    return choices.some((choice) => choice.every((c) => held.has(c))) === wanted;
  };
}

function likePredicate(ctx: PredicateContext, path: FieldPath, test: Test): Predicate {
  const { value, literalType } = test as { value: string | string[]; literalType?: string };
  if (literalType !== 'STRING' || path.field.type === 'id' || path.field.type === 'reference') {
    throw new SfError(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid operator on ${path.field.type} field`);
  }
  const patterns = list(value).map((v) => likeExpression(unquote(v, true)));
  return (row) => {
    const held = path.read(row);
    return typeof held === 'string' && patterns.some((p) => p.test(held));
  };
}

function likeExpression(pattern: string): RegExp {
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (c === '\\' && /[_%]/.test(pattern[i + 1] ?? '')) out += pattern[++i];
    else if (c === '%') out += '.*';
    else if (c === '_') out += '.';
    else out += c.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  }
  return new RegExp(`^${out}$`, 'is');
}

/** An empty field is equal to nothing but null and less than nothing. */
function comparison(path: FieldPath, operator: string, right: Operand): Predicate {
  const { read } = path;
  if ('from' in right) return rangeComparison(read, operator, right);
  const fold = foldWith(folds(path));
  const wanted = fold(right.value);
  const held = (row: Row): Value => fold(read(row));
  if (operator === '=') return (row) => held(row) === wanted;
  if (operator === '!=') return (row) => held(row) !== wanted;
  if (wanted === null) return () => false;
  const compare: Record<string, (v: NonNullable<Value>) => boolean> = {
    '<': (v) => v < wanted, '<=': (v) => v <= wanted, '>': (v) => v > wanted, '>=': (v) => v >= wanted,
  };
  const passes = compare[operator];
  if (!passes) throw new SfError(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid operator: ${operator}`);
  return (row) => {
    const value = held(row);
    return value !== null && passes(value);
  };
}

function rangeComparison(read: (row: Row) => Value, operator: string, { from, to }: { from: string; to: string }): Predicate {
  const compare: Record<string, (v: string) => boolean> = {
    '=': (v) => v >= from && v < to, '!=': (v) => v < from || v >= to,
    '<': (v) => v < from, '<=': (v) => v < to, '>': (v) => v >= to, '>=': (v) => v >= from,
  };
  const passes = compare[operator];
  if (!passes) throw new SfError(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid operator: ${operator}`);
  return (row) => {
    const value = read(row);
    return typeof value === 'string' ? passes(value) : operator === '!=';
  };
}

export const alive: Predicate = (row) => !isDeleted(row);
