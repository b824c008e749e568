import type { z } from 'zod';
import type { crmWriter, matching, orchestrations } from '@signalbox/contracts';
import type { GuardrailDefaults } from './guardrails.ts';

/** A saved orchestration as planning sees it. `settings` already fits the kind's schema. */
export interface Definition {
  workspaceId: string;
  orchestrationId: string;
  version: number;
  kind: string;
  name: string;
  segmentId: string;
  connectionId: string;
  mappingProfileId: string;
  /** Version of that profile as it is saved now; 0 without one. */
  mappingProfileVersion: number;
  guardrails: orchestrations.Guardrails;
  settings: unknown;
}

/** What a prerequisite is called where each is reported with a message of its own (CNA-1). */
export type PrerequisiteName = 'entitlement' | 'connection' | 'mapping_profile' | 'segment' | 'settings';

/** Why a definition cannot be saved or run: the place, and what to do about it. */
export interface KindProblem {
  /** Stable, e.g. "orchestrations.connection.unhealthy". */
  code: string;
  /** The definition's field it belongs to, e.g. "segment_id". */
  field: string;
  /** Names the place and the remedy. */
  message: string;
  prerequisite?: PrerequisiteName;
}

/** One record as a kind plans it. Its order in the stream of plans is its position. */
export interface PlannedRecord {
  companyId: string;
  companyName: string;
  action: orchestrations.PlanAction;
  /** Machine-readable, e.g. "not_in_crm". */
  reason: string;
  evidence?: matching.MatchDecision;
  /** Of a record to delete: what it is expected to hold. */
  changes: crmWriter.FieldChange[];
  /** The record to update, delete or convert, or the one that is the reason for a skip. */
  crmId: string;
  /** What the company is, so that the CRM can be asked again at the moment of writing. Writes only. */
  identity?: matching.MatchCandidate;
  /** What a lead shall become; for conversions only. */
  conversion?: orchestrations.Conversion;
  /** A fact that `describe` needs beyond the fields above, e.g. the name of the first of two duplicates. */
  note?: string;
}

/** What is known of a kind without knowing how it plans. */
export interface KindDeclaration {
  /** E.g. "create_accounts". */
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** Package that must be licensed; empty when none is. */
  readonly entitlement: string;
  /** CRM object it writes, e.g. "Account". */
  readonly object: string;
  readonly needsSegment: boolean;
  readonly needsMappingProfile: boolean;
  /** Right before the write each field must have its `before` in the CRM; else the record is skipped as `changed_since`. */
  readonly checksBefore?: boolean;
  readonly settingsSchema: z.ZodType;
  readonly guardrails: GuardrailDefaults;
  /** Whether the first run of an orchestration with these settings needs a person's typed confirmation, since it cannot be undone. Left out: never. */
  mustBeConfirmed?(settings: unknown): boolean;
}

/**
 * What one kind of orchestration adds to the plan-and-apply mechanism; everything else is the library's.
 * `Fact` is what is known of one record; `Facts` what is known of the definition's surroundings (connection, segment,
 * profile, …); `State` what one batch of a plan leaves behind for the next.
 */
export interface OrchestrationKind<Fact, State, Facts> extends KindDeclaration {
  /** Every problem at once; none when the definition may be saved and run. Pure. */
  validate(definition: Definition, facts: Facts): KindProblem[];
  /** The state before the first batch. */
  begin(definition: Definition, facts: Facts): State;
  /**
   * Plans a batch. The same facts in the same order always give the same records, however they are cut into batches.
   * It may leave facts out, and may add to `state`, which belongs to this one plan; it touches nothing else.
   */
  plan(batch: readonly Fact[], state: State): PlannedRecord[];
  /** The record's reason in words, for a person. */
  describe(record: PlannedRecord): string;
}

/** Any kind, where only the mechanism looks at it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds kinds of unrelated types; each is checked where it is made
export type AnyKind = OrchestrationKind<any, any, any>;
