import { z } from 'zod';
import { matching, orchestrations } from '@signalbox/contracts';
import type { FactStream, KindRuntime, WriteTarget } from '../application/ports.ts';
import type { Definition, OrchestrationKind, PlannedRecord } from '../domain/kind.ts';

/** A company of the small kind: its name is its identity, and one without a name cannot be written. */
export interface SmallFact {
  id: string;
  name: string;
  /** The record to rename, and its name until then; without them a record is created. */
  rename?: { crmId: string; from: string };
  /** The lead to convert into an account. */
  convert?: { crmId: string; accountId: string };
}

export interface SmallFacts {
  /** A problem that `validate` reports. */
  problem?: string;
}

/** The least that a kind can be: it creates a record for each name, renames one, or converts a lead. For specs of the mechanism itself. */
export const smallKind: OrchestrationKind<SmallFact, Set<string>, SmallFacts> = {
  name: 'small', label: 'Small', description: 'Creates a record for each name.', entitlement: '', object: 'Thing', needsSegment: true, needsMappingProfile: false,
  settingsSchema: z.strictObject({}),
  guardrails: { maxRecords: 1_000, maxSharePercent: 100, maxClears: 10, shareJudgedAbove: 500 },
  validate: (_definition, facts) => (facts.problem ? [{ code: 'small.problem', field: 'segment_id', message: facts.problem }] : []),
  begin: () => new Set(),
  plan: (batch, seen) => batch.map((fact): PlannedRecord => {
    const base = { companyId: fact.id, companyName: fact.name, crmId: '', changes: [] };
    const skip = (reason: string): PlannedRecord => ({ ...base, action: orchestrations.PlanAction.SKIP, reason });
    if (!fact.name) return skip('field_invalid');
    if (seen.has(fact.name)) return skip('duplicate_in_segment');
    seen.add(fact.name);
    if (fact.convert) {
      const { crmId, accountId } = fact.convert;
      return { ...base, crmId, action: orchestrations.PlanAction.CONVERT, reason: 'account_found', conversion: { accountId, contactId: '', status: 'Converted' } };
    }
    if (fact.rename) {
      const { crmId, from } = fact.rename;
      return { ...base, crmId, action: orchestrations.PlanAction.UPDATE, reason: 'other_name', changes: [{ field: 'Name', before: from, after: fact.name, clear: false, values: undefined }, { field: 'Phone', before: '', after: '1', clear: false, values: undefined }] };
    }
    const evidence = matching.MatchDecision.fromPartial({ candidateId: fact.id, decision: matching.Decision.NEW, reason: 'nothing like it' });
    return {
      ...base, action: orchestrations.PlanAction.CREATE, reason: 'not_in_crm', evidence,
      changes: [{ field: 'Name', before: '', after: fact.name, clear: false, values: undefined }], identity: matching.MatchCandidate.fromPartial({ id: fact.id, name: fact.name }),
    };
  }),
  describe: (record) => `because of ${record.reason}`,
};

export interface SmallSource {
  facts: SmallFact[];
  batch: number;
  crmRecords: number;
  problem?: string;
  /** Waits here before the first fact, when a spec wants to look at a plan being made. */
  hold?: Promise<void>;
  /** Errors that the next refreshes end with. */
  failures?: Error[];
}

export class SmallRuntime implements KindRuntime<SmallFact, Set<string>, SmallFacts> {
  readonly kind = smallKind;

  constructor(private readonly source: SmallSource) {}

  facts(): Promise<SmallFacts> {
    return Promise.resolve({ problem: this.source.problem });
  }

  target(definition: Definition): WriteTarget {
    return { connectionId: definition.connectionId, provider: 'salesforce', object: 'Thing', externalIdField: 'Key__c' };
  }

  refresh() {
    const failure = this.source.failures?.shift();
    return failure ? Promise.reject(failure) : Promise.resolve({ sequence: 7, records: this.source.crmRecords, apiCalls: [{ name: 'query', count: 1 }] });
  }

  open(): FactStream<SmallFact> {
    const { facts, batch, hold } = this.source;
    async function* batches() {
      await hold;
      for (let i = 0; i < facts.length; i += batch) yield facts.slice(i, i + batch);
    }
    return { expected: facts.length, batches: batches() };
  }
}
