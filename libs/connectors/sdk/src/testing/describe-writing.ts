import { kinds, type SuiteContext } from './suite-context.ts';

/** What every connector does when it writes and nothing is wrong with the line. */
export function describeWriting(context: () => SuiteContext): void {
  describe('writing', () => {
    it('writes a full call of rows with one API call, and says which record each became', async () => {
      const c = context();
      await c.session.describe(c.harness.object);
      const count = c.harness.connector.manifest.limits.rowsPerCall;
      const before = c.harness.apiCalls();
      const { outcomes } = await c.write(c.rows(count));
      expect(c.harness.apiCalls() - before).toBe(1);
      const ids = new Set(outcomes.map((o) => (o.kind === 'written' ? o.crmId : o.kind)));
      expect(ids).toEqual(new Set(c.harness.records().map((r) => r.id)));
      expect(ids.size).toBe(count);
    });

    it('emoji: keeps every character, quotes, breaks and what looks like a command included', async () => {
      const c = context();
      const names = ['Zürich 🏔️ AG', `O'Brien "& Söhne" \\ Co`, '株式会社サンプル', '@{ref.id} Holding', 'A%20B + C?d=e#f', "x' OR Name != '", '𝒟ata 👩‍👩‍👧 GmbH'];
      const rows = names.map((name, i) => c.row(i, { [c.identity.name]: name }));
      const { outcomes } = await c.write(rows);
      expect(kinds(outcomes)).toEqual({ written: names.length });
      expect(c.names()).toEqual([...names].sort());
      const found = await c.session.lookup(c.harness.object, { field: c.identity.name, values: names, fields: [c.identity.name] });
      expect(found.map((r) => r.name).sort()).toEqual([...names].sort());
    });

    it('null-vs-missing: null clears a field, a field left out stays', async () => {
      const c = context();
      const { textField } = c.harness;
      const { outcomes } = await c.write([c.row(1, { [textField]: 'kept' }), c.row(2, { [textField]: 'cleared' })]);
      const ids = outcomes.map((o) => (o.kind === 'written' ? o.crmId : ''));
      const update = (i: number, values: Record<string, string | null>) => ({ changeId: `u${i}`, crmId: ids[i]!, externalKey: '', values });
      const updated = await c.write([update(0, { [c.identity.country]: 'Austria' }), update(1, { [textField]: null })], 'update');
      expect(kinds(updated.outcomes)).toEqual({ written: 2 });
      const byId = new Map(c.harness.records().map((r) => [r.id, r.values]));
      expect(byId.get(ids[0]!)).toMatchObject({ [textField]: 'kept', [c.identity.country]: 'Austria' });
      expect(byId.get(ids[1]!)![textField] ?? null).toBeNull();
    });

    it('duplicate-keys: a key is one record, in one request and in two', async () => {
      const c = context();
      const twice = [c.row(1), { ...c.row(1), changeId: 'again' }, c.row(2)];
      const { outcomes } = await c.write(twice);
      expect(kinds(outcomes)).toEqual({ written: 3 });
      const second = await c.write([c.row(2)]);
      expect(second.outcomes).toMatchObject([{ kind: 'written', existed: true }]);
      expect(c.harness.records()).toHaveLength(2);
    });

    it('row-deleted-remotely: an update of a record that has gone is skipped, and the rest goes on', async () => {
      const c = context();
      const ids = c.seedCompanies(3);
      await c.harness.remove(ids[1]!);
      const rows = ids.map((crmId, i) => ({ changeId: `u${i}`, crmId, externalKey: '', values: { [c.identity.country]: 'Spain' } }));
      const { outcomes } = await c.write(rows, 'update');
      expect(kinds(outcomes)).toEqual({ written: 2, skipped: 1 });
      expect(outcomes.find((o) => o.kind === 'skipped')).toMatchObject({ changeId: 'u1', code: 'deleted_in_crm' });
    });

    it('partial-failure: a record that the CRM refuses fails alone and by name', async () => {
      const c = context();
      c.harness.trouble({ kind: 'partial-failure', matching: '^Company 333$' });
      const { outcomes } = await c.write(c.rows(500));
      expect(kinds(outcomes)).toEqual({ written: 499, failed: 1 });
      expect(outcomes.find((o) => o.kind === 'failed')).toMatchObject({ changeId: 'change-333', code: 'field_validation', message: expect.stringMatching(/.{20}/) });
      expect(c.harness.records()).toHaveLength(499);
    });

    it('partial-failure: a record that makes the CRM refuse the whole call is found, and fails alone', async () => {
      const c = context();
      const { poison } = c.harness;
      const rows = c.rows(c.harness.connector.manifest.limits.rowsPerCall);
      const bad = Math.floor(rows.length * 0.444);
      rows[bad] = c.row(bad, { [poison.field]: poison.value });
      const before = c.harness.apiCalls();
      const { outcomes } = await c.write(rows);
      expect(kinds(outcomes)).toEqual({ written: rows.length - 1, failed: 1 });
      expect(outcomes.find((o) => o.kind === 'failed')).toMatchObject({ changeId: `change-${bad}` });
      expect(c.harness.apiCalls() - before).toBeLessThan(20);
    });

    it('schema-changed: rows with a field that has gone fail by its name, the others are written', async () => {
      const c = context();
      const { textField } = c.harness;
      await c.session.describe(c.harness.object);
      c.harness.trouble({ kind: 'schema-changed', field: textField });
      const rows = c.rows(30).map((row, i) => (i % 3 === 0 ? c.row(i, { [textField]: 'gone' }) : row));
      const { outcomes } = await c.write(rows);
      expect(kinds(outcomes)).toEqual({ written: 20, failed: 10 });
      for (const outcome of outcomes) if (outcome.kind === 'failed') expect(outcome.message).toContain(textField);
    });
  });
}

/** For a CRM that refuses a row while another writer holds it. */
export function describeLockedRows(context: () => SuiteContext): void {
  it('locked-rows: a row that is locked for a moment is written a little later, in smaller calls', async () => {
    const c = context();
    c.harness.trouble({ kind: 'locked-rows', matching: '^Company (1|2|3)$', times: 5 });
    const { outcomes } = await c.write(c.rows(50));
    expect(kinds(outcomes)).toEqual({ written: 50 });
    expect(c.parts.waits.length).toBeGreaterThan(0);
    expect(c.harness.records()).toHaveLength(50);
  });
}

/** For a CRM that has duplicate rules of its own. */
export function describeDuplicateRule(context: () => SuiteContext): void {
  it('CNA-9 the duplicate rule of the CRM is a skip with the record that it found, never passed over', async () => {
    const c = context();
    const { name, website } = c.identity;
    const [there] = c.harness.seed([{ [name]: 'Company 5', [website]: 'company5.example.com' }]);
    c.harness.trouble({ kind: 'duplicate-rule' });
    const { outcomes } = await c.write(c.rows(60));
    expect(kinds(outcomes)).toEqual({ written: 59, skipped: 1 });
    expect(outcomes.find((o) => o.kind === 'skipped')).toMatchObject({ changeId: 'change-5', code: 'crm_duplicate_rule', crmId: there });
    expect(c.harness.records()).toHaveLength(60);
  });
}
