import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import express, { type Request, type Response } from 'express';
import { notFound } from '@signalbox/kernel';
import { waitFor } from '@signalbox/testing';
import { sendCsv } from './send-csv.ts';
import { sendEvents } from './server-sent.ts';
import { openUpload } from './upload.ts';

/** A real server with one handler, since streams are about what a socket takes. */
async function serve(handler: (request: Request, response: Response) => Promise<unknown>): Promise<{ port: number; url: string; failures: unknown[] }> {
  const failures: unknown[] = [];
  const server: Server = express().use((request, response) => handler(request, response).catch((error: unknown) => {
    failures.push(error);
    if (response.headersSent) response.destroy();
    else response.status(500).end(String(error));
  })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}/`, failures };
}
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('a CSV download', () => {
  it('has a header, Windows lines, quotes where needed, and no formulas', async () => {
    async function* rows() {
      yield [['Acme, Inc', '=cmd()', 1.5]];
      yield [['He said "no"', 'line\nbreak', null]];
    }
    const { url } = await serve((_request, response) => sendCsv(response, 'a b.csv', ['name', '-x', 'n'], rows()));
    const response = await fetch(url);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="a_b.csv"');
    expect(await response.text()).toBe('name,\'-x,n\r\n"Acme, Inc",\'=cmd(),1.5\r\n"He said ""no""","line\nbreak",\r\n');
  });

  it('asks for no more rows than the receiver takes, and stops when it is gone', async () => {
    let asked = 0;
    let ended = false;
    async function* endless() {
      try {
        for (;;) {
          asked += 1;
          yield [['x'.repeat(100_000)]];
        }
      } finally {
        ended = true;
      }
    }
    const { port } = await serve((_request, response) => sendCsv(response, 'x.csv', ['x'], endless()));
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'));
    socket.pause();
    let before = -1;
    // Nothing is read: what the socket's buffers hold goes out, and then nothing more is asked for.
    await waitFor(() => {
      const still = asked === before && asked > 1;
      before = asked;
      return still;
    }, { everyMs: 300 });
    expect(asked).toBeLessThan(500);
    socket.destroy();
    await waitFor(() => ended);
  });

  it('is an ordinary error before the first row, and cut short after it', async () => {
    async function* failing(after: number) {
      for (let i = 0; i < after; i += 1) yield [['row']];
      throw notFound('x.not_found', 'Gone.');
    }
    const early = await serve((_request, response) => sendCsv(response, 'x.csv', ['x'], failing(0)));
    expect((await fetch(early.url)).status).toBe(500);
    const late = await serve((_request, response) => sendCsv(response, 'x.csv', ['x'], failing(1)));
    await expect(fetch(late.url).then((r) => r.text())).rejects.toThrow();
    expect(late.failures).toHaveLength(1);
  });
});

describe('server-sent events', () => {
  it('come one by one with a heartbeat between, and say when they end', async () => {
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    async function* runs() {
      yield { state: 'queued' };
      await gate;
      yield { state: 'finished' };
    }
    const { url } = await serve((_request, response) => sendEvents(response, 'run', runs(), { heartbeatMs: 50 }));
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    let text = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString();
      if (text.includes(': still here')) go();
    }
    expect(text.replaceAll(': still here\n\n', '')).toBe('id: 1\nevent: run\ndata: {"state":"queued"}\n\nid: 2\nevent: run\ndata: {"state":"finished"}\n\nevent: end\ndata: {}\n\n');
  });

  it('tell of a problem that came later, and are an ordinary error when it came first', async () => {
    async function* failing(after: number) {
      for (let i = 0; i < after; i += 1) yield i;
      throw notFound('x.not_found', 'Gone.');
    }
    const late = await serve((_request, response) => sendEvents(response, 'run', failing(1), { heartbeatMs: 1000 }));
    expect(await (await fetch(late.url)).text()).toContain('event: problem\ndata: {"type":"urn:signalbox:problem:x.not_found"');
    const early = await serve((_request, response) => sendEvents(response, 'run', failing(0), { heartbeatMs: 1000 }));
    expect((await fetch(early.url)).status).toBe(500);
  });
});

describe('an upload', () => {
  const received = () => serve(async (request, response) => {
    const upload = await openUpload(request);
    let text = '';
    for await (const chunk of upload.chunks()) text += chunk.toString();
    response.json({ fileName: upload.fileName, sizeBytes: upload.sizeBytes, text, hash: await upload.hashAll() });
  });

  it('is the body itself, or the first file of a form, with its name', async () => {
    const { url } = await received();
    const post = async (body: string | FormData, headers: Record<string, string>, query = '') => (await fetch(`${url}${query}`, { method: 'POST', body, headers })).json();
    const plain = await post('a,b\n1,2\n', { 'content-type': 'text/csv' }, '?fileName=list.csv');
    expect(plain).toMatchObject({ fileName: 'list.csv', sizeBytes: 8, text: 'a,b\n1,2\n' });
    expect(await post('x', { 'content-type': 'text/csv', 'content-disposition': 'attachment; filename*=UTF-8\'\'M%C3%BCller.csv' })).toMatchObject({ fileName: 'Müller.csv' });
    const form = new FormData();
    form.set('note', 'no file');
    form.set('file', new Blob(['a,b\n1,2\n']), 'list.csv');
    expect(await post(form, {})).toEqual({ fileName: 'list.csv', sizeBytes: 0, text: 'a,b\n1,2\n', hash: (plain as { hash: string }).hash });
  });

  it('without a file, or of another kind, is refused', async () => {
    const { url } = await received();
    const form = new FormData();
    form.set('note', 'no file');
    expect(await (await fetch(url, { method: 'POST', body: form })).text()).toContain('gateway.upload.no_file');
    expect(await (await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })).text()).toContain('gateway.body.media_type');
    expect(await (await fetch(url, { method: 'POST', body: 'x', headers: { 'content-type': 'multipart/form-data' } })).text()).toContain('gateway.upload.form_broken');
    expect(await (await fetch(url, { method: 'POST', body: '--b\r\ncontent-disposition: form-data; name="f"; filename="x.csv"\r\n\r\nhalf', headers: { 'content-type': 'multipart/form-data; boundary=b' } })).text()).toContain('gateway.upload.form_broken');
  });

  it('is read no faster than its reader takes it, and fails when the sender goes away', async () => {
    let taken = 0;
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const { port, failures } = await serve(async (request) => {
      for await (const chunk of (await openUpload(request)).chunks()) {
        taken += chunk.length;
        if (taken > 1_000_000) await gate;
      }
    });
    let sent = 0;
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\ncontent-length: 100000000\r\n\r\n');
      const fill = () => {
        while (sent < 90_000_000 && socket.write('y'.repeat(1_000_000))) sent += 1_000_000;
        sent += 1_000_000;
      };
      socket.on('drain', fill);
      fill();
    });
    let before = -1;
    await waitFor(() => {
      const still = sent === before && taken > 1_000_000;
      before = sent;
      return still;
    }, { everyMs: 300 });
    expect(sent).toBeLessThan(80_000_000);
    socket.destroy();
    go();
    await waitFor(() => failures.length === 1);
    expect(String(failures[0])).toMatch(/aborted/);
  });
});
