import type { SignalboxError } from '@signalbox/kernel';
import type { WorkOptions, WriteOutcome, WriteRow } from '@signalbox/connectors-sdk';
import { CallFailure, parseError, type HubspotError } from '../client/call-failure.ts';
import type { HubspotClient } from '../client/client.ts';
import { explain } from '../client/explain.ts';
import { readByIds } from '../read/search.ts';
import { groups, halves, type Group } from './groups.ts';
import { archive, batch, traceOf, type BatchAnswer, type BatchResult, type RowForm } from './requests.ts';
import { failedRow, holderOf, judge, unknownFields } from './row-errors.ts';

const LOST = 'The answer of HubSpot was lost; it is asked whether the record is there.';
const NOT_TOLD = 'HubSpot did not tell what became of the record; it is asked whether it is there.';
/** Refused as a whole for something about the rows: the request, a taken value, its size. */
const ABOUT_THE_ROWS = new Set([400, 409, 413, 414]);

/**
 * One write request on its way, a hundred rows a call. Every input carries a name, so that HubSpot refuses inputs one by
 * one; where an account refuses the whole call all the same, it is halved until the row at fault stands alone. Every row
 * ends in exactly one outcome, or in none when the run stops with an error.
 */
export class WriteRun {
  private readonly waiting: Group[];
  private stop: SignalboxError | undefined;

  constructor(private readonly client: HubspotClient, private readonly form: RowForm, rows: readonly WriteRow[], private readonly work: WorkOptions) {
    this.waiting = groups(rows, form);
  }

  /** Outcomes, call by call. @throws SignalboxError once all that is known has been given out */
  async *outcomes(): AsyncGenerator<WriteOutcome[]> {
    for (let group = this.waiting.shift(); group; group = this.waiting.shift()) {
      const known = await this.send(group);
      if (known.length > 0) yield known;
      if (this.stop) throw this.stop;
    }
  }

  private async send(of: Group): Promise<WriteOutcome[]> {
    if (this.form.operation === 'delete') return this.archiveThere(of);
    try {
      const { body } = await this.client.send(batch(of, this.form), this.work);
      return this.judgeRows(of, body);
    } catch (thrown) {
      if (!(thrown instanceof CallFailure)) throw thrown;
      return this.judgeRefusal(of, thrown);
    }
  }

  /**
   * Archiving answers the same for a record that is gone, so those are found out before. One that was merged into another is gone
   * under its own id: archiving by that id would take the other away.
   */
  private async archiveThere(of: Group): Promise<WriteOutcome[]> {
    const found = await readByIds(this.client, this.form.object, of.map((row) => row.crmId), [], this.work);
    const there = new Set(found.map((record) => record.id));
    const rows = of.filter((row) => there.has(row.crmId));
    const gone = of.filter((row) => !there.has(row.crmId)).map((row) => this.gone(row));
    if (rows.length === 0) return gone;
    try {
      await this.client.send(archive(rows, this.form), this.work);
      return [...gone, ...rows.map((row): WriteOutcome => ({ kind: 'written', changeId: row.changeId, crmId: row.crmId, existed: false }))];
    } catch (thrown) {
      if (!(thrown instanceof CallFailure)) throw thrown;
      return [...gone, ...this.judgeRefusal(rows, thrown)];
    }
  }

  private gone(row: WriteRow): WriteOutcome {
    return { kind: 'skipped', changeId: row.changeId, crmId: row.crmId, code: 'deleted_in_crm', message: 'The record is no longer in HubSpot.' };
  }

  /** Results come in any order, with the name that their input had. */
  private judgeRows(of: Group, answer: BatchAnswer): WriteOutcome[] {
    const results = answer.results ?? [];
    const errors = (answer.errors ?? []).map(parseError);
    const untold: WriteRow[] = [];
    const outcomes = of.flatMap((row, i): WriteOutcome[] => {
      const result = results.find((r) => this.isResultOf(r, row, i));
      if (result) return [this.written(row, result)];
      const error = errors.find((e) => e.context['objectWriteTraceId']?.includes(traceOf(i)) || (row.crmId !== '' && e.context['ids']?.includes(row.crmId)));
      if (error) return [this.refused(row, error)];
      untold.push(row);
      return [];
    });
    return [...outcomes, ...this.judgeUntold(untold, of, errors)];
  }

  private isResultOf(result: BatchResult, row: WriteRow, index: number): boolean {
    if (result.objectWriteTraceId) return result.objectWriteTraceId === traceOf(index);
    const { operation, keyField } = this.form;
    if (operation !== 'create') return result.id === row.crmId;
    return keyField !== '' && result.properties?.[keyField]?.toLowerCase() === row.externalKey.toLowerCase();
  }

  private written(row: WriteRow, result: BatchResult): WriteOutcome {
    return { kind: 'written', changeId: row.changeId, crmId: result.id, existed: this.form.keyField !== '' && result._new === false };
  }

  private refused(row: WriteRow, error: HubspotError): WriteOutcome {
    const { changeId } = row;
    switch (judge(error, this.form.operation, this.form.keyField)) {
      case 'ours':
        return { kind: 'written', changeId, crmId: holderOf(error), existed: true };
      case 'exists':
        return { kind: 'skipped', changeId, crmId: holderOf(error), code: 'crm_duplicate_rule', message: `HubSpot has the record ${holderOf(error)} already: ${error.message}` };
      case 'gone':
        return this.gone(row);
      default:
        return failedRow(changeId, error);
    }
  }

  /** Rows of which the answer says nothing: what can make no second record is asked again by itself, the rest is settled. */
  private judgeUntold(untold: readonly WriteRow[], of: Group, errors: readonly HubspotError[]): WriteOutcome[] {
    if (untold.length === 0) return [];
    const mayRepeat = this.form.operation !== 'create' || this.form.keyField !== '';
    if (mayRepeat && of.length > 1) {
      this.waiting.unshift(...untold.map((row) => [row]));
      return [];
    }
    const [error] = errors;
    return untold.map((row) => (of.length === 1 && error ? this.refused(row, error) : { kind: 'unknown', changeId: row.changeId, message: NOT_TOLD }));
  }

  /** A group that was refused as a whole. */
  private judgeRefusal(of: Group, failure: CallFailure): WriteOutcome[] {
    if (failure.maybeDone) return of.map((row) => ({ kind: 'unknown', changeId: row.changeId, message: LOST }));
    if (!ABOUT_THE_ROWS.has(failure.status)) {
      this.stop ??= explain(failure, this.client.now().getTime());
      return [];
    }
    if (of.length === 1) return [this.refused(of[0]!, failure.error)];
    const gone = unknownFields(failure.error);
    if (gone.length > 0) return this.withoutFields(of, gone, failure);
    this.waiting.unshift(...halves(of));
    return [];
  }

  /** Properties that HubSpot does not have any more: their rows cannot be written; taking the group apart would find nothing else. */
  private withoutFields(of: Group, fields: readonly string[], failure: CallFailure): WriteOutcome[] {
    const isGuilty = (row: WriteRow) => fields.some((field) => field in row.values) || fields.includes(this.form.keyField);
    const guilty = of.filter(isGuilty);
    const rest = of.filter((row) => !isGuilty(row));
    if (guilty.length === 0) return of.map((row) => failedRow(row.changeId, failure.error));
    if (rest.length > 0) this.waiting.unshift(rest);
    return guilty.map((row) => failedRow(row.changeId, failure.error));
  }
}
