import { readFileSync } from 'node:fs';
import { runGateway, type RunningGateway } from '../../testing/running-gateway.ts';

interface Operation {
  summary?: string;
  requestBody?: { content: Record<string, { schema?: object }> };
  responses: Record<string, { content?: Record<string, { schema?: object }> }>;
}

describe('the description of the API', () => {
  let gateway: RunningGateway;
  let document: { openapi: string; paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, unknown> } };
  beforeAll(async () => {
    gateway = await runGateway();
    document = (await gateway.call('GET', '/api/openapi.json')).body;
  });
  afterAll(() => gateway.stop());

  const operations = () => Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ at: `${method.toUpperCase()} ${path}`, operation })));

  it('says of every route what it does, what it takes and what it answers', () => {
    expect(document.openapi).toBe('3.1.0');
    const api = operations().filter((o) => o.at.includes('/api/v1/'));
    expect(api.length).toBeGreaterThan(60);
    for (const { at, operation } of api) {
      expect({ at, summary: operation.summary }).toEqual({ at, summary: expect.stringMatching(/\.$/) });
      const good = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
      expect({ at, good: good.length }).toEqual({ at, good: 1 });
      const [status, answer] = good[0]!;
      if (status !== '204') expect({ at, schema: Object.values(answer.content ?? {})[0]?.schema }).toEqual({ at, schema: expect.any(Object) });
      expect(operation.responses['default']).toBeDefined();
    }
  });

  it('has every schema that it refers to', () => {
    const wanted = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((m) => m[1]!);
    expect(wanted.length).toBeGreaterThan(100);
    expect([...new Set(wanted)].filter((name) => !Object.hasOwn(document.components.schemas, name))).toEqual([]);
    expect(document.components.schemas['Segment']).toMatchObject({ properties: { kind: { enum: ['dynamic', 'static', null] }, rule: { anyOf: [{ $ref: '#/components/schemas/RuleNode' }, { type: 'null' }] }, createdAt: { format: 'date-time' } } });
    expect(document.components.schemas['RunCounts']).toMatchObject({ properties: { skippedByReason: { additionalProperties: { type: 'integer' } } } });
  });

  it('is shown on a page that takes nothing from elsewhere', async () => {
    const page = await gateway.call('GET', '/api/docs');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((m: string[]) => m[1]!);
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) {
      expect(link).toMatch(/^\/api\/docs\/assets\//);
      expect((await gateway.call('GET', link)).status).toBe(200);
    }
    expect((await gateway.call('GET', '/api/docs/assets/package.json')).status).toBe(404);
  });

  it('the README lists every route, and no other', () => {
    const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
    const listed = [...readme.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/[^\s`?]+)/g)].map((m) => `${m[1]} /api/v1${m[2]}`);
    const real = operations().filter((o) => o.at.includes('/api/v1/')).map((o) => o.at);
    expect([...new Set(listed)].sort()).toEqual(real.sort());
  });
});
