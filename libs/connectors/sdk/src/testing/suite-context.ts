import { isSignalboxError, type SignalboxError } from '@signalbox/kernel';
import { CallCounter } from '../call-counter.ts';
import type { ConnectorSession } from '../connector.ts';
import { objectOf, type IdentityFields, type WriteOperation } from '../manifest.ts';
import type { RemoteRecord } from '../records.ts';
import type { Conversion, WriteOutcome, WriteRow } from '../writes.ts';
import type { ConnectorHarness } from './harness.ts';
import { testParts, type TestParts } from './test-parts.ts';

/** What each test of the suite begins with: an empty CRM, a new session, a clock of its own. */
export class SuiteContext {
  readonly parts: TestParts = testParts();
  readonly counter = new CallCounter();
  readonly session: ConnectorSession;
  private readonly root: ConnectorSession;

  constructor(readonly harness: ConnectorHarness) {
    harness.reset();
    this.root = harness.connector.connect({ ...harness.input(), parts: this.parts });
    this.session = this.root.forWork({ counter: this.counter });
  }

  get identity(): IdentityFields {
    return objectOf(this.harness.connector.manifest, this.harness.object)!.identity;
  }

  close(): void {
    this.root.close();
  }

  row(n: number, values: Record<string, string | null> = {}): WriteRow {
    const { name, website, country } = this.identity;
    return { changeId: `change-${n}`, crmId: '', externalKey: `key-${n}`, values: { [name]: `Company ${n}`, [website]: `company${n}.example.com`, [country]: 'Germany', ...values } };
  }

  rows(count: number): WriteRow[] {
    return Array.from({ length: count }, (_, i) => this.row(i));
  }

  seedCompanies(count: number): string[] {
    const { name, website, country } = this.identity;
    return this.harness.seed(Array.from({ length: count }, (_, i) => ({ [name]: `Old ${i}`, [website]: `old${i}.example.com`, [country]: 'France' })));
  }

  /** All outcomes, and the error that ended it when there was one. */
  async write(rows: readonly WriteRow[], operation: WriteOperation = 'create', keyField = this.harness.keyField): Promise<{ outcomes: WriteOutcome[]; error: SignalboxError | undefined }> {
    const outcomes: WriteOutcome[] = [];
    try {
      for await (const some of this.session.write({ object: this.harness.object, operation, rows, externalIdField: keyField })) outcomes.push(...some);
    } catch (error) {
      if (!isSignalboxError(error)) throw error;
      return { outcomes, error };
    }
    return { outcomes, error: undefined };
  }

  deletions(ids: readonly string[]): WriteRow[] {
    return ids.map((crmId, i) => ({ changeId: `delete-${i}`, crmId, externalKey: '', values: {} }));
  }

  conversions(leadIds: readonly string[], conversion: Conversion): WriteRow[] {
    return leadIds.map((crmId, i) => ({ changeId: `convert-${i}`, crmId, externalKey: '', values: {}, conversion }));
  }

  /** Every live record by its id, with all its values. */
  stored(): Map<string, Record<string, unknown>> {
    return new Map(this.harness.records().map(({ id, values }) => [id, { ...values }]));
  }

  settle(rows: readonly WriteRow[], keyField: string, quietMs = 0, operation: WriteOperation = 'create') {
    const attemptedAt = this.parts.clock.now();
    return this.session.settle({ object: this.harness.object, operation, rows: rows.map((row) => ({ ...row, attemptedAt })), externalIdField: keyField, quietMs });
  }

  async mirrorFields(): Promise<string[]> {
    return this.session.mirrorFields(this.harness.object, await this.session.describe(this.harness.object));
  }

  async pull(position?: string): Promise<{ records: RemoteRecord[]; position: string; pages: number[]; restarted: boolean }> {
    const fields = await this.mirrorFields();
    const records: RemoteRecord[] = [];
    const pages: number[] = [];
    let last = position ?? '';
    let restarted = false;
    for await (const page of this.session.pull(this.harness.object, { position, fields })) {
      restarted ||= page.restarted === true;
      records.push(...page.records);
      pages.push(page.records.length);
      last = page.position;
    }
    return { records, position: last, pages, restarted };
  }

  names(): string[] {
    return this.harness.records().map((record) => String(record.values[this.identity.name])).sort();
  }
}

export const kinds = (outcomes: readonly WriteOutcome[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { kind } of outcomes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

export async function errorOf(work: Promise<unknown>): Promise<SignalboxError> {
  const error = await work.then(() => undefined, (e: unknown) => e);
  if (isSignalboxError(error)) return error;
  throw new Error(`expected a SignalboxError, got ${String(error)}`, { cause: error });
}
