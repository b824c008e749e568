import { errorOf, kinds, type SuiteContext } from './suite-context.ts';

/** A skew that a CRM and a machine of ours may well have. */
const CLOCK_SKEW_MS = 4 * 60_000;

/** Writes a call of rows whose answer is lost, and expects each to be found by asking. */
async function loseAnswerAndFind(c: SuiteContext, keyField: string): Promise<void> {
  const rows = c.rows(Math.min(300, c.harness.connector.manifest.limits.rowsPerCall));
  const before = new Set(c.harness.records().map((r) => r.id));
  await c.session.describe(c.harness.object);
  c.harness.trouble({ kind: 'timeout-after-commit' });
  const { outcomes, error } = await c.write(rows, 'create', keyField);
  expect(error).toBeUndefined();
  expect(kinds(outcomes)).toEqual({ unknown: rows.length });
  const answers = await c.settle(rows, keyField);
  expect(new Set(answers.flatMap((a) => a.crmIds))).toEqual(new Set(c.harness.records().map((r) => r.id).filter((id) => !before.has(id))));
  expect(answers.every((a) => a.crmIds.length === 1)).toBe(true);
}

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
      await loseAnswerAndFind(c, keyField);
    });

    it.each(['behind', 'ahead of'])("clock-skew: with the CRM's clock %s ours nothing is missed, and what was written is found", async (how) => {
      const c = context();
      c.harness.trouble({ kind: 'clock-skew', aheadMs: how === 'behind' ? -CLOCK_SKEW_MS : CLOCK_SKEW_MS });
      const { position } = await c.pull();
      c.harness.seed([{ [c.identity.name]: 'Seen by another clock' }]);
      const fields = await c.mirrorFields();
      expect((await c.session.changedSince(c.harness.object, { position, fields })).records.map((r) => r.name)).toEqual(['Seen by another clock']);
      const next = await c.pull(position);
      expect(next.records.map((r) => r.name)).toEqual(['Seen by another clock']);
      c.harness.seed([{ [c.identity.name]: 'A second one' }]);
      expect((await c.pull(next.position)).records.map((r) => r.name)).toContain('A second one');
      await loseAnswerAndFind(c, '');
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
