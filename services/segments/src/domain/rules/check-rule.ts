import { segments } from '@signalbox/contracts';
import { invalid, type FieldProblem } from '@signalbox/kernel';
import { isProgress } from './crm-conditions.ts';
import { COMPANY_FIELDS, ruleField, type RuleField } from './fields.ts';
import { OPERATORS, ruleNumber, type OperatorRule } from './operators.ts';

/** What a rule is checked against: one workspace as it is now. */
export interface RuleFacts {
  /** Names of the attributes that companies have. */
  attributes: ReadonlySet<string>;
  segmentIds: ReadonlySet<string>;
}

export const MOST_DEPTH = 10;
export const MOST_NODES = 500;
export const LONGEST_VALUE = 1_000;
const MOST_NAMED = 20;

interface Found extends FieldProblem {
  code: string;
}

interface Walk {
  facts: RuleFacts;
  found: Found[];
  nodes: number;
}

const name = (text: string) => `"${text.length > 80 ? `${text.slice(0, 80)}…` : text}"`;

/**
 * Checks a rule tree. Every problem is named by the path of its node, as in `rule.group.children[2].field`.
 * @throws Invalid with the first problem's code, and all of them as `problems`
 */
export function checkRule(rule: segments.RuleNode | undefined, facts: RuleFacts): asserts rule is segments.RuleNode {
  const walk: Walk = { facts, found: [], nodes: 0 };
  if (!rule?.node) add(walk, 'rule_missing', 'rule', 'A dynamic segment needs a rule. Add at least one condition.');
  else node(walk, rule, 'rule', 1);
  const [first] = walk.found;
  if (!first) return;
  const more = walk.found.length > 1 ? ` (and ${walk.found.length - 1} more)` : '';
  throw invalid(first.code, `${first.field}: ${first.message}${more}`, { field: first.field, problems: walk.found.slice(0, 50).map(({ field, message }) => ({ field, message })) });
}

function add(walk: Walk, code: string, field: string, message: string): void {
  walk.found.push({ code: `segments.rule.${code}`, field, message });
}

function node(walk: Walk, rule: segments.RuleNode, path: string, depth: number): void {
  walk.nodes += 1;
  if (walk.nodes === MOST_NODES + 1) add(walk, 'too_many_conditions', path, `A rule may have ${MOST_NODES} conditions and groups. Put a part of it into a segment of its own and name that here.`);
  if (walk.nodes > MOST_NODES) return;
  switch (rule.node?.$case) {
    case 'group': return group(walk, rule.node.group, `${path}.group`, depth);
    case 'field': return fieldCondition(walk, rule.node.field, `${path}.field`);
    case 'segment': return segmentCondition(walk, rule.node.segment, `${path}.segment`);
    case 'crm': return crmCondition(walk, rule.node.crm, `${path}.crm`);
    default: add(walk, 'empty_condition', path, 'This condition is empty. Fill it in, or remove it.');
  }
}

function group(walk: Walk, it: segments.RuleGroup, path: string, depth: number): void {
  const known = [segments.GroupOperator.ALL, segments.GroupOperator.ANY, segments.GroupOperator.NONE];
  if (!known.includes(it.operator)) add(walk, 'group_operator', path, 'The group does not say how its conditions are joined. Choose all, any or none.');
  if (it.children.length === 0) add(walk, 'empty_group', path, 'The group is empty. Add a condition (for every company: name is known), or remove the group.');
  if (depth > MOST_DEPTH) return add(walk, 'too_deep', path, `Groups may stand ${MOST_DEPTH} deep. Put the inner part into a segment of its own and name that here.`);
  it.children.forEach((child, i) => node(walk, child, `${path}.children[${i}]`, depth + 1));
}

function fieldCondition(walk: Walk, it: segments.FieldCondition, path: string): void {
  const field = ruleField(it.field);
  if (!field) {
    add(walk, 'unknown_field', path, `There is no field ${name(it.field)}. Use one of ${COMPANY_FIELDS.map((f) => f.name).join(', ')}, or attributes.<column>.`);
  } else if (field.kind === 'attribute' && !walk.facts.attributes.has(field.column)) {
    const some = [...walk.facts.attributes].sort().slice(0, MOST_NAMED).join(', ');
    const hint = some ? `Columns seen so far: ${some}.` : 'No columns have been imported so far.';
    add(walk, 'unknown_attribute', path, `No company has the column ${name(field.column)}. ${hint} Correct the name, or import the column first.`);
  }
  const operator = OPERATORS[it.operator];
  if (!operator) return add(walk, 'operator', path, 'The condition has no operator. Choose one, for example equals or contains.');
  if (field) operatorFits(walk, field, operator, it, path);
  values(walk, field, operator, it, path);
}

