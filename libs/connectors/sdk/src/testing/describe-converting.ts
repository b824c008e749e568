import type { WriteOutcome, WriteRow } from '../writes.ts';
import type { ConversionStage } from './harness.ts';
import { errorOf, kinds, type SuiteContext } from './suite-context.ts';

/** Leads with everything filled, an account to convert them into, and what the CRM held before. */
class Conversions {
  readonly stage: ConversionStage;
  readonly ids: string[];
  readonly accountId: string;
  private readonly leads: Map<string, Record<string, unknown>>;
  private counted: ReturnType<ConversionStage['counts']>;

  constructor(readonly c: SuiteContext, count: number) {
    this.stage = c.harness.conversion!;
    this.accountId = this.stage.seedAccount();
    this.ids = c.harness.seed(Array.from({ length: count }, (_, i) => this.stage.leadValues(i)));
    this.leads = c.stored();
    this.counted = this.stage.counts();
  }

  rows(more: Partial<{ accountId: string; contactId: string; status: string }> = {}): WriteRow[] {
    return this.c.conversions(this.ids, { accountId: this.accountId, contactId: '', status: this.stage.statuses.converted, ...more });
  }

  write(rows: readonly WriteRow[] = this.rows()) {
    return this.c.write(rows, 'convert');
  }

  /** CLC-4, CLC-5: leads that were not converted are as they were, the others in all that a conversion does not set; nothing else was made. */
  expectConverted(outcomes: readonly WriteOutcome[], contacts = outcomes.filter((o) => o.kind === 'written').length): void {
    const written = outcomes.filter((o) => o.kind === 'written');
    this.expectUntouched(written.map((o) => o.crmId));
    const found = new Map(this.stage.contacts().map(({ id, accountId }) => [id, accountId]));
    expect(found.size).toBe(contacts);
    for (const { contactId } of written) expect([contactId, found.get(contactId ?? '')]).toEqual([expect.stringMatching(/./), this.accountId]);
  }

  /** Nothing happened to the leads but those that are named, and there are no more accounts and opportunities than before. */
  expectUntouched(except: readonly string[] = []): void {
    const after = this.c.stored();
    for (const [id, before] of this.leads) {
      // Some CRMs hide a converted lead from everybody.
      const now = after.get(id);
      if (except.includes(id) && now) expect(this.others(now)).toEqual(this.others(before));
      else if (!except.includes(id)) expect(now).toEqual(before);
    }
    expect(this.stage.counts()).toEqual(this.counted);
  }

  /** Takes what another client did as given. */
  refresh(): void {
    this.leads.clear();
    for (const [id, values] of this.c.stored()) this.leads.set(id, values);
    this.counted = this.stage.counts();
  }

  private others(values: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(values).filter(([field]) => !this.stage.setByConversion.includes(field)));
  }
}

