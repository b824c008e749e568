import { segments } from '@signalbox/contracts';
import type { SignalboxError } from '@signalbox/kernel';
import { field, group, hasOpportunity, inCrm, inCrmList, member } from '../../testing/rules.ts';
import { checkRule, MOST_NODES } from './check-rule.ts';
import { compileRule } from './compile-rule.ts';
import { followedCrm } from './crm-conditions.ts';
import { checkNoCycle, closureOf, inOrder, type SegmentGraph } from './dependencies.ts';

const facts = { attributes: new Set(['Tier']), segmentIds: new Set(['s1']) };

function refusal(rule: segments.RuleNode | undefined): SignalboxError {
  try {
    checkRule(rule, facts);
  } catch (error) {
    return error as SignalboxError;
  }
  throw new Error('the rule was accepted');
}
const brief = (rule: segments.RuleNode | undefined) => {
  const { code, field: path } = refusal(rule);
  return [code.replace('segments.rule.', ''), path];
};

describe('a rule', () => {
  it('is accepted with every operator where it belongs', () => {
    checkRule(group('ALL',
      field('name', 'CONTAINS', 'a'), field('country', 'IN', 'US', 'DE'), field('employees', 'GREATER_THAN', '10'), field('annual_revenue', 'LESS_THAN', '1e9'),
      field('attributes.Tier', 'EQUALS', 'gold'), field('attributes.Tier', 'GREATER_THAN', '3'), field('website', 'IS_KNOWN'), member('s1'), inCrmList('l1'), group('NONE', field('domain', 'IS_UNKNOWN'))), facts);
  });

  it('is refused with the path of the node and the remedy', () => {
    const third = (child: segments.RuleNode) => group('ALL', field('name', 'IS_KNOWN'), field('name', 'IS_KNOWN'), child);
    const at = (kind: string) => `rule.group.children[2].${kind}`;
    expect(brief(third(field('nmae', 'EQUALS', 'x')))).toEqual(['unknown_field', at('field')]);
    expect(refusal(third(field('nmae', 'EQUALS', 'x'))).publicMessage).toMatch(/^rule\.group\.children\[2\]\.field: There is no field "nmae"\. Use one of name, website/);
    expect(brief(third(field('attributes.tier', 'EQUALS', 'x')))).toEqual(['unknown_attribute', at('field')]);
    expect(brief(third(field('employees', 'CONTAINS', '1')))).toEqual(['operator_mismatch', at('field')]);
    expect(brief(third(field('name', 'GREATER_THAN', '1')))).toEqual(['operator_mismatch', at('field')]);
    expect(brief(third(field('name', 'UNSPECIFIED', '1')))).toEqual(['operator', at('field')]);
    expect(brief(third(field('employees', 'EQUALS', 'many')))).toEqual(['values', at('field')]);
    expect(brief(third(field('name', 'EQUALS', 'a', 'b')))).toEqual(['values', at('field')]);
    expect(brief(third(field('name', 'IS_KNOWN', 'a')))).toEqual(['values', at('field')]);
    expect(brief(third(field('name', 'IN')))).toEqual(['values', at('field')]);
    expect(brief(third(field('name', 'EQUALS', ' ')))).toEqual(['values', at('field')]);
    expect(brief(third(member('s2')))).toEqual(['unknown_segment', at('segment')]);
    expect(brief(third(group('ANY')))).toEqual(['empty_group', at('group')]);
    expect(brief(third({ node: undefined }))).toEqual(['empty_condition', 'rule.group.children[2]']);
    expect(brief(third(inCrmList('')))).toEqual(['crm_reference', at('crm')]);
    expect(brief(undefined)).toEqual(['rule_missing', 'rule']);
  });

  it('says of a condition on the CRM what is missing or too much', () => {
    checkRule(group('ALL', inCrm('c1'), hasOpportunity('c1', 'open'), hasOpportunity('c1', 'won'), hasOpportunity('c2', 'lost')), facts);
    const crm = (kind: keyof typeof segments.CrmConditionKind, connectionId: string, reference: string) => refusal({ node: { $case: 'crm', crm: { kind: segments.CrmConditionKind[kind], connectionId, reference } } });
    expect(crm('ACCOUNT', '', '')).toMatchObject({ code: 'segments.rule.crm_connection', field: 'rule.crm', publicMessage: 'rule.crm: The condition names no CRM connection. Choose one.' });
    expect(crm('ACCOUNT', 'c1', 'won').publicMessage).toBe('rule.crm: A company is in the CRM or not; there is nothing to name beside the connection. Remove "won".');
    expect(crm('OPPORTUNITY', 'c1', '').publicMessage).toBe('rule.crm: The condition does not say how far the opportunity is. Choose open, won or lost.');
    expect(crm('OPPORTUNITY', 'c1', 'Won')).toMatchObject({ code: 'segments.rule.crm_reference', publicMessage: expect.stringContaining('"Won" is none of the choices. Choose open, won or lost.') });
    expect(crm('REPORT', 'c1', ' ').publicMessage).toBe('rule.crm: The condition does not name the report. Fill it in.');
    expect(crm('LIST', 'c1', 'a\0').code).toBe('segments.rule.crm_reference');
    expect(crm('UNSPECIFIED', 'c1', 'x').code).toBe('segments.rule.crm_kind');
  });

  it('says which connections it goes by, and whether by their opportunities', () => {
    expect(followedCrm(group('ALL', hasOpportunity('c1', 'won'), group('NONE', inCrm('c2'), inCrm('c1')), inCrmList('l1')))).toEqual([{ connectionId: 'c1', opportunities: true }, { connectionId: 'c2', opportunities: false }]);
    expect(followedCrm(inCrmList('l1'))).toEqual([]);
    expect(followedCrm(undefined)).toEqual([]);
  });

  it('names all its problems at once', () => {
    const error = refusal(group('ANY', field('x', 'EQUALS', 'a'), field('y', 'EQUALS', 'a')));
    expect(error.problems.map((p) => p.field)).toEqual(['rule.group.children[0].field', 'rule.group.children[1].field']);
    expect(error.publicMessage).toContain('(and 1 more)');
  });

  it('may not be deeper or larger than its caps', () => {
    let deep = field('name', 'IS_KNOWN');
    for (let i = 0; i < 10; i += 1) deep = group('ALL', deep);
    checkRule(deep, facts);
    expect(brief(group('ALL', deep))[0]).toBe('too_deep');
    const wide = (n: number) => group('ANY', ...Array.from({ length: n }, () => field('name', 'IS_KNOWN')));
    checkRule(wide(MOST_NODES - 1), facts);
    expect(brief(wide(MOST_NODES))[0]).toBe('too_many_conditions');
    expect(brief(wide(20_000))[0]).toBe('too_many_conditions');
  });

  it('is compiled with its values as parameters, never in the text', () => {
    const evil = `x'; drop table companies; --`;
    const { sql, params } = compileRule(group('ALL', field('name', 'CONTAINS', evil), field(`attributes.${evil}`, 'EQUALS', evil), member('s1')), 3);
    expect(sql).not.toContain('drop');
    expect(params).toEqual([evil, evil, [evil], 's1']);
    expect(sql).toContain('$3');
    expect(sql).toContain('$6');
    const crm = compileRule(group('ANY', inCrm(evil), hasOpportunity(evil, 'won')), 3);
    expect(crm.sql).not.toContain('drop');
    expect(crm.params).toEqual([evil, evil, 'won']);
  });
});

