import { backoffMs, chunk, type SignalboxError } from '@signalbox/kernel';
import type { ConvertedStatus, SettleAnswer, SettleRow, WorkOptions, WriteOutcome, WriteRow } from '@signalbox/connectors-sdk';
import { CallFailure } from '../client/call-failure.ts';
import type { DynamicsClient } from '../client/client.ts';
import { explain } from '../client/explain.ts';
import type { BatchPart } from '../client/multipart.ts';
import { QUALIFIED } from '../read/converted-statuses.ts';
import type { DynamicsRow } from '../read/remote-record.ts';
import { conversionOf, leadPaths, lookAt, tie, toLead, type LeadState, type Plan, type Seen } from './leads.ts';
import { failedRow, GONE, judge } from './row-errors.ts';

interface Ready extends Plan {
  row: WriteRow;
}

interface Group {
  leads: readonly Ready[];
  /** Not sent before this time (ms since the epoch): leads that were locked. */
  notBefore: number;
}

const LOOKED_AT_TOGETHER = 1_000;
const TRIES = 5;
const LOCK_BACKOFF = { initialMs: 250, maximumMs: 5_000, factor: 2.5, jitter: 0.7 };
const CHANGED = 412;
const LOST = 'The answer of Dynamics 365 was lost; it is asked whether the lead is converted.';
const leadId = (row: WriteRow) => row.crmId.toLowerCase();

/** What can be said about a row before it is sent: its outcome, or the plan to convert it. */
function consider(row: WriteRow, { leads, contactAccounts }: Seen): WriteOutcome | Plan {
  const { changeId, crmId } = row;
  const conversion = { ...row.conversion!, accountId: row.conversion!.accountId.toLowerCase(), contactId: row.conversion!.contactId.toLowerCase() };
  const lead = leads.get(leadId(row));
  const skipped = (code: string, message: string): WriteOutcome => ({ kind: 'skipped', changeId, crmId, code, message });
  const failed = (code: string, message: string): WriteOutcome => ({ kind: 'failed', changeId, code, message });
  if (!lead) return skipped('deleted_in_crm', 'The lead is no longer in Dynamics 365.');
  if (lead.state === QUALIFIED) return skipped('already_converted', `The lead is qualified already${lead.accountId ? `, into the account ${lead.accountId}` : ''}.`);
  if (lead.state !== 0) return failed('lead_closed', 'The lead is disqualified in Dynamics 365. Reopen it there to convert it.');
  const { accountId, contactId } = conversion;
  // What stands on the lead is left as it is (CLC-5): QualifyLead would put ours over it.
  if (lead.accountId !== '' && lead.accountId !== accountId) return skipped('belongs_to_other_account', `The lead belongs to the account ${lead.accountId} in Dynamics 365, which a conversion into ${accountId} would overwrite. Clear or correct "Parent Account for lead" there.`);
  if (lead.contactId !== '' && (contactId !== '' ? lead.contactId !== contactId : lead.contactAccountId !== accountId)) {
    return skipped('belongs_to_other_contact', `The lead belongs to the contact ${lead.contactId} in Dynamics 365, which the conversion would overwrite. Clear or correct "Parent Contact for lead" there.`);
  }
  if (contactId !== '' && contactAccounts.get(contactId) !== accountId) return failed('contact_of_other_account', `The contact ${contactId} is not there, or does not belong to the account ${accountId}.`);
  return { lead, conversion, contactId: contactId || lead.contactId };
}

/** What a lead that was qualified became, seen after the call. */
function outcomeOf({ row, conversion }: Ready, lead: LeadState | undefined, tieFailure: string | undefined): WriteOutcome {
  const { changeId } = row;
  if (!lead) return { kind: 'unknown', changeId, message: LOST };
  if (lead.state === QUALIFIED && lead.accountId === conversion.accountId && lead.contactId !== '' && tieFailure === undefined) {
    return { kind: 'written', changeId, crmId: lead.id, existed: false, contactId: lead.contactId };
  }
  const what = tieFailure ?? `it belongs to the account '${lead.accountId}' and the contact '${lead.contactId}'`;
  return { kind: 'failed', changeId, code: 'converted_otherwise', message: `Dynamics 365 qualified the lead, but not into the contact of the account ${conversion.accountId}: ${what}. Look at the lead there.` };
}

/** Contacts that belong to no account after their lead was converted are tied to it; says what failed, by lead. @throws CallFailure, SignalboxError */
async function tieContacts(client: DynamicsClient, leads: readonly { lead: LeadState; accountId: string }[], work: WorkOptions): Promise<Map<string, string>> {
  const failures = new Map<string, string>();
  const of = (one: LeadState, accountId: string) => one.contactId !== '' && one.contactAccountId !== accountId;
  const wrong = leads.filter(({ lead, accountId }) => lead.state === QUALIFIED && lead.accountId === accountId && of(lead, accountId));
  for (const { lead } of wrong) if (lead.contactAccountId !== '') failures.set(lead.id, `its contact ${lead.contactId} belongs to the account ${lead.contactAccountId}`);
  for (const few of chunk(wrong.filter(({ lead }) => lead.contactAccountId === ''), LOOKED_AT_TOGETHER)) {
    const { parts } = await client.batch('batch', few.map(({ lead, accountId }) => tie(client, lead.contactId, accountId)), work);
    few.forEach(({ lead }, i) => {
      const part = parts[i];
      if (!part || part.status >= 300) failures.set(lead.id, `its contact ${lead.contactId} could not be put to the account (${client.failureOf('batch', part).error?.message ?? 'no answer'})`);
    });
  }
  return failures;
}

