import { backoffMs, chunk, type SignalboxError } from '@signalbox/kernel';
import type { WorkOptions, WriteOutcome, WriteRow } from '@signalbox/connectors-sdk';
import { CallFailure } from '../client/call-failure.ts';
import type { DynamicsClient } from '../client/client.ts';
import { explain } from '../client/explain.ts';
import type { BatchPart } from '../client/multipart.ts';
import { lookupRecords } from '../read/lookup.ts';
import { withDependants } from './dependants.ts';
import { duplicatesOf, single, together, type RowForm } from './requests.ts';
import { failedRow, judge, unknownField } from './row-errors.ts';

/** Rows that are written with one call: together, or each for itself in a batch. */
interface Group {
  rows: readonly WriteRow[];
  singly: boolean;
  /** Not sent before this time (ms since the epoch): rows that were locked. */
  notBefore: number;
  /** How often these rows were found locked. */
  lockedTimes: number;
}

/** Rows of a batch. A batch of all 1,000 would find every bad row with one call, and keep Dataverse busy for longer than a call may take. */
export const SINGLES_PER_CALL = 100;
const LOCKED_SIZES = [50, 10, 1] as const;
const LOCK_TRIES = 5;
const LOCK_BACKOFF = { initialMs: 250, maximumMs: 5_000, factor: 2.5, jitter: 0.7 };
const LOST = 'The answer of Dynamics 365 was lost; it is asked whether the record is there.';

const group = (rows: readonly WriteRow[], more: Partial<Group> = {}): Group => ({ rows, singly: false, notBefore: 0, lockedTimes: 0, ...more });

/**
 * One write request on its way: up to 1,000 rows with CreateMultiple or UpdateMultiple, which stand or fall together. What falls is
 * sent again row by row in batches that go on after an error, so that the rows at fault fail alone and by name: at most eleven calls
 * for 1,000 rows however many are bad, where halving needs two calls for each halving of each bad row. Deletions go row by row from the
 * start, a thousand in a batch. Every row ends in exactly one outcome, or in none when the run stops with an error.
 */
export class WriteRun {
  private readonly waiting: Group[];
  /** Rows whose key another row of the request has: that one is written first. */
  private readonly repeated: WriteRow[] = [];
  /** Groups that were refused because a key in them is taken. */
  private readonly clashing: Group[] = [];
  private readonly existing: WriteRow[] = [];
  private readonly ruled: WriteRow[] = [];
  private stop: SignalboxError | undefined;

  constructor(private readonly client: DynamicsClient, private readonly form: RowForm, rows: readonly WriteRow[], private readonly work: WorkOptions) {
    const keys = new Set<string>();
    const first = rows.filter((row) => {
      const key = form.operation !== 'create' ? row.crmId.toLowerCase() : form.keyField ? row.externalKey.toLowerCase() : row.changeId;
      const isNew = !keys.has(key);
      keys.add(key);
      if (!isNew) this.repeated.push(row);
      return isNew;
    });
    // Deletions have no message that takes many rows of a table like this one, but a batch takes a thousand of them.
    const singly = form.operation === 'delete';
    this.waiting = singly ? (first.length > 0 ? [group(first, { singly })] : []) : chunk(first, client.batchSize.rows).map((few) => group(few));
  }

  /** Outcomes, call by call. @throws SignalboxError once all that is known has been given out */
  async *outcomes(): AsyncGenerator<WriteOutcome[]> {
    while (this.waiting.length + this.clashing.length + this.repeated.length + this.existing.length + this.ruled.length > 0) {
      const known = await this.step();
      if (known.length > 0) yield known;
      if (this.stop) throw this.stop;
    }
  }

