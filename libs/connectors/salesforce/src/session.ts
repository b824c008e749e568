import {
  checkOperation, KeptDescriptions, separateUnreadable, type ApiUsage, type ConnectionFacts, type ConnectorSession, type ConvertedStatus, type DescribeOptions, type FieldDescription,
  type LookupOptions, type PulledPage, type PullOptions, type RecheckOptions, type RemoteRecord, type SettleAnswer, type SettleRequest, type WorkOptions,
  type WriteOperation, type WriteOutcome, type WriteRequest, type WriteRow,
} from '@signalbox/connectors-sdk';
import type { SalesforceClient } from './client/client.ts';
import { salesforceManifest } from './manifest.ts';
import { convertedStatuses } from './read/converted-statuses.ts';
import { describeObject, mirrorFieldsOf } from './read/describe.ts';
import { lookupRecords } from './read/lookup.ts';
import { changedSince, pullChanges } from './read/pull.ts';
import { name } from './read/soql.ts';
import { BulkRun, BULK_WRITE_ROWS } from './write/bulk-run.ts';
import { ConvertRun } from './write/convert-run.ts';
import { partDependants } from './write/dependants.ts';
import type { RowForm } from './write/requests.ts';
import { settleRows } from './write/settle.ts';
import { jsonValues } from './write/values.ts';
import { WriteRun } from './write/write-run.ts';

/** A description is asked for again after this time, and whenever the org refuses a field. */
const DESCRIPTION_MS = 10 * 60_000;

/** A Salesforce session as the port wants it. All its views share sign-in, allowance and descriptions. */
export class SalesforceSession implements ConnectorSession {
  constructor(private readonly client: SalesforceClient, private readonly work: WorkOptions = {}, private readonly descriptions = new KeptDescriptions<FieldDescription>(() => client.now())) {}

  forWork(options: WorkOptions): SalesforceSession {
    return new SalesforceSession(this.client, { ...this.work, ...options }, this.descriptions);
  }

  async test(): Promise<ConnectionFacts> {
    const { client } = this;
    // Costs one call, says whether the API is open to us, and brings the allowance with it.
    await client.read({ operation: 'limits', method: 'GET', path: '/limits' }, this.work);
    await this.describe('Account');
    const facts = await client.facts();
    return { account: facts.organisationId, user: facts.userId, apiVersion: client.settings.apiVersion };
  }

  describe(object: string, options: DescribeOptions = {}): Promise<FieldDescription[]> {
    return this.descriptions.get(object, options.withinMs ?? 0, () => describeObject(this.client, object, this.work));
  }

  mirrorFields(object: string, fields: readonly FieldDescription[]): string[] {
    return mirrorFieldsOf(object, fields);
  }

  pull(object: string, options: PullOptions): AsyncIterable<PulledPage> {
    return pullChanges(this.client, object, options, this.work);
  }

  changedSince(object: string, options: RecheckOptions): Promise<PulledPage> {
    return changedSince(this.client, object, options, this.work);
  }

  lookup(object: string, options: LookupOptions): Promise<RemoteRecord[]> {
    return lookupRecords(this.client, object, options, this.work);
  }

  async *write(request: WriteRequest): AsyncGenerator<WriteOutcome[]> {
    checkOperation(salesforceManifest, request.object, request.operation);
    if (request.operation === 'convert') {
      yield* new ConvertRun(this.client, request.rows, this.work).outcomes();
      return;
    }
    const form = await this.formFor(request);
    const { good, bad } = separateUnreadable(request.rows, (row) => jsonValues(row, form.fields).bad?.message);
    if (bad.length > 0) yield bad;
    const { free, left } = request.operation === 'delete' ? await partDependants(this.client, request.object, good, this.work) : { free: good, left: [] };
    if (left.length > 0) yield left;
    for await (const outcomes of this.sendRows(form, free)) {
      if (outcomes.some((o) => o.kind === 'failed' && o.code.startsWith('field_'))) this.descriptions.forget(request.object);
      yield outcomes;
    }
  }

  /** Very many rows by a bulk job; the others, and what is left over of those, in Composite calls. */
  private async *sendRows(form: RowForm, rows: readonly WriteRow[]): AsyncGenerator<WriteOutcome[]> {
    let rest = rows;
    if (rows.length >= BULK_WRITE_ROWS) {
      const bulk = new BulkRun(this.client, form, rows, this.work);
      const outcomes = await bulk.outcomes();
      if (outcomes.length > 0) yield outcomes;
      ({ rest } = bulk);
    }
    yield* new WriteRun(this.client, form, rest, this.work).outcomes();
  }

  async settle(request: SettleRequest): Promise<SettleAnswer[]> {
    checkOperation(salesforceManifest, request.object, request.operation);
    return settleRows(this.client, request, await this.formFor(request), this.work);
  }

  convertedStatuses(): Promise<ConvertedStatus[]> {
    return convertedStatuses(this.client, this.work);
  }

  usage(): ApiUsage | undefined {
    return this.client.allowance.usage;
  }

  close(): void {
    this.client.close();
  }

  private async formFor(request: { object: string; operation: WriteOperation; externalIdField: string; rows: readonly WriteRow[] }): Promise<RowForm> {
    // What is deleted or converted is named by its id alone.
    if (request.operation === 'delete' || request.operation === 'convert') return { object: name(request.object), operation: request.operation, keyField: '', fields: new Map() };
    const fields = new Map((await this.described(request.object)).map((f) => [f.name, f]));
    const key = request.operation === 'create' ? fields.get(request.externalIdField) : undefined;
    // Creating by our own key is the only creation that may safely be sent twice.
    const keyed = key?.externalId === true && request.rows.every((row) => row.externalKey !== '');
    return { object: name(request.object), operation: request.operation, keyField: keyed ? key.name : '', fields };
  }

  private described(object: string): Promise<FieldDescription[]> {
    return this.describe(object, { withinMs: DESCRIPTION_MS });
  }
}
