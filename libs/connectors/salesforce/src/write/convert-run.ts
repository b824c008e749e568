import { chunk, type SignalboxError } from '@signalbox/kernel';
import type { WorkOptions, WriteOutcome, WriteRow } from '@signalbox/connectors-sdk';
import { CallFailure, type ErrorEntry } from '../client/call-failure.ts';
import type { SalesforceClient } from '../client/client.ts';
import { envelope } from '../client/soap.ts';
import { explain } from '../client/explain.ts';
import { checkConversions, convertBody, LEADS_PER_CALL, readConverted, type ConversionRow, type ConvertedLead } from './convert-requests.ts';
import { group, halves, LOCK_TRIES, type Group } from './groups.ts';
import { leadsAsTheyAre, type LeadAsItIs } from './leads.ts';
import { failedRow, judge } from './row-errors.ts';
import { Waiting } from './waiting.ts';

const LOST = 'The answer of Salesforce was lost; it is asked whether the lead is converted.';
const GONE = 'The lead is no longer in Salesforce.';
const RULE = "Salesforce's duplicate rule stands in the way";

const CONVERTED = 'CANNOT_UPDATE_CONVERTED_LEAD';

const sameId = (a: string, b: string) => a.slice(0, 15) === b.slice(0, 15);

/** A lead that is not seen any more is one that the integration user may not look at once it is converted. */
function alreadyConverted(lead: LeadAsItIs | undefined, accountId: string): string {
  if (!lead?.accountId) return 'The lead is converted already.';
  const where = sameId(lead.accountId, accountId) ? 'this very account' : `another account, ${lead.accountId}`;
  return `The lead is converted already, into ${where}, as the contact ${lead.contactId}.`;
}

/** Results come in the order of the leads; where they name one, it has to be that. */
const answersFor = (of: Group, leads: readonly ConvertedLead[]) => leads.length === of.rows.length && leads.every((lead, i) => lead.leadId === '' || sameId(lead.leadId, of.rows[i]!.crmId));

/** A refusal for want of a right, with where the right is given. */
function withRemedy(outcome: WriteOutcome): WriteOutcome {
  if (outcome.kind !== 'failed' || outcome.code !== 'permission_missing') return outcome;
  return { ...outcome, message: `${outcome.message}. Give the integration user the permission 'Convert Leads', and read, create and edit rights on accounts and contacts, in its permission set.` };
}

/**
 * Leads on their way to becoming contacts, 100 in a call, each by itself (SOAP is Salesforce's only door to this). Locked leads come
 * again in smaller groups; what is refused as a whole is halved. Every row ends in exactly one outcome, or in none when the run stops.
 */
export class ConvertRun {
  private readonly waiting: Waiting;
  private readonly rows: ReadonlyMap<string, ConversionRow>;
  /** Rows that are refused for what became of the lead, its account or the contact; looked at together, in the end. */
  private readonly unclear: { row: WriteRow; errors: ErrorEntry[] }[] = [];
  private stop: SignalboxError | undefined;

  /** @throws Invalid when a row names no account */
  constructor(private readonly client: SalesforceClient, rows: readonly WriteRow[], private readonly work: WorkOptions) {
    const checked = checkConversions(rows);
    this.rows = new Map(checked.map((row) => [row.changeId, row]));
    // Leads of one account together: each conversion locks its account, and calls at the same time would wait for each other.
    const byAccount = [...checked].sort((a, b) => (a.conversion.accountId < b.conversion.accountId ? -1 : a.conversion.accountId > b.conversion.accountId ? 1 : 0));
    this.waiting = new Waiting(chunk(byAccount, LEADS_PER_CALL).map((few) => group(few)), client);
  }

  /** Outcomes, call by call. @throws SignalboxError once all that is known has been given out */
  async *outcomes(): AsyncGenerator<WriteOutcome[]> {
    while (!this.waiting.isEmpty || this.unclear.length > 0) {
      const known = await this.step();
      if (known.length > 0) yield known;
      if (this.stop) throw this.stop;
    }
  }

  private async step(): Promise<WriteOutcome[]> {
    const [next] = this.waiting.take(1);
    if (next) return this.send(next);
    if (this.waiting.isEmpty) return this.explainUnclear(this.unclear.splice(0));
    await this.waiting.pause(this.work);
    return [];
  }