  private async step(): Promise<WriteOutcome[]> {
    const ready = this.waiting.findIndex((g) => g.notBefore <= this.now());
    if (ready >= 0) {
      const [next] = this.waiting.splice(ready, 1);
      if (this.form.operation === 'delete') return this.sendDeletions(next!);
      return next!.singly ? this.sendSingly(next!) : this.sendTogether(next!);
    }
    if (this.clashing.length > 0) return this.leaveOutExisting(this.clashing.shift()!);
    if (this.existing.length > 0) return this.findExisting(this.existing.splice(0));
    if (this.ruled.length > 0) return this.askRules(this.ruled.splice(0, SINGLES_PER_CALL));
    if (this.waiting.length > 0) {
      await this.client.parts.wait(Math.max(1, Math.min(...this.waiting.map((g) => g.notBefore)) - this.now()), this.work.signal);
      return [];
    }
    return this.sendRepeated();
  }

  /** A second creation of a key is the first one's record; a second update of a record comes after the first. */
  private sendRepeated(): WriteOutcome[] {
    const rows = this.repeated.splice(0);
    if (this.form.operation === 'create') this.existing.push(...rows);
    else this.waiting.push(group(rows, { singly: true }));
    return [];
  }

  private async sendTogether(of: Group): Promise<WriteOutcome[]> {
    try {
      const { body } = await this.client.send<{ Ids?: string[] } | undefined>(together(of.rows, this.form), this.work);
      this.client.batchSize.went(of.rows.length);
      if (this.form.operation === 'update') return of.rows.map((row) => this.written(row, row.crmId, false));
      const ids = body?.Ids ?? [];
      return of.rows.map((row, i) => (ids.length === of.rows.length ? this.written(row, ids[i]!, false) : this.unknown(row)));
    } catch (thrown) {
      if (!(thrown instanceof CallFailure)) throw thrown;
      return this.judgeTogether(of, thrown);
    }
  }

  private judgeTogether(of: Group, failure: CallFailure): WriteOutcome[] {
    switch (judge(failure, this.form.operation)) {
      case 'unknown':
        this.client.batchSize.lost(of.rows.length);
        return of.rows.map((row) => this.unknown(row));
      case 'stop':
        return this.stopWith(failure, of);
      case 'locked':
        return this.again(of.rows, of, failure);
      case 'exists':
        if (!this.form.keyField) return this.oneByOne(of);
        this.clashing.push(of);
        return [];
      default: {
        const field = unknownField(failure);
        return field ? this.withoutField(of, field, failure) : this.oneByOne(of);
      }
    }
  }

  private oneByOne(of: Group): WriteOutcome[] {
    this.waiting.unshift(...chunk(of.rows, SINGLES_PER_CALL).map((few) => group(few, { singly: true, lockedTimes: of.lockedTimes })));
    return [];
  }

  /** Keys of some of these rows are taken, by earlier writes of the same rows: those are there already, and the rest goes together again. */
  private async leaveOutExisting(of: Group): Promise<WriteOutcome[]> {
    const ids = await this.idsByKey(of.rows);
    const rest = of.rows.filter((row) => !ids.has(row.externalKey.toLowerCase()));
    if (rest.length === of.rows.length) return this.oneByOne(of);
    if (rest.length > 0) this.waiting.unshift(group(rest, { lockedTimes: of.lockedTimes }));
    return of.rows.filter((row) => ids.has(row.externalKey.toLowerCase())).map((row) => this.written(row, ids.get(row.externalKey.toLowerCase())!, true));
  }

  private stopWith(failure: CallFailure, of: Group): WriteOutcome[] {
    this.stop ??= explain(failure, this.now());
    this.waiting.push(of);
    return [];
  }

  /** A column that the table does not have any more: its rows cannot be written, and the others can. */
  private withoutField(of: Group, field: string, failure: CallFailure): WriteOutcome[] {
    const names = new Set([...this.form.fields.values()].filter((f) => f.navigation === field || `${f.navigation}@odata.bind` === field).map((f) => f.name).concat(field));
    const guilty = of.rows.filter((row) => Object.keys(row.values).some((name) => names.has(name)));
    const rest = of.rows.filter((row) => !guilty.includes(row));
    if (guilty.length === 0) return of.rows.map((row) => failedRow(row.changeId, failure));
    if (rest.length > 0) this.waiting.unshift(group(rest, { lockedTimes: of.lockedTimes }));
    return guilty.map((row) => failedRow(row.changeId, failure));
  }

