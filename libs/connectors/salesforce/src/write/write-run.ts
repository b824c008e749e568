import type { SignalboxError } from '@signalbox/kernel';
import type { WorkOptions, WriteOutcome, WriteRow } from '@signalbox/connectors-sdk';
import { CallFailure, parseEntries, type ErrorEntry } from '../client/call-failure.ts';
import type { SalesforceClient } from '../client/client.ts';
import { explain } from '../client/explain.ts';
import { lookupRecords } from '../read/lookup.ts';
import { readDuplicateRule } from './duplicate-rule.ts';
import { firstGroups, group, GROUPS_PER_CALL, halves, LOCK_TRIES, looksLikeReference, type Group } from './groups.ts';
import { collection, single, type RowForm } from './requests.ts';
import { failedRow, idInMessage, judge } from './row-errors.ts';
import { Waiting } from './waiting.ts';

interface PartAnswer {
  body: unknown;
  httpStatusCode: number;
  httpHeaders?: Record<string, string>;
}

interface RowAnswer {
  id?: string;
  success: boolean;
  created?: boolean;
}

const SINGLES_PER_CALL = 25;
const LOST = 'The answer of Salesforce was lost; it is asked whether the record is there.';

/**
 * One write request on its way: up to five collections of 200 rows in each call. What Salesforce refuses as a whole is
 * halved until the record at fault stands alone; locked rows come again in smaller groups; what a duplicate rule stops is
 * asked for the record that it found. Every row ends in exactly one outcome, or in none when the run stops with an error.
 */
export class WriteRun {
  private readonly waiting: Waiting;
  private readonly ruled: WriteRow[] = [];
  private readonly existing: WriteRow[] = [];
  private groupsPerCall = GROUPS_PER_CALL;
  /** Whether the call at hand carries one group only: then making it smaller means halving that. */
  private alone = false;
  private stop: SignalboxError | undefined;

  constructor(private readonly client: SalesforceClient, private readonly form: RowForm, rows: readonly WriteRow[], private readonly work: WorkOptions) {
    this.waiting = new Waiting(firstGroups(rows), client);
  }

  /** Outcomes, call by call. @throws SignalboxError once all that is known has been given out */
  async *outcomes(): AsyncGenerator<WriteOutcome[]> {
    while (!this.waiting.isEmpty || this.ruled.length > 0 || this.existing.length > 0) {
      const known = await this.step();
      if (known.length > 0) yield known;
      if (this.stop) throw this.stop;
    }
  }

  private async step(): Promise<WriteOutcome[]> {
    const groups = this.waiting.take(this.groupsPerCall);
    if (groups.length > 0) return this.sendGroups(groups);
    if (this.ruled.length > 0) return this.askRules(this.ruled.splice(0, SINGLES_PER_CALL));
    if (this.existing.length > 0) return this.findExisting(this.existing.splice(0));
    await this.waiting.pause(this.work);
    return [];
  }

  private async sendGroups(groups: Group[]): Promise<WriteOutcome[]> {
    this.alone = groups.length === 1;
    try {
      const parts = groups.length === 1 ? [await this.sendAlone(groups[0]!)] : await this.sendTogether(groups);
      return groups.flatMap((g, i) => this.judgePart(g, parts[i]));
    } catch (thrown) {
      if (!(thrown instanceof CallFailure)) throw thrown;
      if (thrown.status === 400 && groups.length > 1 && !thrown.maybeDone) {
        // The call was refused as a whole: each collection by itself, so that only the one at fault is taken apart.
        this.groupsPerCall = 1;
        this.waiting.first(groups);
        return [];
      }
      return groups.flatMap((g) => this.judgeRefusal(g, thrown));
    }
  }

  private async sendAlone(of: Group): Promise<PartAnswer> {
    const { operation, ...call } = collection(of.rows, this.form);
    const { body } = await this.client.send<unknown>({ operation, ...call }, this.work);
    return { body, httpStatusCode: 200 };
  }

  private async sendTogether(groups: readonly Group[]): Promise<(PartAnswer | undefined)[]> {
    const compositeRequest = groups.map((g, i) => {
      const { method, path, body } = collection(g.rows, this.form);
      return { method, url: this.client.versioned(path), referenceId: `rows${i}`, body };
    });
    return this.composite('composite', compositeRequest);
  }