  private async send(of: Group): Promise<WriteOutcome[]> {
    const body = convertBody(of.rows.map((row) => this.rows.get(row.changeId)!));
    const path = `/services/Soap/u/${this.client.settings.apiVersion}`;
    try {
      const answer = await this.client.send<unknown>({ operation: 'convertLead', method: 'POST', path, soap: (session) => envelope(session, body), headers: { SOAPAction: '""' } }, this.work);
      const leads = readConverted(answer.body);
      if (!leads || !answersFor(of, leads)) return this.lost(of);
      return this.judgeLeads(of, leads);
    } catch (thrown) {
      if (!(thrown instanceof CallFailure)) throw thrown;
      return this.judgeRefusal(of, thrown);
    }
  }

  private lost(of: Group): WriteOutcome[] {
    return of.rows.map((row) => ({ kind: 'unknown', changeId: row.changeId, message: LOST }));
  }

  private judgeLeads(of: Group, leads: readonly ConvertedLead[]): WriteOutcome[] {
    const locked: WriteRow[] = [];
    const heavy: WriteRow[] = [];
    const outcomes = leads.flatMap((lead, i): WriteOutcome[] => {
      const row = of.rows[i]!;
      if (lead.success) return [{ kind: 'written', changeId: row.changeId, crmId: lead.leadId || row.crmId, existed: false, contactId: lead.contactId }];
      return this.judgeLead(row, lead.errors, of, { locked, heavy });
    });
    this.waiting.locked(locked, of);
    // Less for the org's automation to do at once.
    if (heavy.length > 0) this.waiting.first(heavy.length === of.rows.length ? halves(of) : [group(heavy, of.lockedTimes)]);
    return outcomes;
  }

  private judgeLead(row: WriteRow, errors: ErrorEntry[], of: Group, aside: { locked: WriteRow[]; heavy: WriteRow[] }): WriteOutcome[] {
    const { changeId, crmId } = row;
    const first = errors[0] ?? { errorCode: '', message: '', fields: [], raw: {} };
    if (first.errorCode === CONVERTED) {
      this.unclear.push({ row, errors });
      return [];
    }
    switch (judge(first, 'convert', '')) {
      case 'duplicate-rule':
        return [{ kind: 'skipped', changeId, crmId, code: 'crm_duplicate_rule', message: `${RULE}: ${first.message}` }];
      case 'locked':
        if (of.lockedTimes >= LOCK_TRIES) return [failedRow(changeId, errors)];
        aside.locked.push(row);
        return [];
      case 'too-much-work':
        if (of.rows.length === 1) return [failedRow(changeId, errors)];
        aside.heavy.push(row);
        return [];
      case 'deleted':
        this.unclear.push({ row, errors });
        return [];
      default:
        return [withRemedy(failedRow(changeId, errors))];
    }
  }

  /** A call that was refused as a whole. */
  private judgeRefusal(of: Group, failure: CallFailure): WriteOutcome[] {
    if (failure.maybeDone) return this.lost(of);
    if (failure.status !== 400) {
      this.stop ??= explain(failure, this.client.now().getTime());
      this.waiting.last(of);
      return [];
    }
    if (of.rows.length === 1) return [failedRow(of.rows[0]!.changeId, failure.entries)];
    this.waiting.first(halves(of));
    return [];
  }

  /** Salesforce does not say into what a lead was converted, nor which of the records that a row names is gone, so the leads are looked at: 2,000 in a call. */
  private async explainUnclear(rows: readonly { row: WriteRow; errors: ErrorEntry[] }[]): Promise<WriteOutcome[]> {
    const leads = await leadsAsTheyAre(this.client, rows.map(({ row }) => row.crmId), this.work);
    return rows.map(({ row, errors }): WriteOutcome => {
      const { changeId, crmId } = row;
      const lead = leads.get(crmId.slice(0, 15));
      const { conversion } = this.rows.get(changeId)!;
      if (lead?.converted === true || errors[0]?.errorCode === CONVERTED) return { kind: 'skipped', changeId, crmId, code: 'already_converted', message: alreadyConverted(lead, conversion.accountId) };
      if (!lead || lead.deleted) return { kind: 'skipped', changeId, crmId, code: 'deleted_in_crm', message: GONE };
      const named = conversion.contactId ? `the account ${conversion.accountId} or the contact ${conversion.contactId}` : `the account ${conversion.accountId}`;
      return { kind: 'failed', changeId, code: 'reference_not_found', message: `${named[0]!.toUpperCase()}${named.slice(1)} is not in Salesforce any more (${errors[0]?.message ?? ''}). Choose another one for the lead.` };
    });
  }
}