  /** Rows that Dataverse would delete others with are left: only what was asked for may go. */
  private async sendDeletions(of: Group): Promise<WriteOutcome[]> {
    const size = this.client.deletions.rows;
    const [now, later] = [of.rows.slice(0, size), of.rows.slice(size)];
    if (later.length > 0) this.waiting.unshift({ ...of, rows: later });
    const held = await withDependants(this.client, this.form.table, now.map((row) => row.crmId), this.work);
    const isHeld = (row: WriteRow) => held.has(row.crmId.toLowerCase());
    const left = now.filter(isHeld).map((row): WriteOutcome => ({
      kind: 'skipped', changeId: row.changeId, crmId: row.crmId, code: 'has_dependants', message: 'The record has contacts or opportunities in Dynamics 365, which would be deleted with it. It is left as it is.',
    }));
    const free = now.filter((row) => !isHeld(row));
    return free.length > 0 ? [...left, ...(await this.sendBatch({ ...of, rows: free }))] : left;
  }

  private sendSingly(of: Group): Promise<WriteOutcome[]> {
    const [now, later] = [of.rows.slice(0, SINGLES_PER_CALL), of.rows.slice(SINGLES_PER_CALL)];
    if (later.length > 0) this.waiting.unshift({ ...of, rows: later });
    return this.sendBatch({ ...of, rows: now });
  }

  private async sendBatch(of: Group): Promise<WriteOutcome[]> {
    const deletions = this.form.operation === 'delete' ? this.client.deletions : undefined;
    try {
      const { parts } = await this.client.batch('batch', of.rows.map((row) => single(this.client, row, this.form)), this.work);
      deletions?.went(of.rows.length);
      const locked: WriteRow[] = [];
      const outcomes = of.rows.flatMap((row, i) => this.judgeSingle(row, parts[i], of, locked));
      return [...outcomes, ...(locked.length > 0 ? this.again(locked, of) : [])];
    } catch (thrown) {
      if (!(thrown instanceof CallFailure)) throw thrown;
      if (!thrown.maybeDone) return this.stopWith(thrown, of);
      deletions?.lost(of.rows.length);
      return of.rows.map((row) => this.unknown(row));
    }
  }

  /** The outcome of a row that was sent for itself; none when it is put aside. */
  private judgeSingle(row: WriteRow, part: BatchPart | undefined, of: Group, locked: WriteRow[]): WriteOutcome[] {
    if (part && part.status >= 200 && part.status < 300) {
      const id = /\(([0-9a-f-]{36})\)\s*$/i.exec(part.headers['odata-entityid'] ?? part.headers['location'] ?? '')?.[1]?.toLowerCase();
      const crmId = this.form.operation === 'create' ? id : row.crmId;
      return [crmId ? this.written(row, crmId, false) : this.unknown(row)];
    }
    const failure = this.client.failureOf('batch', part);
    switch (judge(failure, this.form.operation)) {
      case 'unknown':
        return [this.unknown(row)];
      case 'stop':
        return this.stopWith(failure, group([row], { singly: true, lockedTimes: of.lockedTimes }));
      case 'locked':
        if (of.lockedTimes >= LOCK_TRIES) return [failedRow(row.changeId, failure)];
        locked.push(row);
        return [];
      case 'exists':
        if (!this.form.keyField) return [failedRow(row.changeId, failure)];
        this.existing.push(row);
        return [];
      case 'duplicate-rule':
        this.ruled.push(row);
        return [];
      case 'deleted':
        return [{ kind: 'skipped', changeId: row.changeId, crmId: row.crmId, code: 'deleted_in_crm', message: 'The record is no longer in Dynamics 365.' }];
      default:
        return [failedRow(row.changeId, failure)];
    }
  }

