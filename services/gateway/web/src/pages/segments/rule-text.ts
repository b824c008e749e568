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

function crmText({ kind, reference, connectionId }: Extract<RuleNode, { crm: unknown }>['crm'], connectionName: (id: string) => string, negated = false): string {
  const name = connectionName(connectionId);
  const where = name === '' ? ' in the CRM' : ` in “${name}”`;
  if (kind === 'account') return `${negated ? 'no' : 'an'} account${where}`;
  if (kind === 'opportunity') return `${negated ? 'no' : 'an'} opportunity that is ${reference}${where}`;
  return `${negated ? 'not ' : ''}in CRM ${kind} ${reference}`;
}

/** A rule in words. */
export function ruleText(node: RuleNode | undefined, nameOf: (segmentId: string) => string, connectionName: (id: string) => string = () => ''): string {
  if (!node) return 'a list of companies';
  if ('field' in node) return `${node.field.field} ${label(node.field.operator)} ${node.field.values.join(', ')}`.trim();
  if ('segment' in node) return `${node.segment.negate ? 'not ' : ''}in segment “${nameOf(node.segment.segmentId)}”`;
  if ('crm' in node) return crmText(node.crm, connectionName);
  const text = (child: RuleNode) => ruleText(child, nameOf, connectionName);
  const [only] = node.group.children;
  if (only && 'crm' in only && node.group.children.length === 1) return crmText(only.crm, connectionName, node.group.operator === 'none');
  const inner = node.group.children.map((child) => ('group' in child && child.group.children.length > 1 ? `(${text(child)})` : text(child))).join(JOIN[node.group.operator]);
  return node.group.operator === 'none' ? `neither ${inner}` : inner;
}
