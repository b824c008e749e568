import type { RuleNode } from '../../api/types.ts';

export const OPERATORS = [
  { value: 'equals', label: 'is' },
  { value: 'not_equals', label: 'is not' },
  { value: 'contains', label: 'contains' },
  { value: 'starts_with', label: 'starts with' },
  { value: 'in', label: 'is one of' },
  { value: 'not_in', label: 'is none of' },
  { value: 'greater_than', label: 'is more than' },
  { value: 'less_than', label: 'is less than' },
  { value: 'is_known', label: 'is known' },
  { value: 'is_unknown', label: 'is unknown' },
];

const label = (operator: string) => OPERATORS.find((o) => o.value === operator)?.label ?? operator;
const JOIN = { all: ' and ', any: ' or ', none: ' nor ' } as const;

/** A rule in words. */
export function ruleText(node: RuleNode | undefined, nameOf: (segmentId: string) => string): string {
  if (!node) return 'a list of companies';
  if ('field' in node) return `${node.field.field} ${label(node.field.operator)} ${node.field.values.join(', ')}`.trim();
  if ('segment' in node) return `${node.segment.negate ? 'not ' : ''}in segment “${nameOf(node.segment.segmentId)}”`;
  if ('crm' in node) return `in CRM ${node.crm.kind} ${node.crm.reference}`;
  const inner = node.group.children.map((child) => ('group' in child ? `(${ruleText(child, nameOf)})` : ruleText(child, nameOf))).join(JOIN[node.group.operator]);
  return node.group.operator === 'none' ? `neither ${inner}` : inner;
}
