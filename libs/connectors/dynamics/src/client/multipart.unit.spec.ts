import { readBatch, writeBatch } from './multipart.ts';

const type = 'multipart/mixed; boundary=b1';
const part = (status: string, headers: string, body = '') => `--b1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nHTTP/1.1 ${status}\r\n${headers}\r\n\r\n${body}\r\n`;

describe('a batch', () => {
  it('is written as Dataverse reads it', () => {
    const text = writeBatch([{ method: 'GET', path: '/api/data/v9.2/WhoAmI' }, { method: 'PATCH', path: '/a(1)', headers: { 'If-Match': '*' }, body: { name: 'Zürich --b1' } }], 'b1');
    expect(text.split('\r\n')).toEqual([
      '--b1', 'Content-Type: application/http', 'Content-Transfer-Encoding: binary', '', 'GET /api/data/v9.2/WhoAmI HTTP/1.1', 'Accept: application/json', '', '',
      '--b1', 'Content-Type: application/http', 'Content-Transfer-Encoding: binary', '', 'PATCH /a(1) HTTP/1.1', 'Accept: application/json', 'Content-Type: application/json; type=entry', 'If-Match: *', '', '{"name":"Zürich --b1"}',
      '--b1--', '',
    ]);
  });

  it('is read in the order of its requests, with the status, headers and body of each', () => {
    const text = `${part('204 No Content', 'OData-EntityId: https://x/accounts(1)')}${part('400 Bad Request', 'Content-Type: application/json', '{"error":{"code":"0x1","message":"a\\r\\n--b1 {}"}}')}--b1--\r\n`;
    expect(readBatch(type, text)).toEqual([
      { status: 204, headers: { 'odata-entityid': 'https://x/accounts(1)' }, body: '' },
      { status: 400, headers: { 'content-type': 'application/json' }, body: '{"error":{"code":"0x1","message":"a\\r\\n--b1 {}"}}' },
    ]);
    expect(readBatch('multipart/mixed; charset=utf-8; boundary="b1"', text)).toHaveLength(2);
  });

  it.each([
    ['is cut off', type, part('204 No Content', 'x: y')], ['is of another type', 'application/json', '{}'], ['names no boundary', 'multipart/mixed', '--b1--'],
    ['holds a part without a status', type, '--b1\r\nContent-Type: application/http\r\n\r\nhello\r\n--b1--'], ['is empty', type, ''],
  ])('that %s is no answer', (_what, contentType, text) => {
    expect(readBatch(contentType, text)).toBeUndefined();
  });
});