/** What every connector does that converts leads. */
export function describeConverting(context: () => SuiteContext): void {
  describe('converting leads', () => {
    const begin = (count: number) => new Conversions(context(), count);

    it('CLC-3 names the statuses that mean "converted", and no others', async () => {
      const { stage, c } = begin(0);
      const statuses = await c.session.convertedStatuses();
      expect(statuses.map((s) => s.name)).toContain(stage.statuses.converted);
      expect(statuses.map((s) => s.name)).not.toContain(stage.statuses.other);
      expect(statuses.filter((s) => s.isDefault).length).toBeLessThanOrEqual(1);
      for (const status of statuses) expect(status.label).not.toBe('');
    });

    it('CLC-4 CLC-5 leads become contacts of the account that is there; no account and no opportunity is made, and no other field changes', async () => {
      const work = begin(7);
      const { outcomes, error } = await work.write();
      expect(error).toBeUndefined();
      expect(outcomes.map((o) => (o.kind === 'written' ? [o.crmId, o.existed] : o)).sort()).toEqual(work.ids.map((id) => [id, false]).sort());
      work.expectConverted(outcomes);
    });

    it('CLC-7 a lead is merged into the contact that is given, and no second one is made', async () => {
      const work = begin(2);
      const contactId = work.stage.seedContact(work.accountId);
      const [first, second] = [work.rows({ contactId })[0]!, work.rows()[1]!];
      const { outcomes } = await work.write([first, second]);
      expect(kinds(outcomes)).toEqual({ written: 2 });
      expect(outcomes.find((o) => o.changeId === first.changeId)).toMatchObject({ contactId });
      work.expectConverted(outcomes, 2);
    });

    it('CLC-8 a lead that is converted or gone already is skipped by name, one that is named twice is converted once, and the rest goes on', async () => {
      const work = begin(5);
      const elsewhere = work.stage.seedAccount();
      await work.stage.convert(work.ids[1]!, elsewhere);
      await work.c.harness.remove(work.ids[2]!);
      work.refresh();
      const contacts = work.stage.contacts();
      const rows = work.rows();
      const { outcomes } = await work.write([...rows, { ...rows[0]!, changeId: 'again' }]);
      expect(kinds(outcomes)).toEqual({ written: 3, skipped: 3 });
      const codes = Object.fromEntries(outcomes.flatMap((o) => (o.kind === 'skipped' ? [[o.changeId, o.code]] : [])));
      expect(codes).toEqual({ 'convert-1': 'already_converted', 'convert-2': 'deleted_in_crm', 'again': 'already_converted' });
      expect(work.stage.contacts().filter((one) => !contacts.some((before) => before.id === one.id)).map((one) => one.accountId)).toEqual([work.accountId, work.accountId, work.accountId]);
      work.expectUntouched(outcomes.flatMap((o) => (o.kind === 'written' ? [o.crmId] : [])));
    });

    it.each(['other', 'none'])('CLC-3 a status that is not there or does not mean "converted" fails by its name, and nothing is converted (%s)', async (which) => {
      const work = begin(3);
      const status = which === 'other' ? work.stage.statuses.other : 'No such status';
      const { outcomes } = await work.write(work.rows({ status }));
      expect(kinds(outcomes)).toEqual({ failed: 3 });
      for (const o of outcomes) expect(o).toMatchObject({ message: expect.stringContaining(status) });
      work.expectConverted(outcomes, 0);
    });

    it('an account that is not there, or a contact of another account, fails alone, and the lead is left as it was', async () => {
      const work = begin(3);
      const other = work.stage.seedContact(work.stage.seedAccount());
      work.refresh();
      const { outcomes } = await work.write([work.rows({ accountId: work.stage.missingAccount })[0]!, work.rows({ contactId: other })[1]!, work.rows()[2]!]);
      expect(Object.fromEntries(outcomes.map((o) => [o.changeId, o.kind]))).toEqual({ 'convert-0': 'failed', 'convert-1': 'failed', 'convert-2': 'written' });
      work.expectUntouched([work.ids[2]!]);
      expect(work.stage.contacts()).toHaveLength(2);
    });

    it('partial-failure: a lead that the CRM refuses fails alone and by name, and keeps no value of ours', async () => {
      const work = begin(30);
      work.c.harness.trouble({ kind: 'partial-failure', matching: '^Lead 17$' });
      const { outcomes } = await work.write();
      expect(kinds(outcomes)).toEqual({ written: 29, failed: 1 });
      expect(outcomes.find((o) => o.kind === 'failed')).toMatchObject({ changeId: 'convert-17', message: expect.stringMatching(/.{20}/) });
      work.expectConverted(outcomes);
    });
  });
}

