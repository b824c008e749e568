import type { ErrorEntry } from '../client/call-failure.ts';
import { parseEntries } from '../client/call-failure.ts';
import { readDuplicateRule } from './duplicate-rule.ts';
import { failedRow, idInMessage, judge } from './row-errors.ts';

const error = (errorCode: string, message = '', fields: string[] = []): ErrorEntry => ({ errorCode, message, fields, raw: {} });
const KEY = 'Signalbox_Id__c';

describe('what is done about a row that Salesforce refuses', () => {
  it.each([
    [error('DUPLICATES_DETECTED', 'Use one of these records?'), 'duplicate-rule'],
    [error('DUPLICATE_VALUE', 'duplicate value found: Signalbox_Id__c duplicates value on record with id: 0015f00000xyz'), 'exists'],
    [error('DUPLICATE_VALUE', 'duplicate value found: Vat__c duplicates value on record with id: 0015f00000xyz', ['Vat__c']), 'failed'],
    [error('UNABLE_TO_LOCK_ROW'), 'locked'],
    [error('LIMIT_EXCEEDED'), 'too-much-work'],
    [error('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'Trigger: System.LimitException: Apex CPU time limit exceeded'), 'too-much-work'],
    [error('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'Trigger: Too many SOQL queries: 101'), 'too-much-work'],
    [error('STORAGE_LIMIT_EXCEEDED'), 'failed'],
    [error('FIELD_CUSTOM_VALIDATION_EXCEPTION', 'No.'), 'failed'],
  ] as const)('%j: %s', (given, verdict) => {
    expect(judge(given, 'create', KEY)).toBe(verdict);
  });

  it('a record that has gone is told from a reference that is wrong', () => {
    expect(judge(error('ENTITY_IS_DELETED'), 'update', '')).toBe('deleted');
    expect(judge(error('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id'), 'update', '')).toBe('deleted');
    expect(judge(error('INVALID_CROSS_REFERENCE_KEY', 'Owner ID', ['OwnerId']), 'update', '')).toBe('failed');
    expect(judge(error('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id'), 'create', '')).toBe('failed');
  });

  it('finds the record in the message, and names the field in the failure', () => {
    expect(idInMessage('duplicate value found: X duplicates value on record with id: 0015f00000AbCdE')).toBe('0015f00000AbCdE');
    expect(failedRow('c', [error('STRING_TOO_LONG', 'data value too large', ['Site'])])).toMatchObject({ kind: 'failed', code: 'value_too_long', message: expect.stringContaining('Site: data value too large') });
    expect(failedRow('c', [error('SOMETHING_NEW', 'x')])).toMatchObject({ code: 'something_new' });
  });

  it.each(['duplicateResut', 'duplicateResult'])('reads the record of a duplicate rule, spelled %s, the likeliest first', (member) => {
    const result = { duplicateRule: 'Rule', matchResults: [{ matchRecords: [{ matchConfidence: 60, record: { Id: '001B' } }, { matchConfidence: 90, record: { Id: '001A' } }] }] };
    const [entry] = parseEntries([{ [member]: result, errorCode: 'DUPLICATES_DETECTED', message: 'Use one of these records?' }]);
    expect(readDuplicateRule(entry!)).toEqual({ crmId: '001A', rule: 'Rule' });
  });

  it('does without the details of a duplicate rule', () => {
    expect(readDuplicateRule(error('DUPLICATES_DETECTED'))).toEqual({ crmId: '', rule: '' });
  });
});
