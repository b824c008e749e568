import { matching, orchestrations } from '@signalbox/contracts';
import { CSV_COLUMNS, csvRow } from './csv.ts';

const record = orchestrations.PlanRecord.fromPartial({
  position: 7, companyId: 'c1', companyName: '=HYPERLINK("x")', action: orchestrations.PlanAction.CREATE, reason: 'not_in_crm', reasonText: 'New.', state: orchestrations.RecordState.PLANNED,
  changes: [{ field: 'Name', after: 'Acme' }, { field: 'Phone', before: '1', after: '2' }, { field: 'Fax', clear: true }],
  evidence: { decision: matching.Decision.NEW, rule: 'strict', score: 0.5, otherCandidates: [{ accountId: '001', name: 'Acme Inc', score: 0.4 }] },
});

describe('the CSV of a plan', () => {
  it('has a cell for each column, in words a person can read', () => {
    const row = Object.fromEntries(csvRow(record).map((cell, i) => [CSV_COLUMNS[i], cell]));
    expect(Object.keys(row)).toHaveLength(CSV_COLUMNS.length);
    expect(row).toMatchObject({ position: '7', action: 'create', state: 'planned', changes: 'Name: Acme; Phone: 1 > 2; Fax: cleared', score: '0.5', other_candidates: '001 Acme Inc (0.4)' });
  });

  it('never lets a spreadsheet take a name for a formula', () => {
    expect(csvRow(record)[CSV_COLUMNS.indexOf('company_name')]).toBe(`'=HYPERLINK("x")`);
  });
});
