import { orchestrations } from '@signalbox/contracts';
import { keptOf, type CrmStage, type LeadsWorld } from '@signalbox/tests-scenarios/lead-conversion';

const { RecordState, RunState } = orchestrations;
/** Every so many leads one is of a kind of trouble that lasts: 5% of each. */
const EACH = 20;
const ACCOUNT_LEADS = 100;

type Kind = 'converted-here' | 'converted-elsewhere' | 'deleted' | 'refused' | 'duplicate' | 'merged' | 'plain';
const KINDS: readonly Kind[] = ['converted-here', 'converted-elsewhere', 'deleted', 'refused', 'duplicate', 'merged'];
const EXPECTED_CODES: Record<Kind, readonly string[]> = {
  'converted-here': ['already_converted'], 'converted-elsewhere': ['already_converted'], 'deleted': ['deleted_in_crm'], 'refused': ['field_validation'], 'duplicate': ['crm_duplicate_rule'], 'merged': [], 'plain': [],
};

interface Lead {
  id: string;
  kind: Kind;
  accountId: string;
  /** The contact that is this person already. */
  contactId: string;
}

/** Leads of many companies in one CRM, each with the id of an earlier match; a twentieth of them of each kind of trouble. */
export class LeadStorm {
  readonly leads: Lead[] = [];
  readonly companies: { name: string; website: string }[];
  private readonly accounts: string[];
  private before = new Map<string, Record<string, unknown>>();
  private contactsBefore = new Map<string, string>();
  private counted: ReturnType<CrmStage['counts']>;

  constructor(readonly stage: CrmStage, count: number) {
    this.companies = Array.from({ length: Math.ceil(count / ACCOUNT_LEADS) }, (_, i) => ({ name: `Works ${i} GmbH`, website: `https://works-${i}.de` }));
    this.accounts = this.companies.map((one) => stage.account(one.name, one.website));
    for (let i = 0; i < count; i += 1) this.add(i);
    this.counted = stage.counts();
  }

  private add(i: number): void {
    const at = i % this.companies.length;
    const kind = KINDS[i % EACH] ?? 'plain';
    const [accountId, email] = [this.accounts[at]!, `person${i}@works-${at}.de`];
    const other = this.accounts[(at + 1) % this.accounts.length]!;
    const contactId = kind === 'merged' ? this.stage.contact(accountId, email) : '';
    // The CRM's own rule finds this one, and it is of another account.
    if (kind === 'duplicate') this.stage.contact(other, email);
    const id = this.stage.lead({ company: this.companies[at]!.name, email, lastName: kind === 'refused' ? 'Refused' : `Person ${i}`, earlierAccountId: `earlier-${i}` });
    this.leads.push({ id, kind, accountId, contactId });
  }

  /** What somebody else does between the plan and its first conversion; from here on nobody else touches anything. */
  async interfere(): Promise<void> {
    for (const { id, kind, accountId } of this.leads) {
      if (kind === 'converted-here') await this.stage.convertElsewhere(id, accountId);
      if (kind === 'converted-elsewhere') await this.stage.convertElsewhere(id, this.accounts[(this.accounts.indexOf(accountId) + 1) % this.accounts.length]!);
      if (kind === 'deleted') await this.stage.remove(id);
    }
    this.rememberAll();
  }

  rememberAll(): void {
    this.before = this.stage.leads();
    this.contactsBefore = this.stage.contacts();
    this.counted = this.stage.counts();
  }

  /** The bar: each lead once or with its reason, no account, no opportunity, no other field, and counts that add up. */
  async expectAll(world: LeadsWorld, run: orchestrations.Run): Promise<Record<string, number>> {
    const { planned = 0, succeeded = 0, skipped = 0, failed = 0, unknownThenSettled = 0, remaining = 0 } = run.counts ?? {};
    expect({ state: run.state, problem: run.problem, planned, remaining }).toEqual({ state: RunState.FINISHED, problem: '', planned: this.leads.length, remaining: 0 });
    expect(succeeded + skipped + failed + unknownThenSettled).toBe(planned);
    const records = await world.records(run.planId);
    expect([records.length, new Set(records.map((r) => r.crmId)).size]).toEqual([planned, planned]);
    const written = records.filter((r) => r.state === RecordState.SUCCEEDED || r.state === RecordState.UNKNOWN_THEN_SETTLED);
    expect(written).toHaveLength(succeeded + unknownThenSettled);
    this.expectOutcomes(new Map(records.map((r) => [r.crmId, r])), new Set(written.map((r) => r.crmId)));
    return { planned, succeeded, unknownThenSettled, skipped, failed };
  }

  private expectOutcomes(records: ReadonlyMap<string, orchestrations.PlanRecord>, written: ReadonlySet<string>): void {
    const { stage } = this;
    const [after, contacts] = [stage.leads(), stage.contacts()];
    const wrong: unknown[] = [];
    const made = new Set<string>();
    for (const { id, kind, accountId, contactId } of this.leads) {
      const record = records.get(id);
      const into = stage.convertedInto(after.get(id));
      if (written.has(id)) {
        const merged = contactId === '' || into?.contactId === contactId;
        if (into?.accountId !== accountId || into.contactId !== record?.contactId || contacts.get(into.contactId) !== accountId || !merged || made.has(into.contactId)) wrong.push({ id, kind, accountId, into, record });
        if (into) made.add(into.contactId);
      } else {
        // Locks come to an end by themselves, but a lead may meet one each time that it is tried.
        const codes = [...EXPECTED_CODES[kind], 'row_locked'];
        const untouched = JSON.stringify(after.get(id)) === JSON.stringify(this.before.get(id));
        if (!codes.includes(record?.outcomeCode ?? '') || (record?.outcomeMessage ?? '').length < 10 || !untouched) wrong.push({ id, kind, record, untouched });
      }
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(stage.counts()).toEqual(this.counted);
    for (const [id, lead] of after) expect({ id, ...keptOf(stage, lead) }).toEqual({ id, ...keptOf(stage, this.before.get(id)) });
    expect([...contacts.keys()].filter((id) => !this.contactsBefore.has(id)).length).toBe([...made].filter((id) => !this.contactsBefore.has(id)).length);
    expect(written.size).toBeGreaterThan(this.leads.length / 2);
  }
}
