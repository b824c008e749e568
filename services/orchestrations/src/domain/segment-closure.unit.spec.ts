import { segments } from '@signalbox/contracts';
import { crmConditions } from './segment-closure.ts';

const { CrmConditionKind, GroupOperator, SegmentKind } = segments;
const group = (operator: segments.GroupOperator, ...children: segments.RuleNode[]): segments.RuleNode => ({ node: { $case: 'group', group: { operator, children } } });
const crm = (kind: segments.CrmConditionKind, reference: string): segments.RuleNode => ({ node: { $case: 'crm', crm: { kind, connectionId: 'c', reference } } });
const member = (segmentId: string): segments.RuleNode => ({ node: { $case: 'segment', segment: { segmentId, negate: false } } });
const country: segments.RuleNode = { node: { $case: 'field', field: { field: 'country', operator: segments.FieldOperator.EQUALS, values: ['DE'] } } };
const segment = (id: string, rule?: segments.RuleNode) => segments.Segment.fromPartial({ id, name: id.toUpperCase(), kind: SegmentKind.DYNAMIC, rule });

describe('CNA-2 what a segment is built from', () => {
  it('finds nothing in a segment of plain conditions', () => {
    expect(crmConditions([segment('a', group(GroupOperator.ALL, country, member('b'))), segment('b', country)])).toEqual([]);
    expect(crmConditions([])).toEqual([]);
  });

  it('finds a list, a report and a filter, also where they are negated', () => {
    const rule = group(GroupOperator.ANY, crm(CrmConditionKind.LIST, '00B1'), group(GroupOperator.NONE, crm(CrmConditionKind.REPORT, '00O2')), crm(CrmConditionKind.FILTER, 'Rating = Hot'));
    expect(crmConditions([segment('a', rule)]).map((f) => f.condition)).toEqual(['CRM list 00B1', 'CRM report 00O2', 'CRM filter Rating = Hot']);
  });

  it('finds what goes by the CRM\'s accounts and opportunities, also where it is negated and nested', () => {
    const prospects = group(GroupOperator.ALL, crm(CrmConditionKind.ACCOUNT, ''), group(GroupOperator.NONE, crm(CrmConditionKind.OPPORTUNITY, 'won')));
    expect(crmConditions([segment('a', group(GroupOperator.ALL, country, member('b'))), segment('b', prospects)])).toEqual([
      { condition: 'account in the CRM', path: 'Segment A › Segment B › account in the CRM' }, { condition: 'won opportunity in the CRM', path: 'Segment A › Segment B › won opportunity in the CRM' },
    ]);
  });

  it('names the way to it through nested segments, and is not led in circles', () => {
    const found = crmConditions([segment('a', group(GroupOperator.ALL, member('b'))), segment('b', group(GroupOperator.ALL, member('a'), member('c'))), segment('c', crm(CrmConditionKind.LIST, '00B9'))]);
    expect(found).toEqual([{ condition: 'CRM list 00B9', path: 'Segment A › Segment B › Segment C › CRM list 00B9' }]);
  });
});