/**
 * One request of conversions on its way. Leads are looked at first, a thousand in a call; then each is a change set of its own that
 * sets the account and qualifies the lead, a hundred in a batch, whose last part looks at them again. So 1,000 leads take eleven calls,
 * and a lead that is refused is left as it was. Every row ends in exactly one outcome, or in none when the run stops with an error.
 */
export class ConvertRun {
  private unseen: WriteRow[] = [];
  private waiting: Group[] = [];
  /** A lead that is named again is looked at when the first is through. */
  private repeated: WriteRow[] = [];
  private readonly tries = new Map<string, number>();
  private stop: SignalboxError | undefined;

  constructor(private readonly client: DynamicsClient, private readonly statuses: readonly ConvertedStatus[], private readonly rows: readonly WriteRow[], private readonly work: WorkOptions) {}

  /** Outcomes, call by call. @throws SignalboxError once all that is known has been given out */
  async *outcomes(): AsyncGenerator<WriteOutcome[]> {
    const refused = this.begin();
    if (refused.length > 0) yield refused;
    while (this.unseen.length + this.waiting.length + this.repeated.length > 0) {
      const known = await this.step();
      if (known.length > 0) yield known;
      if (this.stop) throw this.stop;
    }
  }

  private begin(): WriteOutcome[] {
    const refused: WriteOutcome[] = [];
    const ids = new Set<string>();
    for (const row of this.rows) {
      if (!this.statuses.some((status) => status.name === row.conversion!.status)) {
        const known = this.statuses.map(({ name, label }) => `${name} (${label})`).join(', ');
        refused.push({ kind: 'failed', changeId: row.changeId, code: 'status_not_converted', message: `'${row.conversion!.status}' is not a status of qualified leads in Dynamics 365. Known: ${known || 'none'}.` });
      } else (ids.has(leadId(row)) ? this.repeated : this.unseen).push(row);
      ids.add(leadId(row));
    }
    return refused;
  }

  private async step(): Promise<WriteOutcome[]> {
    if (this.unseen.length > 0) return this.look(this.unseen.splice(0, LOOKED_AT_TOGETHER));
    const at = this.waiting.findIndex((group) => group.notBefore <= this.now());
    if (at >= 0) return this.send(this.waiting.splice(at, 1)[0]!);
    if (this.waiting.length > 0) await this.client.parts.wait(Math.max(1, Math.min(...this.waiting.map((g) => g.notBefore)) - this.now()), this.work.signal);
    else this.unseen = this.repeated.splice(0);
    return [];
  }

  private async look(rows: readonly WriteRow[]): Promise<WriteOutcome[]> {
    const seen = await lookAt(this.client, rows.map(leadId), rows.map((row) => row.conversion!.contactId.toLowerCase()), this.work);
    const outcomes: WriteOutcome[] = [];
    const ready: Ready[] = [];
    for (const row of rows) {
      const found = consider(row, seen);
      if ('kind' in found) outcomes.push(found);
      else ready.push({ ...found, row });
    }
    if (ready.length > 0) this.waiting.push({ leads: ready, notBefore: 0 });
    return outcomes;
  }

  private async send(group: Group): Promise<WriteOutcome[]> {
    const { conversions } = this.client;
    const [now, later] = [group.leads.slice(0, conversions.rows), group.leads.slice(conversions.rows)];
    if (later.length > 0) this.waiting.unshift({ ...group, leads: later });
    const [check] = leadPaths(now.map(({ lead }) => lead.id));
    try {
      const { parts } = await this.client.batch('convert', [...now.map((one) => conversionOf(this.client, one)), { method: 'GET', path: this.client.versioned(check!) }], this.work);
      conversions.went(now.length);
      return await this.judgeAll(now, parts);
    } catch (thrown) {
      if (!(thrown instanceof CallFailure)) throw thrown;
      if (!thrown.maybeDone) return this.stopWith(thrown);
      conversions.lost(now.length);
      return now.map(({ row }) => ({ kind: 'unknown', changeId: row.changeId, message: LOST }));
    }
  }

