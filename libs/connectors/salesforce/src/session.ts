import type {
  ApiUsage, ConnectionFacts, ConnectorSession, DescribeOptions, FieldDescription, LookupOptions, PulledPage, PullOptions, RecheckOptions, RemoteRecord,
  SettleAnswer, SettleRequest, WorkOptions, WriteOperation, WriteOutcome, WriteRequest, WriteRow,
} from '@signalbox/connectors-sdk';
import type { SalesforceClient } from './client/client.ts';
import { describeObject, mirrorFieldsOf } from './read/describe.ts';
import { lookupRecords } from './read/lookup.ts';
import { changedSince, pullChanges } from './read/pull.ts';
import { name } from './read/soql.ts';
import type { RowForm } from './write/requests.ts';
import { settleRows } from './write/settle.ts';
import { jsonValues } from './write/values.ts';
import { WriteRun } from './write/write-run.ts';

/** A description is asked for again after this time, and whenever the org refuses a field. */
const DESCRIPTION_MS = 10 * 60_000;

/** Descriptions of objects, shared by all views of a session. */
export type Descriptions = Map<string, { fields: FieldDescription[]; at: number }>;

/** A Salesforce session as the port wants it. All its views share sign-in, allowance and descriptions. */
export class SalesforceSession implements ConnectorSession {
  constructor(private readonly client: SalesforceClient, private readonly work: WorkOptions = {}, private readonly descriptions: Descriptions = new Map()) {}

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

  async describe(object: string, options: DescribeOptions = {}): Promise<FieldDescription[]> {
    const kept = this.descriptions.get(object);
    if (kept && this.client.now().getTime() - kept.at < (options.withinMs ?? 0)) return kept.fields;
    const fields = await describeObject(this.client, object, this.work);
    this.descriptions.set(object, { fields, at: this.client.now().getTime() });
    return fields;
  }

  mirrorFields(_object: string, fields: readonly FieldDescription[]): string[] {
    return mirrorFieldsOf(fields);
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
    const form = await this.formFor(request);
    const { good, bad } = checkValues(request.rows, form);
    if (bad.length > 0) yield bad;
    for await (const outcomes of new WriteRun(this.client, form, good, this.work).outcomes()) {
      if (outcomes.some((o) => o.kind === 'failed' && o.code.startsWith('field_'))) this.descriptions.delete(request.object);
      yield outcomes;
    }
  }

  async settle(request: SettleRequest): Promise<SettleAnswer[]> {
    return settleRows(this.client, request, await this.formFor(request), this.work);
  }

  usage(): ApiUsage | undefined {
    return this.client.allowance.usage;
  }

  close(): void {
    this.client.close();
  }

  private async formFor(request: { object: string; operation: WriteOperation; externalIdField: string; rows: readonly WriteRow[] }): Promise<RowForm> {
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

/** Values that cannot be what their field is fail here, by name, before anything is sent. */
function checkValues(rows: readonly WriteRow[], form: RowForm): { good: WriteRow[]; bad: WriteOutcome[] } {
  const good: WriteRow[] = [];
  const bad: WriteOutcome[] = [];
  for (const row of rows) {
    const problem = jsonValues(row, form.fields).bad;
    if (problem) bad.push({ kind: 'failed', changeId: row.changeId, code: 'value_not_readable', message: problem.message });
    else good.push(row);
  }
  return { good, bad };
}
