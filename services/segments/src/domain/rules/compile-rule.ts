import { segments } from '@signalbox/contracts';
import { countryKey } from '../country.ts';
import { registrableDomain } from '../website.ts';
import { ruleField, type RuleField } from './fields.ts';
import { ruleNumber } from './operators.ts';

const { CrmConditionKind, FieldOperator: Op, GroupOperator } = segments;

/** A condition on `companies c`, true or false and never null. Values stand in `params`, never in the text. */
export interface CompiledRule {
  sql: string;
  params: unknown[];
}

/** Text that PostgreSQL can cast to a number without failing. */
const NUMBER_TEXT = '^\\s*-?[0-9]{1,30}(\\.[0-9]{1,30})?\\s*$';

class Compiler {
  readonly params: unknown[] = [];

  constructor(private readonly firstParameter: number) {}

  node(rule: segments.RuleNode): string {
    switch (rule.node?.$case) {
      case 'group': return this.group(rule.node.group);
      case 'field': return this.field(rule.node.field);
      case 'segment': return this.segment(rule.node.segment);
      case 'crm': return this.crm(rule.node.crm);
      default: throw new Error('an empty condition was not refused');
    }
  }

  private group(group: segments.RuleGroup): string {
    const parts = group.children.map((child) => `(${this.node(child)})`);
    if (group.operator === GroupOperator.ALL) return parts.join(' and ');
    const any = parts.join(' or ');
    return group.operator === GroupOperator.NONE ? `not (${any})` : any;
  }

  private segment(condition: segments.SegmentCondition): string {
    const exists = `exists (select 1 from segment_members m where m.workspace_id = c.workspace_id and m.segment_id = ${this.param(condition.segmentId)}::uuid and m.company_id = c.id)`;
    return condition.negate ? `not ${exists}` : exists;
  }

  private crm({ kind, connectionId, reference }: segments.CrmCondition): string {
    // No CRM list, report or filter is synchronised into this service: such a condition holds for no company.
    if (kind !== CrmConditionKind.ACCOUNT && kind !== CrmConditionKind.OPPORTUNITY) return 'false';
    const ofCompany = `a.workspace_id = c.workspace_id and a.connection_id = ${this.param(connectionId)}::text and a.company_id = c.id`;
    if (kind === CrmConditionKind.ACCOUNT) return `exists (select 1 from crm_company_accounts a where ${ofCompany} and a.account_id <> '')`;
    // One account after the other by its key (`limit 1` keeps it so): joined as a whole the tables would be planned by what they held before a first pull.
    return `exists (select 1 from crm_company_accounts a cross join lateral (select 1 from crm_opportunities o
      where o.workspace_id = a.workspace_id and o.connection_id = a.connection_id and o.account_id = a.account_id and o.progress = ${this.param(reference)}::text and o.progress <> '' limit 1) has where ${ofCompany})`;
  }

  private field(condition: segments.FieldCondition): string {
    const field = ruleField(condition.field);
    if (!field) throw new Error('an unknown field was not refused');
    return field.kind === 'number' ? this.number(`c.${field.name}`, condition) : this.text(field, condition);
  }

  private number(column: string, { operator, values }: segments.FieldCondition): string {
    if (operator === Op.IS_KNOWN) return `${column} is not null`;
    if (operator === Op.IS_UNKNOWN) return `${column} is null`;
    const numbers = values.map((value) => ruleNumber(value));
    if (operator === Op.GREATER_THAN) return `coalesce(${column} > ${this.param(numbers[0])}::float8, false)`;
    if (operator === Op.LESS_THAN) return `coalesce(${column} < ${this.param(numbers[0])}::float8, false)`;
    const among = `coalesce(${column} = any(${this.param(numbers)}::float8[]), false)`;
    return operator === Op.NOT_EQUALS || operator === Op.NOT_IN ? `not ${among}` : among;
  }

  private text(field: Exclude<RuleField, { kind: 'number' }>, { operator, values }: segments.FieldCondition): string {
    const column = this.textColumn(field);
    const value = values[0]?.trim() ?? '';
    switch (operator) {
      case Op.IS_KNOWN: return `${column} <> ''`;
      case Op.IS_UNKNOWN: return `${column} = ''`;
      case Op.CONTAINS: return `position(lower(${this.param(value)}::text) in lower(${column})) > 0`;
      case Op.STARTS_WITH: return `starts_with(lower(${column}), lower(${this.param(value)}::text))`;
      case Op.GREATER_THAN: return this.numberInText(column, '>', value);
      case Op.LESS_THAN: return this.numberInText(column, '<', value);
      default: {
        const wanted = values.map((v) => comparable(field, v.trim()));
        const among = `lower(${column}) = any(array(select lower(v) from unnest(${this.param(wanted)}::text[]) v))`;
        return operator === Op.NOT_EQUALS || operator === Op.NOT_IN ? `not (${among})` : among;
      }
    }
  }

  private textColumn(field: Exclude<RuleField, { kind: 'number' }>): string {
    if (field.kind === 'attribute') return `coalesce(c.attributes ->> ${this.param(field.column)}::text, '')`;
    return field.name === 'country' ? 'c.country_key' : `c.${field.name}`;
  }

  private numberInText(column: string, sign: '<' | '>', value: string): string {
    return `case when ${column} ~ '${NUMBER_TEXT}' then ${column}::numeric::float8 ${sign} ${this.param(ruleNumber(value))}::float8 else false end`;
  }

  private param(value: unknown): string {
    this.params.push(value);
    return `$${this.firstParameter + this.params.length - 1}`;
  }
}

/** A value in the form in which the field is stored: a country in any spelling, a domain out of an address. */
function comparable(field: RuleField, value: string): string {
  if (field.kind === 'attribute') return value;
  if (field.name === 'country') return countryKey(value);
  return field.name === 'domain' ? registrableDomain(value) || value : value;
}

/** A checked rule as SQL, its parameters counted from `firstParameter`. */
export function compileRule(rule: segments.RuleNode, firstParameter: number): CompiledRule {
  const compiler = new Compiler(firstParameter);
  return { sql: compiler.node(rule), params: compiler.params };
}