  /** Locked rows come again a little later, fewer at a time. */
  private again(rows: readonly WriteRow[], of: Group, failure?: CallFailure): WriteOutcome[] {
    if (failure && of.lockedTimes >= LOCK_TRIES) return rows.map((row) => failedRow(row.changeId, failure));
    const lockedTimes = of.lockedTimes + 1;
    const notBefore = this.now() + backoffMs(LOCK_BACKOFF, lockedTimes, this.client.parts.random());
    const size = LOCKED_SIZES[Math.min(lockedTimes, LOCKED_SIZES.length) - 1] ?? 1;
    // Together only while that saves calls; rows that meet a lock again are told apart by a batch.
    const pieces = of.singly ? chunk(rows, SINGLES_PER_CALL) : chunk(rows, Math.max(size, Math.ceil(rows.length / 10)));
    this.waiting.push(...pieces.map((few) => group(few, { notBefore, lockedTimes, singly: of.singly || lockedTimes > 1 })));
    return [];
  }

  /** Our key is there already: an earlier write of the same row arrived. */
  private async findExisting(rows: WriteRow[]): Promise<WriteOutcome[]> {
    const { table, keyField } = this.form;
    const byKey = await this.idsByKey(rows);
    return rows.map((row): WriteOutcome => {
      const crmId = byKey.get(row.externalKey.toLowerCase());
      if (crmId) return this.written(row, crmId, true);
      return { kind: 'failed', changeId: row.changeId, code: 'duplicate_value', message: `Dynamics 365 says that ${keyField} '${row.externalKey}' is taken, or refused the first row with it; none is there that the application user can see. Give its security role the right to read all rows of ${table.name}.` };
    });
  }

  /** Ids of the records that have the rows' keys, by key in small letters. */
  private async idsByKey(rows: readonly WriteRow[]): Promise<Map<string, string>> {
    const { table, keyField, fields } = this.form;
    const found = await lookupRecords(this.client, table, { field: keyField, values: rows.map((r) => r.externalKey), fields: [keyField] }, fields, this.work);
    return new Map(found.map((record) => [record.fields[keyField]?.toLowerCase() ?? '', record.id]));
  }

  /** Rows that a duplicate rule stopped: which record it found. The rule is never passed over. */
  private async askRules(rows: readonly WriteRow[]): Promise<WriteOutcome[]> {
    const { parts } = await this.client.batch('duplicates', rows.map((row) => duplicatesOf(this.client, row, this.form)), this.work).catch((thrown: unknown) => {
      if (thrown instanceof CallFailure) throw explain(thrown, this.now());
      throw thrown;
    });
    return rows.map((row, i): WriteOutcome => {
      const crmId = this.firstId(parts[i]);
      const message = `Dynamics 365's duplicate detection rule found ${crmId ? `the record ${crmId}` : 'a record that it does not name'}.`;
      return { kind: 'skipped', changeId: row.changeId, crmId, code: 'crm_duplicate_rule', message };
    });
  }

  private firstId(part: BatchPart | undefined): string {
    if (part?.status !== 200) return '';
    const { value } = JSON.parse(part.body) as { value?: Record<string, unknown>[] };
    const id = value?.[0]?.[this.form.table.primaryId];
    return typeof id === 'string' ? id : '';
  }

  private written(row: WriteRow, crmId: string, existed: boolean): WriteOutcome {
    return { kind: 'written', changeId: row.changeId, crmId: crmId.toLowerCase(), existed };
  }

  private unknown(row: WriteRow): WriteOutcome {
    return { kind: 'unknown', changeId: row.changeId, message: LOST };
  }

  private now(): number {
    return this.client.now().getTime();
  }
}
