import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runGateway, type RunningGateway } from '../../../testing/running-gateway.ts';

describe('the console’s files', () => {
  let gateway: RunningGateway;
  let empty: RunningGateway;
  beforeAll(async () => {
    const dir = mkdtempSync(join(tmpdir(), 'console-'));
    mkdirSync(join(dir, 'assets'));
    writeFileSync(join(dir, 'index.html'), '<title>console</title>');
    writeFileSync(join(dir, 'assets', 'index-B4xYz9Qa.js'), 'go()');
    gateway = await runGateway({ SIGNALBOX_CONSOLE_DIR: dir });
    empty = await runGateway({ SIGNALBOX_CONSOLE_DIR: join(dir, 'nothing') });
  });
  afterAll(async () => {
    await gateway.stop();
    await empty.stop();
  });

  it('are served with the index for every page of the console, and security headers', async () => {
    for (const path of ['/', '/segments', '/orchestrations/0193/runs']) {
      const page = await gateway.call('GET', path);
      expect(page).toMatchObject({ status: 200, body: '<title>console</title>' });
      expect(page.headers.get('cache-control')).toBe('no-cache');
      expect(page.headers.get('content-security-policy')).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
      expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('with a hash in their name are kept for ever', async () => {
    const asset = await gateway.call('GET', '/assets/index-B4xYz9Qa.js');
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-type')).toMatch(/javascript/);
  });

  it('that are missing are missing, and the API is never a page', async () => {
    for (const path of ['/assets/gone-12345678.js', '/api/v1/nothing', '/api', '/../../etc/passwd.txt']) expect((await gateway.call('GET', path)).status).toBe(404);
    expect((await gateway.call('POST', '/segments')).status).toBe(404);
  });

  it('say how to build them when they are not there', async () => {
    const page = await empty.call('GET', '/');
    expect(page.status).toBe(200);
    expect(page.body).toContain('npx nx build console');
  });
});
