import { objectOf } from '../manifest.ts';
import type { SuiteContext } from './suite-context.ts';

/** What every connector does when it reads. */
export function describeReading(context: () => SuiteContext): void {
  describe('reading', () => {
    it('says who is signed in, and describes the object with what may be written', async () => {
      const { session, harness, identity } = context();
      expect(await session.test()).toMatchObject({ user: expect.stringMatching(/./) });
      const fields = new Map((await session.describe(harness.object)).map((f) => [f.name, f]));
      expect(fields.get(identity.name)).toMatchObject({ createable: true });
      expect([...fields.values()].filter((f) => harness.requiredFields.includes(f.name) !== f.required).map((f) => f.name)).toEqual([]);
      expect(fields.get(harness.keyField)).toMatchObject({ externalId: true });
    });

    it('CLC-9 mirrors the fields that it names as telling records of one company apart, with times that can be read', async () => {
      const c = context();
      const { createdAt, lastActivityAt, owner } = objectOf(c.harness.connector.manifest, c.harness.object)?.standing ?? {};
      expect(await c.mirrorFields()).toEqual(expect.arrayContaining([createdAt, lastActivityAt, owner].filter((one) => one !== undefined)));
      c.seedCompanies(1);
      const { fields } = (await c.pull()).records[0]!;
      if (createdAt) expect(fields[createdAt]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)$/);
    });

    it('pulls everything in pages, then only what changed since, deletions included', async () => {
      const c = context();
      const perPage = c.harness.connector.manifest.limits.recordsPerPage;
      const count = 2 * perPage + 500;
      const ids = c.seedCompanies(count);
      const first = await c.pull();
      expect(new Set(first.records.map((r) => r.id)).size).toBe(count);
      expect(Math.max(...first.pages)).toBeLessThanOrEqual(perPage);
      expect(first.records.find((r) => r.id === ids[0])).toMatchObject({ name: 'Old 0', website: 'old0.example.com', country: 'France', deleted: false });

      await c.harness.remove(ids[7]!);
      c.harness.seed([{ [c.identity.name]: 'Newcomer' }]);
      const second = await c.pull(first.position);
      expect(second.records.find((r) => r.name === 'Newcomer')).toMatchObject({ deleted: false });
      expect(second.records.find((r) => r.id === ids[7])).toMatchObject({ deleted: true });
      expect(new Set(second.records.map((r) => r.id)).size).toBe(second.records.length);
    });

    it('reads everything again, and says so, after a silence longer than the CRM tells what was deleted', async () => {
      const c = context();
      const ids = c.seedCompanies(5);
      const first = await c.pull();
      expect(first.restarted).toBe(false);
      await c.harness.remove(ids[2]!);
      const silence = 120 * 24 * 60 * 60_000;
      c.harness.trouble({ kind: 'clock-skew', aheadMs: silence });
      c.parts.pass(silence);
      const second = await c.pull(first.position);
      expect(second.restarted).toBe(true);
      expect(second.records.filter((r) => !r.deleted).map((r) => r.id).sort()).toEqual(ids.filter((id) => id !== ids[2]).sort());
      expect((await c.pull(second.position)).restarted).toBe(false);
    });

    it('empty-page: finds nothing in an empty CRM and can go on from there', async () => {
      const c = context();
      const first = await c.pull();
      expect(first.records).toEqual([]);
      expect(first.position).not.toBe('');
      c.harness.seed([{ [c.identity.name]: 'The first' }]);
      expect((await c.pull(first.position)).records.map((r) => r.name)).toEqual(['The first']);
    });

    it('goes on from the position of any page', async () => {
      const c = context();
      const count = 2 * c.harness.connector.manifest.limits.recordsPerPage + 100;
      c.seedCompanies(count);
      const fields = await c.mirrorFields();
      const seen = new Set<string>();
      let position = '';
      for await (const page of c.session.pull(c.harness.object, { fields })) {
        for (const record of page.records) seen.add(record.id);
        position = page.position;
        break; // as after a crash
      }
      for (const record of (await c.pull(position)).records) seen.add(record.id);
      expect(seen.size).toBe(count);
    });

    it('asks in one call what others added since a position, leaving out what carries our key', async () => {
      const c = context();
      const { position } = await c.pull();
      await c.write(c.rows(20));
      c.harness.seed([{ [c.identity.name]: 'Added by a colleague' }]);
      const fields = await c.mirrorFields();
      c.counter.take();
      const news = await c.session.changedSince(c.harness.object, { position, fields, exceptWithField: c.harness.keyField });
      expect(news.records.map((r) => r.name)).toEqual(['Added by a colleague']);
      expect(Object.values(c.counter.take())).toEqual([1]);
    });

    it('looks thousands of values up in few calls', async () => {
      const c = context();
      await c.write(c.rows(2000));
      c.counter.take();
      const values = Array.from({ length: 2500 }, (_, i) => `key-${i}`);
      const found = await c.session.lookup(c.harness.object, { field: c.harness.keyField, values, fields: [c.harness.keyField] });
      expect(new Set(found.map((r) => r.fields[c.harness.keyField])).size).toBe(2000);
      expect(Object.values(c.counter.take()).reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(Math.ceil(values.length / c.harness.lookupValuesPerCall));
    });
  });
}