  private async judgeAll(sent: readonly Ready[], parts: readonly (BatchPart | undefined)[]): Promise<WriteOutcome[]> {
    const qualified = sent.filter((_, i) => isDone(parts[i]));
    const locked: Ready[] = [];
    const refused = sent.flatMap((one, i) => (isDone(parts[i]) ? [] : this.judgeRefused(one, parts[i], locked)));
    if (locked.length > 0) {
      const notBefore = this.now() + backoffMs(LOCK_BACKOFF, Math.max(...locked.map((one) => this.tries.get(one.row.changeId)!)), this.client.parts.random());
      this.waiting.push({ leads: locked, notBefore });
    }
    return [...refused, ...(await this.verify(qualified, parts[sent.length]))];
  }

  /** What the batch saw of its leads at its end. Where it saw nothing, the leads are settled by asking. */
  private async verify(qualified: readonly Ready[], part: BatchPart | undefined): Promise<WriteOutcome[]> {
    const rows = part?.status === 200 ? ((JSON.parse(part.body) as { value?: DynamicsRow[] }).value ?? []) : [];
    const leads = new Map(rows.map(toLead).map((lead) => [lead.id, lead]));
    const unknown = (row: WriteRow): WriteOutcome => ({ kind: 'unknown', changeId: row.changeId, message: LOST });
    try {
      const seen = qualified.flatMap(({ lead, conversion }) => (leads.has(lead.id) ? [{ lead: leads.get(lead.id)!, accountId: conversion.accountId }] : []));
      const failures = await tieContacts(this.client, seen, this.work);
      return qualified.map((one) => outcomeOf(one, leads.get(one.lead.id), failures.get(one.lead.id)));
    } catch (thrown) {
      this.stop ??= thrown instanceof CallFailure ? explain(thrown, this.now()) : (thrown as SignalboxError);
      return qualified.map(({ row }) => unknown(row));
    }
  }

  /** The outcome of a lead that was refused, and left as it was; none when it is put aside. */
  private judgeRefused(one: Ready, part: BatchPart | undefined, locked: Ready[]): WriteOutcome[] {
    const { row } = one;
    const failure = this.client.failureOf('convert', part);
    const tries = (this.tries.get(row.changeId) ?? 0) + 1;
    this.tries.set(row.changeId, tries);
    if (failure.status === CHANGED && tries <= TRIES) {
      this.unseen.push(row);
      return [];
    }
    switch (judge(failure, 'convert')) {
      case 'unknown':
        return [{ kind: 'unknown', changeId: row.changeId, message: LOST }];
      case 'stop':
        return this.stopWith(failure);
      case 'locked':
        if (tries > TRIES) return [failedRow(row.changeId, failure)];
        locked.push(one);
        return [];
      case 'duplicate-rule':
        return [{ kind: 'skipped', changeId: row.changeId, crmId: row.crmId, code: 'crm_duplicate_rule', message: "Dynamics 365's duplicate detection rule found a record like the contact that the lead would become. Convert into that contact instead." }];
      default:
        return [refusedLead(one, failure)];
    }
  }

  private stopWith(failure: CallFailure): WriteOutcome[] {
    this.stop ??= explain(failure, this.now());
    return [];
  }

  private now(): number {
    return this.client.now().getTime();
  }
}

const isDone = (part: BatchPart | undefined): boolean => part !== undefined && part.status >= 200 && part.status < 300;

function refusedLead({ row, lead, conversion }: Ready, failure: CallFailure): WriteOutcome {
  if (failure.code !== GONE) return failedRow(row.changeId, failure);
  const said = (failure.error?.message ?? '').toLowerCase();
  if (said.includes(lead.id)) return { kind: 'skipped', changeId: row.changeId, crmId: row.crmId, code: 'deleted_in_crm', message: 'The lead is no longer in Dynamics 365.' };
  return { kind: 'failed', changeId: row.changeId, code: 'account_missing', message: `The account ${conversion.accountId} or the contact to merge into is no longer in Dynamics 365: ${failure.error?.message ?? ''}` };
}

/** Whether leads whose answer was lost are converted into the account that was asked for; their contacts are tied to it where that is still to be done. */
export async function settleConversions(client: DynamicsClient, rows: readonly SettleRow[], work: WorkOptions): Promise<SettleAnswer[]> {
  const { leads } = await lookAt(client, rows.map(leadId), [], work);
  const accountOf = (row: SettleRow) => row.conversion!.accountId.toLowerCase();
  const seen = rows.flatMap((row) => (leads.has(leadId(row)) ? [{ lead: leads.get(leadId(row))!, accountId: accountOf(row) }] : []));
  const failures = await tieContacts(client, seen, work).catch((thrown: unknown) => {
    throw thrown instanceof CallFailure ? explain(thrown, client.now().getTime()) : thrown;
  });
  return rows.map((row): SettleAnswer => {
    const lead = leads.get(leadId(row));
    const arrived = lead?.state === QUALIFIED && lead.accountId === accountOf(row) && lead.contactId !== '' && !failures.has(lead.id);
    return arrived ? { changeId: row.changeId, final: true, crmIds: [lead.id], contactId: lead.contactId } : { changeId: row.changeId, final: true, crmIds: [] };
  });
}
