import { parseError } from './call-failure.ts';

describe('an error of HubSpot, of which every member may be missing', () => {
  it('is read from its list of errors', () => {
    const read = parseError({ status: 'error', category: 'VALIDATION_ERROR', message: 'Property values were not valid: [{"name":"tier","error":"INVALID_OPTION"}]', errors: [{ message: 'C was not one of the allowed options', code: 'INVALID_OPTION', context: { propertyName: ['tier'] } }] });
    expect(read.complaints).toEqual([{ code: 'INVALID_OPTION', message: 'C was not one of the allowed options', fields: ['tier'] }]);
  });

  it('is read from the text of its message where there is no list', () => {
    const message = 'Property values were not valid: [{"isValid":false,"message":"Property \\"x\\" does not exist","error":"PROPERTY_DOESNT_EXIST","name":"x","portalId":1}]';
    expect(parseError({ category: 'VALIDATION_ERROR', message }).complaints).toEqual([{ code: 'PROPERTY_DOESNT_EXIST', message: 'Property "x" does not exist', fields: ['x'] }]);
    expect(parseError({ message: 'odd [{ text }]' }).complaints).toEqual([]);
  });

  it('keeps what tells which input and which limit it is about', () => {
    expect(parseError({ category: 'OBJECT_NOT_FOUND', context: { ids: ['1'], objectWriteTraceId: ['row-3'] } }).context).toEqual({ ids: ['1'], objectWriteTraceId: ['row-3'] });
    expect(parseError({ errorType: 'RATE_LIMIT', policyName: 'DAILY' }).policyName).toBe('DAILY');
    expect(parseError({ status: 'BAD_CLIENT_ID', message: 'missing or unknown client id' }).category).toBe('BAD_CLIENT_ID');
  });

  it.each([undefined, null, 'text', 7, []])('makes nothing of %j', (body) => {
    expect(parseError(body)).toMatchObject({ category: '', message: '', complaints: [] });
  });
});
