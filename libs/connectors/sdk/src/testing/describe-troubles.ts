import { errorOf, kinds, type SuiteContext } from './suite-context.ts';

/** What every connector does when the line or the CRM lets it down: nothing is lost, nothing is done twice. */
export function describeTroubles(context: () => SuiteContext): void {
  describe('troubles', () => {
    it('429-mid-batch: what was written is reported, and the rest waits without a trace', async () => {
      const c = context();
      const perCall = c.harness.connector.manifest.limits.rowsPerCall;
      const rows = c.rows(perCall + 500);
      c.harness.trouble({ kind: '429-mid-batch', skip: 1 });
      const { outcomes, error } = await c.write(rows);
      expect(error).toMatchObject({ kind: 'Retryable', afterMs: expect.any(Number) });
      expect(kinds(outcomes)).toEqual({ written: perCall });
      expect(c.harness.records()).toHaveLength(perCall);

      c.harness.trouble({ kind: '429-mid-batch', skip: Number.MAX_SAFE_INTEGER });
      const reported = new Set(outcomes.map((o) => o.changeId));
      const rest = await c.write(rows.filter((row) => !reported.has(row.changeId)));
      expect(kinds(rest.outcomes)).toEqual({ written: 500 });
      expect(c.harness.records()).toHaveLength(rows.length);
    });

    it('limit-for-today: nothing is written, and it says when to come again', async () => {
      const c = context();
      c.harness.trouble({ kind: 'limit-for-today' });
      const { outcomes, error } = await c.write(c.rows(10));
      expect(outcomes).toEqual([]);
      expect(error).toMatchObject({ kind: 'Retryable', publicMessage: expect.stringMatching(/today/i) });
      expect(error!.afterMs).toBeGreaterThanOrEqual(60_000);
      expect(c.harness.records()).toHaveLength(0);
    });

    it.each(['with a key', 'without a key'])('timeout-after-commit: rows whose answer was lost are unknown, and are found by asking, %s', async (how) => {
      const c = context();
      const keyField = how === 'with a key' ? c.harness.keyField : '';
      const rows = c.rows(300);
      await c.session.describe(c.harness.object);
      c.harness.trouble({ kind: 'timeout-after-commit' });
      const { outcomes, error } = await c.write(rows, 'create', keyField);
      expect(error).toBeUndefined();
      expect(kinds(outcomes)).toEqual({ unknown: 300 });
      const answers = await c.settle(rows, keyField);
      const ids = new Set(c.harness.records().map((r) => r.id));
      expect(new Set(answers.flatMap((a) => a.crmIds))).toEqual(ids);
      expect(answers.every((a) => a.crmIds.length === 1)).toBe(true);
    });

    it('timeout-after-commit: where only a search can tell, "not there" is no answer too early', async () => {
      const c = context();
      const [answer] = await c.settle([c.row(1)], '', 60_000);
      expect(answer).toMatchObject({ crmIds: [], final: false });
      expect((await c.settle([c.row(1)], c.harness.keyField, 60_000))[0]).toMatchObject({ crmIds: [], final: true });
    });

    it('expired-session: signs in again once and goes on', async () => {
      const c = context();
      await c.session.describe(c.harness.object);
      c.harness.trouble({ kind: 'expired-session', forever: false });
      const { outcomes } = await c.write(c.rows(400));
      expect(kinds(outcomes)).toEqual({ written: 400 });
      expect(c.harness.records()).toHaveLength(400);
    });

    it('expired-session: does not sign in for ever when every session is refused', async () => {
      const c = context();
      await c.session.describe(c.harness.object);
      c.harness.trouble({ kind: 'expired-session', forever: true });
      const { outcomes, error } = await c.write(c.rows(4));
      expect(outcomes).toEqual([]);
      expect(error).toMatchObject({ kind: 'AuthExpired' });
    });

    it('stops between two calls when it is told to', async () => {
      const c = context();
      const stop = new AbortController();
      const session = c.session.forWork({ signal: stop.signal });
      stop.abort();
      expect(await errorOf(session.describe(c.harness.object))).toMatchObject({ kind: 'Retryable' });
    });
  });
}
