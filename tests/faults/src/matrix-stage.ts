import { randomUUID } from 'node:crypto';
import { objectOf, type IdentityFields } from '@signalbox/connectors-sdk';
import type { ConnectorHarness } from '@signalbox/connectors-sdk/testing';
import { crmWriter, type orchestrations } from '@signalbox/contracts';
import { Stage } from '@signalbox/crm-writer/testing';
import { isSignalboxError } from '@signalbox/kernel';
import { waitFor } from '@signalbox/testing';
import type { Hazard, RowValues } from './hazards.ts';

/** Several calls for a provider whose batches are small, one for the others. */
export const ROWS = 250;

export interface Target {
  changeId: string;
  crmId: string;
}

/** The crm-writer with one provider's sandbox, and what a case of the matrix does with it. */
export class MatrixStage {
  private connectionId = '';
  private run = '';

  private constructor(private readonly provider: string, readonly harness: ConnectorHarness, private readonly stage: Stage) {}

  static async open(provider: string, harness: ConnectorHarness): Promise<MatrixStage> {
    return new MatrixStage(provider, harness, await Stage.open());
  }

  async close(): Promise<void> {
    await this.stage.close();
    await this.harness.close();
  }

  get identity(): IdentityFields {
    return objectOf(this.harness.connector.manifest, this.harness.object)!.identity;
  }

  get isSeveralCalls(): boolean {
    return this.harness.connector.manifest.limits.rowsPerCall < ROWS;
  }

  /** An empty CRM with a new connection. */
  async begin(): Promise<void> {
    this.harness.reset();
    this.run = randomUUID().slice(0, 8);
    const { baseUrl, authKind, settings, secrets } = this.harness.input();
    const connection = await this.stage.connect({ name: `${this.provider} ${this.run}`, provider: this.provider, baseUrl, authKind, settings: { ...settings }, secrets: { ...secrets } });
    this.connectionId = connection.id;
    await this.refresh();
  }

  refresh(): Promise<crmWriter.MirrorStatus> {
    return this.stage.client.refreshMirror({ connectionId: this.connectionId, object: this.harness.object }, this.stage.as);
  }

  create(values: RowValues = () => ({})): Promise<string> {
    return this.send(crmWriter.ChangeOperation.CREATE, Array.from({ length: ROWS }, (_, n) => {
      const [name, website] = [this.nameOf(n, values), this.websiteOf(n)];
      const fields = [{ field: this.identity.name, after: name }, { field: this.identity.website, after: website }, { field: this.identity.country, after: 'Norway' }];
      return { changeId: `${this.run}-${n}`, companyId: this.keyOf(n), identity: { name, website, country: 'Norway' }, fields: [...fields, ...this.textField(values(n).text)] };
    }));
  }

  /** Records of ours in the CRM, made through the writer. */
  async targets(): Promise<Target[]> {
    const results = (await this.stage.results(await this.create((n) => ({ text: this.oldText(n) })), 60_000)).results;
    return results.map((r) => ({ changeId: `update-${r.changeId}`, crmId: r.crmId }));
  }

  update(targets: readonly Target[], values: RowValues = (n) => ({ text: `new ${n}` })): Promise<string> {
    return this.send(crmWriter.ChangeOperation.UPDATE, targets.map(({ changeId, crmId }, n) => ({ changeId, companyId: this.keyOf(n), crmId, fields: [...this.textField(values(n).text), { field: this.identity.name, after: this.nameOf(n) }, { field: this.identity.country, after: 'Sweden' }] })));
  }

  oldText(n: number): string {
    return `old ${n}`;
  }

  updatedText(n: number, values: RowValues = (i) => ({ text: `new ${i}` })): string {
    const { text } = values(n);
    return text === undefined ? this.oldText(n) : (text ?? '');
  }

  textOf(crmId: string): string {
    return String(this.harness.records().find(({ id }) => id === crmId)?.values[this.harness.textField] ?? '');
  }

