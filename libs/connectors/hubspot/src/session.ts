import {
  checkOperation, KeptDescriptions, type ApiUsage, type ConnectionFacts, type ConnectorSession, type ConvertedStatus, type DescribeOptions, type FieldDescription, type LookupOptions, type PulledPage, type PullOptions,
  type RecheckOptions, type RemoteRecord, type SettleAnswer, type SettleRequest, type WorkOptions, type WriteOperation, type WriteOutcome, type WriteRequest, type WriteRow,
} from '@signalbox/connectors-sdk';
import { accountOf } from './client/account.ts';
import type { HubspotClient } from './client/client.ts';
import { hubspotManifest } from './manifest.ts';
import { hubspotObject } from './objects.ts';
import { HubspotLists } from './lists/lists.ts';
import { describeObject, mirrorFieldsOf } from './read/describe.ts';
import { lookupRecords } from './read/lookup.ts';
import { changedSince, pullChanges } from './read/pull.ts';
import type { RowForm } from './write/requests.ts';
import { settleRows } from './write/settle.ts';
import { WriteRun } from './write/write-run.ts';

/** A description is asked for again after this time, and whenever the account refuses a property. */
const DESCRIPTION_MS = 10 * 60_000;

/** A HubSpot session as the port wants it. All its views share sign-in, allowance and descriptions. */
export class HubspotSession implements ConnectorSession {
  readonly lists: HubspotLists;
  private readonly descriptions: KeptDescriptions<FieldDescription>;

  constructor(private readonly client: HubspotClient, private readonly work: WorkOptions = {}, descriptions?: KeptDescriptions<FieldDescription>) {
    this.lists = new HubspotLists(client, work);
    this.descriptions = descriptions ?? new KeptDescriptions(() => client.now());
  }

  forWork(options: WorkOptions): HubspotSession {
    return new HubspotSession(this.client, { ...this.work, ...options }, this.descriptions);
  }

  async test(): Promise<ConnectionFacts> {
    const facts = await accountOf(this.client, this.work);
    await this.describe('Account');
    return { ...facts, apiVersion: this.client.settings.apiVersion };
  }

  async describe(object: string, options: DescribeOptions = {}): Promise<FieldDescription[]> {
    return this.descriptions.get(object, options.withinMs ?? 0, () => describeObject(this.client, hubspotObject(object), this.work));
  }

  mirrorFields(object: string, fields: readonly FieldDescription[]): string[] {
    return mirrorFieldsOf(hubspotObject(object), fields);
  }

  pull(object: string, options: PullOptions): AsyncIterable<PulledPage> {
    return pullChanges(this.client, hubspotObject(object), options, this.work);
  }

  changedSince(object: string, options: RecheckOptions): Promise<PulledPage> {
    return changedSince(this.client, hubspotObject(object), options, this.work);
  }

  async lookup(object: string, options: LookupOptions): Promise<RemoteRecord[]> {
    return lookupRecords(this.client, hubspotObject(object), options, await this.fieldsOf(object), this.work);
  }

  async *write(request: WriteRequest): AsyncGenerator<WriteOutcome[]> {
    checkOperation(hubspotManifest, request.object, request.operation);
    const form = await this.formFor(request);
    for await (const outcomes of new WriteRun(this.client, form, request.rows, this.work).outcomes()) {
      if (outcomes.some((o) => o.kind === 'failed' && o.code.startsWith('field_'))) this.descriptions.forget(request.object);
      yield outcomes;
    }
  }

  async settle(request: SettleRequest): Promise<SettleAnswer[]> {
    checkOperation(hubspotManifest, request.object, request.operation);
    return settleRows(this.client, request, await this.formFor(request), await this.fieldsOf(request.object), this.work);
  }

  /** HubSpot's leads are contacts already. */
  async convertedStatuses(): Promise<ConvertedStatus[]> {
    checkOperation(hubspotManifest, 'Lead', 'convert');
    return [];
  }

  usage(): ApiUsage | undefined {
    return this.client.allowance.usage;
  }

  close(): void {
    this.client.close();
  }

  private async formFor(request: { object: string; operation: WriteOperation; externalIdField: string; rows: readonly WriteRow[] }): Promise<RowForm> {
    const { operation } = request;
    const key = operation === 'create' && request.externalIdField !== '' ? (await this.fieldsOf(request.object)).get(request.externalIdField) : undefined;
    // Creating by our own key is the only creation that may safely be sent twice.
    const keyed = key?.unique === true && request.rows.every((row) => row.externalKey !== '');
    return { object: hubspotObject(request.object), operation, keyField: keyed ? key.name : '' };
  }

  private async fieldsOf(object: string): Promise<ReadonlyMap<string, FieldDescription>> {
    const fields = await this.describe(object, { withinMs: DESCRIPTION_MS });
    return new Map(fields.map((f) => [f.name, f]));
  }
}
