import {
  checkOperation, KeptDescriptions, separateUnreadable, type ApiUsage, type ConnectionFacts, type ConnectorSession, type ConvertedStatus, type DescribeOptions, type FieldDescription,
  type LookupOptions, type PulledPage, type PullOptions, type RecheckOptions, type RemoteRecord, type SettleAnswer, type SettleRequest, type WorkOptions,
  type WriteOperation, type WriteOutcome, type WriteRequest, type WriteRow,
} from '@signalbox/connectors-sdk';
import type { DynamicsClient } from './client/client.ts';
import { dynamicsManifest } from './manifest.ts';
import { tableOf } from './objects.ts';
import { convertedStatuses } from './read/converted-statuses.ts';
import { describeTable, mirrorFieldsOf, type DynamicsField } from './read/describe.ts';
import { lookupRecords } from './read/lookup.ts';
import { changedSince, pullChanges } from './read/pull.ts';
import type { Fields } from './read/remote-record.ts';
import { ConvertRun } from './write/convert-run.ts';
import type { RowForm } from './write/requests.ts';
import { settleRows } from './write/settle.ts';
import { jsonValues } from './write/values.ts';
import { WriteRun } from './write/write-run.ts';

/** A description is asked for again after this time, and whenever Dataverse refuses a column. */
const DESCRIPTION_MS = 10 * 60_000;

interface Kept {
  fields: KeptDescriptions<DynamicsField>;
  statuses: KeptDescriptions<ConvertedStatus>;
}

const newKept = (client: DynamicsClient): Kept => ({ fields: new KeptDescriptions(() => client.now()), statuses: new KeptDescriptions(() => client.now()) });

/** A Dynamics 365 session as the port wants it. All its views share sign-in, allowance and descriptions. */
export class DynamicsSession implements ConnectorSession {
  constructor(private readonly client: DynamicsClient, private readonly work: WorkOptions = {}, private readonly kept: Kept = newKept(client)) {}

  forWork(options: WorkOptions): DynamicsSession {
    return new DynamicsSession(this.client, { ...this.work, ...options }, this.kept);
  }

  async test(): Promise<ConnectionFacts> {
    const { client } = this;
    const { body } = await client.read<{ UserId?: string; OrganizationId?: string }>({ operation: 'whoAmI', method: 'GET', path: 'WhoAmI' }, this.work);
    await this.describe('Account');
    return { account: body.OrganizationId ?? '', user: body.UserId ?? '', apiVersion: client.settings.apiVersion };
  }

  describe(object: string, options: DescribeOptions = {}): Promise<FieldDescription[]> {
    return this.described(object, options.withinMs ?? 0);
  }

  mirrorFields(_object: string, fields: readonly FieldDescription[]): string[] {
    return mirrorFieldsOf(fields);
  }

  async *pull(object: string, options: PullOptions): AsyncGenerator<PulledPage> {
    yield* pullChanges(this.client, tableOf(object), options, await this.fieldsOf(object), this.work);
  }

  async changedSince(object: string, options: RecheckOptions): Promise<PulledPage> {
    return changedSince(this.client, tableOf(object), options, await this.fieldsOf(object), this.work);
  }

  async lookup(object: string, options: LookupOptions): Promise<RemoteRecord[]> {
    return lookupRecords(this.client, tableOf(object), options, await this.fieldsOf(object), this.work);
  }

  async *write(request: WriteRequest): AsyncGenerator<WriteOutcome[]> {
    checkOperation(dynamicsManifest, request.object, request.operation);
    const form = await this.formFor(request);
    const { good, bad } = separateUnreadable(request.rows, (row) => problemOf(row, form));
    if (bad.length > 0) yield bad;
    const run = request.operation === 'convert' ? new ConvertRun(this.client, await this.statuses(DESCRIPTION_MS), good, this.work) : new WriteRun(this.client, form, good, this.work);
    for await (const outcomes of run.outcomes()) {
      if (outcomes.some((o) => o.kind === 'failed' && /^(field|value|picklist|status)_/.test(o.code))) {
        this.kept.fields.forget(request.object);
        this.kept.statuses.forget('Lead');
      }
      yield outcomes;
    }
  }

  async settle(request: SettleRequest): Promise<SettleAnswer[]> {
    checkOperation(dynamicsManifest, request.object, request.operation);
    return settleRows(this.client, request, await this.formFor(request), this.work);
  }

  convertedStatuses(): Promise<ConvertedStatus[]> {
    return this.statuses(0);
  }

  usage(): ApiUsage | undefined {
    return this.client.allowance.usage;
  }

  close(): void {
    this.client.close();
  }

  private async formFor(request: { object: string; operation: WriteOperation; externalIdField: string; rows: readonly WriteRow[] }): Promise<RowForm> {
    const fields = await this.fieldsOf(request.object);
    const key = request.operation === 'create' ? fields.get(request.externalIdField) : undefined;
    // Creating with a value of an alternate key is the only creation that may safely be sent twice.
    const keyed = key?.externalId === true && request.rows.every((row) => row.externalKey !== '');
    return { table: tableOf(request.object), operation: request.operation, keyField: keyed ? key.name : '', fields };
  }

  private async fieldsOf(object: string): Promise<Fields> {
    return new Map((await this.described(object, DESCRIPTION_MS)).map((f) => [f.name, f]));
  }

  private statuses(withinMs: number): Promise<ConvertedStatus[]> {
    return this.kept.statuses.get('Lead', withinMs, () => convertedStatuses(this.client, this.work));
  }

  private described(object: string, withinMs: number): Promise<DynamicsField[]> {
    return this.kept.fields.get(object, withinMs, () => describeTable(this.client, tableOf(object), this.work));
  }
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What is wrong with a row before it is sent. An id stands in an address, so it may be nothing else. */
function problemOf(row: WriteRow, form: RowForm): string | undefined {
  const { accountId = '', contactId = '' } = row.conversion ?? {};
  const ids = form.operation === 'create' ? [] : form.operation === 'convert' ? [row.crmId, accountId, ...(contactId === '' ? [] : [contactId])] : [row.crmId];
  const bad = ids.find((id) => !ID.test(id));
  if (bad !== undefined) return `'${bad.slice(0, 80)}' is not the id of a record in Dynamics 365.`;
  return jsonValues(row, form.fields).bad?.message;
}