/** What every connector does when the line or the CRM lets it down in the middle of conversions. */
export function describeConvertingTroubles(context: () => SuiteContext): void {
  describe('converting leads in trouble', () => {
    const begin = (count: number) => new Conversions(context(), count);

    it('429-mid-batch: what was converted is reported, and the rest waits without a trace', async () => {
      const { leadsPerCall } = context().harness.conversion!;
      const work = begin(leadsPerCall + 30);
      work.c.harness.trouble({ kind: '429-mid-batch', skip: 1 });
      const { outcomes, error } = await work.write();
      expect(error).toMatchObject({ kind: 'Retryable', afterMs: expect.any(Number) });
      expect(kinds(outcomes)).toEqual({ written: leadsPerCall });
      work.expectConverted(outcomes);

      work.c.harness.trouble({ kind: '429-mid-batch', skip: Number.MAX_SAFE_INTEGER });
      const reported = new Set(outcomes.map((o) => o.changeId));
      const rest = await work.write(work.rows().filter((row) => !reported.has(row.changeId)));
      expect(kinds(rest.outcomes)).toEqual({ written: 30 });
      work.expectConverted([...outcomes, ...rest.outcomes]);
    });

    it('limit-for-today: nothing is converted, and it says when to come again', async () => {
      const work = begin(5);
      work.c.harness.trouble({ kind: 'limit-for-today' });
      const { outcomes, error } = await work.write();
      expect(outcomes).toEqual([]);
      expect(error).toMatchObject({ kind: 'Retryable', publicMessage: expect.stringMatching(/today/i) });
      expect(error!.afterMs).toBeGreaterThanOrEqual(60_000);
      work.expectConverted([], 0);
    });

    it('timeout-after-commit: leads whose answer was lost are unknown, asking finds them with their contacts, and sending them again converts none twice', async () => {
      const work = begin(21);
      await work.c.session.describe(work.c.harness.object);
      await work.c.session.convertedStatuses();
      work.c.harness.trouble({ kind: 'timeout-after-commit' });
      const rows = work.rows();
      const { outcomes, error } = await work.write(rows.slice(1));
      expect(error).toBeUndefined();
      expect(kinds(outcomes)).toEqual({ unknown: 20 });
      const answers = new Map((await work.c.settle(rows, '', 60_000, 'convert')).map((a) => [a.changeId, a]));
      expect(answers.get('convert-0')).toMatchObject({ crmIds: [], final: true });
      const found = rows.slice(1).map(({ changeId, crmId }): WriteOutcome => {
        expect(answers.get(changeId)).toMatchObject({ crmIds: [crmId], final: true });
        return { kind: 'written', changeId, crmId, existed: false, contactId: answers.get(changeId)!.contactId };
      });
      work.expectConverted(found);
      const again = await work.write(rows.slice(1));
      expect(kinds(again.outcomes)).toEqual({ skipped: 20 });
      work.expectConverted(found);
      const [elsewhere] = await work.c.settle(work.c.conversions([work.ids[1]!], { accountId: work.stage.missingAccount, contactId: '', status: work.stage.statuses.converted }), '', 0, 'convert');
      expect(elsewhere).toMatchObject({ crmIds: [], final: true });
    });

    it.each([['signs in again once and goes on', false], ['does not sign in for ever when every session is refused', true]])('expired-session: %s', async (_what, forever) => {
      const work = begin(12);
      await work.c.session.describe(work.c.harness.object);
      work.c.harness.trouble({ kind: 'expired-session', forever });
      const { outcomes, error } = await work.write();
      expect(error?.kind).toBe(forever ? 'AuthExpired' : undefined);
      expect(kinds(outcomes)).toEqual(forever ? {} : { written: 12 });
      work.expectConverted(outcomes);
    });
  });
}

/** For a CRM that refuses a row while another writer holds it. */
export function describeLockedConversions(context: () => SuiteContext): void {
  it('CLC-8 locked-rows: a lead that is locked for a moment is converted a little later, one that stays locked fails and is left as it was', async () => {
    const work = new Conversions(context(), 20);
    work.c.harness.trouble({ kind: 'locked-rows', matching: '^Lead (1|2|3)$', times: 5 });
    const { outcomes } = await work.write();
    expect(kinds(outcomes)).toEqual({ written: 20 });
    expect(work.c.parts.waits.length).toBeGreaterThan(0);
    work.expectConverted(outcomes);

    const stuck = new Conversions(context(), 4);
    work.c.harness.trouble({ kind: 'locked-rows', matching: '^Lead 2$', times: Number.MAX_SAFE_INTEGER });
    const second = (await stuck.write()).outcomes;
    expect(kinds(second)).toEqual({ written: 3, failed: 1 });
    expect(second.find((o) => o.kind === 'failed')).toMatchObject({ changeId: 'convert-2', code: 'row_locked' });
    stuck.expectUntouched(second.flatMap((o) => (o.kind === 'written' ? [o.crmId] : [])));
  });
}

/** For a CRM, or an object of it, that cannot do it: refused by name before anything is sent (CLC-1). */
export function describeRefusedOperation(context: () => SuiteContext, operation: 'delete' | 'convert'): void {
  it(`CLC-1 refuses to ${operation} by the name of the CRM, and sends nothing`, async () => {
    const c = context();
    const { label } = c.harness.connector.manifest;
    const { outcomes, error } = await c.write([c.row(1)], operation);
    expect(outcomes).toEqual([]);
    expect(error).toMatchObject({ kind: 'Invalid', publicMessage: expect.stringContaining(label) });
    expect(await errorOf(c.settle([c.row(1)], '', 0, operation))).toMatchObject({ kind: 'Invalid', publicMessage: expect.stringContaining(label) });
    expect(c.harness.apiCalls()).toBe(0);
  });
}