  /** The parts of the answer in the order of the subrequests. */
  private async composite(operation: string, compositeRequest: readonly { referenceId: string }[]): Promise<(PartAnswer | undefined)[]> {
    const { body } = await this.client.send<{ compositeResponse?: (PartAnswer & { referenceId: string })[] }>(
      { operation, method: 'POST', path: '/composite', body: { allOrNone: false, compositeRequest } }, this.work);
    const parts = new Map((body.compositeResponse ?? []).map((part) => [part.referenceId, part]));
    return compositeRequest.map((request) => parts.get(request.referenceId));
  }

  private judgePart(of: Group, part: PartAnswer | undefined): WriteOutcome[] {
    if (part?.httpStatusCode === 200 && Array.isArray(part.body) && part.body.length === of.rows.length) return this.judgeRows(of, part.body as RowAnswer[]);
    return this.judgeRefusal(of, this.failureOf(part));
  }

  private failureOf(part: PartAnswer | undefined): CallFailure {
    const headers = Object.fromEntries(Object.entries(part?.httpHeaders ?? {}).map(([k, v]) => [k.toLowerCase(), v]));
    const answer = { status: part?.httpStatusCode ?? 500, headers, body: JSON.stringify(part?.body ?? null) };
    return new CallFailure({ operation: 'composite', host: new URL(this.client.settings.origin).host, answer, entries: parseEntries(part?.body) });
  }

  private judgeRows(of: Group, answers: RowAnswer[]): WriteOutcome[] {
    const outcomes: WriteOutcome[] = [];
    const locked: WriteRow[] = [];
    const heavy: WriteRow[] = [];
    answers.forEach((answer, i) => {
      const row = of.rows[i]!;
      if (answer.success) return outcomes.push(this.written(row, answer));
      const errors = parseEntries((answer as unknown as { errors: unknown }).errors);
      const outcome = this.judgeRow(row, errors, of, { locked, heavy });
      if (outcome) outcomes.push(outcome);
    });
    this.waiting.locked(locked, of);
    this.withLess(heavy, of);
    return outcomes;
  }

  private written(row: WriteRow, answer: RowAnswer): WriteOutcome {
    return { kind: 'written', changeId: row.changeId, crmId: answer.id ?? row.crmId, existed: this.form.keyField !== '' && answer.created === false };
  }

  /** The outcome of a refused row, or undefined when it is put aside for another try. */
  private judgeRow(row: WriteRow, errors: ErrorEntry[], of: Group, aside: { locked: WriteRow[]; heavy: WriteRow[] }): WriteOutcome | undefined {
    const { changeId } = row;
    const first = errors[0] ?? { errorCode: '', message: '', fields: [], raw: {} };
    switch (judge(first, this.form.operation, this.form.keyField)) {
      case 'duplicate-rule':
        this.ruled.push(row);
        return undefined;
      case 'exists': {
        const crmId = idInMessage(first.message);
        if (crmId) return { kind: 'written', changeId, crmId, existed: true };
        this.existing.push(row);
        return undefined;
      }
      case 'locked':
        if (of.lockedTimes >= LOCK_TRIES) return failedRow(changeId, errors);
        aside.locked.push(row);
        return undefined;
      case 'too-much-work':
        if (of.rows.length === 1 && this.alone) return failedRow(changeId, errors);
        aside.heavy.push(row);
        return undefined;
      case 'deleted':
        return { kind: 'skipped', changeId, crmId: row.crmId, code: 'deleted_in_crm', message: 'The record is no longer in Salesforce.' };
      default:
        return failedRow(changeId, errors);
    }
  }

  /** Less for the org's automation to do at once: one collection a call, then halves. */
  private withLess(rows: WriteRow[], of: Group): void {
    if (rows.length === 0) return;
    const rest = group(rows, of.lockedTimes);
    const smaller = this.alone && rows.length === of.rows.length ? halves(rest) : [rest];
    this.groupsPerCall = 1;
    this.waiting.first(smaller);
  }

