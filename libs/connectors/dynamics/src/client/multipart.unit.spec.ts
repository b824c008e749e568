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

  it('holds change sets, under a boundary that does not begin with its own', () => {
    const text = writeBatch([[{ method: 'PATCH', path: '/a(1)', body: {} }, { method: 'POST', path: '/a(1)/Do', body: { x: 1 } }], { method: 'GET', path: '/b' }], 'b1');
    expect(text.split('\r\n')).toEqual([
      '--b1', 'Content-Type: multipart/mixed; boundary=changeset_0_b1', '',
      '--changeset_0_b1', 'Content-Type: application/http', 'Content-Transfer-Encoding: binary', 'Content-ID: 1', '', 'PATCH /a(1) HTTP/1.1', 'Accept: application/json', 'Content-Type: application/json; type=entry', '', '{}',
      '--changeset_0_b1', 'Content-Type: application/http', 'Content-Transfer-Encoding: binary', 'Content-ID: 2', '', 'POST /a(1)/Do HTTP/1.1', 'Accept: application/json', 'Content-Type: application/json; type=entry', '', '{"x":1}',
      '--changeset_0_b1--', '', '--b1', 'Content-Type: application/http', 'Content-Transfer-Encoding: binary', '', 'GET /b HTTP/1.1', 'Accept: application/json', '', '', '--b1--', '',
    ]);
  });

  it('is read with one answer for a change set: the last, or what refused it, in a set of its own or alone', () => {
    const inner = (...statuses: string[]) => `--b1\r\nContent-Type: multipart/mixed; boundary=c1\r\n\r\n${statuses.map((status) => part(status, 'x: y').replace('--b1', '--c1')).join('')}--c1--\r\n`;
    const text = `${inner('204 No Content', '200 OK')}${inner('412 Precondition Failed')}${part('404 Not Found', 'x: y')}${inner('204 No Content', '400 Bad Request')}--b1--\r\n`;
    expect(readBatch(type, text)?.map((one) => one.status)).toEqual([200, 412, 404, 400]);
    expect(readBatch(type, text.replace('--c1--', ''))).toBeUndefined();
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