describe('segments built from others', () => {
  const graph: SegmentGraph = new Map([['a', ['b', 'c']], ['b', ['d']], ['c', ['d']], ['d', []], ['e', []]].map(([id, dependsOn]) => [id as string, { id: id as string, name: `N${id as string}`, dependsOn: dependsOn as string[] }]));

  it('have a closure with the asked one first, and an order in which nothing comes before what it is built from', () => {
    expect(closureOf(graph, 'a')).toEqual(['a', 'b', 'c', 'd']);
    const order = inOrder(graph).map((s) => s.id);
    expect(order.indexOf('d')).toBeLessThan(order.indexOf('b'));
    expect(order.indexOf('b')).toBeLessThan(order.indexOf('a'));
    expect(order).toHaveLength(5);
  });

  it('never go round: the way is named', () => {
    const cycle = () => checkNoCycle({ id: 'd', name: 'Nd' }, group('ALL', field('name', 'IS_KNOWN'), member('a')), graph);
    expect(cycle).toThrow(/rule\.group\.children\[1\]\.segment: .*"Nd" → "Na" → "Nb" → "Nd"/);
    expect(() => checkNoCycle({ id: 'd', name: 'Nd' }, member('d'), graph)).toThrow(/"Nd" → "Nd"/);
    checkNoCycle({ id: 'd', name: 'Nd' }, member('e'), graph);
  });
});
