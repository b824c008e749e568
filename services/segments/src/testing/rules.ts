import { segments } from '@signalbox/contracts';

const { FieldOperator, GroupOperator } = segments;
type Operator = keyof typeof FieldOperator;

/** Rules in few words, for specs. */
export const field = (name: string, operator: Operator, ...values: string[]): segments.RuleNode => ({
  node: { $case: 'field', field: { field: name, operator: FieldOperator[operator], values } },
});
export const group = (operator: 'ALL' | 'ANY' | 'NONE', ...children: segments.RuleNode[]): segments.RuleNode => ({
  node: { $case: 'group', group: { operator: GroupOperator[operator], children } },
});
export const member = (segmentId: string, negate = false): segments.RuleNode => ({ node: { $case: 'segment', segment: { segmentId, negate } } });
export const inCrmList = (reference: string): segments.RuleNode => ({
  node: { $case: 'crm', crm: { kind: segments.CrmConditionKind.LIST, connectionId: 'c1', reference } },
});
export const inCrm = (connectionId: string): segments.RuleNode => ({
  node: { $case: 'crm', crm: { kind: segments.CrmConditionKind.ACCOUNT, connectionId, reference: '' } },
});
export const hasOpportunity = (connectionId: string, progress: 'open' | 'won' | 'lost'): segments.RuleNode => ({
  node: { $case: 'crm', crm: { kind: segments.CrmConditionKind.OPPORTUNITY, connectionId, reference: progress } },
});