function operatorFits(walk: Walk, field: RuleField, operator: OperatorRule, it: segments.FieldCondition, path: string): void {
  if (operator.textual && field.kind === 'number') {
    add(walk, 'operator_mismatch', path, `"${operator.label}" is for text, and ${it.field} is a number. Use equals, is one of, is greater than or is less than.`);
  }
  if (operator.ordering && field.kind === 'text') {
    add(walk, 'operator_mismatch', path, `"${operator.label}" is for numbers, and ${it.field} is text. Use equals, contains, starts with or is one of.`);
  }
}

function values(walk: Walk, field: RuleField | undefined, operator: OperatorRule, it: segments.FieldCondition, path: string): void {
  const count = it.values.length;
  if (count < operator.least || count > operator.most) {
    const wanted = operator.most === 0 ? 'no value' : operator.most === 1 ? 'exactly one value' : `1 to ${operator.most} values`;
    const remedy = operator.most === 1 && count > 1 ? ' Use is one of for several.' : ' Correct the values.';
    return add(walk, 'values', path, `"${operator.label}" takes ${wanted}; it has ${count}.${remedy}`);
  }
  const numeric = field?.kind === 'number' || operator.ordering;
  for (const value of it.values) {
    if (value.trim() === '') return add(walk, 'values', path, 'A value is empty. Fill it in; for companies without a value use is unknown.');
    if (value.length > LONGEST_VALUE) return add(walk, 'values', path, `A value has ${value.length} characters; at most ${LONGEST_VALUE} may be compared. Shorten it.`);
    if (value.includes('\0')) return add(walk, 'values', path, 'A value contains a NUL character. Remove it.');
    if (numeric && ruleNumber(value) === undefined) return add(walk, 'values', path, `${name(value)} is not a number. Write it in digits, with a point for decimals.`);
  }
}

function segmentCondition(walk: Walk, it: segments.SegmentCondition, path: string): void {
  if (!walk.facts.segmentIds.has(it.segmentId)) add(walk, 'unknown_segment', path, `There is no segment with the id ${name(it.segmentId)}. Choose another one, or remove the condition.`);
}

const CRM_WORDS: Partial<Record<segments.CrmConditionKind, string>> = {
  [segments.CrmConditionKind.LIST]: 'list', [segments.CrmConditionKind.REPORT]: 'report', [segments.CrmConditionKind.FILTER]: 'filter',
};

function crmCondition(walk: Walk, it: segments.CrmCondition, path: string): void {
  if (it.connectionId.trim() === '') add(walk, 'crm_connection', path, 'The condition names no CRM connection. Choose one.');
  if (it.reference.length > LONGEST_VALUE * 4 || it.reference.includes('\0')) return add(walk, 'crm_reference', path, `The reference is longer than ${LONGEST_VALUE * 4} characters or contains a NUL character. Correct it.`);
  switch (it.kind) {
    case segments.CrmConditionKind.ACCOUNT:
      if (it.reference !== '') add(walk, 'crm_reference', path, `A company is in the CRM or not; there is nothing to name beside the connection. Remove ${name(it.reference)}.`);
      return;
    case segments.CrmConditionKind.OPPORTUNITY:
      if (!isProgress(it.reference)) add(walk, 'crm_reference', path, `The condition does not say how far the opportunity is${it.reference === '' ? '' : `: ${name(it.reference)} is none of the choices`}. Choose open, won or lost.`);
      return;
    case segments.CrmConditionKind.LIST: case segments.CrmConditionKind.REPORT: case segments.CrmConditionKind.FILTER:
      if (it.reference.trim() === '') add(walk, 'crm_reference', path, `The condition does not name the ${CRM_WORDS[it.kind]}. Fill it in.`);
      return;
    default: add(walk, 'crm_kind', path, 'The condition does not say what it means in the CRM. Choose account, opportunity, list, report or filter.');
  }
}
