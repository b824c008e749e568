import type { RuleNode } from '../../api/types.ts';

/** A condition as the form has it. Of what the CRM says `values` is the connection alone. */
export interface Condition {
  field: string;
  operator: string;
  values: string[];
}

export type Join = 'all' | 'any' | 'none';

const NO_VALUE = ['is_known', 'is_unknown'];
export const takesValues = (operator: string): boolean => !NO_VALUE.includes(operator);

interface CrmChoice {
  value: string;
  label: string;
  kind: 'account' | 'opportunity';
  reference: string;
  negate: boolean;
}
const has = (reference: string, negate: boolean): CrmChoice => ({ value: `${negate ? 'no_' : ''}${reference}`, label: negate ? `has none that is ${reference}` : `has one that is ${reference}`, kind: 'opportunity', reference, negate });
const crmAccount: CrmChoice[] = [
  { value: 'in', label: 'is in', kind: 'account', reference: '', negate: false }, { value: 'not_in', label: 'is not in', kind: 'account', reference: '', negate: true },
];

/** What can be chosen of a CRM, in the place of a company's field; each with what it may be compared with. */
export const CRM_FIELDS: Record<string, { label: string; choices: CrmChoice[] }> = {
  'crm:account': { label: 'In the CRM', choices: crmAccount },
  'crm:opportunity': { label: 'Opportunity in the CRM', choices: ['open', 'won', 'lost'].flatMap((reference) => [has(reference, false), has(reference, true)]) },
};

export const fresh = (): Condition => ({ field: 'country', operator: 'in', values: [] });
/** Another field: what was entered for the one before may mean nothing for it. */
export function withField(condition: Condition, field: string): Condition {
  const crm = CRM_FIELDS[field];
  if (crm) return { field, operator: crm.choices[0]!.value, values: CRM_FIELDS[condition.field] ? condition.values : [] };
  return CRM_FIELDS[condition.field] ? { ...fresh(), field } : { ...condition, field };
}
export const complete = (c: Condition): boolean => c.field !== '' && (!takesValues(c.operator) || c.values.length > 0);

function nodeOf(c: Condition): RuleNode {
  const choice = CRM_FIELDS[c.field]?.choices.find((one) => one.value === c.operator);
  if (!choice) return { field: { ...c, values: takesValues(c.operator) ? c.values : [] } };
  const crm: RuleNode = { crm: { kind: choice.kind, connectionId: c.values[0] ?? '', reference: choice.reference } };
  return choice.negate ? { group: { operator: 'none', children: [crm] } } : crm;
}

/** Whether any of them is on what a CRM says. */
export const byCrm = (conditions: readonly Condition[]): boolean => conditions.some((c) => c.field in CRM_FIELDS);

export const ruleOf = ({ operator, conditions }: { operator: Join; conditions: readonly Condition[] }): RuleNode => ({ group: { operator, children: conditions.map(nodeOf) } });