  /** Ids of the records that carry our keys. */
  byKey(): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const { id, values } of this.harness.records()) {
      const key = values[this.harness.keyField];
      if (key) found.set(String(key), [...(found.get(String(key)) ?? []), id]);
    }
    return found;
  }

  seedOthers(count: number, nameOf: (n: number) => string = (n) => `Other ${n}`): number {
    this.harness.seed(Array.from({ length: count }, (_, n) => ({ [this.identity.name]: nameOf(n), [this.identity.website]: `other${n}-${randomUUID().slice(0, 6)}.example.com` })));
    return count;
  }

  /** Records of the first rows, which an earlier attempt has left. */
  seedOurs(count: number): number {
    this.harness.seed(Array.from({ length: count }, (_, n) => ({ [this.identity.name]: this.nameOf(n), [this.identity.website]: this.websiteOf(n), [this.harness.keyField]: this.keyOf(n) })));
    return count;
  }

  seedTwinOfRow(n: number): number {
    this.harness.seed([{ [this.identity.name]: this.nameOf(n), [this.identity.website]: this.websiteOf(n) }]);
    return 1;
  }

  /** Records with nothing but a name. */
  seedBare(count: number): number {
    this.harness.seed(Array.from({ length: count }, (_, n) => ({ [this.identity.name]: `Bare ${n}` })));
    return count;
  }

  async removeFirst(count: number): Promise<void> {
    for (const { id } of this.harness.records().slice(0, count)) await this.harness.remove(id);
  }

  /** The operation under its hazard, which ends once it has struck; every row's outcome. */
  async carriedOut(hazard: Hazard, send: () => Promise<string>): Promise<crmWriter.ChangeResult[]> {
    if (hazard.trouble) this.harness.trouble(hazard.trouble(this, 'create'));
    const batchId = await send();
    if (hazard.lasts) {
      await waitFor(async () => this.isDone(batchId) || (await this.isHeld()), { timeoutMs: 60_000, what: `'${hazard.name}' to strike` });
      expect(this.isDone(batchId)).toBe(false);
      this.harness.calm();
      await this.stage.client.testConnection({ id: this.connectionId }, this.stage.as);
    }
    return (await this.stage.results(batchId, 90_000)).results;
  }

  /** A pull under the hazard: it fails, or not; once the trouble is over it comes to its end. */
  async refreshedThrough(hazard: Hazard): Promise<void> {
    if (hazard.trouble) this.harness.trouble(hazard.trouble(this, 'list'), 'read');
    await this.refresh().catch((error: unknown) => {
      if (!isSignalboxError(error)) throw error;
      expect(hazard.lasts).toBe(true);
    });
    this.harness.calm();
    this.seedOthers(3, (n) => `Late ${n}`);
    await this.refresh();
  }

  /** Id and name of every live record of the mirror. */
  async mirrored(): Promise<string[][]> {
    const found: string[][] = [];
    for (let cursor = ''; ;) {
      const { records, page } = await this.stage.client.listCrmRecords({ connectionId: this.connectionId, object: this.harness.object, page: { limit: 1000, cursor } }, this.stage.as);
      found.push(...records.filter((r) => !r.deleted).map((r) => [r.crmId, r.name]));
      cursor = page?.nextCursor ?? '';
      if (cursor === '') return found.sort();
    }
  }

  private isDone(batchId: string): boolean {
    return this.stage.completed.some((one) => one.batchId === batchId);
  }

  private async isHeld(): Promise<boolean> {
    return (await this.stage.databases.service.database.query('select 1 from crm_writer.held_messages')).length > 0;
  }

  private keyOf(n: number): string {
    return `${this.run}-company-${n}`;
  }

  private nameOf(n: number, values: RowValues = () => ({})): string {
    const { ending = '' } = values(n);
    return `Company ${ending === '' ? '' : `${ending} `}${this.run} ${n}`;
  }

  private websiteOf(n: number): string {
    return `company-${this.run}-${n}.example.com`;
  }

  private textField(text: string | null | undefined): { field: string; after?: string; clear?: boolean }[] {
    if (text === undefined) return [];
    return [text === null ? { field: this.harness.textField, clear: true } : { field: this.harness.textField, after: text }];
  }

  private send(operation: crmWriter.ChangeOperation, changes: Parameters<typeof orchestrations.Change.fromPartial>[0][]): Promise<string> {
    return this.stage.request({ operation, object: this.harness.object, provider: this.provider, changes }, { connectionId: this.connectionId, externalIdField: this.harness.keyField });
  }
}
