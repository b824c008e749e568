import type { WriteRow } from '../writes.ts';
import { kinds, type SuiteContext } from './suite-context.ts';

/** As many records as one call deletes, and some more. */
const MORE = 50;
const perCall = (c: SuiteContext) => c.harness.connector.manifest.limits.rowsPerCall;

/** What every connector does when it deletes: exactly what it was told to, once. */
export function describeDeleting(context: () => SuiteContext): void {
  describe('deleting', () => {
    it('deletes a full call of records with as few API calls as the CRM allows, and nothing else', async () => {
      const c = context();
      await c.session.describe(c.harness.object);
      const ids = c.seedCompanies(perCall(c) + 20);
      const before = c.stored();
      const [kept, gone] = [ids.slice(0, 20), ids.slice(20)];
      const calls = c.harness.apiCalls();
      const { outcomes } = await c.write(c.deletions(gone), 'delete');
      expect(c.harness.apiCalls() - calls).toBeLessThanOrEqual(c.harness.callsPerDeletion);
      expect(outcomes.map((o) => (o.kind === 'written' ? [o.crmId, o.existed] : o.kind)).sort()).toEqual(gone.map((id) => [id, false]).sort());
      expect(c.stored()).toEqual(new Map(kept.map((id) => [id, before.get(id)!])));
    });

    it('row-deleted-remotely: a record that is gone already is skipped, one that is named twice is deleted once, and the rest goes on', async () => {
      const c = context();
      const ids = c.seedCompanies(5);
      await c.harness.remove(ids[1]!);
      const rows: WriteRow[] = [...c.deletions(ids.slice(0, 4)), { ...c.deletions([ids[0]!])[0]!, changeId: 'again' }];
      const { outcomes } = await c.write(rows, 'delete');
      expect(kinds(outcomes)).toEqual({ written: 3, skipped: 2 });
      for (const o of outcomes) if (o.kind === 'skipped') expect(o).toMatchObject({ code: 'deleted_in_crm', crmId: o.changeId === 'again' ? ids[0] : ids[1] });
      expect([...c.stored().keys()]).toEqual([ids[4]]);
    });

    it('a record that the CRM would delete others with is left, with all of them', async () => {
      const c = context();
      const { dependants } = c.harness;
      const ids = c.seedCompanies(4);
      if (dependants) for (const id of ids.slice(0, 2)) dependants.add(id);
      const { outcomes } = await c.write(c.deletions(ids), 'delete');
      expect(kinds(outcomes)).toEqual(dependants ? { written: 2, skipped: 2 } : { written: 4 });
      for (const o of outcomes) if (o.kind === 'skipped') expect(o.code).toBe('has_dependants');
      expect([c.stored().size, dependants?.count() ?? 0]).toEqual(dependants ? [2, 2] : [0, 0]);
    });

    it('429-mid-batch: what was deleted is reported, and the rest waits untouched', async () => {
      const c = context();
      const ids = c.seedCompanies(perCall(c) + MORE);
      c.harness.trouble({ kind: '429-mid-batch', skip: 1 });
      const { outcomes, error } = await c.write(c.deletions(ids), 'delete');
      expect(error).toMatchObject({ kind: 'Retryable', afterMs: expect.any(Number) });
      expect(kinds(outcomes)).toEqual({ written: perCall(c) });
      const reported = new Set(outcomes.map((o) => (o.kind === 'written' ? o.crmId : '')));
      expect(new Set(c.stored().keys())).toEqual(new Set(ids.filter((id) => !reported.has(id))));

      c.harness.trouble({ kind: '429-mid-batch', skip: Number.MAX_SAFE_INTEGER });
      const rest = await c.write(c.deletions(ids).filter((row) => !reported.has(row.crmId)), 'delete');
      expect(kinds(rest.outcomes)).toEqual({ written: MORE });
      expect(c.stored().size).toBe(0);
    });

    it('timeout-after-commit: records whose answer was lost are unknown, and asking says that they are gone', async () => {
      const c = context();
      const ids = c.seedCompanies(Math.min(300, perCall(c)) + 1);
      await c.session.describe(c.harness.object);
      c.harness.trouble({ kind: 'timeout-after-commit' });
      const rows = c.deletions(ids);
      const { outcomes, error } = await c.write(rows.slice(1), 'delete');
      expect(error).toBeUndefined();
      expect(kinds(outcomes)).toEqual({ unknown: ids.length - 1 });
      const answers = new Map((await c.settle(rows, '', 60_000, 'delete')).map((a) => [a.changeId, a]));
      expect(answers.get('delete-0')).toMatchObject({ crmIds: [], final: true });
      for (const row of rows.slice(1)) expect(answers.get(row.changeId)).toMatchObject({ crmIds: [row.crmId], final: true });
      expect([...c.stored().keys()]).toEqual([ids[0]]);
    });

    it('partial-failure: a record that the CRM does not let go stays, alone and by name', async () => {
      const c = context();
      const ids = c.seedCompanies(60);
      c.harness.trouble({ kind: 'partial-failure', matching: '^Old 33$' });
      const { outcomes } = await c.write(c.deletions(ids), 'delete');
      expect(kinds(outcomes)).toEqual({ written: 59, failed: 1 });
      expect(outcomes.find((o) => o.kind === 'failed')).toMatchObject({ changeId: 'delete-33', message: expect.stringMatching(/.{20}/) });
      expect([...c.stored().keys()]).toEqual([ids[33]]);
    });

    it('limit-for-today: nothing is deleted, and it says when to come again', async () => {
      const c = context();
      const ids = c.seedCompanies(10);
      c.harness.trouble({ kind: 'limit-for-today' });
      const { outcomes, error } = await c.write(c.deletions(ids), 'delete');
      expect(outcomes).toEqual([]);
      expect(error).toMatchObject({ kind: 'Retryable', publicMessage: expect.stringMatching(/today/i) });
      expect(c.stored().size).toBe(10);
    });

    it.each([['signs in again once and goes on', false], ['does not sign in for ever when every session is refused', true]])('expired-session: %s', async (_what, forever) => {
      const c = context();
      const ids = c.seedCompanies(40);
      await c.session.describe(c.harness.object);
      c.harness.trouble({ kind: 'expired-session', forever });
      const { outcomes, error } = await c.write(c.deletions(ids), 'delete');
      expect(error?.kind).toBe(forever ? 'AuthExpired' : undefined);
      expect(kinds(outcomes)).toEqual(forever ? {} : { written: 40 });
      expect(c.stored().size).toBe(forever ? 40 : 0);
    });
  });
}

/** For a CRM that refuses a row while another writer holds it. */
export function describeLockedDeletions(context: () => SuiteContext): void {
  it('locked-rows: a record that is locked for a moment is deleted a little later', async () => {
    const c = context();
    const ids = c.seedCompanies(20);
    c.harness.trouble({ kind: 'locked-rows', matching: '^Old (1|2|3)$', times: 5 });
    const { outcomes } = await c.write(c.deletions(ids), 'delete');
    expect(kinds(outcomes)).toEqual({ written: 20 });
    expect(c.parts.waits.length).toBeGreaterThan(0);
    expect(c.stored().size).toBe(0);
  });
}
