import { countRow } from '../http/rest.ts';
import { isSfErrorBody, rowError, SfError, type RowError } from '../errors.ts';
import type { Org } from '../org.ts';
import { createRow, deleteRow, findByExternalId, findForWrite, updateRow, type DmlContext, type RowResult } from '../records/dml.ts';
import { readInput, type JsonRecord, type ReadInput, type WriteMode } from '../records/input.ts';
import { member, upsertRow } from '../records/upsert.ts';
import { convertValue } from '../records/values.ts';
import type { FieldDef, ObjectDef } from '../schema/schema-types.ts';

export type IngestOperation = 'insert' | 'update' | 'upsert' | 'delete' | 'hardDelete';

/** One row after it was worked on, for the results. */
export interface WorkedRow {
  id: string;
  created: boolean;
  /** Empty when it went well. */
  error: string;
  cells: readonly string[];
}

const NULL_CELL = '#N/A';

/** `CODE:message:fields --`, as failed results have it. */
const shown = ({ statusCode, message, fields }: RowError): string => `${statusCode}:${message}:${fields.join(' ')}${fields.length > 0 ? ' ' : ''}--`;

/** How one job's rows are put into the org, by the same rules as any other write. */
export class IngestRows {
  private readonly org: Org;
  private readonly def: ObjectDef;
  private readonly operation: IngestOperation;
  private readonly key: FieldDef | undefined;
  private readonly header: readonly string[];
  private readonly seen = new Set<string>();

  constructor(org: Org, job: { def: ObjectDef; operation: IngestOperation; key: FieldDef | undefined; header: readonly string[] }) {
    this.org = org;
    this.def = job.def;
    this.operation = job.operation;
    this.key = job.key;
    this.header = job.header;
  }

  /** What is wrong with the header, for which the whole job fails. */
  problem(): string | undefined {
    const { header, def, operation } = this;
    const unknown = header.find((column) => !this.known(column));
    if (unknown !== undefined) return `InvalidBatch : Field name not found : ${unknown}`;
    const has = (name: string) => header.some((column) => column.toLowerCase() === name.toLowerCase());
    if (operation === 'upsert' && this.key && !has(this.key.name)) return `InvalidBatch : Field name not found : ${this.key.name}`;
    if (operation !== 'insert' && operation !== 'upsert' && !has('Id')) return `InvalidBatch : Records not processed: the column Id is missing for ${operation} of ${def.name}`;
    return undefined;
  }

  /** Works on a few rows as one request of the API would: a duplicate rule does not compare them with each other. */
  work(rows: readonly (readonly string[])[]): WorkedRow[] {
    const dml = this.org.dml(false);
    return rows.map((cells) => {
      const result = this.workOn(dml, cells);
      countRow(this.org, result, this.operation === 'delete' || this.operation === 'hardDelete' ? 'delete' : 'write');
      return { id: result.id ?? '', created: result.created ?? false, error: result.errors[0] ? shown(result.errors[0]) : '', cells };
    });
  }

  private known(column: string): boolean {
    const [relationship, field, ...more] = column.split('.');
    if (field === undefined) return this.def.byName.has(column.toLowerCase());
    return more.length === 0 && this.def.byRelationship.has((relationship ?? '').split(':').at(-1)!.toLowerCase());
  }

  /** Empty cells leave a field alone, `#N/A` empties it. */
  private record(cells: readonly string[]): JsonRecord {
    const record: JsonRecord = {};
    this.header.forEach((column, i) => {
      const cell = cells[i] ?? '';
      if (cell === '') return;
      const value = cell === NULL_CELL ? null : cell;
      const [relationship, field] = column.split('.');
      if (field === undefined) record[column] = value;
      else record[(relationship ?? '').split(':').at(-1)!] = { [field]: value };
    });
    return record;
  }

  private workOn(dml: DmlContext, cells: readonly string[]): RowResult {
    const { def, operation } = this;
    try {
      const record = this.record(cells);
      if (operation === 'insert') return createRow(dml, def, this.read(record, 'create', []));
      if (operation === 'upsert') return this.upsert(dml, record);
      const id = member(record, 'Id');
      const found = findForWrite(dml.store, def, id);
      if ('error' in found) return { id: String(id ?? ''), success: false, errors: [found.error] };
      return operation === 'update' ? updateRow(dml, def, found.row, this.read(record, 'update', ['id'])) : deleteRow(dml, def, found.row);
    } catch (error) {
      if (!(error instanceof SfError) || !isSfErrorBody(error.body)) throw error;
      return { success: false, errors: [rowError('INVALID_TYPE_ON_FIELD_IN_RECORD', error.body[0]?.message ?? '', [])] };
    }
  }

  private upsert(dml: DmlContext, record: JsonRecord): RowResult {
    const { def } = this;
    const field = this.key!;
    const key = convertValue(field, member(record, field.name) ?? null);
    const target = 'value' in key && key.value !== null ? findByExternalId(dml.store, def, field, key.value) : [];
    const read = this.read(record, target.length > 0 ? 'update' : 'create', [field.name.toLowerCase()]);
    return upsertRow(dml, field, { def, record }, key, read, this.seen);
  }

  private read(record: JsonRecord, mode: WriteMode, skip: string[]): ReadInput {
    return readInput(this.org.store, this.def, record, mode, new Set(skip));
  }
}