  /** A group that was refused as a whole. */
  private judgeRefusal(of: Group, failure: CallFailure): WriteOutcome[] {
    if (failure.maybeDone) return of.rows.map((row) => ({ kind: 'unknown', changeId: row.changeId, message: LOST }));
    const aboutTheRows = failure.status === 400 || failure.status === 404 || failure.status === 413;
    if (!aboutTheRows) {
      this.stop ??= explain(failure, this.now());
      this.waiting.last(of);
      return [];
    }
    const everyRow = failure.status === 404 || of.rows.length === 1;
    if (everyRow) return of.rows.map((row) => failedRow(row.changeId, failure.entries));
    const field = /No such column '([^']+)'/.exec(failure.entries[0]?.message ?? '')?.[1];
    if (field) return this.withoutField(of, field, failure);
    this.waiting.first(halves(of));
    return [];
  }

  /** A field that the org does not have any more: its rows cannot be written; taking the group apart would find nothing else. */
  private withoutField(of: Group, field: string, failure: CallFailure): WriteOutcome[] {
    const guilty = of.rows.filter((row) => field in row.values);
    const rest = of.rows.filter((row) => !(field in row.values));
    if (guilty.length === 0) return of.rows.map((row) => failedRow(row.changeId, failure.entries));
    if (rest.length > 0) this.waiting.first([group(rest, of.lockedTimes)]);
    return guilty.map((row) => failedRow(row.changeId, failure.entries));
  }

  /** Rows that a duplicate rule stopped, each by itself, to learn which record it found. The rule is never passed over. */
  private async askRules(rows: readonly WriteRow[]): Promise<WriteOutcome[]> {
    const odd = rows.findIndex(looksLikeReference);
    if (odd >= 0 && rows.length > 1) {
      this.ruled.unshift(...rows.filter((_, i) => i !== odd));
      return this.askRules([rows[odd]!]);
    }
    try {
      const parts = odd >= 0 ? [await this.sendSingle(rows[0]!)] : await this.composite('composite.single', rows.map((row, i) => single(this.client, row, this.form, `row${i}`)));
      return rows.flatMap((row, i) => this.judgeSingle(row, parts[i]));
    } catch (thrown) {
      if (!(thrown instanceof CallFailure)) throw thrown;
      if (thrown.maybeDone) return rows.map((row) => ({ kind: 'unknown', changeId: row.changeId, message: LOST }));
      throw explain(thrown, this.now());
    }
  }

  private async sendSingle(row: WriteRow): Promise<PartAnswer> {
    const { method, url, body, httpHeaders } = single(this.client, row, this.form, 'row');
    try {
      return { httpStatusCode: 200, body: (await this.client.send<unknown>({ operation: 'single', method, path: url, body, headers: httpHeaders }, this.work)).body };
    } catch (thrown) {
      if (!(thrown instanceof CallFailure) || thrown.status !== 400) throw thrown;
      return { httpStatusCode: thrown.status, body: thrown.entries.map((e) => e.raw) };
    }
  }

  private judgeSingle(row: WriteRow, part: PartAnswer | undefined): WriteOutcome[] {
    // The record that stood in the way has gone meanwhile, so this one was written.
    if (part && part.httpStatusCode >= 200 && part.httpStatusCode < 300) return [this.written(row, (part.body ?? {}) as RowAnswer)];
    const failure = this.failureOf(part);
    const error = failure.entries[0];
    if (error?.errorCode === 'DUPLICATES_DETECTED') {
      const { crmId, rule } = readDuplicateRule(error);
      const message = `Salesforce's duplicate rule${rule ? ` '${rule}'` : ''} found ${crmId ? `the record ${crmId}` : 'a record that it does not name'}: ${error.message}`;
      return [{ kind: 'skipped', changeId: row.changeId, crmId, code: 'crm_duplicate_rule', message }];
    }
    return this.judgeRefusalOfOne(row, failure);
  }

  private judgeRefusalOfOne(row: WriteRow, failure: CallFailure): WriteOutcome[] {
    if (failure.maybeDone || failure.status === 403 || failure.status === 429 || failure.status === 503) return this.judgeRefusal(group([row]), failure);
    const aside = { locked: [] as WriteRow[], heavy: [] as WriteRow[] };
    const outcome = this.judgeRow(row, failure.entries, group([row]), aside);
    this.waiting.locked(aside.locked, group([row]));
    return outcome ? [outcome] : aside.heavy.map((heavy) => failedRow(heavy.changeId, failure.entries));
  }

  /** Our key is there already: an earlier write of the same row arrived. */
  private async findExisting(rows: WriteRow[]): Promise<WriteOutcome[]> {
    const { object, keyField } = this.form;
    const found = await lookupRecords(this.client, object, { field: keyField, values: rows.map((r) => r.externalKey), fields: [keyField] }, this.work);
    const byKey = new Map(found.map((record) => [record.fields[keyField]?.toLowerCase(), record.id]));
    return rows.map((row): WriteOutcome => {
      const crmId = byKey.get(row.externalKey.toLowerCase());
      if (crmId) return { kind: 'written', changeId: row.changeId, crmId, existed: true };
      return { kind: 'failed', changeId: row.changeId, code: 'duplicate_value', message: `Salesforce says that ${keyField} '${row.externalKey}' is taken, by a record that the integration user cannot see. Give it the right to view all ${object} records.` };
    });
  }

  private now(): number {
    return this.client.now().getTime();
  }
}
